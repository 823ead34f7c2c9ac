//! Conditions as DynamoDB's expressions.
//!
//! Promises: names stand in `ExpressionAttributeNames` and values in `ExpressionAttributeValues`, never in the text; an
//! expression means what SQL's three-valued logic means; one that DynamoDB would refuse for its size is refused before
//! anything is sent. Must not know: requests, plans.
//!
//! What may surprise: `a <> :v` is true in DynamoDB where `a` is missing, so that an inequality of a column that may be NULL
//! is guarded; brackets stand only where they change something, since DynamoDB refuses redundant ones.

use super::condition::{Condition, Operand};
use super::placeholders::Placeholders;
use crate::table::{Layout, column_letters, compare};
use aws_sdk_dynamodb::types::AttributeValue;
use std::cmp::Ordering;
use toasty_dsl::statement::{Comparison, TextMatch};
use toasty_dsl::value::{ColumnType, Value};
use toasty_dsl::{Error, ErrorKind, Result};

/// The most bytes of an expression ("Quotas": expression parameters).
const MOST_BYTES: usize = 4 * 1024;
/// The most operators and functions of one ("Quotas").
const MOST_OPERATORS: usize = 300;
/// The most members of one `IN` ("Quotas").
const MOST_MEMBERS: usize = 100;

/// Whether DynamoDB's expressions can say a condition.
pub(crate) fn is_native(layout: &Layout, condition: &Condition) -> bool {
    let letters = |column: u16| {
        layout
            .model
            .columns
            .get(usize::from(column))
            .map_or("", |def| column_letters(def.ty, layout.is_keyed(column)))
    };
    match condition {
        // Nobody plans with constants; DynamoDB has none.
        Condition::Constant(_) | Condition::InRows { .. } | Condition::Array { .. } => false,
        Condition::Compare {
            column,
            comparison,
            with,
        } => {
            let ordered = matches!(
                comparison,
                Comparison::Less
                    | Comparison::LessOrEqual
                    | Comparison::Greater
                    | Comparison::GreaterOrEqual
            );
            // DynamoDB orders numbers, texts and bytes only, and compares no attribute with itself.
            let comparable = !ordered || letters(*column) != "BOOL";
            comparable
                && match with {
                    Operand::Slot(_) => true,
                    Operand::Column(other) => {
                        column != other && letters(*column) == letters(*other)
                    }
                }
        }
        Condition::Between { column, .. } => letters(*column) != "BOOL",
        Condition::In { .. } | Condition::IsNull { .. } => true,
        Condition::Text {
            matches,
            ignore_case,
            ..
        } => {
            !ignore_case
                && match matches {
                    TextMatch::StartsWith | TextMatch::Contains | TextMatch::Equals => true,
                    TextMatch::Like | TextMatch::EndsWith | TextMatch::Regex => false,
                }
        }
        Condition::And(all) | Condition::Or(all) => all.iter().all(|one| is_native(layout, one)),
    }
}

/// Checks an expression against DynamoDB's limits.
///
/// # Errors
/// `TooComplex`.
pub(crate) fn check_length(layout: &Layout, text: &str) -> Result<()> {
    let operators = text
        .split([' ', '('])
        .filter(|word| {
            matches!(
                *word,
                "=" | "<>" | "<" | "<=" | ">" | ">=" | "AND" | "OR" | "NOT" | "IN" | "BETWEEN"
            ) || word.starts_with("attribute_")
                || matches!(*word, "begins_with" | "contains" | "size")
        })
        .count();
    if text.len() <= MOST_BYTES && operators <= MOST_OPERATORS {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::TooComplex,
        "the condition is longer than DynamoDB takes: 4 KB of text and 300 operators",
    )
    .on_model(layout.model.name)
    .with_advice("use shorter lists, or several queries"))
}

/// Writes conditions as expressions that share their names and values.
pub(crate) struct Writer<'a> {
    layout: &'a Layout,
    /// None where a template is written.
    values: Option<&'a [Value]>,
    pub(crate) placeholders: Placeholders,
}

