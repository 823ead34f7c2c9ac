use toasty_dsl::toasty;

toasty! {
    pub model User {
        id: u64 [key, auto],
        tags: String,
    }
}

fn main() {
    let _ = User::filter(|user| user.tags.has("a"));
    let _ = User::filter(|user| user.tags.path("a").exists());
}
