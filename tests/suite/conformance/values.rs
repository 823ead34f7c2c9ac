//! Every type of column: its edges come back equal, or are refused and nothing is written.

use crate::cases::on_every_database;
use crate::models::values::{Anything, Color, Everything, Score, Tags, VALUES};
use jiff::{Timestamp, civil};
use rust_decimal::Decimal;
use serde_json::json;
use toasty::{Db, ErrorKind, Json, Result, create};
use uuid::Uuid;

/// Writes each value into both models, reads it back by key, by an equal filter and in a list, and expects it equal.
macro_rules! round_trip {
    ( $db:ident, $field:ident, [ $( $value:expr ),* $(,)? ] ) => {{
        $(
            let value = $value;
            let written = create!(Everything { $field: value.clone() }).exec($db).await?;
            assert_eq!(written.$field, value);
            let read = Everything::get_by_id($db, written.id).await?;
            assert_eq!(read, written);
            assert_eq!(read.$field, value);
            let found = Everything::filter(|row| row.$field.eq(value.clone()) & row.id.eq(written.id)).one($db).await?;
            assert_eq!(found.$field, value);
            assert!(Everything::filter(|row| row.$field.in_list([value.clone()]) & row.id.eq(written.id)).exists($db).await?);

            let written = create!(Anything { $field: value.clone() }).exec($db).await?;
            assert_eq!(written.$field, Some(value.clone()));
            assert_eq!(Anything::get_by_id($db, written.id).await?, written);
            Anything::update_by_id(written.id).$field(None::<_>.or(Some(value.clone()))).exec($db).await?;
            assert_eq!(Anything::get_by_id($db, written.id).await?, written);
        )*
        let absent = create!(Anything {}).exec($db).await?;
        assert_eq!(absent.$field, None);
        assert_eq!(Anything::get_by_id($db, absent.id).await?.$field, None);
        assert_eq!(Anything::filter(|row| row.$field.is_null()).count($db).await?, 1);
    }};
}

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

