use toasty_dsl::HasMany;

toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        addresses: HasMany<Address>,
    }
    pub embed Address { street: String }
}

fn main() {}
