//! Small tables for filters: texts, and numbers that may be NULL.

use toasty::{Model, ModelDef, toasty};

toasty! {
    #[derive(Clone, PartialEq)]
    pub model Word {
        id: u64 [key, auto],
        text: String [index],
        other: Option<String>,
    }

    #[derive(Clone, PartialEq)]
    pub model Point {
        id: u64 [key],
        a: Option<i64> [index],
        b: Option<i64>,
        c: i64 = 0,
        s: Option<String>,
    }
}

pub const TEXTS: &[&ModelDef] = &[Word::DEF, Point::DEF];
