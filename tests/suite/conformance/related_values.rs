//! Values of a relation as values of the row: counts, sums and columns of others, in one statement.

use crate::cases::on_every_database;
use crate::models::accounts::{ACCOUNTS, Account, Card, Payment, Shop};
use crate::models::people::{Book, PEOPLE, Person, SHELVES, Shelf};
use rust_decimal::Decimal;
use toasty::expr::{case, count, max, sum};
use toasty::{Db, ErrorKind, Filter, Model, ModelDef, Result, create};

const MODELS: &[&ModelDef] = &[
    ACCOUNTS[0],
    ACCOUNTS[1],
    ACCOUNTS[2],
    ACCOUNTS[3],
    PEOPLE[0],
    PEOPLE[1],
    PEOPLE[2],
    PEOPLE[3],
    SHELVES[0],
    SHELVES[1],
];

fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

/// Ann has three payments, Bob one without a shop, Cy none; Ann has a card of two, Cy one.
pub(super) async fn accounts(db: &Db) -> Result<()> {
    for (id, owner, city) in [
        (1, "Ann", Some("Bern")),
        (2, "Bob", None),
        (3, "Cy", Some("Bern")),
    ] {
        create!(Account {
            id,
            owner,
            city: city.map(String::from),
            budget: 100
        })
        .exec(db)
        .await?;
    }
    for (id, name, region) in [(1, "Zoo", Some("east")), (2, "Bar", None)] {
        create!(Shop {
            id,
            name,
            region: region.map(String::from)
        })
        .exec(db)
        .await?;
    }
    for (id, account_id, shop_id, cents, amount, memo) in [
        (1, 1, Some(1), 50, "1.50", Some("b")),
        (2, 1, Some(2), 70, "10", None),
        (3, 1, Some(1), -20, "9.5", Some("a")),
        (4, 2, None, 5, "0.1", Some("a")),
    ] {
        create!(Payment {
            id,
            account_id,
            shop_id,
            cents,
            points: id * 10,
            amount: decimal(amount),
            share: 0.5,
            memo: memo.map(String::from),
        })
        .exec(db)
        .await?;
    }
    for (id, account_id, label) in [(1, 1, "gold"), (2, 1, "blue"), (3, 3, "red")] {
        create!(Card {
            id,
            account_id,
            label,
            digits: None::<String>
        })
        .exec(db)
        .await?;
    }
    Ok(())
}

async fn rows_of_a_has_many_are_counted_for_each_row(db: &Db) -> Result<()> {
    accounts(db).await?;
    let counts = Account::all().order_by(|a| a.id.asc()).select(|a| {
        let small = a.payments.count_where(|p| p.cents.lt(60));
        let shops = a
            .payments
            .matching(|p| p.cents.gt(0))
            .count_distinct(|p| p.shop_id);
        (a.owner, a.payments.count(), small, shops)
    });
    assert_eq!(
        counts.all(db).await?,
        [
            ("Ann".into(), 3, 2, 2),
            ("Bob".into(), 1, 1, 0),
            ("Cy".into(), 0, 0, 0)
        ]
    );
    Ok(())
}

async fn sums_and_extremes_of_a_has_many_are_none_where_there_is_no_value(db: &Db) -> Result<()> {
    accounts(db).await?;
    let values = Account::all().order_by(|a| a.id.asc()).select(|a| {
        (
            a.payments.sum(|p| p.cents),
            a.payments.sum(|p| p.points),
            a.payments.sum(|p| p.amount),
            a.payments.avg(|p| p.cents),
            a.payments.min(|p| p.memo),
            a.payments.max(|p| p.amount),
            a.payments
                .matching(|p| p.shop_id.is_not_null())
                .sum(|p| p.share + 1.0),
        )
    });
    let (of_ann, of_bob) = (decimal("21"), decimal("0.1"));
    assert_eq!(
        values.all(db).await?,
        [
            (
                Some(100),
                Some(60),
                Some(of_ann),
                Some(100.0 / 3.0),
                Some("a".into()),
                Some(decimal("10")),
                Some(4.5)
            ),
            (
                Some(5),
                Some(40),
                Some(of_bob),
                Some(5.0),
                Some("a".into()),
                Some(of_bob),
                None
            ),
            (None, None, None, None, None, None, None),
        ]
    );
    let of_aggregates = Account::all().order_by(|a| a.id.desc()).select(|a| {
        a.payments
            .matching(|_| Filter::always())
            .aggregate(|p| sum(p.cents).coalesce(1) + max(p.cents).coalesce(7))
    });
    assert_eq!(of_aggregates.all(db).await?, [8, 10, 170]);
    Ok(())
}

