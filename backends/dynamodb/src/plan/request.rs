//! The parts of a Query or a Scan: its expressions, with names and values beside them.
//!
//! Promises: a value that cannot stand in a key condition does not: it is checked on the rows instead. Must not know:
//! sending, answers.

use super::access::{Access, Narrow, ReadPlan};
use crate::expression::{Condition, Placeholders, Writer, sign};
use crate::table::item::{LONGEST_PARTITION, LONGEST_SORT};
use crate::table::{Layout, compare};
use aws_sdk_dynamodb::types::AttributeValue;
use std::cmp::Ordering;
use toasty_dsl::Result;
use toasty_dsl::value::Value;

/// The expressions of a Query or a Scan.
pub(crate) struct Expressions {
    pub(crate) key: Option<String>,
    pub(crate) filter: Option<String>,
    pub(crate) placeholders: Placeholders,
}

/// Whether a condition on the sort key can stand in the key condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// It can
    Yes,
    /// It is checked on the rows
    No,
    /// No row can meet it
    Never,
}

/// The longest list that a filter holds; longer ones are checked on the rows, which cost the same to read.
const LONGEST_LIST: usize = 100;

/// What DynamoDB checks of a plan with these values, and what is checked on the rows beside what the plan says: lists may be
/// longer than an expression.
pub(crate) fn divide(plan: &ReadPlan, values: &[Value]) -> (Vec<Condition>, Vec<Condition>) {
    plan.native
        .iter()
        .cloned()
        .partition(|condition| !has_long_list(condition, values))
}

fn has_long_list(condition: &Condition, values: &[Value]) -> bool {
    match condition {
        Condition::In { list, .. } => match values.get(*list) {
            Some(Value::List(members)) => members.len() > LONGEST_LIST,
            _ => false,
        },
        Condition::And(all) | Condition::Or(all) => {
            all.iter().any(|one| has_long_list(one, values))
        }
        Condition::Constant(_)
        | Condition::Compare { .. }
        | Condition::Between { .. }
        | Condition::InRows { .. }
        | Condition::IsNull { .. }
        | Condition::Text { .. }
        | Condition::Array { .. } => false,
    }
}

/// The column of the sort key of what is queried.
pub(crate) fn sort_of(layout: &Layout, index: Option<usize>) -> Option<u16> {
    match index {
        None => layout.sort,
        Some(number) => layout.indexes.get(number).and_then(|index| index.sort),
    }
}

/// Whether an attribute can be in the key of what is queried: `at` is 0 for its partition part, 1 for its sort part.
pub(crate) fn fits(layout: &Layout, at: usize, attribute: &AttributeValue) -> bool {
    layout.fits_key(
        attribute,
        if at == 0 {
            LONGEST_PARTITION
        } else {
            LONGEST_SORT
        },
    )
}

/// Whether `narrow` can stand in the key condition with these values: not with an empty text, which DynamoDB does not take
/// there, and not with its bounds the wrong way round.
///
/// # Errors
/// `Unrepresentable`.
pub(crate) fn fit(layout: &Layout, sort: u16, narrow: Narrow, values: &[Value]) -> Result<Fit> {
    let slots = match narrow {
        Narrow::Compare(_, slot) | Narrow::Prefix(slot) => vec![slot],
        Narrow::Between(low, high) => vec![low, high],
    };
    let mut bounds = Vec::with_capacity(2);
    for slot in slots {
        match layout.attribute(sort, values.get(slot).unwrap_or(&Value::Null))? {
            Some(attribute) => bounds.push(attribute),
            // A comparison with NULL is unknown.
            None => return Ok(Fit::Never),
        }
    }
    if let [low, high] = bounds.as_slice()
        && compare(low, high) == Some(Ordering::Greater)
    {
        return Ok(Fit::Never);
    }
    let all = bounds.iter().all(|bound| fits(layout, 1, bound));
    Ok(if all { Fit::Yes } else { Fit::No })
}

/// The expressions of a plan: of its key condition, `key` being one of its keys, and of the conditions in `native`. Without values it is a template for eyes.
///
/// # Errors
/// `Unrepresentable`, `TooComplex`.
pub(crate) fn expressions(
    layout: &Layout,
    plan: &ReadPlan,
    native: &[Condition],
    key: Option<&[AttributeValue]>,
    narrowed: bool,
    values: Option<&[Value]>,
) -> Result<Expressions> {
    let mut writer = Writer::new(layout, values);
    let mut parts = Vec::new();
    if let Access::Query {
        index,
        key: source,
        narrow,
    } = &plan.access
    {
        for (at, column) in source.columns().iter().enumerate() {
            let name = writer.column(*column);
            let value = match key.and_then(|key| key.get(at)) {
                Some(value) => writer.placeholders.value(value.clone()),
                None => writer.placeholders.blank(),
            };
            parts.push(format!("{name} = {value}"));
        }
        if let (Some(sort), Some(narrow), true) = (sort_of(layout, *index), narrow, narrowed) {
            let name = writer.column(sort);
            parts.push(match narrow {
                Narrow::Compare(comparison, slot) => {
                    let value = writer.slot(sort, *slot)?;
                    format!("{name} {} {value}", sign(*comparison))
                }
                Narrow::Between(low, high) => {
                    let (low, high) = (writer.slot(sort, *low)?, writer.slot(sort, *high)?);
                    format!("{name} BETWEEN {low} AND {high}")
                }
                Narrow::Prefix(slot) => {
                    let value = writer.slot(sort, *slot)?;
                    format!("begins_with({name}, {value})")
                }
            });
        }
    }
    let filter = if native.is_empty() {
        None
    } else {
        Some(writer.all(native)?)
    };
    Ok(Expressions {
        key: (!parts.is_empty()).then(|| parts.join(" AND ")),
        filter,
        placeholders: writer.placeholders,
    })
}
