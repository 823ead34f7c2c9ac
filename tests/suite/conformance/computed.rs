//! Values and not rows: projections, aggregates, groups, and what is computed in filters, orders and updates.

use crate::cases::{on_every_database, sorted};
use crate::models::figures::{FIGURES, Figure, Mood};
use rust_decimal::Decimal;
use toasty::expr::{
    avg, case, coalesce, count, count_distinct, count_of, length, lower, max, min, now, sum, upper,
};
use toasty::{Db, ErrorKind, Model, Result, create};

fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

/// Five figures of two shops.
async fn figures(db: &Db) -> Result<()> {
    let rows = [
        (1, "north", "Äpfel", Some("a"), 7, Some(2), 0.5, "1.50"),
        (2, "north", "Birnen", None, -3, None, 0.25, "0.100"),
        (3, "north", "äpfel", Some("a"), 7, Some(0), 4.0, "10"),
        (4, "south", "Kirschen", Some("b"), 100, Some(-7), 1.0, "9.5"),
        (5, "south", "birnen", None, 0, None, 0.0, "1.5"),
    ];
    for (id, shop, title, label, number, other, share, price) in rows {
        create!(Figure {
            id,
            shop,
            title,
            label: label.map(String::from),
            done: id % 2 == 0,
            tiny: 250u8 + u8::try_from(id).unwrap(),
            number,
            other,
            amount: id * 10,
            share,
            price: decimal(price),
            at: jiff::Timestamp::from_second(i64::try_from(id).unwrap()).unwrap(),
            mood: if id == 4 { Mood::Angry } else { Mood::Calm },
            mark: uuid::Uuid::from_u128(id.into()),
        })
        .exec(db)
        .await?;
    }
    Ok(())
}

/// A number that does not fit is an error that names the model and says what to do; any other error is the case's own.
fn does_not_fit<T>(result: Result<T>) -> Result<()> {
    match result {
        Ok(_) => panic!("it fits"),
        Err(error) if error.kind() == ErrorKind::Unrepresentable => {
            assert_eq!(error.model(), Some("Figure"));
            assert!(error.advice().is_some());
            Ok(())
        }
        Err(error) => Err(error),
    }
}

