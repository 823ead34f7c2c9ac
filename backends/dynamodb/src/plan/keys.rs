//! Which values of keys a condition speaks of.
//!
//! Promises: every row that meets the condition has one of these keys; each key comes once, in the order in which the
//! statement names them. Must not know: plans, requests.

use crate::expression::{Condition, Operand};
use crate::table::{Layout, canonical};
use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashSet;
use toasty_dsl::statement::Comparison;
use toasty_dsl::value::Value;
use toasty_dsl::{Error, ErrorKind, Result};

/// The most keys that lists of several columns may make together, before those that stand twice are taken out.
const MOST_PAIRS: usize = 10_000;

/// Where the values of one column come from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    /// The values of these slots; those of lists are all their members
    Slots(Vec<usize>),
    /// The column `at` of rows of values, which begin at slot `first`
    Rows {
        first: usize,
        rows: usize,
        width: usize,
        at: usize,
    },
}

/// A column whose values a part of the condition names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pin {
    column: u16,
    source: Source,
    /// It is one value, and no list
    one: bool,
    /// The part of the condition that says so
    part: usize,
    /// How many columns that part names at once
    together: usize,
}

impl Pin {
    /// Its column.
    pub(crate) fn column(&self) -> u16 {
        self.column
    }
}

/// The columns that each part of a condition names the values of.
pub(crate) fn pins(parts: &[Condition]) -> Vec<Pin> {
    let mut pins = Vec::new();
    for (part, condition) in parts.iter().enumerate() {
        if let Condition::InRows {
            columns,
            first,
            rows,
            negated: false,
        } = condition
        {
            pins.extend(columns.iter().enumerate().map(|(at, column)| Pin {
                column: *column,
                source: Source::Rows {
                    first: *first,
                    rows: *rows,
                    width: columns.len(),
                    at,
                },
                one: false,
                part,
                together: columns.len(),
            }));
        } else if let Some((column, slots, one)) = values(condition) {
            pins.push(Pin {
                column,
                source: Source::Slots(slots),
                one,
                part,
                together: 1,
            });
        }
    }
    pins
}

/// The column that a condition holds equal to the values of some slots, and whether that is one value.
fn values(condition: &Condition) -> Option<(u16, Vec<usize>, bool)> {
    match condition {
        Condition::Compare {
            column,
            comparison: Comparison::Equal,
            with: Operand::Slot(slot),
        } => Some((*column, vec![*slot], true)),
        Condition::In {
            column,
            list,
            negated: false,
        } => Some((*column, vec![*list], false)),
        Condition::Or(all) => {
            let mut all = all.iter().map(values);
            let (column, mut slots, _) = all.next()??;
            for one in all {
                let (other, more, _) = one?;
                if other != column {
                    return None;
                }
                slots.extend(more);
            }
            Some((column, slots, false))
        }
        _ => None,
    }
}

/// Whether a column is held equal to one value.
pub(crate) fn single(pins: &[Pin], column: u16) -> bool {
    pins.iter().any(|pin| pin.column == column && pin.one)
}

/// Where the values of a key come from, column by column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeySource {
    columns: Vec<u16>,
    sources: Vec<Source>,
    single: bool,
}

impl KeySource {
    /// The values of these columns, where the condition names those of each; with the parts that need no other check then.
    pub(crate) fn of(columns: &[u16], pins: &[Pin]) -> Option<(KeySource, Vec<usize>)> {
        // One value is better than a list, and a list of the one column better than rows of several; but rows of all
        // columns together are better than a list for each.
        let together = pins.iter().find(|pin| {
            pin.together > 1
                && columns.iter().all(|column| {
                    pins.iter()
                        .any(|other| other.part == pin.part && other.column == *column)
                })
        });
        let all_one = columns.iter().all(|column| single(pins, *column));
        let chosen: Vec<&Pin> = columns
            .iter()
            .map(|column| {
                let mut fitting = pins.iter().filter(|pin| pin.column == *column);
                match together {
                    Some(rows) if !all_one => fitting.find(|pin| pin.part == rows.part),
                    _ => fitting.min_by_key(|pin| (!pin.one, pin.together)),
                }
            })
            .collect::<Option<_>>()?;
        let sure = chosen
            .iter()
            .filter(|pin| {
                let named = chosen.iter().filter(|other| other.part == pin.part).count();
                named == pin.together
            })
            .map(|pin| pin.part)
            .collect();
        Some((
            KeySource {
                columns: columns.to_vec(),
                single: chosen.iter().all(|pin| pin.one),
                sources: chosen.into_iter().map(|pin| pin.source.clone()).collect(),
            },
            sure,
        ))
    }

