//! The conditions that a column offers.

use super::filter::Filter;
use crate::error::Refusal;
use crate::field::{Field, Model};
use crate::query::expression::{ColumnValue, NullableColumn, Operand, Side, TextColumn};
use crate::statement::{Comparison, Expr, Formula, Term, Test, TextMatch};
use crate::value::{Params, Value};

fn name_of<M: Model>(column: u16) -> String {
    M::DEF
        .columns
        .get(usize::from(column))
        .map_or_else(String::new, |column| column.path().join("."))
}

fn add<M: Model>(params: &mut Params, column: u16, value: Result<Value, Refusal>) {
    params.push_result(value, M::DEF.name, || name_of::<M>(column));
}

/// # Comparing
///
/// For every column. The other side is a value of the column's type, a reference to one, or another column of the model.
impl<M: Model, T> Field<M, T> {
    fn compare(self, comparison: Comparison, operand: impl Operand<M, T::Base>) -> Filter<M>
    where
        T: ColumnValue,
    {
        self.half(comparison, operand.into_side())
    }

    /// Equal.
    pub fn eq(self, operand: impl Operand<M, T::Base>) -> Filter<M>
    where
        T: ColumnValue,
    {
        self.compare(Comparison::Equal, operand)
    }

    /// Not equal. Rows where the column is NULL are not found: NULL is neither equal nor unequal to anything.
    pub fn ne(self, operand: impl Operand<M, T::Base>) -> Filter<M>
    where
        T: ColumnValue,
    {
        self.compare(Comparison::NotEqual, operand)
    }

    /// Less than.
    pub fn lt(self, operand: impl Operand<M, T::Base>) -> Filter<M>
    where
        T: ColumnValue,
    {
        self.compare(Comparison::Less, operand)
    }

    /// Less than or equal.
    pub fn le(self, operand: impl Operand<M, T::Base>) -> Filter<M>
    where
        T: ColumnValue,
    {
        self.compare(Comparison::LessOrEqual, operand)
    }

    /// Greater than.
    pub fn gt(self, operand: impl Operand<M, T::Base>) -> Filter<M>
    where
        T: ColumnValue,
    {
        self.compare(Comparison::Greater, operand)
    }

    /// Greater than or equal.
    pub fn ge(self, operand: impl Operand<M, T::Base>) -> Filter<M>
    where
        T: ColumnValue,
    {
        self.compare(Comparison::GreaterOrEqual, operand)
    }

    /// Between two values, both included.
    pub fn between<V: Operand<M, T::Base>>(self, low: V, high: V) -> Filter<M>
    where
        T: ColumnValue,
    {
        let (low, high) = match (low.into_side(), high.into_side()) {
            (Side::Value(low), Side::Value(high)) => (low, high),
            // At least one side is no value: the two halves say the same.
            (low, high) => {
                return self
                    .half(Comparison::GreaterOrEqual, low)
                    .and(self.half(Comparison::LessOrEqual, high));
            }
        };
        let mut params = Params::new();
        add::<M>(&mut params, self.column_number(), low);
        add::<M>(&mut params, self.column_number(), high);
        Filter::new(
            Expr::Between {
                column: self.column_number(),
            },
            params,
        )
    }

    fn half(self, comparison: Comparison, side: Side) -> Filter<M>
    where
        T: ColumnValue,
    {
        let mut params = Params::new();
        let column = self.column_number();
        let with = match side {
            Side::Value(value) => {
                add::<M>(&mut params, column, value);
                Term::Slot
            }
            Side::Column(other) => Term::Column(other),
            Side::Computed(computed) => {
                let (right, params) = *computed;
                let left = Formula::Column(column);
                return Filter::new(
                    Expr::Computed(Box::new(Test::Compare {
                        left,
                        comparison,
                        right,
                    })),
                    params,
                );
            }
        };
        Filter::new(
            Expr::Compare {
                column,
                comparison,
                with,
            },
            params,
        )
    }

    /// Equal to a member of the list. An empty list finds nothing and asks no database.
    pub fn in_list<V: Operand<M, T::Base>>(self, members: impl IntoIterator<Item = V>) -> Filter<M>
    where
        T: ColumnValue,
    {
        self.list(members, false)
    }

    /// Equal to no member of the list. Rows where the column is NULL are found only when the list is empty.
    pub fn not_in_list<V: Operand<M, T::Base>>(
        self,
        members: impl IntoIterator<Item = V>,
    ) -> Filter<M>
    where
        T: ColumnValue,
    {
        self.list(members, true)
    }

    fn list<V: Operand<M, T::Base>>(
        self,
        members: impl IntoIterator<Item = V>,
        negated: bool,
    ) -> Filter<M>
    where
        T: ColumnValue,
    {
        let mut params = Params::new();
        let mut list = Vec::new();
        let mut columns: Option<Filter<M>> = None;
        for member in members {
            match member.into_side() {
                Side::Value(Ok(value)) => list.push(value),
                Side::Value(Err(reason)) => {
                    add::<M>(&mut params, self.column_number(), Err(reason));
                }
                // A list of columns is spelled as comparisons, one a member.
                other @ (Side::Column(_) | Side::Computed(_)) => {
                    let one = self.half(
                        if negated {
                            Comparison::NotEqual
                        } else {
                            Comparison::Equal
                        },
                        other,
                    );
                    columns = Some(match columns {
                        None => one,
                        Some(before) if negated => before.and(one),
                        Some(before) => before.or(one),
                    });
                }
            }
        }
        if params.check().is_err() {
            return Filter::new(
                Expr::In {
                    column: self.column_number(),
                    negated,
                },
                params,
            );
        }
        if list.is_empty() {
            return columns.unwrap_or_else(|| {
                if negated {
                    Filter::always()
                } else {
                    Filter::never()
                }
            });
        }
        params.push(Value::List(list));
        let values = Filter::new(
            Expr::In {
                column: self.column_number(),
                negated,
            },
            params,
        );
        match columns {
            None => values,
            Some(columns) if negated => values.and(columns),
            Some(columns) => values.or(columns),
        }
    }
}

