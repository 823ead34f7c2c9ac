//! Conditions on arrays: which members they have, and how many.

use crate::cases::on_every_database;
use crate::models::arrays::{ARRAYS, Genre, Shelf};
use rust_decimal::Decimal;
use toasty::expr::count;
use toasty::{Db, Filter, Result, create};
use uuid::Uuid;

async fn shelves(db: &Db) -> Result<()> {
    create!(Shelf {
        name: "one",
        truths: [true],
        bytes: vec![-1i8, 2],
        longs: vec![1, 2, i64::MAX],
        totals: vec![7u64],
        doubles: vec![0.1, -0.0],
        singles: vec![0.1f32],
        texts: ["a", "b,\"c", "ü🍕"].map(String::from).to_vec(),
        uuids: vec![Uuid::max()],
        instants: vec![jiff::Timestamp::UNIX_EPOCH],
        dates: vec![jiff::civil::date(2024, 2, 29)],
        prices: vec![Decimal::new(150, 2)],
        genres: vec![Genre::Poetry],
        maybe: vec!["x".to_owned()],
    })
    .exec(db)
    .await?;
    create!(Shelf {
        name: "two",
        longs: vec![2, 2, 3],
        texts: vec!["a".to_owned()],
        maybe: Vec::<String>::new()
    })
    .exec(db)
    .await?;
    create!(Shelf { name: "none" }).exec(db).await?;
    Ok(())
}

async fn names(db: &Db, filter: Filter<Shelf>) -> Result<Vec<String>> {
    let rows = Shelf::all().narrowed_by(filter).all(db).await?;
    let mut names: Vec<String> = rows.into_iter().map(|row| row.name).collect();
    names.sort();
    Ok(names)
}

async fn a_member_is_found(db: &Db) -> Result<()> {
    shelves(db).await?;
    let s = <Shelf as toasty::Model>::FIELDS;
    assert_eq!(names(db, s.texts.has("a")).await?, ["one", "two"]);
    assert_eq!(names(db, s.texts.has("b,\"c")).await?, ["one"]);
    assert_eq!(names(db, s.texts.has("b")).await?, [""; 0]);
    assert_eq!(names(db, s.longs.has(3)).await?, ["two"]);
    assert_eq!(names(db, !s.longs.has(3)).await?, ["none", "one"]);
    for filter in [
        s.truths.has(true),
        s.bytes.has(-1),
        s.longs.has(i64::MAX),
        s.totals.has(7),
        s.doubles.has(0.1),
        s.doubles.has(0.0),
        s.singles.has(0.1),
        s.texts.has("ü🍕"),
        s.uuids.has(Uuid::max()),
        s.instants.has(jiff::Timestamp::UNIX_EPOCH),
        s.dates.has(jiff::civil::date(2024, 2, 29)),
        s.prices.has(Decimal::new(15, 1)),
        s.genres.has(Genre::Poetry),
        s.maybe.has("x"),
    ] {
        assert_eq!(names(db, filter.clone()).await?, ["one"], "{filter:?}");
    }
    Ok(())
}

async fn all_or_any_of_several_members_are_found(db: &Db) -> Result<()> {
    shelves(db).await?;
    let s = <Shelf as toasty::Model>::FIELDS;
    assert_eq!(names(db, s.longs.has_all([2, 1])).await?, ["one"]);
    assert_eq!(names(db, s.longs.has_all([2, 2])).await?, ["one", "two"]);
    assert_eq!(names(db, s.longs.has_any([3, 1])).await?, ["one", "two"]);
    assert_eq!(names(db, s.longs.has_any([9])).await?, [""; 0]);
    assert_eq!(names(db, s.texts.has_any(["b,\"c", "z"])).await?, ["one"]);
    assert_eq!(
        names(db, s.prices.has_all([Decimal::new(1500, 3)])).await?,
        ["one"]
    );
    // All of none are in every array, and one of none is in no array.
    assert_eq!(
        names(db, s.longs.has_all(Vec::<i64>::new())).await?,
        ["none", "one", "two"]
    );
    assert_eq!(
        names(db, s.longs.has_any(Vec::<i64>::new())).await?,
        [""; 0]
    );
    Ok(())
}

async fn an_array_is_empty_or_null(db: &Db) -> Result<()> {
    shelves(db).await?;
    let s = <Shelf as toasty::Model>::FIELDS;
    assert_eq!(names(db, s.longs.is_empty()).await?, ["none"]);
    assert_eq!(names(db, s.maybe.is_empty()).await?, ["two"]);
    assert_eq!(names(db, !s.maybe.is_empty()).await?, ["one"]);
    assert_eq!(names(db, !s.maybe.has("y")).await?, ["one", "two"]);
    assert_eq!(
        names(db, s.maybe.has_all(Vec::<String>::new())).await?,
        ["one", "two"]
    );
    Ok(())
}

async fn members_are_counted(db: &Db) -> Result<()> {
    shelves(db).await?;
    let s = <Shelf as toasty::Model>::FIELDS;
    assert_eq!(names(db, s.longs.len().eq(3)).await?, ["one", "two"]);
    assert_eq!(names(db, s.maybe.len().is_null()).await?, ["none"]);
    let by_length = Shelf::all()
        .group_by(|s| s.longs.len())
        .order_by(|g| g.key.desc())
        .select(|g| (g.key, count()))
        .all(db)
        .await?;
    assert_eq!(by_length, [(3, 2), (0, 1)]);
    Ok(())
}

/// A list of any length is one value.
async fn the_number_of_members_makes_no_other_statement(_: &Db) -> Result<()> {
    let by = |list: Vec<i64>| Shelf::filter(|s| s.longs.has_any(list)).statement();
    assert_eq!(by(vec![1])?.0, by(vec![1, 2, 3])?.0);
    Ok(())
}

on_every_database! { ARRAYS;
    a_member_is_found,
    all_or_any_of_several_members_are_found,
    an_array_is_empty_or_null,
    members_are_counted [dynamodb: "a condition on a value that is computed"],
    the_number_of_members_makes_no_other_statement,
}
