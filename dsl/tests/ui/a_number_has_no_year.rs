use toasty_dsl::toasty;

toasty! {
    pub model User {
        id: u64 [key, auto],
        born: i64,
    }
}

fn main() {
    let _ = User::filter(|user| user.born.year().eq(1990));
}
