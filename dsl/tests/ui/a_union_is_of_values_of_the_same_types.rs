toasty_dsl::toasty! {
    pub model Todo {
        id: u64 [key, auto],
        title: String,
    }
}

fn main() {
    let _ = Todo::all().select(|todo| todo.id).union(Todo::all().select(|todo| todo.title));
}
