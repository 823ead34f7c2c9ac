toasty_dsl::toasty! {
    pub model User {
        id: String [key, auto],
    }
}

fn main() {}
