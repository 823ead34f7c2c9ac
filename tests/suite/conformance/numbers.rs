//! Numbers and truth values: their edges come back equal, or are refused and nothing is written.

use super::round_trip::round_trip;
use crate::cases::on_every_database;
use crate::models::values::{Anything, Everything, VALUES};
use rust_decimal::Decimal;
use toasty::{Db, ErrorKind, Result, create};

async fn truth_values_come_back(db: &Db) -> Result<()> {
    round_trip!(db, truth, [true, false]);
    Ok(())
}

async fn signed_integers_come_back_at_their_edges(db: &Db) -> Result<()> {
    round_trip!(db, signed8, [i8::MIN, -1, 0, i8::MAX]);
    round_trip_again(db).await?;
    Ok(())
}

/// The widths apart, since each table of absences is counted once.
async fn round_trip_again(db: &Db) -> Result<()> {
    for value in [i16::MIN, i16::MAX] {
        let row = create!(Everything { signed16: value }).exec(db).await?;
        assert_eq!(Everything::get_by_id(db, row.id).await?.signed16, value);
    }
    for value in [i32::MIN, i32::MAX] {
        let row = create!(Everything { signed32: value }).exec(db).await?;
        assert_eq!(Everything::get_by_id(db, row.id).await?.signed32, value);
    }
    Ok(())
}

async fn the_largest_integers_come_back(db: &Db) -> Result<()> {
    round_trip!(db, signed64, [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX]);
    Ok(())
}

async fn unsigned_integers_come_back_at_their_edges(db: &Db) -> Result<()> {
    round_trip!(db, unsigned8, [0, u8::MAX]);
    for (small, large) in [(0, 0), (u16::MAX, u32::MAX)] {
        let row = create!(Everything {
            unsigned16: small,
            unsigned32: large
        })
        .exec(db)
        .await?;
        let read = Everything::get_by_id(db, row.id).await?;
        assert_eq!((read.unsigned16, read.unsigned32), (small, large));
    }
    Ok(())
}

async fn unsigned_64_bits_come_back_up_to_the_largest_signed(db: &Db) -> Result<()> {
    round_trip!(db, unsigned64, [0, 1, i64::MAX.unsigned_abs()]);
    Ok(())
}

async fn an_integer_above_the_largest_signed_is_refused_and_nothing_written(db: &Db) -> Result<()> {
    for value in [i64::MAX.unsigned_abs() + 1, u64::MAX] {
        let error = create!(Everything { unsigned64: value })
            .exec(db)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unrepresentable);
        assert_eq!(
            (error.model(), error.fields()),
            (Some("Everything"), ["unsigned64".to_owned()].as_slice())
        );
        let error =
            Everything::create_many([Everything::create(), Everything::create().unsigned64(value)])
                .exec(db)
                .await
                .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unrepresentable);
        let error = Everything::filter(|row| row.unsigned64.eq(value))
            .all(db)
            .await
            .unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::Unrepresentable,
            "a filter is refused as well: never a wrong answer"
        );
    }
    assert_eq!(Everything::all().count(db).await?, 0);
    Ok(())
}

async fn floats_come_back(db: &Db) -> Result<()> {
    let numbers = [
        0.0,
        1.5,
        -1.5,
        f64::EPSILON,
        0.1 + 0.2,
        1e15,
        9_007_199_254_740_993.0,
        -1.234_567_890_123_456_7e-120,
        9.87e120,
    ];
    for value in numbers {
        round_trip_float(db, value).await?;
    }
    for value in [f32::MIN, f32::MAX, f32::MIN_POSITIVE, 0.1] {
        round_trip_narrow_float(db, value).await?;
    }
    Ok(())
}

async fn floats_come_back_at_their_edges(db: &Db) -> Result<()> {
    for value in [f64::MIN, f64::MAX, f64::MIN_POSITIVE, 5e-324] {
        round_trip_float(db, value).await?;
    }
    Ok(())
}

async fn infinities_come_back(db: &Db) -> Result<()> {
    for value in [f64::INFINITY, f64::NEG_INFINITY] {
        round_trip_float(db, value).await?;
    }
    for value in [f32::INFINITY, f32::NEG_INFINITY] {
        round_trip_narrow_float(db, value).await?;
    }
    Ok(())
}

async fn round_trip_narrow_float(db: &Db, value: f32) -> Result<()> {
    let row = create!(Everything { float32: value }).exec(db).await?;
    assert_eq!(
        Everything::get_by_id(db, row.id).await?.float32.to_bits(),
        value.to_bits()
    );
    assert!(
        Everything::filter(|row| row.float32.eq(value))
            .exists(db)
            .await?
    );
    Ok(())
}

async fn round_trip_float(db: &Db, value: f64) -> Result<()> {
    let row = create!(Everything { float64: value }).exec(db).await?;
    assert_eq!(
        Everything::get_by_id(db, row.id).await?.float64.to_bits(),
        value.to_bits()
    );
    let found = Everything::filter(|row| row.float64.eq(value))
        .all(db)
        .await?;
    assert!(found.iter().any(|found| found.id == row.id), "{value}");
    Ok(())
}