async fn a_sum_that_does_not_fit_is_an_error_also_per_row(db: &Db) -> Result<()> {
    accounts(db).await?;
    for (id, cents) in [(8, i64::MAX), (9, 1)] {
        create!(Payment {
            id,
            account_id: 3,
            cents
        })
        .exec(db)
        .await?;
    }
    let sums = || Account::filter(|a| a.owner.ne("Ann")).select(|a| a.payments.sum(|p| p.cents));
    match sums().all(db).await {
        Ok(sums) => panic!("it fits: {sums:?}"),
        Err(error) if error.kind() == ErrorKind::Unrepresentable => {
            assert_eq!(error.model(), Some("Account"));
            Ok(())
        }
        Err(error) => Err(error),
    }
}

async fn rows_are_found_and_ordered_by_the_values_of_a_relation(db: &Db) -> Result<()> {
    accounts(db).await?;
    let ids = |accounts: Vec<Account>| accounts.iter().map(|a| a.id).collect::<Vec<_>>();
    let many = Account::filter(|a| a.payments.count().gt(0))
        .order_by(|a| (a.payments.count().asc(), a.id.asc()))
        .limit(5);
    assert_eq!(ids(many.all(db).await?), [2, 1]);
    let rich = Account::filter(|a| a.payments.sum(|p| p.cents).ge(a.budget) & a.owner.ne("x"));
    assert_eq!(ids(rich.all(db).await?), [1]);
    let poor = Account::filter(|a| {
        a.payments.sum(|p| p.amount).is_null() | a.payments.max(|p| p.amount).eq(decimal("0.10"))
    });
    assert_eq!(ids(poor.order_by(|a| a.id.asc()).all(db).await?), [2, 3]);
    let largest = Account::all().order_by(|a| {
        (
            a.payments.max(|p| p.amount).desc().nulls_first(),
            a.id.asc(),
        )
    });
    assert_eq!(ids(largest.clone().all(db).await?), [3, 1, 2]);
    assert_eq!(largest.count(db).await?, 3);
    let some = Account::filter(|a| a.payments.count().in_list([0, 1]));
    assert_eq!(some.count(db).await?, 2);
    Ok(())
}

async fn rows_are_ordered_by_a_column_of_the_row_that_they_belong_to(db: &Db) -> Result<()> {
    accounts(db).await?;
    let by_owner = Payment::all().order_by(|p| (p.account.value(|a| a.owner).desc(), p.id.asc()));
    let by_owner: Vec<u64> = by_owner.all(db).await?.iter().map(|p| p.id).collect();
    assert_eq!(by_owner, [4, 1, 2, 3]);
    let by_shop = Payment::filter(|p| p.account.value(|a| a.owner).ne("Zed"))
        .order_by(|p| (p.shop.value(|s| s.name).asc(), p.id.desc()))
        .select(|p| (p.id, p.shop.value(|s| s.name), p.shop.value(|s| s.region)));
    assert_eq!(
        by_shop.all(db).await?,
        [
            (4, None, None),
            (2, Some("Bar".into()), None),
            (3, Some("Zoo".into()), Some("east".into())),
            (1, Some("Zoo".into()), Some("east".into())),
        ]
    );
    Ok(())
}

async fn the_value_of_a_has_one_is_none_where_there_is_none(db: &Db) -> Result<()> {
    accounts(db).await?;
    // Of two cards that of the smallest key.
    let cards = Account::all()
        .order_by(|a| a.id.asc())
        .select(|a| (a.card.value(|c| c.label), a.card.value(|c| c.digits)));
    assert_eq!(
        cards.all(db).await?,
        [
            (Some("gold".into()), None),
            (None, None),
            (Some("red".into()), None)
        ]
    );
    Ok(())
}

