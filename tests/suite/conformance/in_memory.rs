//! Aggregates in memory: what a SQL database would have computed, on every database, and how many rows were read for it.

use crate::cases::{Backend, on_every_database};
use crate::models::figures::{FIGURES, Figure, Mood};
use crate::models::values::Everything;
use crate::recorder::Recorder;
use rust_decimal::Decimal;
use toasty::expr::{
    avg, case, coalesce, count, count_distinct, count_of, length, lower, max, min, sum,
};
use toasty::{Aggregated, Db, ErrorKind, Result, Selection, create};

fn decimal(text: &str) -> Decimal {
    Decimal::from_str_exact(text).unwrap()
}

/// Five figures of two shops.
async fn figures(db: &Db) -> Result<()> {
    let rows = [
        (
            1u64,
            "north",
            "Äpfel",
            Some("a"),
            7i64,
            Some(2i64),
            0.5,
            "1.50",
        ),
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
            share,
            price: decimal(price),
            at: jiff::Timestamp::from_second(i64::try_from(id).unwrap() * 40_000).unwrap(),
            mood: if id == 4 { Mood::Angry } else { Mood::Calm },
            mark: uuid::Uuid::from_u128(id.into()),
        })
        .exec(db)
        .await?;
    }
    Ok(())
}

/// Computed in memory, and by the database as well, where it can.
async fn both<T>(db: &Db, selection: impl Fn() -> Selection<Figure, T>) -> Result<Aggregated<T>>
where
    T: Send + PartialEq + std::fmt::Debug + 'static,
{
    let here = selection().aggregate_in_memory(db).await?;
    if Backend::of(db) != Backend::DynamoDb {
        assert_eq!(here.rows, selection().all(db).await?);
    }
    Ok(here)
}

async fn aggregates_of_all_rows(db: &Db) -> Result<()> {
    figures(db).await?;
    let counts = both(db, || {
        Figure::all().select(|f| {
            (
                count(),
                count_of(f.other),
                count_distinct(f.price),
                count_distinct(f.label),
            )
        })
    });
    let counts = counts.await?;
    assert_eq!((counts.rows, counts.rows_read), (vec![(5, 3, 4, 2)], 5));
    let sums = both(db, || {
        Figure::all().select(|f| {
            (
                sum(f.number),
                sum(f.tiny),
                sum(f.share),
                sum(f.price),
                sum(f.other),
            )
        })
    });
    let expected = (
        Some(111),
        Some(1265),
        Some(5.75),
        Some(decimal("22.6")),
        Some(-5),
    );
    assert_eq!(sums.await?.rows, [expected]);
    let means = both(db, || {
        Figure::all().select(|f| (avg(f.number), avg(f.share), avg(f.other)))
    });
    assert_eq!(
        means.await?.rows,
        [(Some(22.2), Some(1.15), Some(-5.0 / 3.0))]
    );
    let ends = both(db, || {
        Figure::all().select(|f| {
            (
                (min(f.title), max(f.title)),
                (min(f.price), max(f.price)),
                (min(f.mood), max(f.done)),
                max(f.mark),
                min(f.at),
            )
        })
    });
    let ends = ends.await?.rows.remove(0);
    assert_eq!(ends.0, (Some("Birnen".into()), Some("äpfel".into())));
    assert_eq!(ends.1, (Some(decimal("0.1")), Some(decimal("10"))));
    assert_eq!(ends.2, (Some(Mood::Angry), Some(true)));
    assert_eq!(ends.3.map(|mark| mark.as_u128()), Some(5));
    assert_eq!(ends.4.map(|at| at.as_second()), Some(40_000));
    Ok(())
}

async fn aggregates_of_no_rows(db: &Db) -> Result<()> {
    figures(db).await?;
    let none = both(db, || {
        Figure::filter(|f| f.id.gt(9)).select(|f| (count(), sum(f.number), max(f.title)))
    });
    let none = none.await?;
    assert_eq!((none.rows, none.rows_read), (vec![(0, None, None)], 0));
    let recorder = Recorder::start();
    let nobody = Figure::filter(|_| toasty::Filter::never()).select(|f| (count(), min(f.id)));
    assert_eq!(nobody.aggregate_in_memory(db).await?.rows, [(0, None)]);
    assert_eq!(recorder.count(), 0);
    let groups = Figure::filter(|f| f.id.gt(9))
        .group_by(|f| f.shop)
        .select(|g| (g.key, count()));
    assert!(groups.aggregate_in_memory(db).await?.rows.is_empty());
    Ok(())
}

