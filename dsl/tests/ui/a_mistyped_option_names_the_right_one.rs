toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        email: String [uniqe],
    }
}

fn main() {}
