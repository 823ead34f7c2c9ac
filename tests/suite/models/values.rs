//! Every type that a column can have, with and without `Option`; embedded values and newtypes.

use jiff::{Timestamp, civil};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use toasty::{Json, Model, ModelDef, toasty};
use uuid::Uuid;

pub type Tags = BTreeMap<String, Vec<i64>>;

toasty! {
    /// Every type that a column can have; each has a default, so that a test names only the one that it is about.
    #[derive(Clone, PartialEq)]
    pub model Everything {
        id: u64 [key, auto],
        truth: bool = false,
        signed8: i8 = 0,
        signed16: i16 = 0,
        signed32: i32 = 0,
        signed64: i64 = 0,
        unsigned8: u8 = 0,
        unsigned16: u16 = 0,
        unsigned32: u32 = 0,
        unsigned64: u64 = 0,
        float32: f32 = 0.0,
        float64: f64 = 0.0,
        text: String = "",
        bytes: Vec<u8> = Vec::new(),
        uuid: Uuid = Uuid::nil(),
        instant: Timestamp = Timestamp::UNIX_EPOCH,
        date: civil::Date = civil::date(2000, 1, 1),
        time: civil::Time = civil::time(0, 0, 0, 0),
        date_time: civil::DateTime = civil::datetime(2000, 1, 1, 0, 0, 0, 0),
        decimal: Decimal = Decimal::ZERO,
        json: serde_json::Value = serde_json::Value::Null,
        tags: Json<Tags> = Json(Tags::new()),
        color: Color = Color::Red,
        score: Score = Score(0),
    }

    /// The same, each of them absent unless given.
    #[derive(Clone, PartialEq)]
    pub model Anything {
        id: u64 [key, auto],
        truth: Option<bool>,
        signed8: Option<i8>,
        signed16: Option<i16>,
        signed32: Option<i32>,
        signed64: Option<i64>,
        unsigned8: Option<u8>,
        unsigned16: Option<u16>,
        unsigned32: Option<u32>,
        unsigned64: Option<u64>,
        float32: Option<f32>,
        float64: Option<f64>,
        text: Option<String>,
        bytes: Option<Vec<u8>>,
        uuid: Option<Uuid>,
        instant: Option<Timestamp>,
        date: Option<civil::Date>,
        time: Option<civil::Time>,
        date_time: Option<civil::DateTime>,
        decimal: Option<Decimal>,
        json: Option<serde_json::Value>,
        tags: Option<Json<Tags>>,
        color: Option<Color>,
        score: Option<Score>,
    }

    pub enum Color { Red, Green [rename("grün")], Blue [rename("it's blue")] }

    #[derive(Clone, Copy, PartialEq, Eq)]
    pub embed Score { i64 }

    /// A place, in two levels.
    #[derive(Clone, PartialEq)]
    pub embed Address { street: String, city: City, zip: Option<String> [column("postcode")] }

    #[derive(Clone, PartialEq)]
    pub embed City { name: String, population: u32 }

    /// A model with the same embedded value twice.
    #[derive(Clone, PartialEq)]
    pub model Parcel {
        id: u64 [key, auto],
        sender: Address,
        receiver: Address [column("to")],
    }
}

pub const VALUES: &[&ModelDef] = &[Everything::DEF, Anything::DEF];
pub const PARCELS: &[&ModelDef] = &[Parcel::DEF];

pub fn address(street: &str, city: &str, population: u32) -> Address {
    Address {
        street: street.into(),
        city: City {
            name: city.into(),
            population,
        },
        zip: None,
    }
}
