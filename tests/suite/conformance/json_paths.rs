//! Values inside of JSON: what is not there, or of another type, is NULL.

use crate::cases::on_every_database;
use crate::models::values::{Anything, Tags, VALUES};
use serde_json::{Value, json};
use toasty::expr::{count, sum};
use toasty::{Db, Json, Result, create};

/// One row for each of these.
fn documents() -> Vec<Value> {
    vec![
        json!({"address": {"city": "Berlin", "zip": "10115"}, "scores": [3, 5], "on": true, "odd key.[0]\"": "x"}),
        json!({"address": {"city": "Äpfel"}, "scores": [], "on": false, "share": 0.1, "many": {"0": "key"}}),
        json!({"address": {"city": 7}, "scores": [1.0, 2.5, 9_007_199_254_740_993_i64], "on": "true"}),
        json!({"address": null, "scores": {"0": 1}, "big": u64::MAX}),
        json!([{"city": "Bonn"}, [[1, 2]]]),
        json!("text"),
        json!(null),
    ]
}

async fn stored(db: &Db) -> Result<()> {
    for (number, json) in (0i64..).zip(documents()) {
        create!(Anything {
            json,
            signed64: number
        })
        .exec(db)
        .await?;
    }
    // The column itself is NULL.
    create!(Anything { signed64: -1 }).exec(db).await?;
    Ok(())
}

async fn a_path_leads_to_a_value(db: &Db) -> Result<()> {
    stored(db).await?;
    let city = Anything::filter(|a| a.json.path("address.city").as_text().eq("Berlin"));
    assert_eq!(city.one(db).await?.signed64, Some(0));
    let number = |filter: toasty::Filter<Anything>| async move {
        let rows = Anything::all().narrowed_by(filter).all(db).await?;
        let mut numbers: Vec<i64> = rows.iter().filter_map(|row| row.signed64).collect();
        numbers.sort_unstable();
        toasty::Result::Ok(numbers)
    };
    let a = <Anything as toasty::Model>::FIELDS;
    assert_eq!(
        number(a.json.path("scores[0]").as_i64().ge(1)).await?,
        [0, 2]
    );
    assert_eq!(
        number(a.json.path("scores[1]").as_f64().eq(2.5)).await?,
        [2]
    );
    assert_eq!(
        number(a.json.path("scores[1]").as_i64().is_null() & a.json.path("scores[1]").exists())
            .await?,
        [2]
    );
    let large = a.json.path("scores[2]").as_i64();
    assert_eq!(number(large.eq(9_007_199_254_740_993_i64)).await?, [2]);
    assert_eq!(number(a.json.path("on").as_bool().eq(true)).await?, [0]);
    assert_eq!(
        number(a.json.path("on").as_bool().is_null()).await?,
        [-1, 2, 3, 4, 5, 6]
    );
    assert_eq!(number(a.json.path("share").as_f64().eq(0.1)).await?, [1]);
    assert_eq!(
        number(a.json.path("big").as_i64().is_not_null()).await?,
        [0; 0]
    );
    assert_eq!(
        number(a.json.path("[0].city").as_text().eq("Bonn")).await?,
        [4]
    );
    assert_eq!(number(a.json.path("[1][0][1]").as_i64().eq(2)).await?, [4]);
    assert_eq!(number(a.json.path("").as_text().eq("text")).await?, [5]);
    assert_eq!(
        number(
            a.json
                .path("address.city")
                .as_text()
                .in_list(["Berlin".to_owned(), "Bonn".to_owned()])
        )
        .await?,
        [0]
    );
    Ok(())
}

/// A number in brackets is one of an array, and a key is one of an object, whatever it looks like.
async fn keys_are_any_text_and_numbers_are_of_arrays(db: &Db) -> Result<()> {
    stored(db).await?;
    let a = <Anything as toasty::Model>::FIELDS;
    let odd = a.json.path("").key("odd key.[0]\"").as_text().eq("x");
    assert_eq!(
        Anything::all().narrowed_by(odd).one(db).await?.signed64,
        Some(0)
    );
    let key = a.json.path("many").key("0").as_text().eq("key");
    assert_eq!(Anything::all().narrowed_by(key).count(db).await?, 1);
    let number = a.json.path("many").index(0).exists();
    assert_eq!(Anything::all().narrowed_by(number).count(db).await?, 0);
    for odd in [
        "a'); DROP TABLE anything; --",
        "\" ? (@ == 1)",
        "\\",
        "$",
        "",
        "\u{0}",
        "ü🍕",
    ] {
        let none = a.json.path("").key(odd).exists();
        assert_eq!(
            Anything::all().narrowed_by(none).count(db).await?,
            0,
            "{odd}"
        );
    }
    Ok(())
}

async fn null_is_there_and_nothing_is_not(db: &Db) -> Result<()> {
    stored(db).await?;
    let a = <Anything as toasty::Model>::FIELDS;
    let there = a.json.path("address").exists();
    assert_eq!(
        Anything::all().narrowed_by(there.clone()).count(db).await?,
        4
    );
    // In the row whose column is NULL there is nothing.
    assert_eq!(Anything::all().narrowed_by(!there).count(db).await?, 4);
    let city = a.json.path("address.city").exists();
    assert_eq!(Anything::all().narrowed_by(city).count(db).await?, 3);
    Ok(())
}

async fn paths_stand_wherever_values_do(db: &Db) -> Result<()> {
    stored(db).await?;
    let rows = Anything::filter(|a| a.json.path("address.city").as_text().is_not_null())
        .order_by(|a| a.json.path("address.city").as_text().desc())
        .select(|a| {
            (
                a.json.path("address.city").as_text(),
                a.json.path("on").as_bool(),
            )
        })
        .all(db)
        .await?;
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        rows,
        [(text("Äpfel"), Some(false)), (text("Berlin"), Some(true))]
    );
    let groups = Anything::all()
        .group_by(|a| a.json.path("on").as_bool())
        .order_by(|g| g.key.asc())
        .select(|g| (g.key, count(), sum(g.row.json.path("scores[0]").as_i64())))
        .all(db)
        .await?;
    assert_eq!(
        groups,
        [
            (None, 6, Some(1)),
            (Some(false), 1, None),
            (Some(true), 1, Some(3))
        ]
    );
    Ok(())
}

async fn a_type_of_ones_own_has_paths(db: &Db) -> Result<()> {
    let tags: Tags = [("a".to_owned(), vec![1, 2])].into();
    create!(Anything { tags: Json(tags) }).exec(db).await?;
    let found = Anything::filter(|a| a.tags.path("a[1]").as_i64().eq(2));
    assert_eq!(found.count(db).await?, 1);
    Ok(())
}

/// The path is a value: another one makes no other statement.
async fn a_path_is_no_part_of_the_statement(_: &Db) -> Result<()> {
    let by = |path: &str| Anything::filter(|a| a.json.path(path).as_text().eq("x")).statement();
    assert_eq!(by("a.b")?.0, by("c[7]")?.0);
    Ok(())
}

on_every_database! { VALUES;
    a_path_leads_to_a_value [dynamodb: "a condition on a value that is computed"],
    keys_are_any_text_and_numbers_are_of_arrays [dynamodb: "a condition on a value that is computed"],
    null_is_there_and_nothing_is_not [dynamodb: "a condition on a value that is computed"],
    paths_stand_wherever_values_do [dynamodb: "an order by a value that is computed"],
    a_type_of_ones_own_has_paths [dynamodb: "a condition on a value that is computed"],
    a_path_is_no_part_of_the_statement,
}
