use toasty_dsl::{BelongsTo, HasMany};

toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        todos: HasMany<Todo> [pair(title)],
    }
    pub model Todo {
        id: u64 [key, auto],
        user_id: u64 [index],
        user: BelongsTo<User>,
        title: String,
    }
}

fn main() {}
