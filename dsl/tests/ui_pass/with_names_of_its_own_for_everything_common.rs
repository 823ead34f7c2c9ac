#![allow(dead_code)]

use toasty_dsl::{BelongsTo, HasMany, create, toasty};

// Whatever these are, the language does not take them for the ones that it means.
pub struct Option;
pub struct Vec;
pub struct Result;
pub struct Box;
pub struct Some;
pub struct None;
pub struct Ok;
pub struct Err;
pub struct Copy;
pub struct Clone;
pub struct Debug;
pub struct Into;
pub struct From;
pub struct Iterator;
pub struct Send;
pub struct Model;
pub struct Field;
pub struct Query;
pub mod core {}
pub mod std {}
pub mod alloc {}

toasty! {
    pub model User [unique(name, age)] {
        id: u64 [key, auto],
        name: ::std::string::String = "nobody",
        age: i32,
        nick: ::core::option::Option<::std::string::String>,
        role: Role = Role::Member,
        place: Place,
        todos: HasMany<Todo>,
    }
    pub model Todo { id: u64 [key, auto], user_id: u64 [index], user: BelongsTo<User> }
    pub enum Role { Admin, Member }
    pub embed Place { lat: f64, lon: f64 }
}

fn main() {
    let _ = create!(User { age: 5, place: Place { lat: 1.0, lon: 2.0 }, todos: [{}] });
    let _ = User::filter(|user| user.nick.is_null()).update().age(6);
}
