toasty_dsl::toasty! {
    pub model User {
        id [key, auto]: u64,
    }
}

fn main() {}
