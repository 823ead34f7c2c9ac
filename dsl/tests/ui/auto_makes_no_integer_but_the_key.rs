toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        number: u64 [auto],
    }
}

fn main() {}
