#![no_implicit_prelude]

::toasty_dsl::toasty! {
    #[derive(::serde::Serialize)]
    pub model User [table("users"), index(name, age)] {
        id: u64 [key, auto],
        name: ::std::string::String [unique],
        age: i32 = 18,
        nick: ::std::option::Option<::std::string::String>,
        role: Role = Role::Member,
        address: Address,
        version: u64 [version],
        joined: ::jiff::Timestamp [on_create(now())],
        todos: ::toasty_dsl::HasMany<Todo>,
    }
    #[derive(::serde::Serialize)]
    pub model Todo {
        id: ::uuid::Uuid [key, auto],
        user_id: u64 [index],
        user: ::toasty_dsl::BelongsTo<User>,
    }
    #[derive(::serde::Serialize)]
    pub enum Role { Admin [rename("admin")], Member }
    #[derive(::serde::Serialize)]
    pub embed Address { street: ::std::string::String, postcode: Postcode }
    #[derive(::serde::Serialize)]
    pub embed Postcode { ::std::string::String }
}

fn main() {
    let address = Address { street: ::std::convert::From::from("Here 1"), postcode: Postcode(::std::convert::From::from("1000")) };
    let row = ::toasty_dsl::create!(User { name: "Ann", address: address, todos: [{}, {}] });
    let query = User::filter(|user| user.name.eq("Ann") & user.role.ne(Role::Admin)).order_by(|user| user.id.asc());
    let _ = (row, query, User::find_by_name_and_age("Ann", 5));
}
