use toasty_dsl::BelongsTo;

toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
    }
    pub model Todo {
        id: u64 [key, auto],
        user: BelongsTo<User>,
    }
}

fn main() {}
