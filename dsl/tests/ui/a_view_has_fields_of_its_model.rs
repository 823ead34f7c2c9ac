toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        name: String,
    }

    pub view UserName of User {
        nam: String,
    }
}

fn main() {}