async fn columns_come_as_tuples(db: &Db) -> Result<()> {
    figures(db).await?;
    let north = || Figure::filter(|f| f.shop.eq("north"));
    let all: Vec<(u64, Option<String>, Decimal)> =
        north().select(|f| (f.id, f.label, f.price)).all(db).await?;
    let all = sorted(all, |row| row.0);
    assert_eq!(all[0], (1, Some("a".into()), decimal("1.5")));
    assert_eq!(all[1], (2, None, decimal("0.1")));
    assert_eq!(all.len(), 3);
    let titles: Vec<String> = north().select(|f| f.title).all(db).await?;
    assert_eq!(titles.len(), 3);
    let one = Figure::filter(|f| f.id.eq(4)).select(|f| (f.mood, f.mark, f.at));
    let (mood, mark, at) = one.one(db).await?;
    assert_eq!((mood, mark.as_u128(), at.as_second()), (Mood::Angry, 4, 4));
    let none = Figure::filter(|f| f.id.eq(9)).select(|f| f.title);
    assert_eq!(none.first(db).await?, None);
    let error = Figure::filter(|f| f.id.eq(9))
        .select(|f| f.title)
        .one(db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let mut stream = north().select(|f| (f.id, (f.done, f.tiny))).stream(db);
    let mut seen = Vec::new();
    while let Some(row) = stream.next().await {
        seen.push(row?);
    }
    assert_eq!(
        sorted(seen, |row| row.0),
        [(1, (false, 251)), (2, (true, 252)), (3, (false, 253))]
    );
    Ok(())
}

async fn a_projection_has_the_order_and_the_limit_of_its_query(db: &Db) -> Result<()> {
    figures(db).await?;
    let named = Figure::all().order_by(|f| (f.number.desc(), f.id.asc()));
    let ids = named
        .clone()
        .limit(2)
        .offset(1)
        .select(|f| f.id)
        .all(db)
        .await?;
    assert_eq!(ids, [1, 3]);
    assert_eq!(
        named.select(|f| (f.id, f.number)).first(db).await?,
        Some((4, 100))
    );
    let several = Figure::filter(|f| f.number.eq(7))
        .select(|f| f.id)
        .one(db)
        .await;
    assert_eq!(several.unwrap_err().kind(), ErrorKind::TooManyRows);
    Ok(())
}

async fn distinct_values_come_once(db: &Db) -> Result<()> {
    figures(db).await?;
    let labels = Figure::all()
        .order_by(|f| f.label.asc())
        .select(|f| f.label)
        .distinct();
    assert_eq!(
        labels.all(db).await?,
        [None, Some("a".into()), Some("b".into())]
    );
    // 1.50 and 1.5 are one number.
    assert_eq!(
        Figure::all()
            .select(|f| f.price)
            .distinct()
            .all(db)
            .await?
            .len(),
        4
    );
    let pairs = Figure::all()
        .select(|f| (f.shop, f.label))
        .distinct()
        .limit(3);
    assert_eq!(pairs.all(db).await?.len(), 3);
    let error = Figure::all()
        .order_by(|f| f.id.asc())
        .select(|f| f.label)
        .distinct();
    assert_eq!(
        error.all(db).await.unwrap_err().kind(),
        ErrorKind::Unsupported
    );
    Ok(())
}

async fn rows_are_counted(db: &Db) -> Result<()> {
    figures(db).await?;
    assert_eq!(
        Figure::all()
            .allow_scan()
            .select(|_| count())
            .one(db)
            .await?,
        5
    );
    let north = Figure::filter(|f| f.shop.eq("north")).select(|_| count());
    assert_eq!(north.one(db).await?, 3);
    let none = Figure::filter(|f| f.shop.eq("west")).select(|_| count());
    assert_eq!(none.one(db).await?, 0);
    Ok(())
}

async fn aggregates_are_of_all_rows(db: &Db) -> Result<()> {
    figures(db).await?;
    let counted = Figure::all().select(|f| {
        (
            count(),
            count_of(f.other),
            count_distinct(f.other),
            count_distinct(f.price),
        )
    });
    assert_eq!(counted.one(db).await?, (5, 3, 3, 4));
    let sums = Figure::all().select(|f| (sum(f.number), sum(f.other), sum(f.amount), sum(f.tiny)));
    assert_eq!(
        sums.one(db).await?,
        (Some(111), Some(-5), Some(150), Some(1_265))
    );
    let sums = Figure::all().select(|f| (sum(f.price), sum(f.share), avg(f.number), avg(f.share)));
    let (price, share, number, shares) = sums.one(db).await?;
    assert_eq!(price, Some(decimal("22.6")));
    assert_eq!(
        (share, number, shares),
        (Some(5.75), Some(22.2), Some(1.15))
    );
    let ends = Figure::all().select(|f| (min(f.number), max(f.price), min(f.title), max(f.title)));
    assert_eq!(
        ends.one(db).await?,
        (
            Some(-3),
            Some(decimal("10")),
            Some("Birnen".into()),
            Some("äpfel".into())
        )
    );
    let ends = Figure::all().select(|f| {
        (
            max(f.at),
            min(f.done),
            max(f.done),
            max(f.mark),
            min(f.mood),
        )
    });
    let (at, false_one, true_one, mark, mood) = ends.one(db).await?;
    assert_eq!(at.map(|at| at.as_second()), Some(5));
    assert_eq!((false_one, true_one), (Some(false), Some(true)));
    assert_eq!(
        (mark.map(|mark| mark.as_u128()), mood),
        (Some(5), Some(Mood::Angry))
    );
    Ok(())
}

async fn aggregates_of_nothing_are_none(db: &Db) -> Result<()> {
    let of = |query: toasty::Query<Figure>| {
        query.select(|f| {
            (
                count(),
                sum(f.number),
                sum(f.price),
                avg(f.tiny),
                min(f.title),
                max(f.done),
            )
        })
    };
    let nothing = (0, None, None, None, None, None);
    assert_eq!(
        of(Figure::filter(|f| f.shop.eq("west"))).one(db).await?,
        nothing
    );
    assert_eq!(
        of(Figure::filter(|_| toasty::Filter::never()))
            .one(db)
            .await?,
        nothing
    );
    create!(Figure {
        id: 1,
        shop: "north"
    })
    .exec(db)
    .await?;
    let of_null =
        Figure::all().select(|f| (count_of(f.other), sum(f.other), avg(f.other), max(f.other)));
    assert_eq!(of_null.one(db).await?, (0, None, None, None));
    Ok(())
}

async fn a_sum_that_does_not_fit_is_an_error(db: &Db) -> Result<()> {
    for (id, number) in [(1, i64::MAX), (2, 1)] {
        create!(Figure {
            id,
            shop: "north",
            number,
            amount: u64::try_from(number).unwrap()
        })
        .exec(db)
        .await?;
    }
    let all = Figure::all;
    does_not_fit(all().select(|f| sum(f.number)).one(db).await)?;
    does_not_fit(all().select(|f| sum(f.amount)).one(db).await)?;
    does_not_fit(all().select(|f| f.number + 1).all(db).await)?;
    does_not_fit(all().filter(|f| (f.number * 2).gt(5)).all(db).await)?;
    // The mean of them fits.
    let mean = all().select(|f| avg(f.number)).one(db).await?;
    assert_eq!(mean, Some(4.611_686_018_427_388e18));
    create!(Figure {
        id: 3,
        shop: "north",
        number: -1,
        amount: 0u64
    })
    .exec(db)
    .await?;
    assert_eq!(
        all().select(|f| sum(f.number)).one(db).await?,
        Some(i64::MAX)
    );
    Ok(())
}

async fn rows_are_grouped(db: &Db) -> Result<()> {
    figures(db).await?;
    let shops = Figure::all()
        .group_by(|f| f.shop)
        .order_by(|g| g.key.asc())
        .select(|g| (g.key, count(), sum(g.row.number), max(g.row.title)));
    assert_eq!(
        shops.all(db).await?,
        [
            ("north".to_owned(), 3, Some(11), Some("äpfel".to_owned())),
            ("south".to_owned(), 2, Some(100), Some("birnen".to_owned())),
        ]
    );
    let several = Figure::filter(|f| f.id.lt(5))
        .group_by(|f| (f.shop, f.label))
        .order_by(|g| (count().desc(), g.key.0.asc()))
        .limit(1)
        .select(|g| (g.key.0, g.key.1, count()));
    assert_eq!(
        several.all(db).await?,
        [("north".to_owned(), Some("a".to_owned()), 2)]
    );
    Ok(())
}

async fn groups_are_narrowed_by_having(db: &Db) -> Result<()> {
    figures(db).await?;
    let large = Figure::all()
        .group_by(|f| f.shop)
        .having(|g| count().gt(2) & sum(g.row.number).lt(50) & g.key.ne("west"))
        .select(|g| g.key);
    assert_eq!(large.all(db).await?, ["north"]);
    let none = Figure::all()
        .group_by(|f| f.shop)
        .having(|_| !count().gt(1))
        .select(|_| count());
    assert_eq!(none.first(db).await?, None);
    let either = Figure::filter(|f| f.number.gt(-5))
        .group_by(|f| f.label)
        .having(|g| max(g.row.price).gt(decimal("9.50")) | g.key.is_null())
        .order_by(|g| min(g.row.id).asc())
        .offset(0)
        .select(|g| (g.key, max(g.row.price)));
    assert_eq!(
        either.all(db).await?,
        [
            (Some("a".to_owned()), Some(decimal("10"))),
            (None, Some(decimal("1.5")))
        ]
    );
    Ok(())
}

async fn rows_are_grouped_by_what_is_computed(db: &Db) -> Result<()> {
    figures(db).await?;
    let by_rest = Figure::all()
        .group_by(|f| (f.number % 10).coalesce(0) + 1)
        .having(|g| (g.key.clone() * 1).gt(-100))
        .order_by(|g| g.key.desc())
        .select(|g| (g.key, count()));
    assert_eq!(by_rest.all(db).await?, [(8, 2), (1, 2), (-2, 1)]);
    let by_name = Figure::all()
        .group_by(|f| lower(f.title))
        .order_by(|g| (count().desc(), g.key.asc()))
        .select(|g| (g.key, count()));
    let first = by_name.first(db).await?.unwrap();
    // Only the letters A to Z are made small.
    assert_eq!(first, ("birnen".to_owned(), 2));
    Ok(())
}

async fn filters_compute(db: &Db) -> Result<()> {
    figures(db).await?;
    macro_rules! ids {
        ($filter:expr) => {
            Figure::filter($filter)
                .order_by(|f| f.id.asc())
                .select(|f| f.id)
                .all(db)
                .await?
        };
    }
    assert_eq!(ids!(|f| (f.number + 1).gt(7)), [1, 3, 4]);
    assert_eq!(ids!(|f| (f.number - f.other.coalesce(0)).le(5)), [1, 2, 5]);
    assert_eq!(ids!(|f| (f.number + f.number * 2).eq(21)), [1, 3]);
    assert_eq!(ids!(|f| f.number.lt(f.number * f.number)), [1, 2, 3, 4]);
    // Three columns of 8, 64 and 64 bits: 251 + 7 is more than 8 bits hold.
    assert_eq!(ids!(|f| (f.tiny + 10u8).gt(255u8)), [1, 2, 3, 4, 5]);
    assert_eq!(ids!(|f| f.title.lower().eq("birnen")), [2, 5]);
    assert_eq!(
        ids!(|f| upper(f.title).in_list(["BIRNEN".to_owned(), "x".to_owned()])),
        [2, 5]
    );
    assert_eq!(ids!(|f| f.title.length().eq(5)), [1, 3]);
    assert_eq!(ids!(|f| length(f.label).is_null()), [2, 5]);
    assert_eq!(
        ids!(|f| (f.price + decimal("0.5")).eq(decimal("2"))),
        [1, 5]
    );
    assert_eq!(
        ids!(|f| (f.price * decimal("2")).gt(decimal("9.9"))),
        [3, 4]
    );
    assert_eq!(ids!(|f| (f.share * 2.0).lt(1.0)), [2, 5]);
    assert_eq!(ids!(|f| f.at.lt(now())), [1, 2, 3, 4, 5]);
    // Seven by zero, by NULL, and by two.
    assert_eq!(ids!(|f| (f.other / 0).is_null()), [1, 2, 3, 4, 5]);
    assert_eq!(ids!(|f| (f.number / 2).eq(3)), [1, 3]);
    assert_eq!(ids!(|f| (f.number / 2).eq(-1)), [2]);
    assert_eq!(ids!(|f| (f.number % 4).eq(-3)), [2]);
    Ok(())
}

async fn null_is_told_apart_like_a_value(db: &Db) -> Result<()> {
    figures(db).await?;
    macro_rules! ids {
        ($filter:expr) => {
            sorted(
                Figure::filter($filter)
                    .allow_scan()
                    .select(|f| f.id)
                    .all(db)
                    .await?,
                |id| *id,
            )
        };
    }
    assert_eq!(ids!(|f| f.label.is_distinct_from("a")), [2, 4, 5]);
    assert_eq!(ids!(|f| !f.label.is_distinct_from("a")), [1, 3]);
    assert_eq!(
        ids!(|f| f.other.is_distinct_from(f.number)),
        [1, 2, 3, 4, 5]
    );
    assert_eq!(
        ids!(|f| !f.other.is_distinct_from(f.other)),
        [1, 2, 3, 4, 5]
    );
    assert_eq!(ids!(|f| f.shop.is_distinct_from("north")), [4, 5]);
    Ok(())
}

async fn a_computed_null_is_told_apart_like_a_value(db: &Db) -> Result<()> {
    figures(db).await?;
    let ids = Figure::filter(|f| {
        (f.other + 1).is_distinct_from(1) & !f.other.is_distinct_from(f.other + 0)
    })
    .order_by(|f| f.id.asc());
    assert_eq!(ids.select(|f| f.id).all(db).await?, [1, 2, 4, 5]);
    Ok(())
}

async fn orders_compute(db: &Db) -> Result<()> {
    figures(db).await?;
    let by = Figure::all().order_by(|f| (f.shop.desc(), (f.number * -1).asc(), f.id.desc()));
    let ids: Vec<u64> = by.all(db).await?.into_iter().map(|row| row.id).collect();
    assert_eq!(ids, [4, 5, 3, 1, 2]);
    let lengths = Figure::filter(|f| f.id.ne(2))
        .order_by(|f| (f.title.length().desc(), (f.price + decimal("0.001")).asc()))
        .limit(3)
        .select(|f| f.id);
    assert_eq!(lengths.all(db).await?, [4, 5, 1]);
    let nulls = Figure::all().order_by(|f| ((f.other + 0).asc().nulls_last(), f.id.asc()));
    assert_eq!(
        nulls.clone().select(|f| f.id).all(db).await?,
        [4, 3, 1, 2, 5]
    );
    assert_eq!(nulls.clone().count(db).await?, 5);
    assert_eq!(nulls.limit(2).count(db).await?, 2);
    Ok(())
}

async fn projections_compute(db: &Db) -> Result<()> {
    figures(db).await?;
    let all = Figure::all().order_by(|f| f.id.asc());
    let states = all.clone().limit(4).select(|f| {
        case(f.done.eq(true), "done")
            .when(f.number.gt(5), f.title)
            .otherwise("open")
    });
    assert_eq!(states.all(db).await?, ["Äpfel", "done", "äpfel", "done"]);
    let half = all
        .clone()
        .select(|f| case(f.number.gt(0), f.number).or_null());
    assert_eq!(
        half.all(db).await?,
        [Some(7), None, Some(7), Some(100), None]
    );
    let computed = all.clone().limit(2).select(|f| {
        (
            coalesce(f.label, "-"),
            f.number * f.number - 1,
            f.number / f.other,
            f.share / 0.5,
            f.price - decimal("0.05"),
        )
    });
    assert_eq!(
        computed.all(db).await?,
        [
            ("a".to_owned(), 48, Some(3), Some(1.0), decimal("1.45")),
            ("-".to_owned(), 8, None, Some(0.5), decimal("0.05")),
        ]
    );
    let of_sums = Figure::all().select(|f| {
        (
            sum(f.number) / sum(f.other),
            sum(f.number * 2 + 1),
            max(f.number) - min(f.number),
        )
    });
    assert_eq!(of_sums.one(db).await?, (Some(-22), Some(227), Some(103)));
    Ok(())
}

async fn updates_compute(db: &Db) -> Result<()> {
    figures(db).await?;
    let f = Figure::FIELDS;
    let changed = Figure::filter(|f| f.shop.eq("north"))
        .update()
        .number(f.number + 1)
        .other(f.number)
        .title(f.title.lower())
        .price(f.price * decimal("2"))
        .exec(db)
        .await?;
    assert_eq!(changed, 3);
    let rows = Figure::all()
        .allow_scan()
        .select(|f| (f.id, (f.number, f.other, f.title, f.price)));
    let rows = sorted(rows.all(db).await?, |row| row.0);
    let rows: Vec<_> = rows.into_iter().map(|row| row.1).collect();
    // What was there before is what is computed from.
    assert_eq!(rows[0], (8, Some(7), "Äpfel".to_owned(), decimal("3")));
    assert_eq!(rows[1], (-2, Some(-3), "birnen".to_owned(), decimal("0.2")));
    assert_eq!(
        rows[3],
        (100, Some(-7), "Kirschen".to_owned(), decimal("9.5"))
    );
    let one = Figure::get_by_id(db, 4).await?;
    one.update()
        .number(f.number - 200)
        .label("x")
        .exec(db)
        .await?;
    let one = Figure::get_by_id(db, 4).await?;
    assert_eq!((one.number, one.label.as_deref()), (-100, Some("x")));
    let again = Figure::update_by_id(4).number(f.number * 2 - f.other.coalesce(1));
    assert_eq!(again.exec(db).await?, 1);
    let returned = Figure::filter(|f| f.id.eq(4))
        .update()
        .other(f.number / 4)
        .label(f.title.upper());
    let returned = returned.returning(db).await?;
    assert_eq!((returned[0].number, returned[0].other), (-193, Some(-48)));
    assert_eq!(returned[0].label.as_deref(), Some("KIRSCHEN"));
    Ok(())
}

async fn an_update_that_does_not_fit_its_column_writes_nothing(db: &Db) -> Result<()> {
    figures(db).await?;
    let f = Figure::FIELDS;
    let all = || Figure::all().allow_scan().all_rows().update();
    does_not_fit(all().tiny(f.tiny + 1u8).exec(db).await)?;
    does_not_fit(all().amount(f.amount - 50u64).exec(db).await)?;
    does_not_fit(all().number(f.number + i64::MAX).exec(db).await)?;
    let rows = Figure::all()
        .allow_scan()
        .select(|f| (f.id, f.tiny, f.amount, f.number));
    let rows = sorted(rows.all(db).await?, |row| row.0);
    assert_eq!((rows[0], rows[3]), ((1, 251, 10, 7), (4, 254, 40, 100)));
    assert_eq!(all().tiny(f.tiny - 250u8).exec(db).await?, 5);
    assert_eq!(Figure::get_by_id(db, 5).await?.tiny, 5);
    Ok(())
}

async fn what_makes_no_sense_is_refused(db: &Db) -> Result<()> {
    let one_row = Figure::all().limit(1).select(|_| count()).one(db).await;
    assert_eq!(one_row.unwrap_err().kind(), ErrorKind::Unsupported);
    let early = Figure::all()
        .limit(1)
        .group_by(|f| f.shop)
        .select(|g| g.key)
        .all(db)
        .await;
    assert!(
        early
            .unwrap_err()
            .advice()
            .unwrap()
            .contains("after `group_by`")
    );
    let new = Figure::create()
        .id(1u64)
        .shop("x")
        .number(Figure::FIELDS.number + 1)
        .exec(db)
        .await;
    assert_eq!(new.unwrap_err().kind(), ErrorKind::Unrepresentable);
    let mut deep = Figure::FIELDS.number + 1;
    for _ in 0..200 {
        deep = deep + 1;
    }
    let error = Figure::filter(|_| deep.gt(1)).all(db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooComplex);
    Ok(())
}

on_every_database! { FIGURES;
    columns_come_as_tuples,
    a_projection_has_the_order_and_the_limit_of_its_query [dynamodb: "this order: no key"],
    distinct_values_come_once [dynamodb: "distinct values"],
    rows_are_counted,
    aggregates_are_of_all_rows [dynamodb: "an aggregate other than `count()` alone"],
    aggregates_of_nothing_are_none [dynamodb: "an aggregate other than `count()` alone"],
    a_sum_that_does_not_fit_is_an_error [dynamodb: "an aggregate other than `count()` alone"],
    rows_are_grouped [dynamodb: "groups of rows"],
    groups_are_narrowed_by_having [dynamodb: "groups of rows"],
    rows_are_grouped_by_what_is_computed [dynamodb: "groups of rows"],
    filters_compute [dynamodb: "a condition on a value that is computed"],
    null_is_told_apart_like_a_value,
    a_computed_null_is_told_apart_like_a_value [dynamodb: "a condition on a value that is computed"],
    orders_compute [dynamodb: "an order by a value that is computed"],
    projections_compute [dynamodb: "a value that is computed"],
    updates_compute,
    an_update_that_does_not_fit_its_column_writes_nothing,
    what_makes_no_sense_is_refused,
}
