toasty_dsl::toasty! {
    pub embed Address {
        street: String,
        country: String = "NL",
    }
}

fn main() {}
