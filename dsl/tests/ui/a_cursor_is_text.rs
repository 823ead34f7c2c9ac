toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        name: String,
        age: u64,
        nick: Option<String>,
    }
}

fn main() {
    let _ = User::all().page(20).after(3);
}
