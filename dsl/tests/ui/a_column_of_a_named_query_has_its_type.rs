toasty_dsl::toasty! {
    pub model Todo {
        id: u64 [key, auto],
        user_id: u64,
        title: String,
    }
}

fn main() {
    let titles = Todo::all()
        .select(|todo| (todo.id, todo.title))
        .named("titles");
    let _ = titles.filter(|(id, _)| id.eq("seven"));
}
