toasty_dsl::toasty! {
    pub model User [key(id, number)] {
        id: u64,
        number: Option<u64>,
    }
}

fn main() {}
