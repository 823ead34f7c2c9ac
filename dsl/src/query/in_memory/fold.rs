//! Rows, folded into the aggregates of their groups as they come.

use super::order::{compare, place};
use super::plan::{Given, Plan};
use crate::error::Result;
use crate::query::run::Sink;
use crate::statement::{Aggregate, Function, integer};
use crate::value::{Row, Value, ValueRow};
use std::any::Any;
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

/// What was computed in the program, and of how many rows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Aggregated<T> {
    /// One for each group, or one for all rows together
    pub rows: Vec<T>,
    /// How many rows were read for it
    pub rows_read: u64,
}

/// What an aggregate has come to.
enum State {
    Count(i64),
    Distinct(HashSet<Value>),
    /// The sum, as an integer that cannot overflow, a float or a decimal, and of how many values
    Total(Option<Sum>, i64),
    Extreme(Value),
}

#[derive(Clone, Copy)]
enum Sum {
    Integer(i128),
    Other(Number),
}

#[derive(Clone, Copy)]
enum Number {
    Float(f64),
    Decimal(rust_decimal::Decimal),
}

impl State {
    fn new(aggregate: Aggregate) -> State {
        match aggregate {
            Aggregate::Count => State::Count(0),
            Aggregate::CountDistinct => State::Distinct(HashSet::new()),
            Aggregate::Sum | Aggregate::Average => State::Total(None, 0),
            Aggregate::Min | Aggregate::Max => State::Extreme(Value::Null),
        }
    }

    /// With one value more; none where it does not fit. A row by itself is a value that is not NULL.
    fn add(&mut self, aggregate: Aggregate, value: Value) -> Option<()> {
        if value.is_null() {
            return Some(());
        }
        match self {
            State::Count(count) => *count += 1,
            State::Distinct(values) => {
                values.insert(plain(value));
            }
            State::Total(sum, count) => {
                *count += 1;
                *sum = Some(add(*sum, &value)?);
            }
            State::Extreme(before) => {
                let wanted = match aggregate {
                    Aggregate::Min => Ordering::Less,
                    _ => Ordering::Greater,
                };
                if before.is_null() || compare(&value, before) == Some(wanted) {
                    *before = value;
                }
            }
        }
        Some(())
    }

    fn end(&self, aggregate: Aggregate) -> Option<Value> {
        Some(match self {
            State::Count(count) => Value::Int(*count),
            State::Distinct(values) => Value::Int(i64::try_from(values.len()).ok()?),
            State::Extreme(value) => value.clone(),
            State::Total(None, _) => Value::Null,
            State::Total(Some(sum), count) => match (aggregate, sum) {
                (Aggregate::Average, sum) => Value::Float(mean(*sum, *count)?),
                (_, Sum::Integer(sum)) => Value::Int(i64::try_from(*sum).ok()?),
                (_, Sum::Other(Number::Float(sum))) => Value::Float(*sum),
                (_, Sum::Other(Number::Decimal(sum))) => Value::Decimal(*sum),
            },
        })
    }
}

/// Zero is one value, whatever its sign.
fn plain(value: Value) -> Value {
    match value {
        // Minus zero and zero are zero.
        Value::Float(x) => Value::Float(x + 0.0),
        other => other,
    }
}

fn add(sum: Option<Sum>, value: &Value) -> Option<Sum> {
    if let Some(number) = integer(value) {
        return match sum {
            None => Some(Sum::Integer(number)),
            Some(Sum::Integer(sum)) => sum.checked_add(number).map(Sum::Integer),
            Some(Sum::Other(_)) => None,
        };
    }
    let before = match sum {
        None => value.clone(),
        Some(Sum::Other(Number::Float(sum))) => {
            Function::Add.of(&[Value::Float(sum), value.clone()])?
        }
        Some(Sum::Other(Number::Decimal(sum))) => {
            Function::Add.of(&[Value::Decimal(sum), value.clone()])?
        }
        Some(Sum::Integer(_)) => return None,
    };
    match before {
        Value::Float(sum) => Some(Sum::Other(Number::Float(sum))),
        Value::Decimal(sum) => Some(Sum::Other(Number::Decimal(sum))),
        _ => None,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the nearest float is what a mean is computed of"
)]
fn mean(sum: Sum, count: i64) -> Option<f64> {
    let sum = match sum {
        Sum::Integer(sum) => sum as f64,
        Sum::Other(Number::Float(sum)) => sum,
        // The language takes no mean of decimals.
        Sum::Other(Number::Decimal(_)) => return None,
    };
    Some(sum / count as f64)
}

