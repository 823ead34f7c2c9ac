//! What a parameter may ask of a column.

use crate::value::ColumnType;

/// What a parameter asks of a column: `age[gte]=18`. The word stands in brackets after the name; without one it is `eq`.
///
/// ```
/// use toasty_dsl::query::Operator;
///
/// assert_eq!(Operator::GreaterOrEqual.word(), "gte");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Operator {
    /// `eq`: equal to the value, or to one of them where the parameter comes several times
    Equal,
    /// `ne`: not equal; rows where the column is NULL are not found
    NotEqual,
    /// `lt`: less than
    Less,
    /// `lte`: less than or equal
    LessOrEqual,
    /// `gt`: greater than
    Greater,
    /// `gte`: greater than or equal
    GreaterOrEqual,
    /// `in`: equal to one of the values between commas
    In,
    /// `contains`: has the text somewhere, upper and lower case told apart
    Contains,
    /// `starts_with`: starts with the text, upper and lower case told apart
    StartsWith,
    /// `is_null`: is NULL, or, with `false`, is not
    IsNull,
}

impl Operator {
    /// Every operator.
    pub const ALL: &'static [Operator] = &[
        Operator::Equal,
        Operator::NotEqual,
        Operator::Less,
        Operator::LessOrEqual,
        Operator::Greater,
        Operator::GreaterOrEqual,
        Operator::In,
        Operator::Contains,
        Operator::StartsWith,
        Operator::IsNull,
    ];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Operator::Equal => "eq",
            Operator::NotEqual => "ne",
            Operator::Less => "lt",
            Operator::LessOrEqual => "lte",
            Operator::Greater => "gt",
            Operator::GreaterOrEqual => "gte",
            Operator::In => "in",
            Operator::Contains => "contains",
            Operator::StartsWith => "starts_with",
            Operator::IsNull => "is_null",
        }
    }

    /// The operator of a word; `name[]=a&name[]=b` is what some clients write for several values.
    pub(super) fn by_word(word: &str) -> Option<Self> {
        if word.is_empty() {
            return Some(Operator::Equal);
        }
        let mut all = Operator::ALL.iter().copied();
        all.find(|one| one.word() == word)
    }

    /// Those that make sense for a type: none, where its values have no one form as text.
    pub(super) fn of(ty: ColumnType, nullable: bool) -> Vec<Self> {
        let (ordered, text) = match ty {
            ColumnType::Bool | ColumnType::Enum(_) | ColumnType::Uuid => (false, false),
            ColumnType::Text => (true, true),
            ColumnType::Int(_)
            | ColumnType::UInt(_)
            | ColumnType::Float(_)
            | ColumnType::Decimal
            | ColumnType::Timestamp
            | ColumnType::Date
            | ColumnType::Time
            | ColumnType::DateTime => (true, false),
            ColumnType::Bytes | ColumnType::Json | ColumnType::Array(_) => return Vec::new(),
        };
        let fits = |one: &Operator| match one {
            Operator::Equal | Operator::NotEqual | Operator::In => true,
            Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual => ordered,
            Operator::Contains | Operator::StartsWith => text,
            Operator::IsNull => nullable,
        };
        Operator::ALL.iter().copied().filter(fits).collect()
    }
}
