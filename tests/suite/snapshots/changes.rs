//! Writing.

use super::{Behaviour, behaviour};
use crate::models::arrays::Shelf;
use crate::models::keys::{Account, Badge, BadgeId, Login, Order, Ticket, Triple};
use crate::models::people::Person;
use crate::models::texts::{Point, Word};
use crate::models::values::{Anything, Parcel, address};
use rust_decimal::Decimal;
use toasty::language::value::Params;
use toasty::language::write::IntoStatement;
use toasty::{Result, Statement, create};

fn account() -> Account {
    Account {
        id: 7,
        owner: "Ann".into(),
        balance: 0,
        version: 3,
    }
}

/// New rows whose keys are asked for: what `.returning(&db)` runs.
struct KeysBack<B>(B);

impl<B: IntoStatement> IntoStatement for KeysBack<B> {
    fn into_statement(self) -> Result<(Statement, Params)> {
        let (mut statement, params) = self.0.into_statement()?;
        if let Statement::Insert(insert) = &mut statement {
            insert.returning = true;
        }
        Ok((statement, params))
    }
}

pub fn behaviours() -> Vec<Behaviour> {
    [creating(), changing(), deleting(), own_sql()]
        .into_iter()
        .flatten()
        .collect()
}

fn creating() -> Vec<Behaviour> {
    vec![
        behaviour("create with a key of the database", || {
            create!(Account { owner: "Ann" })
        }),
        behaviour("create with a key of its own", || {
            create!(Account {
                id: 5u64,
                owner: "Ann",
                balance: 3
            })
        }),
        behaviour("create with a uuid key", || {
            create!(Login {
                email: "a",
                name: "b"
            })
        }),
        behaviour("create with a composite key", || {
            create!(Triple {
                a: "a",
                b: "b",
                c: "c"
            })
        }),
        behaviour("create with nothing but a key", || create!(Ticket {})),
        behaviour("create with an embedded value", || {
            create!(Parcel {
                sender: address("a", "b", 1),
                receiver: address("c", "d", 2)
            })
        }),
        behaviour("create with every type", || {
            create!(Anything {
                truth: true,
                float32: 1.5,
                bytes: vec![1u8, 2],
                text: "abc"
            })
        }),
        behaviour("create with odd names", || {
            create!(Order {
                r#type: "a",
                group: 1
            })
        }),
        behaviour(
            "create many",
            || create!(Point [{ id: 1u64, a: 1 }, { id: 2u64, b: 2 }, { id: 3u64, s: "x" }]),
        ),
    ]
}

fn own_sql() -> Vec<Behaviour> {
    vec![
        behaviour("sql of one's own", || {
            toasty::sql("select ")
                .identifier("odd \"name\"")
                .push(" from point where a = ")
                .bind(5i64)
                .push("and b ")
                .among([1i64, 2])
        }),
        behaviour("partiql of one's own", || {
            toasty::partiql("SELECT owner FROM ")
                .identifier("account")
                .push(" WHERE balance > ")
                .bind(5)
                .push(" AND owner ")
                .among(["a", "b"])
                .as_rows::<(String,)>()
        }),
        behaviour("sql of one's own as a model", || {
            toasty::sql("select * from word where text = ")
                .bind("a")
                .as_model::<Word>()
        }),
    ]
}

