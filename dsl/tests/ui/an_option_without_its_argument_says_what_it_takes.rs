toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        email: String [column],
    }
}

fn main() {}
