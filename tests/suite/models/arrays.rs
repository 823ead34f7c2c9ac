//! Arrays of every type that can be a member.

use jiff::{Timestamp, civil};
use rust_decimal::Decimal;
use toasty::{Model, ModelDef, toasty};
use uuid::Uuid;

toasty! {
    #[derive(Clone, PartialEq)]
    pub model Shelf {
        id: u64 [key, auto],
        name: String = "",
        truths: Vec<bool> = Vec::new(),
        bytes: Vec<i8> = Vec::new(),
        shorts: Vec<i16> = Vec::new(),
        ints: Vec<i32> = Vec::new(),
        longs: Vec<i64> = Vec::new(),
        ports: Vec<u16> = Vec::new(),
        counts: Vec<u32> = Vec::new(),
        totals: Vec<u64> = Vec::new(),
        singles: Vec<f32> = Vec::new(),
        doubles: Vec<f64> = Vec::new(),
        texts: Vec<String> = Vec::new(),
        uuids: Vec<Uuid> = Vec::new(),
        instants: Vec<Timestamp> = Vec::new(),
        dates: Vec<civil::Date> = Vec::new(),
        times: Vec<civil::Time> = Vec::new(),
        date_times: Vec<civil::DateTime> = Vec::new(),
        prices: Vec<Decimal> = Vec::new(),
        genres: Vec<Genre> = Vec::new(),
        maybe: Option<Vec<String>>,
    }

    pub enum Genre { Crime, Poetry [rename("poems, all")] }
}

pub const ARRAYS: &[&ModelDef] = &[Shelf::DEF];
