toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        name: String,
        age: u64,
        nick: Option<String>,
    }
}

fn rename(user: &User) {
    let _ = user.update().name(5);
}

fn main() {
    let _ = rename;
}
