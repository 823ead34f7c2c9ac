toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        name: Option<String>,
    }

    pub view UserName of User {
        name: String,
    }
}

fn main() {}
