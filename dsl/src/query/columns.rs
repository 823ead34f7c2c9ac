//! The conditions that a column offers.

use super::filter::Filter;
use super::operand::{ColumnValue, NullableColumn, Operand, TextColumn};
use crate::error::Refusal;
use crate::field::{Field, Model};
use crate::statement::{Comparison, Expr, Term, TextMatch};
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
        let (with, value) = operand.into_term();
        let mut params = Params::new();
        if let Some(value) = value {
            add::<M>(&mut params, self.column_number(), value);
        }
        Filter::new(
            Expr::Compare {
                column: self.column_number(),
                comparison,
                with,
            },
            params,
        )
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
        let ((low_term, low), (high_term, high)) = (low.into_term(), high.into_term());
        let (Some(low), Some(high)) = (low, high) else {
            // At least one side is a column: the two halves say the same.
            return self
                .half(Comparison::GreaterOrEqual, low_term, None)
                .and(self.half(Comparison::LessOrEqual, high_term, None));
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

    fn half(
        self,
        comparison: Comparison,
        with: Term,
        value: Option<Result<Value, Refusal>>,
    ) -> Filter<M>
    where
        T: ColumnValue,
    {
        let mut params = Params::new();
        if let Some(value) = value {
            add::<M>(&mut params, self.column_number(), value);
        }
        Filter::new(
            Expr::Compare {
                column: self.column_number(),
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
            match member.into_term() {
                (_, Some(Ok(value))) => list.push(value),
                (_, Some(Err(reason))) => {
                    add::<M>(&mut params, self.column_number(), Err(reason));
                }
                // A list of columns is spelled as comparisons, one a member.
                (term, None) => {
                    let one = self.half(
                        if negated {
                            Comparison::NotEqual
                        } else {
                            Comparison::Equal
                        },
                        term,
                        None,
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

    /// Equal, upper and lower case taken as one.
    pub fn eq_ignore_case(self, text: impl Into<String>) -> Filter<M>
    where
        T: TextColumn,
    {
        self.text(TextMatch::Equals, true, text)
    }
}