async fn floats_come_back_at_their_edges(db: &Db) -> Result<()> {
    let numbers = [
        0.0,
        1.5,
        -1.5,
        f64::MIN,
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
        f64::EPSILON,
        0.1 + 0.2,
        1e15,
        9_007_199_254_740_993.0,
    ];
    for value in numbers
        .into_iter()
        .chain([f64::INFINITY, f64::NEG_INFINITY])
    {
        round_trip_float(db, value).await?;
    }
    for value in [
        f32::MIN,
        f32::MAX,
        f32::MIN_POSITIVE,
        0.1,
        f32::INFINITY,
        f32::NEG_INFINITY,
    ] {
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
    }
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

async fn text_comes_back_whatever_its_letters(db: &Db) -> Result<()> {
    let odd = [
        "",
        " ",
        "\u{1}",
        "a\u{7F}b",
        "'",
        "\"",
        "; DROP TABLE everything --",
        "%_\\*?[",
        "ß ﬀ İ",
        "👩‍👩‍👧",
        "\u{202E}x",
        "\u{10FFFF}",
        "\n\r\t",
    ];
    round_trip!(
        db,
        text,
        [
            odd[0].to_owned(),
            odd[1].to_owned(),
            odd[2].to_owned(),
            odd[3].to_owned(),
            odd[4].to_owned(),
            odd[5].to_owned(),
            odd[6].to_owned(),
            odd[7].to_owned(),
            odd[8].to_owned(),
            odd[9].to_owned(),
            odd[10].to_owned(),
            odd[11].to_owned(),
            odd[12].to_owned()
        ]
    );
    Ok(())
}

async fn a_text_of_300_kb_comes_back(db: &Db) -> Result<()> {
    round_trip!(db, text, ["añ👾".repeat(50_000)]);
    Ok(())
}

async fn bytes_come_back(db: &Db) -> Result<()> {
    round_trip!(
        db,
        bytes,
        [
            Vec::<u8>::new(),
            vec![0],
            vec![0xFF, 0, 0xC3, 0x28],
            (0..=255).collect::<Vec<u8>>(),
            vec![7; 300_000]
        ]
    );
    Ok(())
}

async fn uuids_come_back(db: &Db) -> Result<()> {
    round_trip!(
        db,
        uuid,
        [Uuid::nil(), Uuid::max(), Uuid::now_v7(), Uuid::new_v4()]
    );
    Ok(())
}

async fn instants_come_back_to_the_nanosecond(db: &Db) -> Result<()> {
    let instants: [&str; 6] = [
        "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999999999Z",
        "1970-01-01T00:00:00Z",
        "2024-02-29T12:34:56.000000001Z",
        "2024-02-29T12:34:56.1Z",
        "9999-12-30T22:00:00.999999999Z",
    ];
    let [a, b, c, d, e, f] = instants.map(|text| text.parse::<Timestamp>().unwrap());
    round_trip!(db, instant, [a, b, c, d, e, f]);
    let read: Vec<_> = Everything::all()
        .order_by(|row| row.instant.asc())
        .all(db)
        .await?
        .iter()
        .map(|row| row.instant)
        .collect();
    assert_eq!(read, [a, b, c, d, e, f], "their order is the order of time");
    Ok(())
}

async fn dates_and_times_come_back_at_their_edges(db: &Db) -> Result<()> {
    round_trip!(
        db,
        date,
        [
            civil::date(1, 1, 1),
            civil::date(999, 12, 31),
            civil::date(2024, 2, 29),
            civil::Date::MAX
        ]
    );
    for value in [
        civil::Time::MIN,
        civil::time(23, 59, 59, 1),
        civil::Time::MAX,
    ] {
        let row = create!(Everything { time: value }).exec(db).await?;
        assert_eq!(Everything::get_by_id(db, row.id).await?.time, value);
    }
    for value in [
        civil::datetime(1, 1, 1, 0, 0, 0, 0),
        civil::datetime(2024, 2, 29, 1, 2, 3, 4),
        civil::DateTime::MAX,
    ] {
        let row = create!(Everything { date_time: value }).exec(db).await?;
        assert_eq!(Everything::get_by_id(db, row.id).await?.date_time, value);
    }
    Ok(())
}

async fn times_before_the_year_1_are_refused(db: &Db) -> Result<()> {
    let refused = [
        create!(Everything {
            instant: Timestamp::MIN
        })
        .exec(db)
        .await
        .unwrap_err(),
        create!(Everything {
            date: civil::Date::MIN
        })
        .exec(db)
        .await
        .unwrap_err(),
        create!(Everything {
            date_time: civil::datetime(0, 12, 31, 23, 59, 59, 0)
        })
        .exec(db)
        .await
        .unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.kind(), ErrorKind::Unrepresentable);
    }
    assert_eq!(Everything::all().count(db).await?, 0);
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
    let read = Everything::filter(|row| row.decimal.eq(b)).one(db).await?;
    assert_eq!(read.decimal.to_string(), "1.10", "the scale comes back too");
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

async fn json_comes_back(db: &Db) -> Result<()> {
    round_trip!(
        db,
        json,
        [
            json!(null),
            json!([]),
            json!({ "a": [1, 2.5, "x\0'\"", { "é": null }], "": true }),
            json!(u64::MAX),
            json!("text"),
            json!(-0.5)
        ]
    );
    Ok(())
}

async fn json_of_an_own_type_comes_back(db: &Db) -> Result<()> {
    let tags = Tags::from([("a".into(), vec![1, i64::MIN]), ("'".into(), vec![])]);
    round_trip!(db, tags, [Json(Tags::new()), Json(tags.clone())]);
    Ok(())
}

async fn variants_come_back_under_their_labels(db: &Db) -> Result<()> {
    round_trip!(db, color, [Color::Red, Color::Green, Color::Blue]);
    let row = create!(Everything {
        color: Color::Green,
        text: "grün"
    })
    .exec(db)
    .await?;
    let found = Everything::filter(|row| {
        row.color.ne(Color::Red) & row.color.ne(Color::Blue) & row.text.eq("grün")
    })
    .one(db)
    .await?;
    assert_eq!(found.id, row.id);
    Ok(())
}

async fn newtypes_come_back_and_compare(db: &Db) -> Result<()> {
    round_trip!(db, score, [Score(i64::MIN), Score(0), Score(i64::MAX)]);
    assert_eq!(
        Everything::filter(|row| row.score.gt(Score(0)))
            .count(db)
            .await?,
        1
    );
    assert_eq!(
        Everything::filter(|row| row.score.between(Score(-1), Score(1)))
            .count(db)
            .await?,
        1
    );
    Ok(())
}

async fn a_value_can_be_given_by_reference_and_taken_away(db: &Db) -> Result<()> {
    let (text, bytes) = ("x".to_owned(), vec![1u8]);
    let row = create!(Everything {
        text: &text,
        bytes: &bytes
    })
    .exec(db)
    .await?;
    assert_eq!((&row.text, &row.bytes), (&text, &bytes));
    let row = create!(Anything {
        text: &text,
        signed32: 5
    })
    .exec(db)
    .await?;
    row.update()
        .text(None::<String>)
        .signed32(None::<i32>)
        .exec(db)
        .await?;
    let read = Anything::get_by_id(db, row.id).await?;
    assert_eq!((read.text, read.signed32), (None, None));
    Ok(())
}

on_every_database! { VALUES;
    truth_values_come_back,
    signed_integers_come_back_at_their_edges,
    the_largest_integers_come_back,
    unsigned_integers_come_back_at_their_edges,
    unsigned_64_bits_come_back_up_to_the_largest_signed,
    an_integer_above_the_largest_signed_is_refused_and_nothing_written,
    floats_come_back_at_their_edges,
    negative_zero_comes_back_equal,
    not_a_number_is_refused_and_nothing_written,
    text_comes_back_whatever_its_letters,
    a_text_of_300_kb_comes_back,
    bytes_come_back,
    uuids_come_back,
    instants_come_back_to_the_nanosecond,
    dates_and_times_come_back_at_their_edges,
    times_before_the_year_1_are_refused,
    decimals_come_back_exactly,
    decimals_compare_as_numbers_not_as_text,
    json_comes_back,
    json_of_an_own_type_comes_back,
    variants_come_back_under_their_labels,
    newtypes_come_back_and_compare,
    a_value_can_be_given_by_reference_and_taken_away,
}
