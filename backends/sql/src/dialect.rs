//! Where SQL differs.

use toasty_dsl::value::{ColumnType, EnumType};

/// A dialect of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// SQLite 3.38 or newer, with the table-valued function `rarray` of rusqlite and the collation `decimal`
    Sqlite,
    /// PostgreSQL 12 or newer
    PostgreSql,
}

/// The type of a column, as a definition or a cast names it.
pub(crate) enum TypeName {
    /// A type that every database of the dialect has
    Known(&'static str),
    /// A type of the user's own
    Own(EnumType, &'static str),
}

impl Dialect {
    /// Every dialect there is.
    pub const ALL: &'static [Dialect] = &[Dialect::Sqlite, Dialect::PostgreSql];

    /// Its name, as OpenTelemetry's database conventions have it.
    pub fn name(self) -> &'static str {
        match self {
            Dialect::Sqlite => "sqlite",
            Dialect::PostgreSql => "postgresql",
        }
    }

    /// The most values that one statement can have.
    pub fn most_slots(self) -> usize {
        match self {
            // SQLITE_LIMIT_VARIABLE_NUMBER, "Limits In SQLite", section 9.
            Dialect::Sqlite => 32_766,
            // "PostgreSQL Limits": query parameters.
            Dialect::PostgreSql => 65_535,
        }
    }

    /// The type of a column.
    pub(crate) fn type_name(self, ty: ColumnType) -> TypeName {
        match (self, ty) {
            (Dialect::Sqlite, ty) => TypeName::Known(sqlite_type(ty)),
            (
                Dialect::PostgreSql,
                ColumnType::Enum(
                    own @ EnumType {
                        native: Some(name), ..
                    },
                ),
            ) => TypeName::Own(own, name),
            (Dialect::PostgreSql, ty) => TypeName::Known(postgresql_type(ty)),
        }
    }

    /// How a column's values are compared and ordered, where that must be said.
    pub(crate) fn collation(self, ty: ColumnType) -> &'static str {
        match (self, ty) {
            // Exact text, ordered as numbers: the collation of SQLite's own decimal extension, which its shell has too.
            (Dialect::Sqlite, ColumnType::Decimal) => " COLLATE decimal",
            // By code points, as on every backend. The database's own order depends on its locale, and serves no prefix.
            (
                Dialect::PostgreSql,
                ColumnType::Text | ColumnType::Enum(EnumType { native: None, .. }),
            ) => " COLLATE \"C\"",
            (Dialect::Sqlite | Dialect::PostgreSql, _) => "",
        }
    }

    /// What follows the last bracket of a table's definition.
    pub(crate) fn table_suffix(self) -> &'static str {
        match self {
            // "STRICT Tables": a value of another type is refused, not converted.
            Dialect::Sqlite => " STRICT",
            Dialect::PostgreSql => "",
        }
    }

    /// Whether NULL sorts below every value unless something else is said. PostgreSQL has it above ("Sorting Rows").
    pub(crate) fn null_is_smallest(self) -> bool {
        match self {
            Dialect::Sqlite => true,
            Dialect::PostgreSql => false,
        }
    }
}

fn sqlite_type(ty: ColumnType) -> &'static str {
    match ty {
        ColumnType::Bool | ColumnType::Int(_) | ColumnType::UInt(_) => "INTEGER",
        ColumnType::Float(_) => "REAL",
        ColumnType::Bytes => "BLOB",
        ColumnType::Decimal
        | ColumnType::Text
        | ColumnType::Enum(_)
        | ColumnType::Uuid
        | ColumnType::Timestamp
        | ColumnType::Date
        | ColumnType::Time
        | ColumnType::DateTime
        | ColumnType::Json
        // A JSON array ("JSON Functions And Operators").
        | ColumnType::Array(_) => "TEXT",
    }
}

/// The smallest type that holds every value, named without a digit ("Numeric Types"): PostgreSQL has no unsigned ones.
fn postgresql_type(ty: ColumnType) -> &'static str {
    match ty {
        ColumnType::Bool => "boolean",
        ColumnType::Int(8 | 16) | ColumnType::UInt(8) => "smallint",
        ColumnType::Int(32) | ColumnType::UInt(16) => "integer",
        ColumnType::Int(_) | ColumnType::UInt(_) => "bigint",
        ColumnType::Float(32) => "real",
        ColumnType::Float(_) => "double precision",
        ColumnType::Text | ColumnType::Enum(_) => "text",
        ColumnType::Bytes => "bytea",
        ColumnType::Uuid => "uuid",
        ColumnType::Timestamp => "timestamptz",
        ColumnType::Date => "date",
        ColumnType::Time => "time",
        ColumnType::DateTime => "timestamp",
        ColumnType::Decimal => "numeric",
        ColumnType::Json => "jsonb",
        ColumnType::Array(member) => postgresql_array(*member),
    }
}

/// An array of the type of its members ("Arrays"). Labels are text there, also those of an enum with a type of its own.
fn postgresql_array(member: ColumnType) -> &'static str {
    match member {
        ColumnType::Bool => "boolean[]",
        ColumnType::Int(8 | 16) | ColumnType::UInt(8) => "smallint[]",
        ColumnType::Int(32) | ColumnType::UInt(16) => "integer[]",
        ColumnType::Int(_) | ColumnType::UInt(_) => "bigint[]",
        ColumnType::Float(32) => "real[]",
        ColumnType::Float(_) => "double precision[]",
        ColumnType::Bytes => "bytea[]",
        ColumnType::Uuid => "uuid[]",
        ColumnType::Timestamp => "timestamptz[]",
        ColumnType::Date => "date[]",
        ColumnType::Time => "time[]",
        ColumnType::DateTime => "timestamp[]",
        ColumnType::Decimal => "numeric[]",
        ColumnType::Json => "jsonb[]",
        ColumnType::Text | ColumnType::Enum(_) | ColumnType::Array(_) => "text[]",
    }
}
