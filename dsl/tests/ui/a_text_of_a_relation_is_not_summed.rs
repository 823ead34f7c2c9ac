use toasty_dsl::{BelongsTo, HasMany};

toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        todos: HasMany<Todo>,
    }
    pub model Todo {
        id: u64 [key, auto],
        user_id: u64,
        user: BelongsTo<User>,
        title: String,
    }
}

fn main() {
    let _ = User::all().select(|user| user.todos.sum(|todo| todo.title));
}
