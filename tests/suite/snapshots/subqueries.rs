//! Values of relations, queries inside of queries, pieces of SQL.

use super::{Behaviour, behaviour};
use crate::models::accounts::{Account, Card, Payment};
use crate::models::views::PaymentNote;
use toasty::Model;
use toasty::expr::{avg, count, exists, fragment, not_exists, outer, row_number, scalar, sum};

pub fn behaviours() -> Vec<Behaviour> {
    [relating(), asking(), naming(), inserting()]
        .into_iter()
        .flatten()
        .collect()
}

fn relating() -> Vec<Behaviour> {
    vec![
        behaviour("counts and sums of a relation of each row", || {
            Account::filter(|a| a.payments.count().gt(3)).select(|a| {
                (
                    a.owner,
                    a.payments.count_where(|p| p.cents.lt(0)),
                    a.payments.sum(|p| p.cents),
                    a.payments.max(|p| p.amount),
                )
            })
        }),
        behaviour("an order by a column of the row it belongs to", || {
            Payment::filter(|p| p.cents.gt(1)).order_by(|p| {
                let shop = p.shop.value(|s| s.name);
                (p.account.value(|a| a.owner).asc(), shop.desc(), p.id.asc())
            })
        }),
        behaviour("the value of a has-one that may be two", || {
            Account::filter(|a| a.card.value(|c| c.label).eq("gold"))
        }),
        behaviour("an update to a sum of a relation", || {
            let points = Account::FIELDS.payments.sum(|p| p.points).coalesce(0);
            Account::filter(|a| a.id.eq(1)).update().spent(points)
        }),
    ]
}

fn asking() -> Vec<Behaviour> {
    vec![
        behaviour("values among those of a query", || {
            let owners = Account::filter(|a| a.city.eq("Bern"))
                .order_by(|a| a.budget.desc())
                .limit(3)
                .offset(1)
                .select(|a| a.id);
            Payment::filter(|p| p.cents.gt(0) & p.account_id.in_query(owners) & p.points.lt(9))
        }),
        behaviour("values not among those of a query that can be NULL", || {
            let cities = Account::filter(|a| a.budget.gt(0)).select(|a| a.city);
            Account::filter(|a| a.city.not_in_query(cities))
        }),
        behaviour("rows of a query of the same model exist", || {
            Account::filter(|a| {
                let same = Account::filter(|b| b.city.eq(outer(a.city)) & b.id.ne(outer(a.id)));
                exists(same) & not_exists(Payment::filter(|p| p.account_id.eq(outer(a.id))))
            })
        }),
        behaviour("the first value of a query", || {
            Account::all().select(|a| {
                let own = Payment::filter(|p| p.account_id.eq(outer(a.id)));
                let last = own.order_by(|p| p.id.desc()).select(|p| p.memo);
                (a.owner, scalar(last))
            })
        }),
        behaviour("a query of groups inside", || {
            let busy = Payment::filter(|p| p.cents.gt(0))
                .group_by(|p| p.account_id)
                .having(|group| sum(group.row.cents).gt(100))
                .order_by(|_| count().desc())
                .limit(5)
                .select(|group| group.key);
            Account::filter(|a| a.id.in_query(busy)).delete()
        }),
        behaviour("a query for a mean inside of an order", || {
            Account::all().order_by(|a| {
                let own = Payment::filter(|p| p.account_id.eq(outer(a.id)));
                scalar(own.select(|p| avg(p.cents))).desc()
            })
        }),
    ]
}

fn naming() -> Vec<Behaviour> {
    let totals = || {
        Payment::filter(|p| p.cents.gt(3))
            .group_by(|p| p.account_id)
            .select(|group| (group.key, count(), sum(group.row.cents)))
            .named("totals")
    };
    vec![
        behaviour("a named query that is read twice", move || {
            let totals = totals();
            let mean = totals.select(|(_, _, cents)| avg(cents));
            totals
                .filter(|(_, n, _)| n.gt(2) & scalar(mean).gt(7.5))
                .order_by(|(_, _, cents)| cents.desc())
                .select(|(account, _, cents)| (account, cents))
        }),
        behaviour("rows among those of a named query", move || {
            let busy = totals().materialized();
            let busy = busy.filter(|(_, n, _)| n.gt(3));
            Account::filter(|a| a.id.in_query(busy.select(|(account, _, _)| account)))
                .update()
                .budget(0)
        }),
        behaviour("a named query of another one", move || {
            let large = totals()
                .filter(|(_, _, cents)| cents.gt(100))
                .named("large");
            large.filter(|(account, _, _)| {
                exists(totals().filter(|(other, _, _)| other.eq(outer(account))))
            })
        }),
        behaviour("the first of each group by its number", || {
            let ranked = Payment::all()
                .select(|p| {
                    let place = row_number()
                        .over(|w| w.partition_by(p.account_id).order_by(p.cents.desc()));
                    (p.id, p.memo, place)
                })
                .named("ranked");
            ranked
                .filter(|(_, _, place)| place.le(3))
                .order_by(|(_, memo, _)| memo.asc())
        }),
        behaviour("a view of rows by name", || {
            let notes = Payment::filter(|p| p.cents.lt(0)).select_as::<PaymentNote>();
            notes
                .named("notes")
                .not_materialized()
                .filter(|note| note.memo.is_not_null())
        }),
        behaviour("the first of groups inside of a query", || {
            Account::filter(|a| {
                let firsts = Payment::filter(|p| p.account_id.eq(outer(a.id)))
                    .order_by(|p| p.cents.desc())
                    .distinct_on(|p| p.shop_id);
                exists(firsts)
            })
        }),
        behaviour("a union inside of a query", || {
            let cards = Card::filter(|c| c.label.eq("red")).select(|c| c.account_id);
            let paid = Payment::filter(|p| p.cents.gt(5)).select(|p| p.account_id);
            Account::filter(|a| a.id.in_query(cards.union(paid)))
        }),
    ]
}

fn inserting() -> Vec<Behaviour> {
    vec![behaviour("pieces of SQL", || {
        Account::filter(|a| {
            fragment("length(")
                .value(a.owner)
                .push(") > ")
                .bind(3i64)
                .as_filter()
        })
        .order_by(|_| fragment("random()").as_value::<f64>().asc())
        .select(|a| {
            fragment("trim(")
                .value(a.owner)
                .push(")")
                .as_value::<String>()
        })
    })]
}
