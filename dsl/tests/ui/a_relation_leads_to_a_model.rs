use toasty_dsl::BelongsTo;

pub struct User;

toasty_dsl::toasty! {
    pub model Todo {
        id: u64 [key, auto],
        user_id: u64 [index],
        user: BelongsTo<User>,
    }
}

fn main() {}
