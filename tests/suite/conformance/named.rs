//! Queries by name, whose rows others read as those of a table: alone, several times in a statement, one by another, beside
//! tables; and what cannot be.

use super::related_values::accounts;
use crate::cases::on_every_database;
use crate::models::accounts::{ACCOUNTS, Account, Payment, Shop};
use crate::models::views::PaymentNote;
use rust_decimal::Decimal;
use toasty::expr::{avg, count, exists, max, min, outer, row_number, scalar, sum};
use toasty::{Db, Error, ErrorKind, Named, Result};

/// Of each account with payments, how many and their sum: `(1, 3, Some(100))` and `(2, 1, Some(5))`.
fn totals() -> Named<(u64, u64, Option<i64>)> {
    Payment::filter(|p| p.cents.ne(-1))
        .group_by(|p| p.account_id)
        .select(|group| (group.key, count(), sum(group.row.cents)))
        .named("totals")
}

async fn a_named_query_is_asked_as_a_table_is(db: &Db) -> Result<()> {
    accounts(db).await?;
    let totals = totals();
    let (one, two) = ((1, 3, Some(100)), (2, 1, Some(5)));
    let by_account = totals.order_by(|(account, _, _)| account.asc());
    assert_eq!(by_account.clone().all(db).await?, [one, two]);
    assert_eq!(by_account.clone().offset(1).all(db).await?, [two]);
    let largest = totals.order_by(|(_, n, _)| n.desc());
    assert_eq!(largest.first(db).await?, Some(one));
    let few = totals.filter(|(_, n, cents)| n.lt(3) & cents.is_not_null());
    assert_eq!(few.clone().one(db).await?, two);
    assert_eq!(few.count(db).await?, 1);
    assert_eq!(totals.count(db).await?, 2);
    assert_eq!(totals.all(db).await?.len(), 2);
    assert!(!totals.filter(|(_, n, _)| n.gt(3)).exists(db).await?);
    let doubled = totals
        .filter(|(account, _, _)| account.in_list([1, 2]))
        .order_by(|(_, _, cents)| cents.asc())
        .select(|(account, n, cents)| (account + n * 2, cents.coalesce(0)));
    assert_eq!(doubled.all(db).await?, [(4, 5), (7, 100)]);
    let mut stream = totals.stream(db);
    let mut seen = 0;
    while let Some(row) = stream.next().await {
        seen += row?.1;
    }
    assert_eq!(seen, 4);
    Ok(())
}

async fn aggregates_are_of_aggregates(db: &Db) -> Result<()> {
    accounts(db).await?;
    let totals = totals();
    let mean = totals.select(|(_, n, cents)| (avg(n), max(cents), count()));
    assert_eq!(mean.one(db).await?, (Some(2.0), Some(100), 2));
    let by_number = totals
        .group_by(|(_, n, _)| n)
        .having(|group| group.key.gt(1))
        .order_by(|group| group.key.asc())
        .select(|group| (group.key, count(), min(group.row.2)));
    assert_eq!(by_number.all(db).await?, [(3, 1, Some(100))]);
    Ok(())
}

async fn a_named_query_is_read_several_times_in_one_statement(db: &Db) -> Result<()> {
    accounts(db).await?;
    let totals = totals();
    // Above the mean, and the only one of its number.
    let above = totals.filter(|(account, n, _)| {
        let sum_of_all = totals.select(|(_, n, _)| sum(n));
        let all = totals.select(|_| count());
        let alike = totals.filter(|(other, m, _)| m.eq(outer(n)) & other.ne(outer(account)));
        (n * scalar(all).coalesce(0)).gt(scalar(sum_of_all)) & !exists(alike)
    });
    assert_eq!(above.select(|(account, _, _)| account).all(db).await?, [1]);
    let both = totals
        .filter(|(account, _, _)| account.eq(1))
        .union_all(totals.filter(|(_, n, _)| n.gt(0)))
        .order_by(|(account, _, _)| account.asc());
    let both = both.all(db).await?;
    assert_eq!(both.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 1, 2]);
    Ok(())
}

