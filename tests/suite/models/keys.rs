//! Keys, unique fields, versions, defaults.

use jiff::Timestamp;
use toasty::{Model, ModelDef, toasty};
use uuid::Uuid;

toasty! {
    /// A UUID that is made by itself, unique fields, one of them optional, and a unique pair.
    #[derive(Clone, PartialEq)]
    pub model Login [unique(realm, name), index(name, seen)] {
        id: Uuid [key, auto],
        email: String [unique],
        nick: Option<String> [unique],
        realm: String = "main",
        name: String,
        password: String [sensitive] = "",
        seen: Timestamp [on_create(now())],
        changed: Timestamp [on_update(now())],
        visits: i64 = 0,
    }

    /// An integer key in a type of its own.
    #[derive(Clone, PartialEq)]
    pub model Badge {
        id: BadgeId [key],
        label: String,
    }

    #[derive(Clone, Copy, PartialEq, Eq, Hash)]
    pub embed BadgeId { u64 }

    /// A counter that remembers how often it was changed.
    #[derive(Clone, PartialEq)]
    pub model Account {
        id: u64 [key, auto],
        owner: String [unique],
        balance: i64 = 0,
        version: u64 [version],
    }

    /// A key of three texts.
    #[derive(Clone, PartialEq)]
    pub model Triple [key(a, b, c)] {
        a: String,
        b: String,
        c: String,
        value: i64 = 0,
    }

    /// Nothing but a key.
    #[derive(Clone, PartialEq)]
    pub model Ticket {
        id: u64 [key, auto],
    }

    /// Words of SQL and odd letters as names of columns.
    #[derive(Clone, PartialEq)]
    pub model Select [table("select")] {
        id: u64 [key, auto],
        r#type: String,
        group: i64 [column("gr`ou]p")],
        from: Option<String> [column("naïve % _ ☃")],
    }

    /// And of a table.
    #[derive(Clone, PartialEq)]
    pub model Order [table("order \"by\"; --")] {
        id: u64 [key, auto],
        r#type: String,
        group: i64 [column("gr`ou]p")],
        select: Option<String> [column("naïve % _ ☃")],
    }
}

pub const KEYS: &[&ModelDef] = &[
    Login::DEF,
    Badge::DEF,
    Account::DEF,
    Ticket::DEF,
    Select::DEF,
];
pub const TRIPLES: &[&ModelDef] = &[Triple::DEF];
pub const ODD_TABLES: &[&ModelDef] = &[Order::DEF];