/// Equal as Rust compares: SQLite keeps −0.0 as 0.0, and 0.0 == −0.0.
async fn negative_zero_comes_back_equal(db: &Db) -> Result<()> {
    let row = create!(Everything {
        float64: -0.0,
        float32: -0.0f32
    })
    .exec(db)
    .await?;
    let read = Everything::get_by_id(db, row.id).await?;
    assert_eq!((read.float64, read.float32), (-0.0, -0.0));
    assert!(
        Everything::filter(|row| row.float64.eq(0.0))
            .exists(db)
            .await?
    );
    Ok(())
}

async fn not_a_number_is_refused_and_nothing_written(db: &Db) -> Result<()> {
    let error = create!(Everything { float64: f64::NAN })
        .exec(db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unrepresentable);
    assert_eq!(error.fields(), ["float64"]);
    let error = create!(Anything { float32: f32::NAN })
        .exec(db)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.fields()),
        (
            ErrorKind::Unrepresentable,
            ["float32".to_owned()].as_slice()
        )
    );
    let error = Everything::filter(|row| row.float64.in_list([1.0, f64::NAN]))
        .all(db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unrepresentable);
    assert_eq!(
        Everything::all().count(db).await? + Anything::all().count(db).await?,
        0
    );
    Ok(())
}

async fn decimals_come_back_exactly(db: &Db) -> Result<()> {
    let texts = [
        "0",
        "1.10",
        "-0.0000000000000000000000000001",
        "1234567890123456789012345678",
        "0.1234567890123456789012345678",
    ];
    let [a, b, c, d, e] = texts.map(|text| Decimal::from_str_exact(text).unwrap());
    round_trip!(db, decimal, [a, b, c, d, e, Decimal::MAX, Decimal::MIN]);
    assert_eq!(
        Everything::filter(|row| row.decimal.eq(b))
            .one(db)
            .await?
            .decimal,
        b
    );
    Ok(())
}

async fn decimals_come_back_with_their_scale(db: &Db) -> Result<()> {
    for text in ["1.10", "0.00", "-5.0", "100"] {
        let decimal = Decimal::from_str_exact(text).unwrap();
        let row = create!(Everything { decimal }).exec(db).await?;
        let read = Everything::get_by_id(db, row.id).await?;
        assert_eq!(read.decimal.to_string(), text);
    }
    Ok(())
}

async fn decimals_compare_as_numbers_not_as_text(db: &Db) -> Result<()> {
    for value in ["9", "10", "-2", "2.50"] {
        create!(Everything {
            decimal: Decimal::from_str_exact(value).unwrap()
        })
        .exec(db)
        .await?;
    }
    let over = Everything::filter(|row| row.decimal.gt(Decimal::from(9)))
        .all(db)
        .await?;
    assert_eq!(over.len(), 1);
    let equal = Decimal::from_str_exact("2.5").unwrap();
    assert_eq!(
        Everything::filter(|row| row.decimal.eq(equal))
            .count(db)
            .await?,
        1
    );
    assert_eq!(
        Everything::filter(|row| row.decimal.in_list([equal]))
            .count(db)
            .await?,
        1
    );
    assert_eq!(
        Everything::filter(|row| row.decimal.between(Decimal::from(-3), equal))
            .count(db)
            .await?,
        2
    );
    Ok(())
}

async fn decimals_are_ordered_as_numbers(db: &Db) -> Result<()> {
    for value in ["9", "10", "-2", "2.50"] {
        create!(Everything {
            decimal: Decimal::from_str_exact(value).unwrap()
        })
        .exec(db)
        .await?;
    }
    let order: Vec<_> = Everything::all()
        .order_by(|row| row.decimal.asc())
        .all(db)
        .await?
        .iter()
        .map(|row| row.decimal.to_string())
        .collect();
    assert_eq!(order, ["-2", "2.50", "9", "10"]);
    Ok(())
}

on_every_database! { VALUES;
    truth_values_come_back,
    signed_integers_come_back_at_their_edges,
    the_largest_integers_come_back,
    unsigned_integers_come_back_at_their_edges,
    unsigned_64_bits_come_back_up_to_the_largest_signed,
    an_integer_above_the_largest_signed_is_refused_and_nothing_written [
        dynamodb differs: "integers up to 18446744073709551615 can be stored",
    ],
    floats_come_back,
    floats_come_back_at_their_edges [dynamodb: "outside of DynamoDB's range"],
    infinities_come_back [dynamodb: "NaN or an infinity"],
    negative_zero_comes_back_equal,
    not_a_number_is_refused_and_nothing_written,
    decimals_come_back_exactly,
    decimals_come_back_with_their_scale [dynamodb differs: "a number has no scale: 1.10 comes back as 1.1, which is equal"],
    decimals_compare_as_numbers_not_as_text,
    decimals_are_ordered_as_numbers [dynamodb: "this order"],
}
