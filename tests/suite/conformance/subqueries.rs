//! Queries inside of queries: values among those of another, whether it has rows, its first value; with their own order,
//! limit and groups, and columns of the query around.

use super::related_values::accounts;
use crate::cases::on_every_database;
use crate::models::accounts::{ACCOUNTS, Account, AccountFields, Card, Payment, Shop};
use rust_decimal::Decimal;
use toasty::expr::{avg, count, exists, max, min, not_exists, outer, scalar, sum};
use toasty::{Db, ErrorKind, Filter, Result};

async fn owners(
    db: &Db,
    filter: impl FnOnce(AccountFields) -> Filter<Account>,
) -> Result<Vec<String>> {
    let owners = Account::filter(filter)
        .order_by(|a| a.owner.asc())
        .select(|a| a.owner);
    owners.all(db).await
}

async fn values_are_among_those_of_a_query(db: &Db) -> Result<()> {
    accounts(db).await?;
    let in_bern = || Account::filter(|a| a.city.eq("Bern")).select(|a| a.id);
    let ids = |payments: Vec<Payment>| payments.iter().map(|p| p.id).collect::<Vec<_>>();
    let of_bern = Payment::filter(|p| p.account_id.in_query(in_bern()) & p.cents.gt(0));
    assert_eq!(ids(of_bern.order_by(|p| p.id.asc()).all(db).await?), [1, 2]);
    let of_others = Payment::filter(|p| p.account_id.not_in_query(in_bern()));
    assert_eq!(ids(of_others.all(db).await?), [4]);
    // Of a computed value, and of decimals that are equal as numbers.
    let doubled = Payment::filter(|p| {
        (p.cents * 2).in_query(Payment::filter(|q| q.id.eq(1)).select(|q| q.cents + 90))
    });
    assert_eq!(ids(doubled.all(db).await?), [2]);
    let price = Payment::filter(|p| {
        p.amount.in_query(
            Payment::filter(|q| q.id.eq(1)).select(|q| q.amount + Decimal::ONE - Decimal::ONE),
        )
    });
    assert_eq!(ids(price.all(db).await?), [1]);
    Ok(())
}

/// The payments of shop 1 and 2, and one of none: its NULL hides nothing.
async fn a_null_among_the_values_is_left_out(db: &Db) -> Result<()> {
    accounts(db).await?;
    let names = |filter: Filter<Shop>| async move {
        let names = Shop::all()
            .narrowed_by(filter)
            .order_by(|s| s.id.asc())
            .select(|s| s.name);
        names.all(db).await
    };
    let s = <Shop as toasty::Model>::FIELDS;
    let of_bob = || Payment::filter(|p| p.account_id.eq(2)).select(|p| p.shop_id);
    assert_eq!(names(s.id.in_query(of_bob())).await?, [""; 0]);
    assert_eq!(names(s.id.not_in_query(of_bob())).await?, ["Zoo", "Bar"]);
    assert_eq!(names(!s.id.in_query(of_bob())).await?, ["Zoo", "Bar"]);
    let all = || Payment::filter(|p| p.cents.ne(70)).select(|p| p.shop_id);
    assert_eq!(names(s.id.not_in_query(all())).await?, ["Bar"]);
    // A column that is NULL is among no values, and beside none only where there are none.
    let regions = |region: &str| Shop::filter(|s| s.region.eq(region)).select(|s| s.region);
    assert_eq!(
        names(s.region.not_in_query(regions("west"))).await?,
        ["Zoo", "Bar"]
    );
    assert_eq!(
        names(s.region.not_in_query(regions("east"))).await?,
        [""; 0]
    );
    assert_eq!(names(s.region.in_query(regions("east"))).await?, ["Zoo"]);
    // Of each row's own.
    let elsewhere = Payment::filter(|p| {
        let others =
            Payment::filter(|q| q.account_id.eq(outer(p.account_id)) & q.id.ne(outer(p.id)));
        p.shop_id.not_in_query(others.select(|q| q.shop_id))
            & exists(Shop::filter(|s| {
                s.id.in_query(
                    Payment::filter(|q| q.id.eq(outer(p.id)) & q.shop_id.eq(outer(s.id)))
                        .select(|q| q.shop_id),
                )
            }))
    });
    assert_eq!(elsewhere.one(db).await?.id, 2);
    Ok(())
}

