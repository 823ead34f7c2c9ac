use toasty_dsl::{BelongsTo, HasMany, create};

toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        name: String,
        age: u64 = 0,
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
    let _ = create!(User { name = "Ann" });
}
