use toasty_dsl::expr::row_number;

toasty_dsl::toasty! {
    pub model Todo {
        id: u64 [key, auto],
        title: String,
    }
}

fn main() {
    let _ = Todo::filter(|todo| row_number().over(|window| window.order_by(todo.id.asc())).eq(1u64));
}
