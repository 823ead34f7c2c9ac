toasty_dsl::toasty! {
    pub model User [key(id, number)] {
        id: u64 [auto],
        number: u64,
    }
}

fn main() {}