async fn rows_of_a_model_are_found_by_a_named_query(db: &Db) -> Result<()> {
    accounts(db).await?;
    let totals = totals();
    let busy = totals
        .filter(|(_, n, _)| n.ge(2))
        .select(|(account, _, _)| account);
    let owners = Account::filter(|a| a.id.in_query(busy)).select(|a| a.owner);
    assert_eq!(owners.all(db).await?, ["Ann"]);
    // Of each row's own: what a join to it would give.
    let own = Account::all().order_by(|a| a.id.asc()).select(|a| {
        let own = totals.filter(|(account, _, _)| account.eq(outer(a.id)));
        (a.owner, scalar(own.select(|(_, n, _)| n)).coalesce(0))
    });
    assert_eq!(
        own.all(db).await?,
        [("Ann".into(), 3), ("Bob".into(), 1), ("Cy".into(), 0)]
    );
    let idle =
        Account::filter(|a| !exists(totals.filter(|(account, _, _)| account.eq(outer(a.id)))));
    assert_eq!(idle.one(db).await?.owner, "Cy");
    Ok(())
}

async fn the_first_two_of_each_group_are_found_by_their_number(db: &Db) -> Result<()> {
    accounts(db).await?;
    let ranked = Payment::all()
        .select(|p| {
            let place =
                row_number().over(|w| w.partition_by(p.account_id).order_by(p.cents.desc()));
            (p.id, p.account_id, place)
        })
        .named("ranked");
    let top = ranked
        .filter(|(_, _, place)| place.le(2))
        .order_by(|(id, _, _)| id.asc())
        .select(|(id, _, _)| id);
    assert_eq!(top.clone().all(db).await?, [1, 2, 4]);
    let rest = Payment::filter(|p| {
        p.id.not_in_query(
            ranked
                .filter(|(_, _, place)| place.le(2))
                .select(|(id, _, _)| id),
        )
    });
    assert_eq!(rest.one(db).await?.id, 3);
    Ok(())
}

async fn a_named_query_reads_another(db: &Db) -> Result<()> {
    accounts(db).await?;
    let totals = totals();
    let large = totals
        .filter(|(_, _, cents)| cents.ge(5))
        .order_by(|(_, _, cents)| cents.desc())
        .limit(1)
        .select(|(account, _, cents)| (account, cents))
        .named("large");
    // Both in one statement, and one by the other.
    let rest = totals.filter(|(account, n, _)| {
        n.gt(0) & account.not_in_query(large.select(|(account, _)| account))
    });
    assert_eq!(rest.all(db).await?, [(2, 1, Some(5))]);
    let beside = large
        .filter(|(account, _)| exists(totals.filter(|(other, _, _)| other.ne(outer(account)))));
    assert_eq!(beside.all(db).await?, [(1, Some(100))]);
    Ok(())
}