fn changing() -> Vec<Behaviour> {
    vec![
        behaviour("update by a filter", || {
            Word::filter(|w| w.text.eq("a"))
                .update()
                .text("b")
                .other(None::<String>)
        }),
        behaviour("update of all rows", || {
            Word::all().all_rows().update().other("x")
        }),
        behaviour("update by a key", || {
            Badge::update_by_id(BadgeId(1)).label("x")
        }),
        behaviour("update of an instance", || {
            Badge {
                id: BadgeId(1),
                label: "a".into(),
            }
            .update()
            .label("b")
        }),
        behaviour("update of an instance with a version", || {
            account().update().balance(5).owner("Bob")
        }),
        behaviour("update by a filter with a version", || {
            Account::filter(|a| a.balance.lt(0)).update().balance(0)
        }),
        behaviour("update with a value made at every change", || {
            Login::update_by_email("a").visits(1)
        }),
        behaviour("update of an embedded value", || {
            Parcel::update_by_id(1u64).receiver(address("a", "b", 1))
        }),
        behaviour("update by a relation", || {
            Person::filter(|p| p.boss.is(|boss| boss.age.gt(60)))
                .update()
                .age(1)
        }),
        behaviour("update by what a closure says of the fields", || {
            account()
                .update()
                .assign(|a| (a.balance.to(a.balance + 1), a.owner.to("Bob")))
        }),
        behaviour("update of a part of an embedded value", || {
            Parcel::update_by_id(1u64).assign(|p| p.receiver.city.name.to("x"))
        }),
        behaviour("a member that is added to an array", || {
            Shelf::update_by_id(1u64).assign(|s| s.texts.to(s.texts.push("x")))
        }),
        behaviour("members that are removed from arrays", || {
            Shelf::update_by_id(1u64).assign(|s| {
                (
                    s.texts.to(s.texts.remove("x")),
                    s.prices.to(s.prices.remove(Decimal::ONE)),
                )
            })
        }),
        behaviour("a check by the key", || {
            account().check(|a| a.balance.ge(5))
        }),
        behaviour("a check of what is read first", || {
            Account::find_by_id(7u64)
                .filter(|a| a.owner.ends_with("nn"))
                .check()
        }),
        behaviour("update of a composite key's row", || {
            Triple::update_by_a_and_b_and_c("a", "b", "c").value(1)
        }),
    ]
}

fn deleting() -> Vec<Behaviour> {
    vec![
        behaviour("create many or leave them as they are", || {
            Account::create_many([
                create!(Account { owner: "a" }),
                create!(Account { owner: "b" }),
            ])
            .on_conflict(|account| account.owner)
            .ignore()
        }),
        behaviour("create many or change them", || {
            Account::create_many([
                create!(Account { owner: "a" }),
                create!(Account { owner: "b" }),
            ])
            .on_conflict(|account| account.owner)
            .update_all()
        }),
        behaviour("create or leave it as it is", || {
            create!(Login {
                email: "a",
                name: "b"
            })
            .on_conflict(|login| (login.realm, login.name))
            .ignore()
        }),
        behaviour("create many and give their keys back", || {
            KeysBack(Account::create_many([
                create!(Account { owner: "a" }),
                create!(Account { owner: "b" }),
            ]))
        }),
        behaviour("delete many", || {
            let other = Account { id: 8, ..account() };
            Account::delete_many([account().delete(), other.delete()])
        }),
        behaviour("update many", || {
            let other = Account { id: 8, ..account() };
            Account::update_many([
                account().update().balance(1).owner("a"),
                other.update().balance(2).owner("b"),
            ])
        }),
        behaviour("delete by a filter", || {
            Word::filter(|w| w.text.in_list(["a", "b"])).delete()
        }),
        behaviour("delete of all rows", || Word::all().all_rows().delete()),
        behaviour("delete by a key", || Badge::delete_by_id(BadgeId(1))),
        behaviour("delete of an instance with a version", || {
            account().delete()
        }),
        behaviour("delete by a relation", || {
            Person::filter(|p| p.tasks.none(|t| t.done.eq(false))).delete()
        }),
        // What cannot be said is refused, and the snapshot shows how.
        behaviour("delete of a query with a limit", || {
            Word::filter(|w| w.text.eq("a")).limit(1).delete()
        }),
        behaviour("update that sets nothing", || Word::update_by_text("a")),
        behaviour("create without a field that must be given", || {
            Login::create().email("a")
        }),
    ]
}
