//! A key of two fields of which the second orders the rows of the first, and an index of the same kind.

use toasty::{Model, ModelDef, toasty};

toasty! {
    /// What a sensor told at a time.
    #[derive(Clone, PartialEq)]
    pub model Reading [key(sensor, at), index(room, value)] {
        sensor: String,
        at: i64,
        room: String = "hall",
        value: i64 = 0,
        note: Option<String>,
    }
}

pub const READINGS: &[&ModelDef] = &[Reading::DEF];