async fn values_of_relations_go_from_row_to_row(db: &Db) -> Result<()> {
    accounts(db).await?;
    let siblings = Payment::filter(|p| p.id.eq(2)).select(|p| {
        (
            p.account.value(|a| a.payments.count()),
            p.account
                .value(|a| a.payments.max(|other| other.shop.value(|s| s.name))),
            p.shop.value(|s| s.payments.sum(|other| other.points)),
        )
    });
    assert_eq!(siblings.one(db).await?, (3, Some("Zoo".into()), Some(20)));
    // In conditions on relations, too, and beside them.
    let busy = Payment::filter(|p| {
        p.account
            .is(|a| a.payments.count().gt(1) & a.card.is(|c| c.label.eq("blue")))
    });
    assert_eq!(busy.count(db).await?, 3);
    Ok(())
}

async fn aggregates_are_of_values_of_relations_and_groups_are_by_them(db: &Db) -> Result<()> {
    accounts(db).await?;
    let all =
        Account::all().select(|a| (max(a.payments.count()), sum(a.payments.sum(|p| p.cents))));
    assert_eq!(all.one(db).await?, (Some(3), Some(105)));
    let groups = Payment::filter(|p| p.id.gt(0))
        .group_by(|p| p.account.value(|a| a.owner))
        .having(|_| count().gt(0))
        .order_by(|group| group.key.asc())
        .select(|group| (group.key, sum(group.row.cents)));
    assert_eq!(
        groups.all(db).await?,
        [("Ann".into(), Some(100)), ("Bob".into(), Some(5))]
    );
    Ok(())
}

async fn an_update_sets_a_column_to_a_value_of_a_relation(db: &Db) -> Result<()> {
    accounts(db).await?;
    let changed = Account::filter(|a| a.payments.count().gt(0))
        .update()
        .budget(Account::FIELDS.budget + 1)
        .spent(Account::FIELDS.payments.sum(|p| p.points).coalesce(0))
        .exec(db)
        .await?;
    assert_eq!(changed, 2);
    let spent = Account::all().order_by(|a| a.id.asc()).select(|a| a.spent);
    assert_eq!(spent.all(db).await?, [60, 40, 0]);
    let gone = Account::filter(|a| a.payments.count().eq(0) & a.card.value(|c| c.label).is_null());
    assert_eq!(gone.delete().exec(db).await?, 0);
    let unpaid = Payment::filter(|p| p.account.value(|a| a.owner).eq("Bob"));
    assert_eq!(unpaid.delete().exec(db).await?, 1);
    Ok(())
}

async fn values_of_every_level_go_to_their_places(db: &Db) -> Result<()> {
    accounts(db).await?;
    let mixed = Account::filter(|a| {
        a.id.gt(0) & a.payments.count_where(|p| p.cents.gt(-100)).ge(0) & a.owner.ne("Cy")
    })
    .order_by(|a| {
        (
            a.payments
                .matching(|p| p.memo.eq("a"))
                .sum(|p| p.cents * 2)
                .desc(),
            a.id.asc(),
        )
    })
    .limit(2)
    .offset(0)
    .select(|a| {
        let rank = case(a.payments.count_where(|p| p.cents.gt(60)).eq(1), "some").otherwise("none");
        (
            a.id + 1000,
            a.payments.matching(|p| p.cents.lt(60)).sum(|p| p.cents + 1),
            rank,
        )
    });
    assert_eq!(
        mixed.all(db).await?,
        [
            (1002, Some(6), "none".into()),
            (1001, Some(32), "some".into())
        ]
    );
    Ok(())
}

async fn an_include_takes_a_few_of_each_by_the_values_of_a_relation(db: &Db) -> Result<()> {
    accounts(db).await?;
    let accounts = Account::filter(|a| a.id.eq(1))
        .include(|a| {
            a.payments
                .order_by(|p| (p.shop.value(|s| s.name).desc(), p.id.desc()))
                .limit(2)
        })
        .all(db)
        .await?;
    let ids: Vec<u64> = accounts[0].payments.get()?.iter().map(|p| p.id).collect();
    assert_eq!(ids, [3, 1]);
    Ok(())
}

