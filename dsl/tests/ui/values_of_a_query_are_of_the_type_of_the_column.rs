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

fn main() {
    let names = User::all().select(|user| user.name);
    let _ = Todo::filter(|todo| todo.user_id.in_query(names));
}
