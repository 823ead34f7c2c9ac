toasty_dsl::toasty! {
    pub model User {
        id: u64 [key],
        number: u64 [key],
    }
}

fn main() {}
