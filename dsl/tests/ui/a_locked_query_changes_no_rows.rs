toasty_dsl::toasty! {
    pub model Todo {
        id: u64 [key, auto],
        title: String,
    }
}

fn main() {
    let _ = Todo::filter(|todo| todo.id.eq(1)).for_update().delete();
}
