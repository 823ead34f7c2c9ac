toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        pub name: String,
    }
}

fn main() {}
