//! Texts, bytes, JSON, and types of one's own: they come back equal, or are refused and nothing is written.

use super::round_trip::round_trip;
use crate::cases::on_every_database;
use crate::models::values::{Anything, Color, Everything, Score, Tags, VALUES};
use serde_json::json;
use toasty::{Db, Json, Result, create};
use uuid::Uuid;

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

async fn json_comes_back(db: &Db) -> Result<()> {
    round_trip!(
        db,
        json,
        [
            json!(null),
            json!([]),
            json!({ "a": [1, 2.5, "x'\"\\", { "é": null }], "": true }),
            json!(u64::MAX),
            json!("text"),
            json!(-0.5)
        ]
    );
    Ok(())
}

async fn json_with_a_zero_letter_comes_back(db: &Db) -> Result<()> {
    round_trip!(db, json, [json!("a\0b"), json!({ "\0": ["\\u0000"] })]);
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
    text_comes_back_whatever_its_letters,
    a_text_of_300_kb_comes_back,
    bytes_come_back,
    uuids_come_back,
    json_comes_back,
    json_with_a_zero_letter_comes_back [postgresql: "JSON with the letter U+0000"],
    json_of_an_own_type_comes_back,
    variants_come_back_under_their_labels,
    newtypes_come_back_and_compare,
    a_value_can_be_given_by_reference_and_taken_away,
}
