use toasty_dsl::{BelongsTo, HasMany};

toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        name: String,
        todos: HasMany<Todo>,
    }
    pub model Todo {
        id: u64 [key, auto],
        user_id: u64 [index],
        user: BelongsTo<User>,
        title: String,
    }
}

fn main() {
    let _ = User::all().include(|_| <Todo as toasty_dsl::Model>::FIELDS.user);
}
