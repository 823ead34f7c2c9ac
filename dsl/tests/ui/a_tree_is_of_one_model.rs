use toasty_dsl::{BelongsTo, HasMany};

toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        todos: HasMany<Todo>,
    }

    pub model Todo {
        id: u64 [key, auto],
        user_id: u64 [index],
        user: BelongsTo<User>,
    }
}

fn main() {
    let _ = User::all().with_descendants(|user| user.todos);
}
