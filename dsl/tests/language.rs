#![allow(missing_docs, clippy::unwrap_used)]
use toasty_dsl::field::Model;
use toasty_dsl::{BelongsTo, HasMany, HasOne, Json, create, toasty};

toasty! {
    /// A person.
    #[derive(Clone)]
    pub model User [table("users")] {
        id: u64 [key, auto],
        /// Mail
        email: String [unique, column("mail")],
        name: String,
        motto: Option<String> [sensitive],
        role: Role = Role::Member,
        address: Address,
        at: jiff::Timestamp [on_create(now())],
        changed: jiff::Timestamp [on_update(now())],
        version: u64 [version],
        tags: Json<Vec<String>> = Json(vec![]),
        todos: HasMany<Todo>,
        profile: HasOne<Profile>,
    }
    #[derive(Clone)]
    pub model Todo [index(user_id, title)] {
        id: uuid::Uuid [key, auto],
        user_id: u64 [index],
        user: BelongsTo<User>,
        parent_id: Option<uuid::Uuid> [index],
        parent: Option<BelongsTo<Todo>>,
        children: HasMany<Todo>,
        title: String,
        done: bool = false,
    }
    #[derive(Clone)]
    pub model Profile { id: u64 [key, auto], user_id: u64 [unique], user: BelongsTo<User>, r#type: String }
    pub model Line [key(order, number), unique(sku, number)] { order: i64, number: i32, sku: Sku }
    pub enum Role { Admin [rename("admin")], Member }
    #[derive(Clone)]
    pub embed Address { street: String, geo: Geo, city: Option<String> [column("town")] }
    #[derive(Clone, PartialEq)]
    pub embed Geo { lat: f64, lon: f64 }
    #[derive(Clone, PartialEq)]
    pub embed Sku { String }
}

#[test]
fn columns_are_named_by_their_path() {
    let names: Vec<_> = User::DEF.columns.iter().map(|c| c.name()).collect();
    assert_eq!(
        names,
        [
            "id",
            "mail",
            "name",
            "motto",
            "role",
            "address_street",
            "address_geo_lat",
            "address_geo_lon",
            "address_town",
            "at",
            "changed",
            "version",
            "tags"
        ]
    );
    assert_eq!(
        format!("{:?}", User::FIELDS.address.geo.lon),
        "User.address.geo.lon"
    );
}

#[test]
fn a_query_is_a_value() {
    let q = User::filter(|u| {
        u.email.eq("x")
            & (u.role.ne(Role::Admin) | u.address.geo.lat.lt(1.0))
            & u.motto.is_null()
            & u.todos
                .any(|t| t.done.eq(true) & t.user.is(|u| u.name.eq("x")))
    })
    .order_by(|u| (u.name.asc(), u.id.desc().nulls_last()))
    .limit(3)
    .include(|u| {
        (
            u.todos
                .filter(|t| t.done.eq(false))
                .limit(2)
                .include(|t| t.user),
            u.profile,
        )
    });
    println!("{:?}", q.clone());
    let c = create!(User { email: "a", name: String::from("b"), address: Address { street: "s".into(), geo: Geo { lat: 1.0, lon: 2.0 }, city: None }, todos: [{ title: "x", children: [{ title: "y", user_id: 3u64 }] }, { title: "z" }], profile: { r#type: "t" } });

    let p = create!(Profile { r#type: "x", user: { email: "e", name: "n", address: Address { street: "s".into(), geo: Geo { lat: 1.0, lon: 2.0 }, city: None } } });
    let _ = (c, p);
    println!(
        "{:?}",
        Line::find_by_order_and_number(1, 2).statement().unwrap()
    );
    let _ = Line::find_by_sku_and_number(Sku("x".into()), 3);
}
