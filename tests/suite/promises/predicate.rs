//! Random conditions that can be rendered for a database and evaluated in plain Rust, in three-valued logic.

use crate::models::tree::{Leaf, Node};
use crate::models::tree::{LeafFields, NodeFields};
use proptest::prelude::*;
use std::collections::BTreeMap;
use toasty::{Field, Filter, HasMany};

/// A row of [`Node`] without its leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub a: Option<i64>,
    pub b: Option<i64>,
    pub c: i64,
    pub s: Option<String>,
    pub u: Option<i64>,
}

/// Rows of [`Leaf`] by their key: the key of the node, and a value.
pub type Leaves = BTreeMap<u64, (u64, Option<i64>)>;

#[derive(Clone, Copy, Debug)]
pub enum Number {
    A,
    B,
    C,
}

#[derive(Clone, Copy, Debug)]
pub enum Compare {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

#[derive(Clone, Copy, Debug)]
pub enum Match {
    Equal,
    Less,
    StartsWith,
    EndsWith,
    Contains,
    StartsWithIgnoreCase,
    EndsWithIgnoreCase,
    ContainsIgnoreCase,
    EqualIgnoreCase,
}

#[derive(Clone, Copy, Debug)]
pub enum Quantifier {
    Any,
    None,
    All,
}

#[derive(Clone, Debug)]
pub enum Predicate {
    Constant(bool),
    Compare(Number, Compare, i64),
    Columns(Number, Compare, Number),
    Between(Number, i64, i64),
    List {
        column: Number,
        members: Vec<i64>,
        negated: bool,
    },
    Null {
        column: Number,
        negated: bool,
    },
    Text(Match, String),
    Key(u64),
    Leaves(Quantifier, Box<LeafPredicate>),
    And(Vec<Predicate>),
    Or(Vec<Predicate>),
    Not(Box<Predicate>),
}

#[derive(Clone, Debug)]
pub enum LeafPredicate {
    Always,
    Value(Compare, i64),
    Null,
    Node(Box<Predicate>),
    Not(Box<LeafPredicate>),
}

impl Compare {
    fn holds<T: PartialOrd>(self, x: T, y: T) -> bool {
        match self {
            Compare::Eq => x == y,
            Compare::Ne => x != y,
            Compare::Lt => x < y,
            Compare::Le => x <= y,
            Compare::Gt => x > y,
            Compare::Ge => x >= y,
        }
    }
}

fn known(x: Option<i64>, y: Option<i64>, compare: Compare) -> Option<bool> {
    Some(compare.holds(x?, y?))
}

fn conjunction(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    // False wins over unknown, so that unknown must not end the walk, as `try_fold` would.
    let mut sum = Some(true);
    for part in parts {
        sum = match (sum, part) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        };
    }
    sum
}

fn disjunction(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    conjunction(parts.map(|part| part.map(|x| !x))).map(|x| !x)
}

/// All rows, as a condition on relations needs them.
pub struct World<'a> {
    pub nodes: &'a BTreeMap<u64, Row>,
    pub leaves: &'a Leaves,
}

impl Predicate {
    /// True, false, or unknown.
    pub fn evaluate(&self, world: &World<'_>, id: u64) -> Option<bool> {
        let row = &world.nodes[&id];
        let number = |column: &Number| match column {
            Number::A => row.a,
            Number::B => row.b,
            Number::C => Some(row.c),
        };
        match self {
            Predicate::Constant(x) => Some(*x),
            Predicate::Compare(column, compare, with) => {
                known(number(column), Some(*with), *compare)
            }
            Predicate::Columns(column, compare, other) => {
                known(number(column), number(other), *compare)
            }
            Predicate::Between(column, low, high) => {
                number(column).map(|x| (*low..=*high).contains(&x))
            }
            Predicate::List {
                members, negated, ..
            } if members.is_empty() => Some(*negated),
            Predicate::List {
                column,
                members,
                negated,
            } => number(column).map(|x| members.contains(&x) != *negated),
            Predicate::Null { column, negated } => Some(number(column).is_none() != *negated),
            Predicate::Text(how, text) => row.s.as_deref().map(|s| how.holds(s, text)),
            Predicate::Key(key) => Some(id == *key),
            Predicate::Leaves(quantifier, leaf) => {
                let mut own = world
                    .leaves
                    .iter()
                    .filter(|(_, (node, _))| *node == id)
                    .map(|(leaf, _)| *leaf);
                let holds = |key: u64| leaf.evaluate(world, key) == Some(true);
                Some(match quantifier {
                    Quantifier::Any => own.any(holds),
                    Quantifier::None => !own.any(holds),
                    Quantifier::All => own.all(holds),
                })
            }
            Predicate::And(parts) => conjunction(parts.iter().map(|part| part.evaluate(world, id))),
            Predicate::Or(parts) => disjunction(parts.iter().map(|part| part.evaluate(world, id))),
            Predicate::Not(part) => part.evaluate(world, id).map(|x| !x),
        }
    }

