use toasty_dsl::toasty;

toasty! {
    pub model User {
        id: u64 [key, auto],
        settings: serde_json::Value,
    }
}

fn main() {
    let _ = User::filterable().field("id", |user| user.id).field("settings", |user| user.settings);
}
