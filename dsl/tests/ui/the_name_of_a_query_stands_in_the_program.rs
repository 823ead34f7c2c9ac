toasty_dsl::toasty! {
    pub model Todo {
        id: u64 [key, auto],
        votes: i64,
    }
}

fn main() {
    let name = String::from("votes");
    let _ = Todo::all().select(|todo| (todo.votes,)).named(&name);
}