struct Group {
    keys: Vec<Value>,
    states: Vec<State>,
}

/// Takes the rows.
pub(super) struct Folding {
    plan: Plan,
    numbers: HashMap<Vec<Value>, usize>,
    groups: Vec<Group>,
    rows: usize,
}

impl Folding {
    pub(super) fn new(plan: Plan) -> Self {
        let mut folding = Folding {
            plan,
            numbers: HashMap::new(),
            groups: Vec::new(),
            rows: 0,
        };
        folding.begin();
        folding
    }

    /// An aggregate of all rows is there before any row is.
    fn begin(&mut self) {
        self.numbers.clear();
        self.groups.clear();
        self.rows = 0;
        if self.plan.single {
            self.group(Vec::new());
        }
    }

    fn group(&mut self, keys: Vec<Value>) -> usize {
        if let Some(number) = self.numbers.get(&keys) {
            return *number;
        }
        let states = self.plan.aggregates.iter();
        let states = states.map(|(aggregate, _)| State::new(*aggregate));
        self.groups.push(Group {
            keys: keys.clone(),
            states: states.collect(),
        });
        self.numbers.insert(keys, self.groups.len() - 1);
        self.groups.len() - 1
    }

    fn add(&mut self, row: &[Value]) -> Option<()> {
        let given = Given {
            row,
            ..Given::default()
        };
        let keys = self.plan.keys.iter().map(|key| key.value(given).map(plain));
        let keys: Vec<Value> = keys.collect::<Option<_>>()?;
        let number = self.group(keys);
        let group = self.groups.get_mut(number)?;
        for ((aggregate, of), state) in self.plan.aggregates.iter().zip(&mut group.states) {
            let value = match of {
                Some(of) => of.value(given)?,
                None => Value::Bool(true),
            };
            state.add(*aggregate, value)?;
        }
        Some(())
    }

    /// What came of it.
    pub(super) fn end<T>(self, decode: fn(&dyn Row) -> Result<T>) -> Result<Aggregated<T>> {
        let plan = &self.plan;
        let mut rows: Vec<(Vec<Value>, Vec<Value>)> = Vec::new();
        let mut seen = HashSet::new();
        for group in &self.groups {
            let states = plan.aggregates.iter().zip(&group.states);
            let aggregates: Option<Vec<Value>> =
                states.map(|((one, _), state)| state.end(*one)).collect();
            let aggregates = aggregates.ok_or_else(|| plan.overflow())?;
            let given = Given {
                row: &[],
                keys: &group.keys,
                aggregates: &aggregates,
            };
            let kept = plan.having.ask(given).map_err(|_| plan.overflow())?;
            if kept != Some(true) {
                continue;
            }
            let list: Option<Vec<Value>> = plan.list.iter().map(|one| one.value(given)).collect();
            let by: Option<Vec<Value>> =
                plan.order.iter().map(|(by, ..)| by.value(given)).collect();
            let (Some(list), Some(by)) = (list, by) else {
                return Err(plan.overflow());
            };
            if !plan.distinct || seen.insert(list.clone()) {
                rows.push((list, by));
            }
        }
        rows.sort_by(|(_, left), (_, right)| {
            let keys = plan.order.iter().zip(left.iter().zip(right));
            let places = keys.map(|((_, direction, nulls), (left, right))| {
                place(left, right, *direction, *nulls)
            });
            places.fold(Ordering::Equal, Ordering::then)
        });
        let number =
            |rows: Option<u64>| rows.map(|rows| usize::try_from(rows).unwrap_or(usize::MAX));
        let skipped = number(plan.offset).unwrap_or(0);
        let taken = number(plan.limit).unwrap_or(usize::MAX);
        let rows = rows.iter().skip(skipped).take(taken);
        Ok(Aggregated {
            rows: rows
                .map(|(list, _)| decode(&ValueRow(list)))
                .collect::<Result<_>>()?,
            rows_read: u64::try_from(self.rows).unwrap_or(u64::MAX),
        })
    }
}

impl Sink for Folding {
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        let values = self.plan.read(row)?;
        self.rows += 1;
        match self.add(&values) {
            Some(()) => Ok(ControlFlow::Continue(())),
            None => Err(self.plan.overflow()),
        }
    }

    fn count(&self) -> usize {
        self.rows
    }

    fn restart(&mut self) {
        self.begin();
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