    /// The same for a database.
    pub fn filter(&self, node: NodeFields) -> Filter<Node> {
        match self {
            Predicate::Constant(true) => Filter::always(),
            Predicate::Constant(false) => Filter::never(),
            Predicate::Compare(Number::A, compare, with) => compared(node.a, *compare, *with),
            Predicate::Compare(Number::B, compare, with) => compared(node.b, *compare, *with),
            Predicate::Compare(Number::C, compare, with) => compared(node.c, *compare, *with),
            Predicate::Columns(column, compare, other) => match (column, other) {
                (Number::A, Number::A) => compared(node.a, *compare, node.a),
                (Number::A, Number::B) => compared(node.a, *compare, node.b),
                (Number::A, Number::C) => compared(node.a, *compare, node.c),
                (Number::B, Number::A) => compared(node.b, *compare, node.a),
                (Number::B, Number::B) => compared(node.b, *compare, node.b),
                (Number::B, Number::C) => compared(node.b, *compare, node.c),
                (Number::C, Number::A) => compared(node.c, *compare, node.a),
                (Number::C, Number::B) => compared(node.c, *compare, node.b),
                (Number::C, Number::C) => compared(node.c, *compare, node.c),
            },
            Predicate::Between(Number::A, low, high) => node.a.between(*low, *high),
            Predicate::Between(Number::B, low, high) => node.b.between(*low, *high),
            Predicate::Between(Number::C, low, high) => node.c.between(*low, *high),
            Predicate::List {
                column: Number::A,
                members,
                negated,
            } => listed(node.a, members, *negated),
            Predicate::List {
                column: Number::B,
                members,
                negated,
            } => listed(node.b, members, *negated),
            Predicate::List {
                column: Number::C,
                members,
                negated,
            } => listed(node.c, members, *negated),
            Predicate::Null {
                column: Number::A,
                negated: false,
            } => node.a.is_null(),
            Predicate::Null {
                column: Number::A,
                negated: true,
            } => node.a.is_not_null(),
            Predicate::Null {
                column: Number::B,
                negated: false,
            } => node.b.is_null(),
            Predicate::Null {
                column: Number::B,
                negated: true,
            } => node.b.is_not_null(),
            Predicate::Null {
                column: Number::C,
                negated,
            } => {
                if *negated {
                    Filter::always()
                } else {
                    Filter::never()
                }
            }
            Predicate::Text(how, text) => match how {
                Match::Equal => node.s.eq(text),
                Match::Less => node.s.lt(text),
                Match::StartsWith => node.s.starts_with(text),
                Match::EndsWith => node.s.ends_with(text),
                Match::Contains => node.s.contains(text),
                Match::StartsWithIgnoreCase => node.s.starts_with_ignore_case(text),
                Match::EndsWithIgnoreCase => node.s.ends_with_ignore_case(text),
                Match::ContainsIgnoreCase => node.s.contains_ignore_case(text),
                Match::EqualIgnoreCase => node.s.eq_ignore_case(text),
            },
            Predicate::Key(key) => node.id.eq(*key),
            Predicate::Leaves(quantifier, leaf) => related(node.leaves, *quantifier, leaf),
            Predicate::And(parts) => parts
                .iter()
                .map(|part| part.filter(node))
                .reduce(|x, y| x & y)
                .unwrap_or_else(Filter::always),
            Predicate::Or(parts) => parts
                .iter()
                .map(|part| part.filter(node))
                .reduce(|x, y| x | y)
                .unwrap_or_else(Filter::never),
            Predicate::Not(part) => !part.filter(node),
        }
    }
}

