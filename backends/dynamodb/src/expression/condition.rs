//! Conditions with their slots by number.
//!
//! Promises: negations stand at the leaves only, chains are flat, constants are gone, and every leaf says which values are
//! its own, so that a condition can be taken apart in any order. Must not know: DynamoDB's expressions, items.

use super::elsewhere::refused_test;
use toasty_dsl::schema::ModelDef;
use toasty_dsl::statement::{ArrayMatch, Comparison, Expr, Term, Test, TextMatch};
use toasty_dsl::{Error, ErrorKind, Result};

/// What a column is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operand {
    /// The value of this slot
    Slot(usize),
    /// Another column of the same row
    Column(u16),
}

/// A condition in three-valued logic: a comparison with NULL is unknown, and so is its negation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition {
    /// Always true or always false
    Constant(bool),
    /// A column against a value or a column
    Compare {
        column: u16,
        comparison: Comparison,
        with: Operand,
    },
    /// A column between two values, both included
    Between {
        column: u16,
        low: usize,
        high: usize,
    },
    /// A column among the members of a list
    In {
        column: u16,
        list: usize,
        negated: bool,
    },
    /// Several columns at once among rows of values
    InRows {
        columns: Vec<u16>,
        first: usize,
        rows: usize,
        negated: bool,
    },
    /// A column that is NULL
    IsNull { column: u16, negated: bool },
    /// A text column against a pattern
    Text {
        column: u16,
        matches: TextMatch,
        ignore_case: bool,
        slot: usize,
        negated: bool,
    },
    /// A column of arrays against the members of a list; of an empty array there is none
    Array {
        column: u16,
        matches: ArrayMatch,
        slot: usize,
        negated: bool,
    },
    /// All of them
    And(Vec<Condition>),
    /// At least one of them
    Or(Vec<Condition>),
}

impl Condition {
    /// The condition of a statement, whose values begin at slot `first`.
    ///
    /// # Errors
    /// `Unsupported` for a condition on the rows of another model; `TooComplex` for one that nests too deeply.
    pub(crate) fn new(model: &'static ModelDef, expr: &Expr, first: usize) -> Result<Condition> {
        let mut builder = Builder { model, next: first };
        builder.build(expr, false)
    }

    /// Its parts, all of which must hold.
    pub(crate) fn parts(&self) -> &[Condition] {
        match self {
            Condition::And(all) => all,
            Condition::Constant(true) => &[],
            one => std::slice::from_ref(one),
        }
    }

    /// The columns it speaks of.
    pub(crate) fn columns(&self) -> Vec<u16> {
        let mut columns = Vec::new();
        self.collect(&mut columns);
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    fn collect(&self, into: &mut Vec<u16>) {
        match self {
            Condition::Constant(_) => {}
            Condition::Compare { column, with, .. } => {
                into.push(*column);
                if let Operand::Column(other) = with {
                    into.push(*other);
                }
            }
            Condition::Between { column, .. }
            | Condition::In { column, .. }
            | Condition::IsNull { column, .. }
            | Condition::Text { column, .. }
            | Condition::Array { column, .. } => into.push(*column),
            Condition::InRows { columns, .. } => into.extend(columns),
            Condition::And(all) | Condition::Or(all) => {
                for one in all {
                    one.collect(into);
                }
            }
        }
    }

    /// Whether it can only be true of rows in which this column is not NULL.
    pub(crate) fn rejects_null(&self, wanted: u16) -> bool {
        match self {
            Condition::Constant(true) => false,
            Condition::Constant(false) => true,
            Condition::IsNull { column, negated } => *column == wanted && *negated,
            Condition::And(all) => all.iter().any(|one| one.rejects_null(wanted)),
            Condition::Or(all) => all.iter().all(|one| one.rejects_null(wanted)),
            // All others are unknown where one of their columns is NULL; of a negated list of rows that is not sure.
            Condition::InRows { negated: true, .. } => false,
            Condition::Compare { .. }
            | Condition::Between { .. }
            | Condition::In { .. }
            | Condition::InRows { .. }
            | Condition::Text { .. }
            | Condition::Array { .. } => self.columns().contains(&wanted),
        }
    }
}

/// How many slots an expression takes.
pub(crate) fn slots(expr: &Expr) -> usize {
    expr.slots()
}

/// The column that each slot of an expression is for, slot by slot.
pub(crate) fn slot_columns(expr: &Expr, into: &mut Vec<u16>) {
    match expr {
        Expr::Compare { column, .. }
        | Expr::Between { column }
        | Expr::In { column, .. }
        | Expr::Text { column, .. }
        | Expr::Array { column, .. } => into.extend(std::iter::repeat_n(*column, slots(expr))),
        Expr::InRows { columns, rows } => {
            into.extend(columns.iter().cycle().take(columns.len() * rows));
        }
        Expr::And(all) | Expr::Or(all) => all.iter().for_each(|one| slot_columns(one, into)),
        Expr::Not(one) => slot_columns(one, into),
        Expr::Constant(_)
        | Expr::TooDeep
        | Expr::IsNull { .. }
        | Expr::Related { .. }
        | Expr::Computed(_) => {}
    }
}

struct Builder {
    model: &'static ModelDef,
    next: usize,
}

impl Builder {
    fn take(&mut self, count: usize) -> usize {
        let first = self.next;
        self.next += count;
        first
    }