    /// The columns whose values these are.
    pub(crate) fn columns(&self) -> &[u16] {
        &self.columns
    }

    /// Whether it is one key, whatever the values.
    pub(crate) fn is_single(&self) -> bool {
        self.single
    }

    /// Whether all columns come from the same rows, so that there are as many keys as rows.
    pub(crate) fn is_paired(&self) -> bool {
        let mut firsts = self.sources.iter().map(|source| match source {
            Source::Rows { first, .. } => Some(*first),
            Source::Slots(_) => None,
        });
        let Some(Some(first)) = firsts.next() else {
            return false;
        };
        firsts.all(|other| other == Some(first))
    }

    /// The keys, each once. Those that no row can have are left out: NULLs, and what `fits` says no to.
    ///
    /// # Errors
    /// `Unrepresentable`; `TooComplex` where lists make too many together.
    pub(crate) fn keys(
        &self,
        layout: &Layout,
        values: &[Value],
        fits: impl Fn(usize, &AttributeValue) -> bool,
    ) -> Result<Vec<Vec<AttributeValue>>> {
        let mut keys: Vec<Vec<Option<AttributeValue>>> = vec![vec![None; self.columns.len()]];
        for (at, source) in self.sources.iter().enumerate() {
            if keys.first().is_some_and(|key| key[at].is_some()) {
                continue; // The rows of an earlier column gave it.
            }
            let (positions, tuples) = self.tuples(layout, values, at, source)?;
            let count = keys.len().saturating_mul(tuples.len());
            if keys.len() > 1 && tuples.len() > 1 && count > MOST_PAIRS {
                return Err(Error::new(
                    ErrorKind::TooComplex,
                    "the lists of the condition make more than 10,000 keys together",
                )
                .on_model(layout.model.name)
                .on_fields(self.columns.iter().map(|column| layout.path(*column)))
                .with_advice(
                    "use shorter lists; where one of them is an include's, a smaller `[loading] batch`",
                ));
            }
            keys = keys
                .iter()
                .flat_map(|key| {
                    tuples.iter().map(|tuple| {
                        let mut key = key.clone();
                        for (position, value) in positions.iter().zip(tuple) {
                            key[*position] = Some(value.clone());
                        }
                        key
                    })
                })
                .collect();
        }
        let mut seen = HashSet::new();
        Ok(keys
            .into_iter()
            .filter_map(|key| key.into_iter().collect::<Option<Vec<_>>>())
            .filter(|key| key.iter().enumerate().all(|(at, value)| fits(at, value)))
            .filter(|key| seen.insert(key.iter().map(canonical).collect::<Vec<_>>()))
            .collect())
    }

