//! Whatever a request has among its parameters, the answer is a query or an error fit for an HTTP 400.

use super::predicate::cases;
use crate::models::values::{Anything, Everything};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use toasty::{ErrorKind, Filterable};

fn list() -> Filterable<Anything> {
    Anything::filterable()
        .field("truth", |a| a.truth)
        .field("int", |a| a.signed64)
        .field("small", |a| a.unsigned8)
        .field("float", |a| a.float32)
        .field("text", |a| a.text)
        .field("uuid", |a| a.uuid)
        .field("instant", |a| a.instant)
        .field("date", |a| a.date)
        .field("time", |a| a.time)
        .field("date_time", |a| a.date_time)
        .field("decimal", |a| a.decimal)
        .field("color", |a| a.color)
        .condition("q", |a, text: String| a.text.contains(text))
        .sort("int", |a| a.signed64)
        .limit(10, 100)
}

/// Texts that are nearly right, and any others.
fn parameters() -> impl Strategy<Value = String> {
    let name = "(truth|int|small|float|text|uuid|instant|date|time|date_time|decimal|color|q|sort|limit|x)";
    let operator = "(|\\[\\]|\\[(eq|ne|lt|gte|in|contains|starts_with|is_null|x)\\]|\\[|\\]\\[)";
    let value = "([0-9+\\-.:TZe,%]{0,30}|2024-0[1-3]-[0-3][0-9]T1[0-9]:30:00(Z|%2B02:00)?|true|Red|.{0,10})";
    let pair = format!("{name}{operator}={value}");
    let pairs = format!("({pair}&){{0,4}}{pair}");
    let pairs = prop::string::string_regex(&pairs).unwrap();
    prop_oneof![3 => pairs, 1 => ".{0,60}", 1 => "[&=\\[\\]%+;?,a-f0-9]{0,40}"]
}

#[test]
fn any_text_is_a_query_or_an_error_fit_for_http_400() {
    let list = list();
    let mut runner = TestRunner::new(cases(2_000));
    runner
        .run(&parameters(), |text| {
            match list.parse(&text) {
                Ok(query) => {
                    prop_assert!(query.statement().is_ok());
                }
                Err(error) => {
                    prop_assert_eq!(error.kind(), ErrorKind::InvalidParameter);
                    prop_assert!(error.advice().is_some());
                }
            }
            Ok(())
        })
        .unwrap();
}

/// A value is what the plain Rust type says it is.
#[test]
fn a_number_is_read_as_rust_reads_it() {
    let list = Everything::filterable()
        .field("int", |e| e.signed32)
        .field("float", |e| e.float64);
    let mut runner = TestRunner::new(cases(1_000));
    runner
        .run(&"[0-9+\\-.eE]{0,12}", |text| {
            let int = list.parse_pairs([("int", &text)]);
            prop_assert_eq!(int.is_ok(), text.parse::<i32>().is_ok());
            let float = list.parse_pairs([("float", &text)]);
            let finite = text.parse::<f64>().is_ok_and(f64::is_finite);
            prop_assert_eq!(float.is_ok(), finite);
            Ok(())
        })
        .unwrap();
}
