use toasty_dsl::{create, toasty};

toasty! {
    pub embed String { std::string::String }

    pub model User {
        id: u64 [key, auto],
        name: String [unique],
        nick: Option<String>,
    }
}

fn main() {
    let name = String("Ann".to_owned());
    let _ = create!(User { name: &name, nick: Some(String("A".to_owned())) });
    let _ = User::filter(|user| user.name.eq(&name) & user.nick.eq(String("A".to_owned())));
    let _ = User::find_by_name(name);
}
