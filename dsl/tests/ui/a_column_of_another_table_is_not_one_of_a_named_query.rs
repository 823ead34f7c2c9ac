toasty_dsl::toasty! {
    pub model Todo {
        id: u64 [key, auto],
        user_id: u64,
        votes: i64,
    }
}

use toasty_dsl::expr::count;

fn main() {
    let todo = <Todo as toasty_dsl::Model>::FIELDS;
    let totals = Todo::all()
        .group_by(|todo| todo.user_id)
        .select(|group| (group.key, count()))
        .named("totals");
    let _ = totals.filter(|_| todo.votes.gt(3));
}
