//! The languages in which backends are spoken to.

/// A language in which a backend is spoken to: two dialects of SQL, and the requests of DynamoDB.
///
/// ```
/// use toasty::Dialect;
///
/// let names: Vec<_> = Dialect::ALL.iter().map(|dialect| dialect.name()).collect();
/// assert_eq!(names, ["sqlite", "postgresql", "aws.dynamodb"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// The SQL of SQLite
    Sqlite,
    /// The SQL of PostgreSQL
    PostgreSql,
    /// The requests of DynamoDB. Needs the feature `dynamodb`.
    DynamoDb,
}

impl Dialect {
    /// Every dialect there is.
    pub const ALL: &'static [Dialect] = &[Dialect::Sqlite, Dialect::PostgreSql, Dialect::DynamoDb];

    /// Its name, as OpenTelemetry's database conventions have it.
    pub fn name(self) -> &'static str {
        match self {
            Dialect::Sqlite => "sqlite",
            Dialect::PostgreSql => "postgresql",
            Dialect::DynamoDb => "aws.dynamodb",
        }
    }
}