    /// The condition, or its negation, pushed down to the leaves by de Morgan's rules, which hold in three-valued logic.
    fn build(&mut self, expr: &Expr, negated: bool) -> Result<Condition> {
        Ok(match expr {
            Expr::Constant(x) => Condition::Constant(*x != negated),
            Expr::TooDeep => {
                return Err(
                    Error::new(ErrorKind::TooComplex, "conditions nest too deeply")
                        .on_model(self.model.name),
                );
            }
            Expr::Compare {
                column,
                comparison,
                with,
            } => Condition::Compare {
                column: *column,
                comparison: if negated {
                    opposite(*comparison)
                } else {
                    *comparison
                },
                with: match with {
                    Term::Slot => Operand::Slot(self.take(1)),
                    Term::Column(other) => Operand::Column(*other),
                },
            },
            Expr::Between { column } => {
                let low = self.take(2);
                let (column, high) = (*column, low + 1);
                if negated {
                    let side = |comparison, slot| Condition::Compare {
                        column,
                        comparison,
                        with: Operand::Slot(slot),
                    };
                    Condition::Or(vec![
                        side(Comparison::Less, low),
                        side(Comparison::Greater, high),
                    ])
                } else {
                    Condition::Between { column, low, high }
                }
            }
            Expr::In {
                column,
                negated: not,
            } => Condition::In {
                column: *column,
                list: self.take(1),
                negated: *not != negated,
            },
            Expr::InRows { columns, rows } => Condition::InRows {
                columns: columns.clone(),
                first: self.take(columns.len() * rows),
                rows: *rows,
                negated,
            },
            Expr::IsNull {
                column,
                negated: not,
            } => Condition::IsNull {
                column: *column,
                negated: *not != negated,
            },
            Expr::Text {
                column,
                matches: TextMatch::Regex,
                ..
            } => return Err(self.regex(*column)),
            Expr::Text {
                column,
                matches,
                ignore_case,
            } => Condition::Text {
                column: *column,
                matches: *matches,
                ignore_case: *ignore_case,
                slot: self.take(1),
                negated,
            },
            Expr::Array { column, matches } => Condition::Array {
                column: *column,
                matches: *matches,
                slot: self.take(expr.slots()),
                negated,
            },
            Expr::And(all) => self.chain(all, negated, !negated)?,
            Expr::Or(all) => self.chain(all, negated, negated)?,
            Expr::Not(one) => self.build(one, !negated)?,
            Expr::Related { relation, .. } => return Err(self.related(*relation)),
            Expr::Computed(test) => return Err(self.computed(test)),
        })
    }

    fn chain(&mut self, all: &[Expr], negated: bool, and: bool) -> Result<Condition> {
        let mut parts = Vec::with_capacity(all.len());
        let mut decided = false;
        for one in all {
            match (self.build(one, negated)?, and) {
                // What says nothing goes, and what decides the whole decides it.
                (Condition::Constant(x), and) => decided |= x != and,
                (Condition::And(inner), true) | (Condition::Or(inner), false) => {
                    parts.extend(inner)
                }
                (part, _) => parts.push(part),
            }
        }
        if decided {
            return Ok(Condition::Constant(!and));
        }
        Ok(match (parts.len(), and) {
            (0, and) => Condition::Constant(and),
            (1, _) => parts.remove(0),
            (_, true) => Condition::And(parts),
            (_, false) => Condition::Or(parts),
        })
    }

