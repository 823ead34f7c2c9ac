toasty_dsl::toasty! {
    pub embed Address {
        street: String
        city: String,
    }
}

fn main() {}