async fn whole_rows_by_name_have_their_relations(db: &Db) -> Result<()> {
    accounts(db).await?;
    let paid = Payment::filter(|p| p.cents.gt(0)).named("paid");
    let of_ann = paid.filter(|p| p.account.is(|a| a.owner.eq("Ann")));
    let rows = of_ann
        .order_by(|p| p.amount.desc())
        .include(|p| p.account)
        .all(db)
        .await?;
    assert_eq!(rows.iter().map(|p| p.id).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(rows[0].account.get()?.owner, "Ann");
    let names = paid
        .order_by(|p| p.id.asc())
        .select(|p| (p.id, p.shop.value(|s| s.name)));
    assert_eq!(
        names.all(db).await?,
        [(1, Some("Zoo".into())), (2, Some("Bar".into())), (4, None)]
    );
    let firsts = paid
        .order_by(|p| p.cents.asc())
        .distinct_on(|p| p.account_id)
        .select(|p| p.id);
    assert_eq!(firsts.all(db).await?, [4, 1]);
    Ok(())
}

async fn a_view_by_name_has_its_fields(db: &Db) -> Result<()> {
    accounts(db).await?;
    let notes = Payment::filter(|p| p.memo.is_not_null())
        .select_as::<PaymentNote>()
        .named("notes");
    let of_a = notes
        .filter(|note| note.memo.eq("a") & note.amount.gt(Decimal::ONE))
        .one(db)
        .await?;
    assert_eq!((of_a.id, of_a.memo.as_deref()), (3, Some("a")));
    // Decimals are numbers here too: by their text "10" would come first.
    let ordered = notes.order_by(|note| note.amount.desc());
    let ids: Vec<u64> = ordered.all(db).await?.iter().map(|note| note.id).collect();
    assert_eq!(ids, [3, 1, 4]);
    let memos = notes
        .group_by(|note| note.memo)
        .order_by(|group| group.key.asc())
        .select(|group| (group.key, max(group.row.amount)));
    let decimal = |text| Some(Decimal::from_str_exact(text).unwrap());
    assert_eq!(
        memos.all(db).await?,
        [
            (Some("a".into()), decimal("9.5")),
            (Some("b".into()), decimal("1.50"))
        ]
    );
    Ok(())
}

async fn unions_have_names_too(db: &Db) -> Result<()> {
    accounts(db).await?;
    let names = Account::filter(|a| a.id.lt(3))
        .select(|a| (a.owner, a.city))
        .union(Shop::all().select(|s| (s.name, s.region)))
        .named("names");
    let some = names
        .filter(|(name, place)| name.ne("Bar") & place.is_not_null())
        .order_by(|(name, _)| name.desc())
        .select(|(name, _)| name);
    assert_eq!(some.all(db).await?, ["Zoo", "Ann"]);
    Ok(())
}

async fn writes_find_their_rows_by_named_queries(db: &Db) -> Result<()> {
    accounts(db).await?;
    let totals = totals();
    let busy = || {
        totals
            .filter(|(_, n, _)| n.gt(1))
            .select(|(account, _, _)| account)
    };
    let changed = Account::filter(|a| a.id.in_query(busy()) & a.budget.gt(1))
        .update()
        .budget(7)
        .exec(db)
        .await?;
    assert_eq!(changed, 1);
    let gone = Payment::filter(|p| p.cents.gt(6) & p.account_id.in_query(busy()));
    assert_eq!(gone.delete().exec(db).await?, 2);
    Ok(())
}

async fn rows_that_are_kept_or_not_are_the_same(db: &Db) -> Result<()> {
    accounts(db).await?;
    for totals in [totals().materialized(), totals().not_materialized()] {
        let rows = totals
            .filter(|(account, _, _)| account.eq(2))
            .all(db)
            .await?;
        assert_eq!(rows, [(2, 1, Some(5))]);
    }
    Ok(())
}

fn is_refused(error: &Error, what: &str, instead: &str) {
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    assert!(error.message().contains(what), "{error}");
    assert!(
        error
            .advice()
            .is_some_and(|advice| advice.contains(instead)),
        "{error}"
    );
}

/// In the statement, which holds no values, the two look alike.
async fn two_queries_of_one_name_with_other_values_are_refused(db: &Db) -> Result<()> {
    let above = |cents: i64| {
        Payment::filter(|p| p.cents.gt(cents))
            .select(|p| (p.id,))
            .named("some")
    };
    let (few, many) = (above(60), above(0));
    let other = many.select(|(id,)| id);
    let both = few.filter(|(id,)| id.in_query(other));
    let error = both.all(db).await.unwrap_err();
    is_refused(
        &error,
        "two different queries that are both named `some`",
        "its own name",
    );
    let error = few.query().union(many.query()).all(db).await.unwrap_err();
    is_refused(&error, "both named `some`", "its own name");
    // In parts that are built by themselves.
    let found = || Payment::filter(|p| p.id.in_query(few.select(|(id,)| id)));
    let number = || scalar::<Payment, _>(many.select(|_| count()));
    let lowest = || scalar::<Payment, _>(many.select(|(id,)| min(id)));
    let errors = [
        found().select(|p| (p.id, number())).all(db).await.err(),
        found().order_by(|_| number().asc()).all(db).await.err(),
        found()
            .order_by(|_| number().asc())
            .page(3)
            .fetch(db)
            .await
            .err(),
        found()
            .order_by(|_| number().asc())
            .select(|p| p.id)
            .page(3)
            .fetch(db)
            .await
            .err(),
        found()
            .update()
            .assign(|p| p.points.to(lowest().coalesce(0)))
            .exec(db)
            .await
            .err(),
        Payment::update_by_id(1u64)
            .assign(|p| {
                let least = scalar::<Payment, _>(few.select(|(id,)| min(id)));
                (
                    p.points.to(least.coalesce(0)),
                    p.account_id.to(lowest().coalesce(0)),
                )
            })
            .exec(db)
            .await
            .err(),
    ];
    for error in errors {
        is_refused(&error.unwrap(), "both named `some`", "its own name");
    }
    Ok(())
}

/// SQLite 3.53 gives groups in the order in which their rows come, where that is one of the group's values.
async fn groups_of_a_named_query_come_in_their_own_order(db: &Db) -> Result<()> {
    accounts(db).await?;
    let last = Payment::all()
        .order_by(|p| p.account_id.desc())
        .limit(9)
        .select(|p| (p.account_id, p.id))
        .named("last");
    let up = || {
        let groups = last.group_by(|(account, _)| account);
        groups
            .order_by(|g| g.key.asc())
            .select(|g| (g.key, count()))
    };
    assert_eq!(up().all(db).await?, [(1, 3), (2, 1)]);
    assert_eq!(up().first(db).await?, Some((1, 3)));
    let kept = last.clone().materialized();
    let groups = kept.group_by(|(account, _)| account);
    let kept = groups.order_by(|g| g.key.asc()).select(|g| g.key);
    assert_eq!(kept.all(db).await?, [1, 2]);
    let first = Payment::all()
        .order_by(|p| p.account_id.asc())
        .limit(9)
        .named("first");
    let groups = first.group_by(|p| p.account_id);
    let down = groups.order_by(|g| g.key.desc()).select(|g| g.key);
    assert_eq!(down.all(db).await?, [2, 1]);
    Ok(())
}

async fn two_queries_of_one_name_are_refused(db: &Db) -> Result<()> {
    let payments = Payment::all().select(|p| (p.id,)).named("some");
    payments.all(db).await?;
    let shops = Shop::all().select(|s| (s.id,)).named("Some");
    let both = payments.filter(|(id,)| id.in_query(shops.select(|(id,)| id)));
    let error = both.all(db).await.unwrap_err();
    is_refused(&error, "both named `Some`", "its own name");
    Ok(())
}

async fn a_name_that_a_table_of_the_statement_has_is_refused(db: &Db) -> Result<()> {
    let shops = Shop::all().select(|s| (s.id,)).named("payment");
    assert_eq!(shops.all(db).await?, []);
    let both = Payment::filter(|p| p.shop_id.in_query(shops.select(|(id,)| id)));
    let error = both.all(db).await.unwrap_err();
    is_refused(&error, "a query named `payment`", "another name");
    let own = Payment::all().select(|p| (p.id,)).named("payment");
    let error = own.all(db).await.unwrap_err();
    is_refused(&error, "a table of that name", "another name");
    let nameless = Payment::all().select(|p| (p.id,)).named("");
    let error = nameless.all(db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Schema);
    assert!(error.advice().unwrap().contains(".named("), "{error}");
    Ok(())
}

async fn odd_names_are_names_all_the_same(db: &Db) -> Result<()> {
    accounts(db).await?;
    for name in ["order by \"t1\"", "SELECT", "t1", "T0", "Ünï"] {
        let named = Payment::all().select(|p| (p.id, p.account_id)).named(name);
        let rows = named.filter(|(id, account)| {
            id.gt(1)
                & exists(Account::filter(|a| {
                    a.id.eq(outer(account)) & a.card.is(|c| c.label.eq("red") | c.label.ne("red"))
                }))
        });
        assert_eq!(rows.count(db).await?, 2, "{name}");
    }
    Ok(())
}

async fn an_order_that_no_limit_uses_is_refused_in_a_named_query(db: &Db) -> Result<()> {
    let ordered = Payment::all()
        .order_by(|p| p.cents.asc())
        .select(|p| (p.id,))
        .named("ordered");
    let error = ordered.all(db).await.unwrap_err();
    is_refused(&error, "an order of a named query", "named.order_by");
    Ok(())
}

async fn rows_by_name_are_not_written_and_not_locked(db: &Db) -> Result<()> {
    let totals = totals();
    let few = || totals.filter(|(_, n, _)| n.lt(3));
    let error = few().delete().exec(db).await.unwrap_err();
    is_refused(&error, "`delete` of a named query", "in_list");
    let error = few().for_update().all(db).await.unwrap_err();
    is_refused(&error, "a named query", "in_list");
    let error = few().page(3).fetch(db).await.unwrap_err();
    is_refused(&error, "pages of a named query", "page through");
    let error = totals.query().last(db).await.unwrap_err();
    is_refused(&error, "the last row of a named query", "order_by");
    Ok(())
}

/// It stands before the whole statement, where no row of another query is.
async fn a_named_query_does_not_see_the_query_around(db: &Db) -> Result<()> {
    let seeing = Account::filter(|a| {
        let own = Payment::filter(|p| p.account_id.eq(outer(a.id))).select(|p| (p.id,));
        exists(own.named("own").query())
    });
    let error = seeing.all(db).await.unwrap_err();
    is_refused(&error, "a column of `Account`", "build the query");
    Ok(())
}

/// What is wrong with the named query is an error of the one that reads it.
async fn a_broken_named_query_breaks_what_reads_it(db: &Db) -> Result<()> {
    let broken = Payment::all()
        .limit(1)
        .group_by(|p| p.account_id)
        .select(|group| (group.key,))
        .named("broken");
    let reading = Account::filter(|a| a.id.in_query(broken.select(|(account,)| account)));
    let error = reading.all(db).await.unwrap_err();
    is_refused(&error, "before `group_by`", "after `group_by`");
    assert_eq!(error.model(), Some("Payment"));
    let including = Payment::all().include(|p| p.shop).named("including");
    is_refused(
        &including.all(db).await.unwrap_err(),
        "an include in a named query",
        "include",
    );
    Ok(())
}

on_every_database! {
    ACCOUNTS;
    a_named_query_is_asked_as_a_table_is [dynamodb: "by its name"],
    aggregates_are_of_aggregates [dynamodb: "by its name"],
    a_named_query_is_read_several_times_in_one_statement [dynamodb: "by its name"],
    rows_of_a_model_are_found_by_a_named_query [dynamodb: "a query inside of a query"],
    the_first_two_of_each_group_are_found_by_their_number [dynamodb: "by its name"],
    a_named_query_reads_another [dynamodb: "by its name"],
    whole_rows_by_name_have_their_relations [dynamodb: "by its name"],
    a_view_by_name_has_its_fields [dynamodb: "by its name"],
    unions_have_names_too [dynamodb: "by its name"],
    writes_find_their_rows_by_named_queries [dynamodb: "a query inside of a query"],
    rows_that_are_kept_or_not_are_the_same [dynamodb: "by its name"],
    groups_of_a_named_query_come_in_their_own_order [dynamodb: "by its name"],
    two_queries_of_one_name_with_other_values_are_refused,
    two_queries_of_one_name_are_refused [dynamodb: "by its name"],
    a_name_that_a_table_of_the_statement_has_is_refused [dynamodb: "by its name"],
    odd_names_are_names_all_the_same [dynamodb: "by its name"],
    an_order_that_no_limit_uses_is_refused_in_a_named_query,
    rows_by_name_are_not_written_and_not_locked,
    a_named_query_does_not_see_the_query_around,
    a_broken_named_query_breaks_what_reads_it,
}