fn related(
    leaves: Field<Node, HasMany<Leaf>>,
    quantifier: Quantifier,
    leaf: &LeafPredicate,
) -> Filter<Node> {
    match quantifier {
        Quantifier::Any => leaves.any(|fields| leaf.filter(fields)),
        Quantifier::None => leaves.none(|fields| leaf.filter(fields)),
        Quantifier::All => leaves.all(|fields| leaf.filter(fields)),
    }
}

fn compared<T: toasty::language::query::ColumnValue>(
    column: Field<Node, T>,
    compare: Compare,
    with: impl toasty::language::query::Operand<Node, T::Base>,
) -> Filter<Node> {
    match compare {
        Compare::Eq => column.eq(with),
        Compare::Ne => column.ne(with),
        Compare::Lt => column.lt(with),
        Compare::Le => column.le(with),
        Compare::Gt => column.gt(with),
        Compare::Ge => column.ge(with),
    }
}

fn listed<T: toasty::language::query::ColumnValue<Base = i64>>(
    column: Field<Node, T>,
    members: &[i64],
    negated: bool,
) -> Filter<Node> {
    if negated {
        column.not_in_list(members.iter().copied())
    } else {
        column.in_list(members.iter().copied())
    }
}

impl LeafPredicate {
    fn evaluate(&self, world: &World<'_>, id: u64) -> Option<bool> {
        let (node, v) = world.leaves[&id];
        match self {
            LeafPredicate::Always => Some(true),
            LeafPredicate::Value(compare, with) => known(v, Some(*with), *compare),
            LeafPredicate::Null => Some(v.is_none()),
            // There is a node, and the condition is true of it: an EXISTS is never unknown.
            LeafPredicate::Node(predicate) => Some(predicate.evaluate(world, node) == Some(true)),
            LeafPredicate::Not(part) => part.evaluate(world, id).map(|x| !x),
        }
    }

    fn filter(&self, leaf: LeafFields) -> Filter<Leaf> {
        match self {
            LeafPredicate::Always => Filter::always(),
            LeafPredicate::Value(compare, with) => match compare {
                Compare::Eq => leaf.v.eq(*with),
                Compare::Ne => leaf.v.ne(*with),
                Compare::Lt => leaf.v.lt(*with),
                Compare::Le => leaf.v.le(*with),
                Compare::Gt => leaf.v.gt(*with),
                Compare::Ge => leaf.v.ge(*with),
            },
            LeafPredicate::Null => leaf.v.is_null(),
            LeafPredicate::Node(predicate) => leaf.node.is(|node| predicate.filter(node)),
            LeafPredicate::Not(part) => !part.filter(leaf),
        }
    }
}

impl Match {
    fn holds(self, s: &str, text: &str) -> bool {
        let (lower, small) = (s.to_ascii_lowercase(), text.to_ascii_lowercase());
        match self {
            Match::Equal => s == text,
            Match::Less => s < text,
            Match::StartsWith => s.starts_with(text),
            Match::EndsWith => s.ends_with(text),
            Match::Contains => s.contains(text),
            Match::StartsWithIgnoreCase => lower.starts_with(&small),
            Match::EndsWithIgnoreCase => lower.ends_with(&small),
            Match::ContainsIgnoreCase => lower.contains(&small),
            Match::EqualIgnoreCase => lower == small,
        }
    }
}

/// Few different numbers, so that they meet.
pub fn number() -> impl Strategy<Value = i64> {
    prop_oneof![8 => -2..6i64, 1 => Just(i64::MIN), 1 => Just(i64::MAX)]
}

