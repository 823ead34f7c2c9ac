toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        age: u64 = 5
        name: String,
    }
}

fn main() {}
