toasty_dsl::toasty! {
    pub embed Address [table("addresses")] {
        street: String,
    }
}

fn main() {}
