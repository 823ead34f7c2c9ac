toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        name: String,
        age: u64,
        nick: Option<String>,
    }
}

fn find(nick: Option<String>) {
    let _ = User::filter(|user| user.nick.eq(nick));
}

fn main() {
    find(None);
}