async fn rows_exist_that_fit_the_row(db: &Db) -> Result<()> {
    accounts(db).await?;
    let large = owners(db, |a| {
        exists(Payment::filter(|p| {
            p.account_id.eq(outer(a.id)) & p.cents.ge(50)
        }))
    });
    assert_eq!(large.await?, ["Ann"]);
    let none = owners(db, |a| {
        not_exists(Payment::filter(|p| p.account_id.eq(outer(a.id)))) & a.id.gt(0)
    });
    assert_eq!(none.await?, ["Cy"]);
    assert_eq!(owners(db, |_| exists(Shop::all())).await?.len(), 3);
    assert_eq!(
        owners(db, |_| !exists(Shop::filter(|s| s.name.eq("?"))))
            .await?
            .len(),
        3
    );
    assert_eq!(
        owners(db, |_| exists(Shop::all().offset(2))).await?.len(),
        0
    );
    // Groups exist, too.
    let twice = owners(db, |a| {
        let shops = Payment::filter(|p| p.account_id.eq(outer(a.id)) & p.shop_id.is_not_null());
        exists(
            shops
                .group_by(|p| p.shop_id)
                .having(|_| count().gt(1))
                .select(|group| group.key),
        )
    });
    assert_eq!(twice.await?, ["Ann"]);
    Ok(())
}

async fn outer_is_of_the_nearest_query_around(db: &Db) -> Result<()> {
    accounts(db).await?;
    // Of the same model: the column itself is of the inner row.
    let same_city = owners(db, |a| {
        exists(Account::filter(|b| {
            b.city.eq(outer(a.city)) & b.id.ne(outer(a.id))
        }))
    });
    assert_eq!(same_city.await?, ["Ann", "Cy"]);
    // Through two queries and the closure of a relation.
    let deep = owners(db, |a| {
        exists(Shop::filter(|s| {
            s.payments
                .any(|p| p.account_id.eq(outer(a.id)) & p.amount.gt(Decimal::ONE))
                & exists(Card::filter(|c| {
                    c.account_id.eq(outer(a.id)) & outer(s.name).ne(c.label)
                }))
        }))
    });
    assert_eq!(deep.await?, ["Ann"]);
    // In a relation's closure it is of the row that has the relation.
    let named = owners(db, |a| {
        a.payments.any(|p| p.cents.lt(outer(a.budget) - 100))
    });
    assert_eq!(named.await?, ["Ann"]);
    Ok(())
}

async fn the_first_value_of_a_query_is_a_value(db: &Db) -> Result<()> {
    accounts(db).await?;
    let rows = Account::all().order_by(|a| a.id.asc()).select(|a| {
        let own = Payment::filter(|p| p.account_id.eq(outer(a.id)));
        (
            scalar(own.clone().order_by(|p| p.cents.desc()).select(|p| p.memo)),
            scalar(
                own.clone()
                    .order_by(|p| p.cents.desc())
                    .offset(1)
                    .select(|p| p.cents),
            ),
            scalar(own.clone().select(|_| count())),
            scalar(own.select(|p| sum(p.amount))).coalesce(Decimal::ZERO),
        )
    });
    let decimal = |text| Decimal::from_str_exact(text).unwrap();
    assert_eq!(
        rows.all(db).await?,
        [
            (None, Some(50), Some(3), decimal("21")),
            (Some("a".into()), None, Some(1), decimal("0.1")),
            (None, None, Some(0), decimal("0")),
        ]
    );
    let above = Payment::filter(|p| {
        scalar(Payment::all().select(|q| avg(q.cents))).lt(25.5)
            & p.cents
                .gt(scalar(Payment::all().select(|q| min(q.cents))).coalesce(0))
    });
    assert_eq!(above.count(db).await?, 0);
    let ordered = Account::all().order_by(|a| {
        let own = Payment::filter(|p| p.account_id.eq(outer(a.id)));
        (scalar(own.select(|p| max(p.amount))).desc(), a.id.asc())
    });
    let ids: Vec<u64> = ordered.all(db).await?.iter().map(|a| a.id).collect();
    assert_eq!(ids, [1, 2, 3]);
    Ok(())
}