    /// The values that one source gives, and to which columns: its own, and all others that come from the same rows.
    fn tuples(
        &self,
        layout: &Layout,
        values: &[Value],
        at: usize,
        source: &Source,
    ) -> Result<(Vec<usize>, Vec<Vec<AttributeValue>>)> {
        let column = |at: usize| self.columns.get(at).copied().unwrap_or(0);
        match source {
            Source::Slots(slots) => {
                let mut tuples = Vec::new();
                for slot in slots {
                    let members = match values.get(*slot) {
                        Some(Value::List(members)) => members.as_slice(),
                        Some(one) => std::slice::from_ref(one),
                        None => &[],
                    };
                    for member in members {
                        tuples.extend(layout.attribute(column(at), member)?.map(|x| vec![x]));
                    }
                }
                Ok((vec![at], tuples))
            }
            Source::Rows {
                first, rows, width, ..
            } => {
                let same: Vec<(usize, usize)> = self
                    .sources
                    .iter()
                    .enumerate()
                    .filter_map(|(position, other)| match other {
                        Source::Rows {
                            first: other,
                            at: inside,
                            ..
                        } if other == first => Some((position, *inside)),
                        _ => None,
                    })
                    .collect();
                let mut tuples = Vec::new();
                for row in 0..*rows {
                    let tuple = same
                        .iter()
                        .map(|(position, inside)| {
                            let value = values.get(first + row * width + inside);
                            layout.attribute(column(*position), value.unwrap_or(&Value::Null))
                        })
                        .collect::<Result<Option<Vec<_>>>>()?;
                    tuples.extend(tuple);
                }
                Ok((
                    same.into_iter().map(|(position, _)| position).collect(),
                    tuples,
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use toasty_dsl::{Filter, Model, Params};

    toasty_dsl::toasty! { model Pair [key(a, b)] { a: u64, b: String, c: Option<u64> } }

    fn keys(filter: Filter<Pair>, columns: &[u16]) -> Option<(Vec<String>, Vec<usize>)> {
        let (expr, params) = filter.into_parts();
        found(&expr, &params, columns)
    }

    fn found(
        expr: &toasty_dsl::statement::Expr,
        params: &Params,
        columns: &[u16],
    ) -> Option<(Vec<String>, Vec<usize>)> {
        let layout = Layout::new(Pair::DEF, "").unwrap();
        let condition = Condition::new(Pair::DEF, expr, 0).unwrap();
        let (source, sure) = KeySource::of(columns, &pins(condition.parts()))?;
        let shown = |value: &AttributeValue| match value {
            AttributeValue::S(text) | AttributeValue::N(text) => text.clone(),
            other => panic!("{other:?}"),
        };
        let keys = source.keys(&layout, params.values(), |_, value| {
            *value != AttributeValue::S(String::new())
        });
        let keys = keys.unwrap();
        let keys = keys
            .iter()
            .map(|key| key.iter().map(shown).collect::<Vec<_>>().join("/"))
            .collect();
        Some((keys, sure))
    }

    #[test]
    fn lists_make_their_members_each_once_and_in_order() {
        let of = Pair::FIELDS;
        let (found, sure) = keys(of.b.eq("x") & of.a.in_list([3, 1, 3]), &[0, 1]).unwrap();
        assert_eq!(
            (found, sure),
            (vec!["3/x".to_owned(), "1/x".to_owned()], vec![1, 0])
        );
        let (found, _) = keys(of.a.in_list([1, 2]) & of.b.in_list(["x", "y"]), &[0, 1]).unwrap();
        assert_eq!(found, ["1/x", "1/y", "2/x", "2/y"]);
        let (found, _) = keys(of.a.eq(5) | of.a.in_list([6, 5]), &[0]).unwrap();
        assert_eq!(found, ["5", "6"]);
        assert_eq!(keys(of.a.eq(5) | of.b.eq("x"), &[0]), None);
        assert_eq!(keys(of.a.eq(5), &[0, 1]), None);
    }

    #[test]
    fn what_no_key_can_be_makes_none() {
        let of = Pair::FIELDS;
        let (found, _) = keys(of.a.eq(1) & of.b.in_list(["", "x"]), &[0, 1]).unwrap();
        assert_eq!(found, ["1/x"]);
    }

    #[test]
    fn rows_of_values_stay_pairs() {
        let rows = toasty_dsl::statement::Expr::InRows {
            columns: vec![1, 0],
            rows: 3,
        };
        let params = Params::from(
            ["x", "y", "x"]
                .into_iter()
                .zip([1, 2, 1])
                .flat_map(|(b, a)| [Value::Text(b.into()), Value::Int(a)])
                .collect::<Vec<_>>(),
        );
        let (both, sure) = found(&rows, &params, &[0, 1]).unwrap();
        assert_eq!(
            (both, sure),
            (vec!["1/x".to_owned(), "2/y".to_owned()], vec![0, 0])
        );
        let (one, sure) = found(&rows, &params, &[0]).unwrap();
        assert_eq!(one, ["1", "2"]);
        assert!(sure.is_empty(), "the pairs are checked on the rows");
    }

    #[test]
    fn lists_that_make_too_many_keys_together_are_refused() {
        let layout = Layout::new(Pair::DEF, "").unwrap();
        let of = Pair::FIELDS;
        let names: Vec<String> = (0..200).map(|x| x.to_string()).collect();
        let (expr, params) = (of.a.in_list(0..200) & of.b.in_list(&names)).into_parts();
        let condition = Condition::new(Pair::DEF, &expr, 0).unwrap();
        let (source, _) = KeySource::of(&[0, 1], &pins(condition.parts())).unwrap();
        let error = source
            .keys(&layout, params.values(), |_, _| true)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooComplex);
        assert_eq!(error.fields(), ["a", "b"]);
    }
}
