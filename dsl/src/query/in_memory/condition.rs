//! Conditions on groups, in three-valued logic.

use super::order::compare;
use super::plan::{Binder, Given, Node};
use crate::statement::{Comparison, Expr, Test};
use crate::value::Value;
use std::cmp::Ordering;

/// A condition with its values.
pub(super) enum Condition {
    Constant(bool),
    Compare(Node, Comparison, Node),
    Distinct(Node, Node),
    In(Node, Vec<Value>),
    IsNull(Node),
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
}

impl Condition {
    /// # Errors
    /// A sentence part that names what is not asked in memory.
    pub(super) fn new(binder: &mut Binder, expr: &Expr) -> Result<Condition, &'static str> {
        let mut all = |all: &[Expr]| -> Result<Vec<Condition>, &'static str> {
            all.iter().map(|one| Condition::new(binder, one)).collect()
        };
        Ok(match expr {
            Expr::Constant(x) => Condition::Constant(*x),
            Expr::And(parts) => Condition::And(all(parts)?),
            Expr::Or(parts) => Condition::Or(all(parts)?),
            Expr::Not(one) => Condition::Not(Box::new(Condition::new(binder, one)?)),
            Expr::Computed(test) => Condition::test(binder, test)?,
            // Of groups there are no others.
            Expr::TooDeep
            | Expr::Compare { .. }
            | Expr::Between { .. }
            | Expr::In { .. }
            | Expr::InRows { .. }
            | Expr::IsNull { .. }
            | Expr::Text { .. }
            | Expr::Array { .. }
            | Expr::Related { .. } => return Err("a condition on columns"),
        })
    }

    fn test(binder: &mut Binder, test: &Test) -> Result<Condition, &'static str> {
        let (condition, negated) = match test {
            Test::Compare {
                left,
                comparison,
                right,
            } => {
                let left = binder.bind(left)?;
                let compare = Condition::Compare(left, *comparison, binder.bind(right)?);
                (compare, false)
            }
            Test::Distinct {
                left,
                right,
                negated,
            } => {
                let left = binder.bind(left)?;
                (Condition::Distinct(left, binder.bind(right)?), *negated)
            }
            Test::In { of, negated } => {
                let of = binder.bind(of)?;
                let members = match binder.next() {
                    Value::List(members) => members,
                    one => vec![one],
                };
                (Condition::In(of, members), *negated)
            }
            Test::IsNull { of, negated } => (Condition::IsNull(binder.bind(of)?), *negated),
            Test::InSubquery { .. } | Test::Exists { .. } => return Err("a query inside"),
            Test::True(_) => return Err("a piece of SQL"),
        };
        Ok(if negated {
            Condition::Not(Box::new(condition))
        } else {
            condition
        })
    }

    /// True, false or unknown; an error where a value does not fit its type.
    pub(super) fn ask(&self, given: Given<'_>) -> Result<Option<bool>, DoesNotFit> {
        let value = |node: &Node| node.value(given).ok_or(DoesNotFit);
        Ok(match self {
            Condition::Constant(x) => Some(*x),
            Condition::Compare(left, comparison, right) => {
                compare(&value(left)?, &value(right)?).map(|ordering| comparison.holds(ordering))
            }
            Condition::Distinct(left, right) => {
                let (left, right) = (value(left)?, value(right)?);
                let same = match (left.is_null(), right.is_null()) {
                    (false, false) => compare(&left, &right) == Some(Ordering::Equal),
                    (left, right) => left == right,
                };
                Some(!same)
            }
            Condition::In(of, members) => {
                let of = value(of)?;
                let mut members = members.iter();
                let found = members.any(|one| compare(&of, one) == Some(Ordering::Equal));
                (!of.is_null()).then_some(found)
            }
            Condition::IsNull(of) => Some(value(of)?.is_null()),
            Condition::And(parts) => chain(parts, given, false)?,
            Condition::Or(parts) => chain(parts, given, true)?,
            Condition::Not(one) => one.ask(given)?.map(|x| !x),
        })
    }
}

/// A value that does not fit its type.
pub(super) struct DoesNotFit;

/// One part that is `decisive` decides a chain; else it is unknown where one part is.
fn chain(
    parts: &[Condition],
    given: Given<'_>,
    decisive: bool,
) -> Result<Option<bool>, DoesNotFit> {
    let mut known = Some(!decisive);
    for part in parts {
        match part.ask(given)? {
            Some(x) if x == decisive => return Ok(Some(decisive)),
            Some(_) => {}
            None => known = None,
        }
    }
    Ok(known)
}
