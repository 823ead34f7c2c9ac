toasty_dsl::toasty! {
    pub model User {
        id: u64,
        name: String,
    }
}

fn main() {}
