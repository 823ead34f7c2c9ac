pub struct Address {
    pub street: String,
}

toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        name: String,
        home: Option<Address>,
    }
}

fn main() {}
