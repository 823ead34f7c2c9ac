//! Values of the rows around a row.

use crate::cases::on_every_database;
use crate::models::figures::{FIGURES, Figure};
use rust_decimal::Decimal;
use toasty::expr::{
    avg, count, count_distinct, dense_rank, first_value, lag, last_value, lead, max, min, rank,
    row_number, sum,
};
use toasty::{Db, ErrorKind, Query, Result, create};

/// Numbers 1 to 6: three of `north`, of which two are equal, and three of `south`.
async fn figures(db: &Db) -> Result<()> {
    let rows = [
        (1, "north", 10, Some(5), 0.1, "0.10"),
        (2, "north", 20, None, 1e100, "1.5"),
        (3, "north", 20, Some(7), -1e100, "2"),
        (4, "south", 5, Some(1), 0.25, "0.3"),
        (5, "south", 1, None, 0.5, "10"),
        (6, "south", 3, Some(9), 1.0, "9"),
    ];
    for (id, shop, number, other, share, price) in rows {
        let price = Decimal::from_str_exact(price).unwrap();
        create!(Figure {
            id,
            shop,
            number,
            other,
            share,
            price,
            mark: uuid::Uuid::from_u128(id.into())
        })
        .exec(db)
        .await?;
    }
    Ok(())
}

fn by_id() -> Query<Figure, toasty::language::query::All> {
    Figure::all().order_by(|f| f.id.asc())
}

async fn rows_are_numbered_in_their_groups(db: &Db) -> Result<()> {
    figures(db).await?;
    let places = by_id().select(|f| {
        let window = |over: toasty::language::query::Over<_, _>| {
            over.partition_by(f.shop).order_by(f.number.desc())
        };
        (
            row_number().over(|w| {
                w.partition_by(f.shop)
                    .order_by((f.number.desc(), f.id.asc()))
            }),
            rank().over(window),
            dense_rank().over(window),
        )
    });
    let places = places.all(db).await?;
    assert_eq!(
        places,
        [
            (3, 3, 2),
            (1, 1, 1),
            (2, 1, 1),
            (1, 1, 1),
            (3, 3, 3),
            (2, 2, 2)
        ]
    );
    let all = Figure::all().select(|f| row_number().over(|w| w.order_by(f.id.desc())));
    assert_eq!(all.all(db).await?.len(), 6);
    Ok(())
}

async fn rows_before_and_after_are_looked_at(db: &Db) -> Result<()> {
    figures(db).await?;
    let seen = by_id().select(|f| {
        (
            lag(f.number, 1).over(|w| w.partition_by(f.shop).order_by(f.id.asc())),
            lead(f.other, 2).over(|w| w.order_by(f.id.asc())),
            first_value(f.price).over(|w| w.partition_by(f.shop).order_by(f.price.desc())),
            last_value(f.id).over(|w| w.partition_by(f.shop).order_by(f.id.asc()).rows(..)),
        )
    });
    let price = |text: &str| Some(Decimal::from_str_exact(text).unwrap());
    let seen = seen.all(db).await?;
    assert_eq!(
        seen,
        [
            (None, Some(7), price("2"), Some(3)),
            (Some(10), Some(1), price("2"), Some(3)),
            (Some(20), None, price("2"), Some(3)),
            (None, Some(9), price("10"), Some(6)),
            (Some(5), None, price("10"), Some(6)),
            (Some(1), None, price("10"), Some(6)),
        ]
    );
    Ok(())
}

