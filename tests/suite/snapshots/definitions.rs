//! Tables and indexes.

use crate::models::keys::{KEYS, Login};
use crate::models::people::{Passport, Person, SHELVES, Task};
use crate::models::values::{Anything, Everything, Parcel};
use std::fmt::Write;
use toasty::{Dialect, Model, ModelDef, toasty};
use toasty_sql::define;

toasty! {
    /// Names so long that those of the indexes are shortened.
    pub model ALongNameForATableWhichHoldsNothingOfAnyImportance [unique(the_first_of_two_long_names, the_second_of_two_long_names)] {
        id: u64 [key, auto],
        the_first_of_two_long_names: String,
        the_second_of_two_long_names: String [index],
    }
}

/// The definitions of some models, dialect by dialect.
pub fn definitions() -> Vec<(&'static str, String)> {
    let shown = |models: &[&'static ModelDef]| {
        let mut text = String::new();
        for dialect in Dialect::ALL {
            let _ = writeln!(
                text,
                "{}:\n{}\n",
                dialect.name(),
                define(models, *dialect).unwrap().join(";\n")
            );
        }
        text.trim_end().to_owned()
    };
    vec![
        ("table with every type", shown(&[Everything::DEF])),
        (
            "table with every type that may be null",
            shown(&[Anything::DEF]),
        ),
        ("table with embedded values", shown(&[Parcel::DEF])),
        (
            "table with a uuid key and unique fields",
            shown(&[Login::DEF]),
        ),
        ("tables with keys of all kinds", shown(&KEYS[1..5])),
        ("table with odd names", shown(&KEYS[5..])),
        (
            "tables that refer to each other and to themselves",
            shown(&[Person::DEF, Passport::DEF, Task::DEF]),
        ),
        ("tables with a composite foreign key", shown(SHELVES)),
        (
            "indexes with long names",
            shown(&[ALongNameForATableWhichHoldsNothingOfAnyImportance::DEF]),
        ),
    ]
}
