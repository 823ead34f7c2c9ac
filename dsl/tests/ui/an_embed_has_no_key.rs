toasty_dsl::toasty! {
    pub embed Address {
        street: String [key],
    }
}

fn main() {}
