use toasty_dsl::{BelongsTo, HasMany};

toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        posts: HasMany<Post>,
    }
    pub model Post {
        id: u64 [key, auto],
        user_id: u64,
        user: BelongsTo<User>,
    }
}

fn main() {
    let _ = User::all().page(20).include(|user| user.posts);
}