/// Few different letters, among them those that are wildcards somewhere.
pub fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop::sample::select(vec![
            'a',
            'A',
            'b',
            '%',
            '_',
            '*',
            '?',
            '[',
            ']',
            '\\',
            '^',
            'é',
            '\u{10FFFF}',
        ]),
        0..4,
    )
    .prop_map(|letters| letters.into_iter().collect())
}

pub fn row() -> impl Strategy<Value = Row> {
    let maybe = || prop::option::weighted(0.7, number());
    (
        maybe(),
        maybe(),
        number(),
        prop::option::weighted(0.8, text()),
        prop::option::weighted(0.3, 0..40i64),
    )
        .prop_map(|(a, b, c, s, u)| Row { a, b, c, s, u })
}

/// Conditions on everything that there is.
pub fn predicate() -> BoxedStrategy<Predicate> {
    predicate_with(true)
}

/// Conditions on one table, for a backend that has no joins.
pub fn predicate_on_one_table() -> BoxedStrategy<Predicate> {
    predicate_with(false)
}

fn predicate_with(relations: bool) -> BoxedStrategy<Predicate> {
    use Compare::{Eq, Ge, Gt, Le, Lt, Ne};
    let column = || prop::sample::select(vec![Number::A, Number::B, Number::C]);
    let compare = || prop::sample::select(vec![Eq, Ne, Lt, Le, Gt, Ge]);
    let matches = prop::sample::select(vec![
        Match::Equal,
        Match::Less,
        Match::StartsWith,
        Match::EndsWith,
        Match::Contains,
        Match::StartsWithIgnoreCase,
        Match::EndsWithIgnoreCase,
        Match::ContainsIgnoreCase,
        Match::EqualIgnoreCase,
    ]);
    let quantifier =
        || prop::sample::select(vec![Quantifier::Any, Quantifier::None, Quantifier::All]);
    let leaf = prop_oneof![
        Just(LeafPredicate::Always),
        Just(LeafPredicate::Null),
        (compare(), number()).prop_map(|(compare, with)| LeafPredicate::Value(compare, with)),
        (compare(), number()).prop_map(|(compare, with)| LeafPredicate::Not(Box::new(
            LeafPredicate::Value(compare, with)
        ))),
    ];
    let related = u32::from(relations);
    let simple = prop_oneof![
        1 => any::<bool>().prop_map(Predicate::Constant),
        6 => (column(), compare(), number()).prop_map(|(column, compare, with)| Predicate::Compare(column, compare, with)),
        2 => (column(), compare(), column()).prop_map(|(column, compare, with)| Predicate::Columns(column, compare, with)),
        2 => (column(), number(), number()).prop_map(|(column, low, high)| Predicate::Between(column, low, high)),
        2 => (column(), prop::collection::vec(number(), 0..4), any::<bool>())
            .prop_map(|(column, members, negated)| Predicate::List { column, members, negated }),
        2 => (column(), any::<bool>()).prop_map(|(column, negated)| Predicate::Null { column, negated }),
        4 => (matches, text()).prop_map(|(how, text)| Predicate::Text(how, text)),
        1 => (0..30u64).prop_map(Predicate::Key),
        2 * related => (quantifier(), leaf).prop_map(|(quantifier, leaf)| Predicate::Leaves(quantifier, Box::new(leaf))),
    ];
    simple
        .prop_recursive(4, 16, 3, move |inner| {
            prop_oneof![
                3 => prop::collection::vec(inner.clone(), 0..4).prop_map(Predicate::And),
                3 => prop::collection::vec(inner.clone(), 0..4).prop_map(Predicate::Or),
                2 => inner.clone().prop_map(|part| Predicate::Not(Box::new(part))),
                related => (quantifier(), inner).prop_map(|(quantifier, node)| {
                    Predicate::Leaves(quantifier, Box::new(LeafPredicate::Node(Box::new(node))))
                }),
            ]
        })
        .boxed()
}

/// How many cases a property test runs: `TOASTY_CASES` times as many as it says by itself.
pub fn cases(usual: u32) -> ProptestConfig {
    let times = std::env::var("TOASTY_CASES")
        .ok()
        .and_then(|times| times.parse().ok())
        .unwrap_or(1);
    ProptestConfig {
        cases: usual * times,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}