async fn keys_of_several_fields_and_relations_to_the_same_model_have_values(db: &Db) -> Result<()> {
    create!(Shelf { room: "a", number: 1, label: "x", books: [{ isbn: "1", title: "T" }, { isbn: "2", title: "U" }] })
        .exec(db)
        .await?;
    create!(Shelf { room: "a", number: 2, label: "y", books: [{ isbn: "3", title: "V" }] })
        .exec(db)
        .await?;
    let shelves = Shelf::all()
        .order_by(|s| s.number.asc())
        .select(|s| (s.books.count(), s.books.max(|b| b.title)));
    assert_eq!(
        shelves.all(db).await?,
        [(2, Some("U".into())), (1, Some("V".into()))]
    );
    let labels = Book::all().order_by(|b| (b.shelf.value(|s| s.label).desc(), b.isbn.asc()));
    let isbns: Vec<String> = labels.all(db).await?.into_iter().map(|b| b.isbn).collect();
    assert_eq!(isbns, ["3", "1", "2"]);
    let ann = create!(Person {
        name: "Ann",
        age: 50
    })
    .exec(db)
    .await?;
    let bob = create!(Person {
        name: "Bob",
        boss: &ann
    })
    .exec(db)
    .await?;
    create!(Person {
        name: "Cy",
        age: 20,
        boss: &bob
    })
    .exec(db)
    .await?;
    let people = Person::all().order_by(|p| p.name.asc()).select(|p| {
        (
            p.reports.count(),
            p.boss.value(|b| b.name),
            p.boss.value(|b| b.boss.value(|c| c.age)),
        )
    });
    assert_eq!(
        people.all(db).await?,
        [
            (1, None, None),
            (1, Some("Ann".into()), None),
            (0, Some("Bob".into()), Some(50))
        ]
    );
    Ok(())
}

/// On PostgreSQL a value of the list has a name, too: that of the column that it ends in.
async fn an_order_by_a_column_is_not_by_a_value_that_is_named_like_it(db: &Db) -> Result<()> {
    accounts(db).await?;
    let by_owner = Account::all()
        .order_by(|a| a.owner.asc())
        .select(|a| (a.id, case(a.id.eq(1), "zz").otherwise(a.owner)));
    let ids: Vec<u64> = by_owner
        .all(db)
        .await?
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    assert_eq!(ids, [1, 2, 3]);
    Ok(())
}

on_every_database! {
    MODELS;
    rows_of_a_has_many_are_counted_for_each_row [dynamodb: "a value of the rows of a relation"],
    sums_and_extremes_of_a_has_many_are_none_where_there_is_no_value [dynamodb: "a value of the rows of a relation"],
    a_sum_that_does_not_fit_is_an_error_also_per_row [dynamodb: "a value of the rows of a relation"],
    rows_are_found_and_ordered_by_the_values_of_a_relation [dynamodb: "a value of the rows of a relation"],
    rows_are_ordered_by_a_column_of_the_row_that_they_belong_to [dynamodb: "a value of the rows of a relation"],
    the_value_of_a_has_one_is_none_where_there_is_none [dynamodb: "a value of the rows of a relation"],
    values_of_relations_go_from_row_to_row [dynamodb: "a value of the rows of a relation"],
    aggregates_are_of_values_of_relations_and_groups_are_by_them [dynamodb: "a value of the rows of a relation"],
    an_update_sets_a_column_to_a_value_of_a_relation [dynamodb: "a value of the rows of a relation"],
    values_of_every_level_go_to_their_places [dynamodb: "a value of the rows of a relation"],
    an_include_takes_a_few_of_each_by_the_values_of_a_relation [dynamodb: "a value of the rows of a relation"],
    keys_of_several_fields_and_relations_to_the_same_model_have_values [dynamodb: "a value of the rows of a relation"],
    an_order_by_a_column_is_not_by_a_value_that_is_named_like_it [dynamodb: "a value that is computed"],
}