async fn aggregates_are_of_the_rows_around(db: &Db) -> Result<()> {
    figures(db).await?;
    let sums = by_id().select(|f| {
        (
            sum(f.number).over(|w| w.order_by(f.id.asc())),
            sum(f.number).over(|w| w.order_by(f.id.asc()).rows(-1..=1)),
            sum(f.other).over(|w| w.partition_by(f.shop)),
            count().over(|w| w.partition_by(f.shop)),
            avg(f.number).over(|w| w.order_by(f.id.asc()).rows(-1..=0)),
            max(f.number - 1).over(|w| w.order_by(f.id.asc()).rows(1..)),
        )
    });
    let (n, s) = (Some(12), Some(10));
    assert_eq!(
        sums.all(db).await?,
        [
            (Some(10), Some(30), n, 3, Some(10.0), Some(19)),
            (Some(30), Some(50), n, 3, Some(15.0), Some(19)),
            (Some(50), Some(45), n, 3, Some(20.0), Some(4)),
            (Some(55), Some(26), s, 3, Some(12.5), Some(2)),
            (Some(56), Some(9), s, 3, Some(3.0), Some(2)),
            (Some(59), Some(4), s, 3, Some(2.0), None),
        ]
    );
    Ok(())
}

async fn what_leaves_a_window_leaves_no_trace(db: &Db) -> Result<()> {
    figures(db).await?;
    let moving = by_id().select(|f| {
        (
            sum(f.share).over(|w| w.order_by(f.id.asc()).rows(0..=0)),
            sum(f.price).over(|w| w.order_by(f.id.asc()).rows(-1..=0)),
            min(f.mark).over(|w| w.order_by(f.id.asc()).rows(-1..=0)),
        )
    });
    let moving = moving.all(db).await?;
    let shares: Vec<Option<f64>> = moving.iter().map(|row| row.0).collect();
    let plain = [0.1, 1e100, -1e100, 0.25, 0.5, 1.0].map(Some);
    assert_eq!(shares, plain);
    assert_eq!(moving[5].1, Some(Decimal::from(19)));
    assert_eq!(moving[5].2, Some(uuid::Uuid::from_u128(5)));
    Ok(())
}

async fn rows_are_ordered_by_what_is_around_them(db: &Db) -> Result<()> {
    figures(db).await?;
    let query = || {
        Figure::all().order_by(|f| {
            let place = row_number().over(|w| w.partition_by(f.shop).order_by(f.id.asc()));
            (place.desc(), f.id.asc())
        })
    };
    let ids: Vec<u64> = query().all(db).await?.iter().map(|row| row.id).collect();
    assert_eq!(ids, [3, 6, 2, 5, 1, 4]);
    assert_eq!(query().count(db).await?, 6);
    assert_eq!(query().first(db).await?.expect("a row").id, 3);
    let groups = Figure::all()
        .group_by(|f| f.shop)
        .order_by(|group| group.key.asc());
    let groups = groups.select(|group| {
        (
            group.key,
            rank().over(|w| w.order_by(sum(group.row.number).desc())),
        )
    });
    let groups = groups.all(db).await?;
    assert_eq!(groups, [("north".to_owned(), 1), ("south".to_owned(), 2)]);
    Ok(())
}

async fn windows_that_say_nothing_are_refused(db: &Db) -> Result<()> {
    let all = Figure::all;
    let (start, end) = (2, 1);
    for refused in [
        all()
            .select(|f| sum(f.number).over(|w| w.rows(start..=end)))
            .all(db)
            .await
            .unwrap_err(),
        all()
            .select(|f| (sum(f.number) + 1).over(|w| w))
            .all(db)
            .await
            .unwrap_err(),
        all()
            .select(|f| count_distinct(f.shop).over(|w| w))
            .all(db)
            .await
            .unwrap_err(),
        all()
            .select(|f| count().over(|w| w.partition_by(count().over(|w| w.partition_by(f.id)))))
            .all(db)
            .await
            .unwrap_err(),
    ] {
        assert_eq!(refused.kind(), ErrorKind::Unsupported, "{refused:?}");
        assert_eq!(refused.model(), Some("Figure"));
        assert!(refused.advice().is_some());
    }
    Ok(())
}

on_every_database! { FIGURES;
    rows_are_numbered_in_their_groups [dynamodb: "a window function"],
    rows_before_and_after_are_looked_at [dynamodb: "a window function"],
    aggregates_are_of_the_rows_around [dynamodb: "a window function"],
    what_leaves_a_window_leaves_no_trace [dynamodb: "a window function"],
    rows_are_ordered_by_what_is_around_them [dynamodb: "an order by a value that is computed"],
    windows_that_say_nothing_are_refused,
}
