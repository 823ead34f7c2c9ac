toasty_dsl::toasty! {
    pub model User { id: u64 [key, auto], name: String, age: i64, tags: Vec<String> }
    pub model Todo { id: u64 [key, auto], title: String, done: bool = false, at: jiff::Timestamp }
}

fn wrong() {
    let _ = Todo::all().group_by(|todo| todo.title.start_of_week());
}

fn main() {
    let _ = wrong;
}
