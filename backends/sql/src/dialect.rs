//! Where SQL differs.

use toasty_dsl::value::ColumnType;

/// A dialect of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// SQLite 3.38 or newer, with the table-valued function `rarray` of rusqlite and the collation `decimal`
    Sqlite,
}

impl Dialect {
    /// Every dialect there is.
    pub const ALL: &'static [Dialect] = &[Dialect::Sqlite];

    /// Its name, as OpenTelemetry's database conventions have it.
    pub fn name(self) -> &'static str {
        match self {
            Dialect::Sqlite => "sqlite",
        }
    }

    /// The most values that one statement can have.
    pub fn most_slots(self) -> usize {
        match self {
            // SQLITE_LIMIT_VARIABLE_NUMBER, "Limits In SQLite", section 9.
            Dialect::Sqlite => 32_766,
        }
    }

    /// The type of a column in a table's definition, with its collation.
    pub(crate) fn column_type(self, ty: ColumnType) -> &'static str {
        match self {
            Dialect::Sqlite => match ty {
                ColumnType::Bool | ColumnType::Int(_) | ColumnType::UInt(_) => "INTEGER",
                ColumnType::Float(_) => "REAL",
                ColumnType::Bytes => "BLOB",
                // Exact text, ordered as numbers: the collation of SQLite's own decimal extension, which its shell has too.
                ColumnType::Decimal => "TEXT COLLATE decimal",
                ColumnType::Text
                | ColumnType::Enum(_)
                | ColumnType::Uuid
                | ColumnType::Timestamp
                | ColumnType::Date
                | ColumnType::Time
                | ColumnType::DateTime
                | ColumnType::Json => "TEXT",
            },
        }
    }

    /// What follows the last bracket of a table's definition.
    pub(crate) fn table_suffix(self) -> &'static str {
        match self {
            // "STRICT Tables": a value of another type is refused, not converted.
            Dialect::Sqlite => " STRICT",
        }
    }
}
