extern crate toasty_dsl as orm;

mod models {
    crate::orm::toasty! {
        pub model User { id: u64 [key, auto], name: String, todos: crate::orm::HasMany<crate::models::Todo> }
        pub(crate) model Todo { id: u64 [key, auto], user_id: u64 [index], user: crate::orm::BelongsTo<super::models::User> }
    }

    impl User {
        pub fn named(name: &str) -> CreateUser {
            crate::orm::create!(Self { name: name })
        }
    }
}

fn generic<T: Into<String> + Clone>(names: &[T]) -> Vec<models::CreateUser> {
    names.iter().map(|name| orm::create!(models::User { name: name.clone().into(), todos: [{}] })).collect()
}

fn main() {
    let _ = generic(&["Ann"]);
    let _ = models::User::named("Bob");
    let _ = orm::create!(crate::models::User { name: "Cy" });
    let _ = orm::create!(models::User [{ name: "Di" }, { name: "Ed" }]);
}
