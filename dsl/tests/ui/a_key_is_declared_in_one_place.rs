toasty_dsl::toasty! {
    pub model User [key(id, number)] {
        id: u64 [key],
        number: u64,
    }
}

fn main() {}
