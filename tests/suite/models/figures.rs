//! Numbers, texts and times to be computed with.

use jiff::Timestamp;
use rust_decimal::Decimal;
use toasty::{Model, ModelDef, toasty};

toasty! {
    /// A line of a shop's book.
    #[derive(Clone, PartialEq)]
    pub model Figure {
        id: u64 [key],
        shop: String [index],
        title: String = "",
        label: Option<String>,
        done: bool = false,
        tiny: u8 = 0u8,
        number: i64 = 0,
        other: Option<i64>,
        amount: u64 = 0u64,
        share: f64 = 0.0,
        price: Decimal = Decimal::ZERO,
        at: Timestamp = Timestamp::UNIX_EPOCH,
        mood: Mood = Mood::Calm,
        mark: uuid::Uuid = uuid::Uuid::nil(),
    }

    pub enum Mood { Calm, Angry }
}

pub const FIGURES: &[&ModelDef] = &[Figure::DEF];
