toasty_dsl::toasty! {
    pub model Todo {
        id: u64 [key, auto],
        user_id: u64,
        title: String,
        rank: i64,
        other: Option<i64>,
    }
}

use toasty_dsl::expr::count;

fn main() {
    let _ = Todo::all().select(|todo| (todo.title, count()));
}
