toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        name: String,
    }
}

fn next(user: &User) {
    let _ = User::all()
        .select(|user| user.name)
        .page(20)
        .after_row(user);
}

fn main() {}
