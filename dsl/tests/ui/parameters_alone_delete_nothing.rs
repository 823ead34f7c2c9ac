use toasty_dsl::toasty;

toasty! {
    pub model User {
        id: u64 [key, auto],
        name: String,
    }
}

fn main() -> toasty_dsl::Result<()> {
    let named = User::filterable().field("name", |user| user.name);
    let _ = named.parse("name=Ann")?.delete();
    Ok(())
}