    #[cold]
    fn regex(&self, column: u16) -> Error {
        let name = self.model.columns.get(usize::from(column));
        Error::unsupported(
            "a regular expression: DynamoDB has none",
            "use `like`, `starts_with` or `contains`, or read the rows and choose among them",
        )
        .on_model(self.model.name)
        .on_fields([name.map_or_else(String::new, |column| column.path().join("."))])
    }

    #[cold]
    fn computed(&self, test: &Test) -> Error {
        if let Some(error) = refused_test(self.model, test) {
            return error;
        }
        Error::unsupported(
            "a condition on a value that is computed: DynamoDB compares attributes as they are",
            "narrow the rows by other conditions, and choose among them in Rust",
        )
        .on_model(self.model.name)
    }

    #[cold]
    fn related(&self, relation: u16) -> Error {
        let name = self
            .model
            .fields
            .get(usize::from(relation))
            .map_or("", |field| field.name);
        Error::unsupported(
            "a condition on the rows of a relation: DynamoDB does not join tables",
            format!(
                "load `{name}` by `.include(|x| x.{name})` and choose among the rows, or find the other rows first and their keys by `in_list`"
            ),
        )
        .on_model(self.model.name)
        .on_fields([name])
    }
}

fn opposite(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::GreaterOrEqual,
        Comparison::LessOrEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessOrEqual,
        Comparison::GreaterOrEqual => Comparison::Less,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use toasty_dsl::{Filter, Model};

    toasty_dsl::toasty! {
        model Task {
            id: u64 [key],
            title: String,
            due: Option<i64>,
            owner_id: u64,
            owner: toasty_dsl::BelongsTo<Owner>,
        }
        model Owner { id: u64 [key], tasks: toasty_dsl::HasMany<Task> }
    }

    fn condition(filter: Filter<Task>) -> Condition {
        Condition::new(Task::DEF, filter.expr(), 0).unwrap()
    }

    fn compare(column: u16, comparison: Comparison, slot: usize) -> Condition {
        Condition::Compare {
            column,
            comparison,
            with: Operand::Slot(slot),
        }
    }

    #[test]
    fn a_negation_goes_down_to_the_leaves() {
        let task = Task::FIELDS;
        let got = condition(!(task.title.eq("a") & (task.due.lt(3) | task.due.is_null())));
        assert_eq!(
            got,
            Condition::Or(vec![
                compare(1, Comparison::NotEqual, 0),
                Condition::And(vec![
                    compare(2, Comparison::GreaterOrEqual, 1),
                    Condition::IsNull {
                        column: 2,
                        negated: true
                    },
                ]),
            ])
        );
    }

    #[test]
    fn slots_keep_their_numbers_whatever_goes() {
        let task = Task::FIELDS;
        let got = condition((Filter::never() & task.title.eq("a")) | task.due.between(1, 2));
        assert_eq!(
            got,
            Condition::Between {
                column: 2,
                low: 1,
                high: 2
            }
        );
        let not = condition(!task.due.between(1, 2));
        assert_eq!(
            not,
            Condition::Or(vec![
                compare(2, Comparison::Less, 0),
                compare(2, Comparison::Greater, 1)
            ])
        );
    }

    #[test]
    fn a_condition_on_a_relation_is_refused_with_a_way_out() {
        let filter = Task::FIELDS.owner.is(|owner| owner.id.eq(1));
        let error = Condition::new(Task::DEF, filter.expr(), 0).unwrap_err();
        assert!(error.is_unsupported());
        assert!(error.advice().unwrap().contains(".include(|x| x.owner)"));
    }

    #[test]
    fn it_is_known_which_conditions_reject_null() {
        let task = Task::FIELDS;
        assert!(condition(task.due.ne(1)).rejects_null(2));
        assert!(condition(task.due.is_not_null()).rejects_null(2));
        assert!(condition(task.due.gt(1) | task.due.lt(0)).rejects_null(2));
        assert!(!condition(task.due.gt(1) | task.title.eq("a")).rejects_null(2));
        assert!(!condition(task.due.is_null()).rejects_null(2));
    }
}
