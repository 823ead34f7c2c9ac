//! A library whose models are public.
#![deny(missing_docs, warnings, unused, unreachable_pub, missing_debug_implementations, unused_qualifications, rust_2018_idioms)]
#![forbid(unsafe_code)]

use toasty_dsl::{BelongsTo, HasMany, create, toasty};

toasty! {
    /// A person.
    #[derive(Clone)]
    pub model User [table("users"), unique(name, age), index(age, name)] {
        id: u64 [key, auto],
        /// Where mail goes.
        name: String [unique, column("mail")],
        age: i32 [index] = 18,
        /// What they may do.
        role: Role = Role::Member,
        address: Address,
        version: u64 [version],
        todos: HasMany<Todo>,
    }

    /// Something to do.
    #[derive(Clone)]
    pub model Todo {
        id: uuid::Uuid [key, auto],
        user_id: u64 [index],
        user: BelongsTo<User>,
    }

    /// What a person may do.
    pub enum Role {
        /// Everything.
        Admin,
        Member [rename("member")],
    }

    /// Where somebody lives.
    #[derive(Clone)]
    pub embed Address { street: String, postcode: Postcode }

    /// A postcode.
    #[derive(Clone)]
    pub embed Postcode { String }
}

/// A new person with two things to do.
pub fn new_user(name: &str, address: Address) -> CreateUser {
    let age = 5;
    create!(User { name, age, address, todos: [{}, {}] })
}

fn main() {
    let _ = new_user("Ann", Address { street: String::new(), postcode: Postcode(String::new()) });
}