async fn inner_queries_keep_order_limit_groups_and_values(db: &Db) -> Result<()> {
    accounts(db).await?;
    let largest = Payment::filter(|p| p.cents.gt(-1000))
        .order_by(|p| p.cents.desc())
        .limit(2)
        .offset(1)
        .select(|p| p.account_id);
    assert_eq!(
        owners(db, |a| a.owner.ne("?")
            & a.id.in_query(largest)
            & a.budget.eq(100))
        .await?,
        ["Ann", "Bob"]
    );
    let busy = Payment::filter(|p| p.cents.ne(1))
        .group_by(|p| p.account_id + 0u64)
        .having(|group| sum(group.row.cents + 1).gt(50) & count().lt(9))
        .order_by(|group| max(group.row.cents * 3).desc())
        .limit(3)
        .select(|group| group.key);
    assert_eq!(
        owners(db, |a| a.budget.gt(7)
            & a.id.in_query(busy)
            & a.budget.lt(1000))
        .await?,
        ["Ann"]
    );
    let shops = Payment::all()
        .order_by(|p| p.shop_id.asc().nulls_last())
        .select(|p| p.shop_id)
        .distinct()
        .limit(1);
    let first = Shop::filter(|s| s.id.in_query(shops));
    assert_eq!(first.one(db).await?.name, "Zoo");
    Ok(())
}

/// The first of groups, and several queries as one, of each row's own.
async fn inner_queries_are_whatever_a_query_is(db: &Db) -> Result<()> {
    accounts(db).await?;
    // Those that are the largest of their account in one of the shops.
    let largest = Payment::filter(|p| {
        let firsts = Payment::filter(|q| q.account_id.eq(outer(p.account_id)))
            .order_by(|q| q.cents.desc())
            .distinct_on(|q| q.shop_id);
        p.id.in_query(firsts.select(|q| q.id))
    });
    let largest = largest.order_by(|p| p.id.asc()).select(|p| p.id);
    assert_eq!(largest.all(db).await?, [1, 2, 4]);
    let first = Account::all().order_by(|a| a.id.asc()).select(|a| {
        let own = Payment::filter(|p| p.account_id.eq(outer(a.id)));
        let firsts = own.distinct_on(|p| p.account_id);
        scalar(firsts.select(|p| p.cents))
    });
    assert_eq!(first.all(db).await?, [Some(50), Some(5), None]);
    // With a card of one name or a payment of one note.
    let known = owners(db, |a| {
        let cards = Card::filter(|c| c.account_id.eq(outer(a.id)) & c.label.eq("red"));
        let notes =
            Payment::filter(|p| p.account_id.eq(outer(a.id)) & p.shop.is_none() & p.memo.eq("a"));
        let both = cards
            .select(|c| c.account_id)
            .union(notes.select(|p| p.account_id));
        a.id.in_query(both)
            & exists(Card::all().union(Card::filter(|c| c.account_id.ne(outer(a.id)))))
    });
    assert_eq!(known.await?, ["Bob", "Cy"]);
    Ok(())
}

async fn writes_find_their_rows_by_queries(db: &Db) -> Result<()> {
    accounts(db).await?;
    let changed = Payment::filter(|p| {
        p.account_id
            .in_query(Account::filter(|a| a.owner.eq("Bob")).select(|a| a.id))
    })
    .update()
    .cents(7)
    .memo("seen")
    .exec(db)
    .await?;
    assert_eq!(changed, 1);
    let gone = Payment::filter(|p| {
        exists(Account::filter(|a| {
            a.id.eq(outer(p.account_id)) & a.owner.eq("Ann")
        })) & p.cents.lt(0)
    });
    assert_eq!(gone.delete().exec(db).await?, 1);
    assert_eq!(Payment::all().count(db).await?, 3);
    Ok(())
}