/// What stands around a condition: whether a chain inside needs brackets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Nothing,
    And,
    Or,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(layout: &'a Layout, values: Option<&'a [Value]>) -> Self {
        Writer {
            layout,
            values,
            placeholders: Placeholders::new(),
        }
    }

    /// A condition as text.
    ///
    /// # Errors
    /// `Unrepresentable` for a value that DynamoDB cannot hold, `TooComplex` for a condition that is too long.
    pub(crate) fn condition(&mut self, condition: &Condition) -> Result<String> {
        self.all(std::slice::from_ref(condition))
    }

    /// Several conditions as one text, all of which must hold.
    ///
    /// # Errors
    /// As [`Writer::condition`].
    pub(crate) fn all(&mut self, conditions: &[Condition]) -> Result<String> {
        let mut text = String::new();
        let around = if conditions.len() > 1 {
            Around::And
        } else {
            Around::Nothing
        };
        for (number, one) in conditions.iter().enumerate() {
            if number > 0 {
                text.push_str(" AND ");
            }
            self.write(&mut text, one, around)?;
        }
        check_length(self.layout, &text)?;
        Ok(text)
    }

    pub(crate) fn column(&mut self, column: u16) -> String {
        self.placeholders.name(self.layout.name(column))
    }

    /// The placeholder of a slot, for this column.
    ///
    /// # Errors
    /// `Unrepresentable`.
    pub(crate) fn slot(&mut self, column: u16, slot: usize) -> Result<String> {
        match self.values {
            None => Ok(self.placeholders.blank()),
            Some(values) => {
                let value = values.get(slot).unwrap_or(&Value::Null);
                self.value(column, value)
            }
        }
    }

    fn value(&mut self, column: u16, value: &Value) -> Result<String> {
        let attribute = self
            .layout
            .attribute(column, value)?
            .unwrap_or(AttributeValue::Null(true));
        Ok(self.placeholders.value(attribute))
    }

    fn letters(&self, column: u16) -> &'static str {
        let ty = self
            .layout
            .model
            .columns
            .get(usize::from(column))
            .map_or(ColumnType::Text, |def| def.ty);
        column_letters(ty, self.layout.is_keyed(column))
    }

    /// `attribute_type(#n0, :v0)`: the column is not NULL.
    fn is_there(&mut self, column: u16) -> String {
        let letters = AttributeValue::S(self.letters(column).to_owned());
        let name = self.column(column);
        let value = self.placeholder(letters);
        format!("attribute_type({name}, {value})")
    }

    fn placeholder(&mut self, value: AttributeValue) -> String {
        match self.values {
            Some(_) => self.placeholders.value(value),
            None => self.placeholders.blank(),
        }
    }

    /// Whether the value of a slot is NULL, so that a comparison with it is never true.
    fn is_null(&self, slot: usize) -> bool {
        self.values
            .is_some_and(|values| values.get(slot).is_none_or(Value::is_null))
    }

    fn write(&mut self, text: &mut String, condition: &Condition, around: Around) -> Result<()> {
        match condition {
            // Kept out by `is_native`: DynamoDB's expressions have no word for them.
            Condition::Constant(_) | Condition::InRows { .. } | Condition::Array { .. } => {
                return Err(Error::new(
                    ErrorKind::Database,
                    "a condition that DynamoDB cannot express was sent to it",
                )
                .on_model(self.layout.model.name));
            }
            Condition::Compare {
                column,
                comparison,
                with,
            } => self.compare(text, *column, *comparison, *with)?,
            Condition::Between { column, low, high } => {
                self.between(text, *column, *low, *high)?;
            }
            Condition::In {
                column,
                list,
                negated,
            } => self.list(text, *column, *list, *negated, around)?,
            Condition::IsNull { column, negated } => self.null(text, *column, *negated, around),
            Condition::Text {
                column,
                matches,
                slot,
                negated,
                ..
            } => self.text(text, *column, *matches, *slot, *negated)?,
            Condition::And(all) => self.chain(text, all, Around::And, around)?,
            Condition::Or(all) => self.chain(text, all, Around::Or, around)?,
        }
        Ok(())
    }

    /// One that is never true: what a comparison with NULL is.
    fn never(&mut self, text: &mut String, column: u16) {
        let name = self.column(column);
        text.push_str(&format!(
            "attribute_exists({name}) AND attribute_not_exists({name})"
        ));
    }

    /// An attribute that is not there is NULL, and so is one of the type NULL, which others may have written.
    fn null(&mut self, text: &mut String, column: u16, negated: bool, around: Around) {
        let name = self.column(column);
        let value = self.placeholder(AttributeValue::S("NULL".to_owned()));
        text.push_str(&match (negated, around) {
            (true, _) => {
                format!("attribute_exists({name}) AND NOT attribute_type({name}, {value})")
            }
            (false, Around::And) => {
                format!("(attribute_not_exists({name}) OR attribute_type({name}, {value}))")
            }
            (false, Around::Nothing | Around::Or) => {
                format!("attribute_not_exists({name}) OR attribute_type({name}, {value})")
            }
        });
    }

    fn chain(
        &mut self,
        text: &mut String,
        all: &[Condition],
        inside: Around,
        around: Around,
    ) -> Result<()> {
        // AND binds closer than OR: only an OR inside an AND needs brackets.
        let brackets = inside == Around::Or && around == Around::And;
        if brackets {
            text.push('(');
        }
        for (number, one) in all.iter().enumerate() {
            if number > 0 {
                text.push_str(if inside == Around::And {
                    " AND "
                } else {
                    " OR "
                });
            }
            self.write(text, one, inside)?;
        }
        if brackets {
            text.push(')');
        }
        Ok(())
    }

    fn compare(
        &mut self,
        text: &mut String,
        column: u16,
        comparison: Comparison,
        with: Operand,
    ) -> Result<()> {
        let mut guarded = Vec::new();
        match with {
            Operand::Slot(slot) if self.is_null(slot) => {
                self.never(text, column);
                return Ok(());
            }
            // A missing attribute is unequal to everything, and neither less nor greater nor equal.
            Operand::Slot(_) if comparison == Comparison::NotEqual => guarded.push(column),
            Operand::Slot(_) => {}
            Operand::Column(other) => guarded.extend([column, other]),
        }
        for one in guarded {
            if self.layout.is_nullable(one) {
                let there = self.is_there(one);
                text.push_str(&there);
                text.push_str(" AND ");
            }
        }
        let left = self.column(column);
        let right = match with {
            Operand::Slot(slot) => self.slot(column, slot)?,
            Operand::Column(other) => self.column(other),
        };
        text.push_str(&format!("{left} {} {right}", sign(comparison)));
        Ok(())
    }

    /// `BETWEEN` with its bounds the wrong way round is an error in DynamoDB, and finds nothing in SQL.
    fn between(&mut self, text: &mut String, column: u16, low: usize, high: usize) -> Result<()> {
        if self.is_null(low) || self.is_null(high) {
            self.never(text, column);
            return Ok(());
        }
        let name = self.column(column);
        let backwards = match self.values {
            None => false,
            Some(values) => match (values.get(low), values.get(high)) {
                (Some(low), Some(high)) => {
                    let low = self.layout.attribute(column, low)?;
                    let high = self.layout.attribute(column, high)?;
                    low.zip(high)
                        .is_none_or(|(low, high)| compare(&low, &high) == Some(Ordering::Greater))
                }
                _ => true,
            },
        };
        let (low, high) = (self.slot(column, low)?, self.slot(column, high)?);
        text.push_str(&if backwards {
            format!("{name} >= {low} AND {name} <= {high}")
        } else {
            format!("{name} BETWEEN {low} AND {high}")
        });
        Ok(())
    }

    fn list(
        &mut self,
        text: &mut String,
        column: u16,
        list: usize,
        negated: bool,
        around: Around,
    ) -> Result<()> {
        let members: &[Value] = match self.values.map(|values| values.get(list)) {
            None | Some(None) => &[],
            Some(Some(Value::List(members))) => members,
            Some(Some(one)) => std::slice::from_ref(one),
        };
        let nulls = members.iter().any(Value::is_null);
        if self.values.is_some() && ((negated && nulls) || members.iter().all(Value::is_null)) {
            // Unequal to NULL nothing is; and among no members neither.
            self.never(text, column);
            return Ok(());
        }
        if negated && self.layout.is_nullable(column) {
            let there = self.is_there(column);
            text.push_str(&there);
            text.push_str(" AND ");
        }
        let name = self.column(column);
        let members: Vec<String> = if self.values.is_some() {
            members
                .iter()
                .filter(|member| !member.is_null())
                .map(|member| self.value(column, member))
                .collect::<Result<_>>()?
        } else {
            vec![self.placeholders.blank(), "…".to_owned()]
        };
        let groups: Vec<String> = members
            .chunks(MOST_MEMBERS)
            .map(|group| format!("{name} IN ({})", group.join(", ")))
            .collect();
        let several = groups.len() > 1;
        if negated {
            text.push_str("NOT ");
        }
        let brackets = several && (negated || around == Around::And);
        if brackets {
            text.push('(');
        }
        text.push_str(&groups.join(" OR "));
        if brackets {
            text.push(')');
        }
        Ok(())
    }

    fn text(
        &mut self,
        text: &mut String,
        column: u16,
        matches: TextMatch,
        slot: usize,
        negated: bool,
    ) -> Result<()> {
        if self.is_null(slot) {
            self.never(text, column);
            return Ok(());
        }
        let empty = self.values.is_some_and(
            |values| matches!(values.get(slot), Some(Value::Text(text)) if text.is_empty()),
        );
        if empty && matches != TextMatch::Equals {
            // Every text starts with, and contains, the empty one.
            if negated {
                self.never(text, column);
            } else {
                let there = self.is_there(column);
                text.push_str(&there);
            }
            return Ok(());
        }
        if negated && self.layout.is_nullable(column) {
            let there = self.is_there(column);
            text.push_str(&there);
            text.push_str(" AND ");
        }
        let name = self.column(column);
        let value = self.slot(column, slot)?;
        if negated {
            text.push_str("NOT ");
        }
        text.push_str(&match matches {
            TextMatch::StartsWith => format!("begins_with({name}, {value})"),
            TextMatch::Contains => format!("contains({name}, {value})"),
            // Without a case to ignore it is an equality. Patterns and ends are kept out by `is_native`.
            TextMatch::Equals | TextMatch::Like | TextMatch::EndsWith | TextMatch::Regex => {
                format!("{name} = {value}")
            }
        });
        Ok(())
    }
}

pub(crate) fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

#[cfg(test)]
mod tests;