async fn groups_with_having_order_and_limit(db: &Db) -> Result<()> {
    figures(db).await?;
    let shops = both(db, || {
        Figure::all()
            .group_by(|f| f.shop)
            .order_by(|g| g.key.desc())
            .select(|g| (g.key, count(), sum(g.row.number), max(g.row.title)))
    });
    let shops = shops.await?;
    let text = |text: &str| text.to_owned();
    assert_eq!(
        shops.rows,
        [
            (text("south"), 2, Some(100), Some(text("birnen"))),
            (text("north"), 3, Some(11), Some(text("äpfel"))),
        ]
    );
    assert_eq!(shops.rows_read, 5);
    let labels = both(db, || {
        Figure::filter(|f| f.id.lt(5))
            .group_by(|f| (f.label, f.done))
            .having(|g| {
                count().ge(1) & !sum(g.row.number).in_list([100]) & g.key.1.is_distinct_from(true)
                    | g.key.0.is_null()
            })
            .order_by(|g| (count().desc(), g.key.0.asc().nulls_last()))
            .limit(1)
            .offset(1)
            .select(|g| (g.key.0, g.key.1, sum(g.row.number) + 1))
    });
    assert_eq!(labels.await?.rows, [(None, true, Some(-2))]);
    let prices = both(db, || {
        Figure::all()
            .group_by(|f| f.price)
            .order_by(|g| g.key.asc())
            .select(|_| count())
    });
    // 1.50 and 1.5 are one.
    assert_eq!(prices.await?.rows, [1, 2, 1, 1]);
    let counts = both(db, || {
        Figure::all()
            .group_by(|f| f.label)
            .select(|_| count())
            .distinct()
    });
    assert_eq!(counts.await?.rows.len(), 2);
    Ok(())
}

async fn values_are_computed_before_and_after(db: &Db) -> Result<()> {
    figures(db).await?;
    let computed = both(db, || {
        Figure::filter(|f| f.number.ge(0))
            .group_by(|f| (lower(f.shop), f.at.day()))
            .order_by(|g| (g.key.0.asc(), g.key.1.asc()))
            .select(|g| {
                (
                    (g.key.0, g.key.1),
                    sum(length(g.row.title) * 2u64),
                    sum(coalesce(g.row.other, 10) - g.row.number),
                    max(g.row.number / g.row.other),
                )
            })
    });
    let text = |text: &str| text.to_owned();
    assert_eq!(
        computed.await?.rows,
        [
            ((text("north"), 1), Some(10), Some(-5), Some(3)),
            ((text("north"), 2), Some(10), Some(-7), None),
            ((text("south"), 2), Some(16), Some(-107), Some(-14)),
            ((text("south"), 3), Some(12), Some(10), None),
        ]
    );
    Ok(())
}

async fn a_sum_that_does_not_fit_is_an_error(db: &Db) -> Result<()> {
    figures(db).await?;
    create!(Figure {
        id: 6,
        shop: "east",
        number: i64::MAX
    })
    .exec(db)
    .await?;
    create!(Figure {
        id: 7,
        shop: "east",
        number: 1
    })
    .exec(db)
    .await?;
    let sums = Figure::all()
        .group_by(|f| f.shop)
        .select(|g| sum(g.row.number));
    let error = sums.aggregate_in_memory(db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unrepresentable);
    assert_eq!(error.model(), Some("Figure"));
    // The sum may leave its range on the way, and come back.
    create!(Figure {
        id: 8,
        shop: "east",
        number: -1
    })
    .exec(db)
    .await?;
    let east = both(db, || {
        Figure::filter(|f| f.shop.eq("east")).select(|f| sum(f.number))
    });
    assert_eq!(east.await?.rows, [Some(i64::MAX)]);
    Ok(())
}

async fn what_is_no_aggregate_is_refused(db: &Db) -> Result<()> {
    figures(db).await?;
    let refused = [
        Figure::all()
            .select(|f| f.number)
            .aggregate_in_memory(db)
            .await
            .unwrap_err(),
        Figure::all()
            .select(|f| sum(case(f.done.eq(true), f.number).otherwise(0)))
            .aggregate_in_memory(db)
            .await
            .unwrap_err(),
        Everything::all()
            .select(|e| max(e.json.path("a").as_i64()))
            .aggregate_in_memory(db)
            .await
            .unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.advice().is_some());
    }
    Ok(())
}

on_every_database! { FIGURES;
    aggregates_of_all_rows,
    aggregates_of_no_rows,
    groups_with_having_order_and_limit,
    values_are_computed_before_and_after,
    a_sum_that_does_not_fit_is_an_error,
    what_is_no_aggregate_is_refused,
}