async fn pages_are_of_queries_with_queries_inside(db: &Db) -> Result<()> {
    accounts(db).await?;
    let page = |least: i64| {
        Payment::filter(|p| {
            exists(Account::filter(|a| {
                a.id.eq(outer(p.account_id)) & a.budget.gt(least)
            }))
        })
        .order_by(|p| p.cents.asc())
        .page(3)
    };
    let first = page(7).fetch(db).await?;
    assert_eq!(
        first.items.iter().map(|p| p.id).collect::<Vec<_>>(),
        [3, 4, 1]
    );
    let next = page(8).after(first.next_token()).fetch(db).await?;
    assert_eq!(next.items.iter().map(|p| p.id).collect::<Vec<_>>(), [2]);
    // Of another inner query it is another query.
    let other = Payment::filter(|p| exists(Account::filter(|a| a.id.eq(outer(p.account_id)))));
    let other = other
        .order_by(|p| p.cents.asc())
        .page(3)
        .after(first.next_token());
    assert!(other.fetch(db).await.unwrap_err().is_invalid_cursor());
    Ok(())
}

async fn an_outer_column_without_its_query_is_refused_and_names_both(db: &Db) -> Result<()> {
    let alone = Payment::filter(|p| {
        p.account_id
            .eq(outer(<Account as toasty::Model>::FIELDS.id))
    });
    let error = alone.all(db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(error.model(), Some("Payment"));
    assert!(
        error.message().contains("`Account`") && error.message().contains("`Payment`"),
        "{error}"
    );
    assert!(
        error.advice().unwrap().contains("Account::filter"),
        "{error}"
    );
    let own = Payment::filter(|p| p.id.eq(outer(p.id))).all(db).await;
    assert_eq!(own.unwrap_err().kind(), ErrorKind::Unsupported);
    let of_outer =
        Account::all().select(|a| a.payments.sum(|_| outer::<Payment, Account, _>(a.budget)));
    assert_eq!(
        of_outer.all(db).await.unwrap_err().kind(),
        ErrorKind::Unsupported
    );
    Ok(())
}

/// What is wrong with the inner query is an error of the outer one.
async fn a_broken_inner_query_breaks_the_outer_one(db: &Db) -> Result<()> {
    let grouped = Payment::all()
        .limit(1)
        .group_by(|p| p.account_id)
        .select(|group| group.key);
    let error = Account::filter(|a| a.id.in_query(grouped))
        .all(db)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Unsupported, Some("Payment"))
    );
    assert!(
        error.message().contains("before `group_by`") && error.advice().is_some(),
        "{error}"
    );
    let deep = (0..200).fold(Filter::<Account>::always(), |filter, _| {
        exists(Account::all().narrowed_by(filter))
    });
    let error = Account::all().narrowed_by(deep).all(db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooComplex);
    Ok(())
}

on_every_database! {
    ACCOUNTS;
    values_are_among_those_of_a_query [dynamodb: "a query inside of a query"],
    a_null_among_the_values_is_left_out [dynamodb: "a query inside of a query"],
    rows_exist_that_fit_the_row [dynamodb: "a query inside of a query"],
    outer_is_of_the_nearest_query_around [dynamodb: "a query inside of a query"],
    the_first_value_of_a_query_is_a_value [dynamodb: "a query inside of a query"],
    inner_queries_keep_order_limit_groups_and_values [dynamodb: "a query inside of a query"],
    inner_queries_are_whatever_a_query_is [dynamodb: "a query inside of a query"],
    writes_find_their_rows_by_queries [dynamodb: "a query inside of a query"],
    pages_are_of_queries_with_queries_inside [dynamodb: "a query inside of a query"],
    an_outer_column_without_its_query_is_refused_and_names_both,
    a_broken_inner_query_breaks_the_outer_one,
}
