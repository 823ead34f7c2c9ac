//! The first ten minutes: models, rows, queries, associations, a transaction, on SQLite in memory.
//!
//! Run it with `cargo run --example quickstart`. It needs nothing installed but Rust and a C compiler.

use toasty::{BelongsTo, Config, HasMany, create, toasty};

toasty! {
    /// A person who can sign in.
    #[derive(Clone)]
    pub model User [table("users")] {
        id: u64 [key, auto],
        /// Where mail goes.
        email: String [unique],
        name: String,
        role: Role = Role::Member,
        address: Address,
        version: u64 [version],
        todos: HasMany<Todo>,
    }

    /// Something to do.
    #[derive(Clone)]
    pub model Todo [index(user_id, title)] {
        id: u64 [key, auto],
        user_id: u64 [index],
        user: BelongsTo<User>,
        title: String,
        done: bool = false,
    }

    pub enum Role { Admin, Member }

    #[derive(Clone)]
    pub embed Address { street: String, city: String }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> toasty::Result<()> {
    // `toasty::connect()` would read `toasty.toml`; here the database lives in memory.
    let db = toasty::connect_with(Config::sqlite_in_memory()).await?;
    db.create_tables().await?;
    println!("connected to {}, tables created", db.system());

    let home = Address {
        street: "1 Main St".into(),
        city: "Bern".into(),
    };
    let ann = create!(User {
        name: "Ann",
        email: "ann@example.com",
        role: Role::Admin,
        address: home,
        todos: [{ title: "Make pizza" }, { title: "Sleep" }],
    })
    .exec(&db)
    .await?;
    println!("created {ann:?}");

    let found = User::get_by_id(&db, ann.id).await?;
    let maybe = User::find_by_email("ann@example.com").first(&db).await?;
    println!(
        "found {} by key, and {} by email",
        found.name,
        maybe.map_or("nobody".into(), |user| user.name)
    );

    let open = Todo::filter(|t| {
        t.done.eq(false) & (t.title.contains("pizza") | t.user.is(|u| u.role.eq(Role::Admin)))
    })
    .order_by(|t| (t.title.asc(), t.id.desc()))
    .include(|t| t.user)
    .all(&db)
    .await?;
    for todo in &open {
        println!(
            "open: {:?} of {}, who lives in {}",
            todo.title,
            todo.user.get()?.name,
            todo.user.get()?.address.city
        );
    }

    ann.update().name("Anne").exec(&db).await?;
    let stale = ann.update().name("Anna").exec(&db).await;
    println!(
        "a second update of the same reading is refused: {}",
        stale.map_or_else(|error| error.to_string(), |_| "no".into())
    );

    let twice = create!(User {
        name: "Eve",
        email: "ann@example.com",
        address: Address {
            street: "".into(),
            city: "".into()
        }
    })
    .exec(&db)
    .await;
    println!(
        "the same email again is refused: {}",
        twice.map_or_else(|error| error.to_string(), |_| "no".into())
    );

    db.transaction(async |tx| {
        let pizza = Todo::filter(|t| t.title.starts_with("Make"))
            .one(tx)
            .await?;
        pizza.update().done(true).exec(tx).await?;
        Ok(())
    })
    .await?;
    let done = Todo::filter(|t| t.done.eq(true)).delete().exec(&db).await?;
    println!("{done} done, {} left to do", ann.todos().count(&db).await?);
    Ok(())
}
