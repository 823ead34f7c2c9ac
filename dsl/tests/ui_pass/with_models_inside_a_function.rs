use toasty_dsl::{BelongsTo, HasMany, create, toasty};

fn main() {
    struct Elsewhere;
    toasty! {
        model User { id: u64 [key, auto], name: String [unique], todos: HasMany<Todo> }
        model Todo [index(user_id, title)] { id: u64 [key, auto], user_id: u64 [index], user: BelongsTo<User>, title: String }
        enum Role { Admin, Member }
        embed Address { street: String }
    }
    let name = "Ann";
    let _ = create!(User { name, todos: [{ title: "Sleep" }] });
    let _ = User::filter(|user| user.todos.any(|todo| todo.title.eq("Sleep")));
    let _ = (Elsewhere, Role::Admin, Role::Member, Address { street: String::new() });
    {
        toasty! {
            model User { number: i32 [key] }
        }
        let _ = create!(User { number: 5 });
    }
}
