toasty_dsl::toasty! {
    pub model User { id: u64 [key, auto], name: String, age: i64, tags: Vec<String> }
    pub model Todo { id: u64 [key, auto], title: String, done: bool = false, at: jiff::Timestamp }
}

fn wrong(user: &User) {
    let _ = user.update().assign(|user| user.name.to(user.name.push("x")));
}

fn main() {
    let _ = wrong;
}
