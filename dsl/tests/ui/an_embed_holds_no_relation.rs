use toasty_dsl::BelongsTo;

toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
    }
    pub embed Address {
        user: BelongsTo<User>,
    }
}

fn main() {}
