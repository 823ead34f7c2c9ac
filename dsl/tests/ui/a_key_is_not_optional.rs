toasty_dsl::toasty! {
    pub model User {
        id: Option<u64> [key],
    }
}

fn main() {}
