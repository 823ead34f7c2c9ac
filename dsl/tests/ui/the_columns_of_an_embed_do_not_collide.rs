toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        address: Address,
        address_city: String,
    }
    pub embed Address { street: String, city: String }
}

fn main() {}
