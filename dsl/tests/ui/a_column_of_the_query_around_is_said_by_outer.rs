toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        name: String,
    }
    pub model Todo {
        id: u64 [key, auto],
        user_id: u64,
        title: String,
    }
}

use toasty_dsl::expr::exists;

fn main() {
    let _ = User::filter(|user| exists(Todo::filter(|todo| todo.user_id.eq(user.id))));
}