/// # NULL
impl<M: Model, T> Field<M, T> {
    /// Different, NULL taken for a value like others: a row where the column is NULL is found, whatever the value is, and
    /// where two columns are compared, one where only one of them is. Never unknown, so that `!` finds the others.
    pub fn is_distinct_from(self, operand: impl Operand<M, T::Base>) -> Filter<M>
    where
        T: ColumnValue,
    {
        let column = self.column_number();
        let null = |column, negated| Filter::new(Expr::IsNull { column, negated }, Params::new());
        let nullable = |column: u16| {
            let column = M::DEF.columns.get(usize::from(column));
            column.is_some_and(|column| column.nullable)
        };
        let side = operand.into_side();
        match side {
            Side::Value(value) => {
                let other = self.half(Comparison::NotEqual, Side::Value(value));
                if nullable(column) {
                    null(column, false).or(other)
                } else {
                    other
                }
            }
            Side::Column(with) if !nullable(column) && !nullable(with) => {
                self.half(Comparison::NotEqual, side)
            }
            Side::Column(with) => {
                let other = self.half(Comparison::NotEqual, side);
                let both = null(column, true).and(null(with, true)).and(other);
                let first = null(column, false).and(null(with, true));
                let second = null(column, true).and(null(with, false));
                first.or(second).or(both)
            }
            Side::Computed(computed) => {
                let (right, params) = *computed;
                let left = Formula::Column(column);
                Filter::new(
                    Expr::Computed(Box::new(Test::Distinct {
                        left,
                        right,
                        negated: false,
                    })),
                    params,
                )
            }
        }
    }

    /// The column is NULL.
    pub fn is_null(self) -> Filter<M>
    where
        T: NullableColumn,
    {
        Filter::new(
            Expr::IsNull {
                column: self.column_number(),
                negated: false,
            },
            Params::new(),
        )
    }

    /// The column is not NULL.
    pub fn is_not_null(self) -> Filter<M>
    where
        T: NullableColumn,
    {
        Filter::new(
            Expr::IsNull {
                column: self.column_number(),
                negated: true,
            },
            Params::new(),
        )
    }
}

/// # Text
///
/// What is looked for is taken literally: `%` and `_` have a meaning only in [`like`](Field::like). Matching tells upper
/// from lower case on every backend; the `_ignore_case` forms take the ASCII letters `A` to `Z` and `a` to `z` as one.
impl<M: Model, T> Field<M, T> {
    fn text(self, matches: TextMatch, ignore_case: bool, text: impl Into<String>) -> Filter<M>
    where
        T: TextColumn,
    {
        let mut params = Params::new();
        params.push(Value::Text(text.into()));
        Filter::new(
            Expr::Text {
                column: self.column_number(),
                matches,
                ignore_case,
            },
            params,
        )
    }

    /// By a pattern: `%` is any text, `_` any one character, and `\` before one of the three makes it literal.
    pub fn like(self, pattern: impl Into<String>) -> Filter<M>
    where
        T: TextColumn,
    {
        self.text(TextMatch::Like, false, pattern)
    }

    /// By a pattern, upper and lower case taken as one.
    pub fn like_ignore_case(self, pattern: impl Into<String>) -> Filter<M>
    where
        T: TextColumn,
    {
        self.text(TextMatch::Like, true, pattern)
    }

    /// Starts with this text. An index on the column serves it.
    pub fn starts_with(self, text: impl Into<String>) -> Filter<M>
    where
        T: TextColumn,
    {
        self.text(TextMatch::StartsWith, false, text)
    }

    /// Starts with this text, upper and lower case taken as one.
    pub fn starts_with_ignore_case(self, text: impl Into<String>) -> Filter<M>
    where
        T: TextColumn,
    {
        self.text(TextMatch::StartsWith, true, text)
    }

    /// Ends with this text.
    pub fn ends_with(self, text: impl Into<String>) -> Filter<M>
    where
        T: TextColumn,
    {
        self.text(TextMatch::EndsWith, false, text)
    }

    /// Ends with this text, upper and lower case taken as one.
    pub fn ends_with_ignore_case(self, text: impl Into<String>) -> Filter<M>
    where
        T: TextColumn,
    {
        self.text(TextMatch::EndsWith, true, text)
    }

    /// Has this text somewhere.
    pub fn contains(self, text: impl Into<String>) -> Filter<M>
    where
        T: TextColumn,
    {
        self.text(TextMatch::Contains, false, text)
    }

    /// Has this text somewhere, upper and lower case taken as one.
    pub fn contains_ignore_case(self, text: impl Into<String>) -> Filter<M>
    where
        T: TextColumn,
    {
        self.text(TextMatch::Contains, true, text)
    }

    /// Has a part that fits a regular expression of PostgreSQL, in the manual's words an ARE; letters of classes such as `\w` are the
    /// ASCII ones. Other databases refuse it.
    ///
    /// The pattern is a value, and still not one for strangers to write: some take longer than the statement has time.
    pub fn matches_regex(self, pattern: impl Into<String>) -> Filter<M>
    where
        T: TextColumn,
    {
        self.text(TextMatch::Regex, false, pattern)
    }

    /// Equal, upper and lower case taken as one.
    pub fn eq_ignore_case(self, text: impl Into<String>) -> Filter<M>
    where
        T: TextColumn,
    {
        self.text(TextMatch::Equals, true, text)
    }
}
