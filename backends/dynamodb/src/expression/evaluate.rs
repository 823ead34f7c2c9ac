//! Conditions, decided here on rows that were read.
//!
//! Promises: what is found is what SQL's three-valued logic finds: a row is taken where the condition is true, and neither
//! where it is false nor where it is unknown. Must not know: requests, plans.

use super::arrays::has;
use super::condition::{Condition, Operand};
use crate::table::{Item, Layout, canonical, compare};
use aws_sdk_dynamodb::types::AttributeValue;
use std::cmp::Ordering;
use std::collections::HashSet;
use toasty_dsl::Result;
use toasty_dsl::statement::{ArrayMatch, Comparison, TextMatch};
use toasty_dsl::value::Value;

/// A condition with its values, ready to be asked of many rows.
pub(crate) struct Test(Vec<Node>);

enum Node {
    Constant(bool),
    Compare(String, Comparison, Right),
    Between(String, Option<AttributeValue>, Option<AttributeValue>),
    In {
        name: String,
        members: HashSet<Vec<u8>>,
        nulls: bool,
        negated: bool,
    },
    InRows {
        names: Vec<String>,
        rows: Vec<Vec<Option<AttributeValue>>>,
        negated: bool,
    },
    IsNull(String, bool),
    Text {
        name: String,
        pattern: Option<Pattern>,
        negated: bool,
    },
    Array {
        name: String,
        matches: ArrayMatch,
        members: Vec<AttributeValue>,
        negated: bool,
    },
    And(Vec<Node>),
    Or(Vec<Node>),
}

enum Right {
    Value(Option<AttributeValue>),
    Attribute(String),
}

impl Test {
    /// The conditions with their values: all of them must hold.
    ///
    /// # Errors
    /// `Unrepresentable`, for a value that DynamoDB cannot hold.
    pub(crate) fn bind(
        layout: &Layout,
        conditions: &[Condition],
        values: &[Value],
    ) -> Result<Test> {
        let binder = Binder { layout, values };
        Ok(Test(binder.all(conditions)?))
    }

    /// Whether it is true of a row.
    pub(crate) fn holds(&self, item: &Item) -> bool {
        self.0.iter().all(|node| node.ask(item) == Some(true))
    }

    /// Whether it is true of every row, because it says nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

struct Binder<'a> {
    layout: &'a Layout,
    values: &'a [Value],
}

impl Binder<'_> {
    fn all(&self, conditions: &[Condition]) -> Result<Vec<Node>> {
        conditions.iter().map(|one| self.bind(one)).collect()
    }

    fn slot(&self, column: u16, slot: usize) -> Result<Option<AttributeValue>> {
        self.layout
            .attribute(column, self.values.get(slot).unwrap_or(&Value::Null))
    }

    fn members(&self, column: u16, slot: usize) -> Result<Vec<AttributeValue>> {
        Ok(match self.slot(column, slot)? {
            Some(AttributeValue::L(members)) => members,
            _ => Vec::new(),
        })
    }

    fn name(&self, column: u16) -> String {
        self.layout.name(column).to_owned()
    }

    fn bind(&self, condition: &Condition) -> Result<Node> {
        Ok(match condition {
            Condition::Constant(x) => Node::Constant(*x),
            Condition::Compare {
                column,
                comparison,
                with,
            } => Node::Compare(
                self.name(*column),
                *comparison,
                match with {
                    Operand::Slot(slot) => Right::Value(self.slot(*column, *slot)?),
                    Operand::Column(other) => Right::Attribute(self.name(*other)),
                },
            ),
            Condition::Between { column, low, high } => Node::Between(
                self.name(*column),
                self.slot(*column, *low)?,
                self.slot(*column, *high)?,
            ),
            Condition::In {
                column,
                list,
                negated,
            } => self.list(*column, *list, *negated)?,
            Condition::InRows {
                columns,
                first,
                rows,
                negated,
            } => Node::InRows {
                names: columns.iter().map(|column| self.name(*column)).collect(),
                rows: (0..*rows)
                    .map(|row| {
                        columns
                            .iter()
                            .enumerate()
                            .map(|(at, column)| {
                                self.slot(*column, first + row * columns.len() + at)
                            })
                            .collect()
                    })
                    .collect::<Result<_>>()?,
                negated: *negated,
            },
            Condition::IsNull { column, negated } => Node::IsNull(self.name(*column), *negated),
            Condition::Text {
                column,
                matches,
                ignore_case,
                slot,
                negated,
            } => Node::Text {
                name: self.name(*column),
                pattern: match self.values.get(*slot) {
                    Some(Value::Text(text)) => Some(Pattern::new(*matches, *ignore_case, text)),
                    _ => None,
                },
                negated: *negated,
            },
            Condition::Array {
                column,
                matches,
                slot,
                negated,
            } => Node::Array {
                name: self.name(*column),
                matches: *matches,
                members: match matches {
                    ArrayMatch::All | ArrayMatch::Any => self.members(*column, *slot)?,
                    ArrayMatch::Empty => Vec::new(),
                },
                negated: *negated,
            },
            Condition::And(parts) => Node::And(self.all(parts)?),
            Condition::Or(parts) => Node::Or(self.all(parts)?),
        })
    }

    fn list(&self, column: u16, list: usize, negated: bool) -> Result<Node> {
        let members = match self.values.get(list) {
            Some(Value::List(members)) => members.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        let mut set = HashSet::with_capacity(members.len());
        let mut nulls = false;
        for member in members {
            match self.layout.attribute(column, member)? {
                Some(attribute) => {
                    set.insert(canonical(&attribute));
                }
                None => nulls = true,
            }
        }
        Ok(Node::In {
            name: self.name(column),
            members: set,
            nulls,
            negated,
        })
    }
}

/// The attribute of a column that is not NULL.
fn there<'a>(item: &'a Item, name: &str) -> Option<&'a AttributeValue> {
    item.get(name)
        .filter(|attribute| !matches!(attribute, AttributeValue::Null(_)))
}

impl Node {
    /// True, false, or unknown.
    fn ask(&self, item: &Item) -> Option<bool> {
        match self {
            Node::Constant(x) => Some(*x),
            Node::Compare(name, comparison, right) => {
                let left = there(item, name)?;
                let right = match right {
                    Right::Value(value) => value.as_ref()?,
                    Right::Attribute(other) => there(item, other)?,
                };
                Some(comparison.holds(compare(left, right)?))
            }
            Node::Between(name, low, high) => {
                let value = there(item, name)?;
                let above = low.as_ref().and_then(|low| compare(value, low));
                let below = high.as_ref().and_then(|high| compare(value, high));
                all([
                    above.map(|above| above != Ordering::Less),
                    below.map(|below| below != Ordering::Greater),
                ])
            }
            Node::In {
                name,
                members,
                nulls,
                negated,
            } => {
                let found = members.contains(&canonical(there(item, name)?));
                // Whether it is among members of which one is NULL is unknown, where it is none of the others.
                let among = if found {
                    Some(true)
                } else {
                    (!nulls).then_some(false)
                };
                among.map(|among| among != *negated)
            }
            Node::InRows {
                names,
                rows,
                negated,
            } => any(rows.iter().map(|row| same(item, names, row))).map(|among| among != *negated),
            Node::IsNull(name, negated) => Some(there(item, name).is_none() != *negated),
            Node::Text {
                name,
                pattern,
                negated,
            } => match there(item, name)? {
                AttributeValue::S(text) => Some(pattern.as_ref()?.matches(text) != *negated),
                _ => None,
            },
            Node::Array {
                name,
                matches,
                members,
                negated,
            } => match there(item, name)? {
                AttributeValue::L(array) => Some(has(array, *matches, members) != *negated),
                _ => None,
            },
            Node::And(nodes) => all(nodes.iter().map(|node| node.ask(item))),
            Node::Or(nodes) => any(nodes.iter().map(|node| node.ask(item))),
        }
    }
}

/// Whether the columns of a row are equal to one row of values.
fn same(item: &Item, names: &[String], row: &[Option<AttributeValue>]) -> Option<bool> {
    all(names.iter().zip(row).map(|(name, value)| {
        let ordering = compare(there(item, name)?, value.as_ref()?)?;
        Some(ordering == Ordering::Equal)
    }))
}

/// Whether all of them are true: false where one is false, else unknown where one is unknown.
fn all(answers: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(true);
    for answer in answers {
        match answer {
            Some(false) => return Some(false),
            Some(true) => {}
            None => known = None,
        }
    }
    known
}

/// Whether one of them is true: true where one is true, else unknown where one is unknown.
fn any(answers: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    all(answers.into_iter().map(|answer| answer.map(|x| !x))).map(|x| !x)
}

/// A pattern, taken apart once.
struct Pattern {
    parts: Vec<Part>,
    ignore_case: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// This letter
    Letter(char),
    /// Any one letter
    One,
    /// Any text
    Any,
}

impl Pattern {
    fn new(matches: TextMatch, ignore_case: bool, text: &str) -> Pattern {
        let mut parts = Vec::with_capacity(text.len() + 2);
        if matches!(matches, TextMatch::EndsWith | TextMatch::Contains) {
            parts.push(Part::Any);
        }
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            parts.push(match letter {
                '%' if matches == TextMatch::Like => Part::Any,
                '_' if matches == TextMatch::Like => Part::One,
                '\\' if matches == TextMatch::Like => Part::Letter(letters.next().unwrap_or('\\')),
                letter => Part::Letter(letter),
            });
        }
        if matches!(matches, TextMatch::StartsWith | TextMatch::Contains) {
            parts.push(Part::Any);
        }
        Pattern { parts, ignore_case }
    }

    /// Whether a whole text fits. Steps back to the last `Any` only, so that no pattern takes more than letters times parts.
    fn matches(&self, text: &str) -> bool {
        let letters: Vec<char> = text.chars().collect();
        let (mut at, mut part) = (0, 0);
        let mut back: Option<(usize, usize)> = None;
        loop {
            match (self.parts.get(part), letters.get(at)) {
                (None, None) => return true,
                (Some(Part::Any), _) => {
                    back = Some((at, part));
                    part += 1;
                }
                (Some(one), Some(letter)) if self.fits(*one, *letter) => {
                    at += 1;
                    part += 1;
                }
                _ => match back {
                    Some((from, any)) if from < letters.len() => {
                        back = Some((from + 1, any));
                        at = from + 1;
                        part = any + 1;
                    }
                    _ => return false,
                },
            }
        }
    }

    fn fits(&self, part: Part, letter: char) -> bool {
        match part {
            Part::Letter(wanted) if self.ignore_case => wanted.eq_ignore_ascii_case(&letter),
            Part::Letter(wanted) => wanted == letter,
            Part::One => true,
            Part::Any => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use toasty_dsl::{Filter, Model};

    toasty_dsl::toasty! {
        model Film {
            id: u64 [key],
            title: String,
            year: Option<i64>,
            sequel: Option<i64>,
            colour: bool,
        }
    }

    fn found(filter: Filter<Film>, item: &Item) -> bool {
        let layout = Layout::new(Film::DEF, "").unwrap();
        let (expr, params) = filter.into_parts();
        let condition = Condition::new(Film::DEF, &expr, 0).unwrap();
        Test::bind(&layout, condition.parts(), params.values())
            .unwrap()
            .holds(item)
    }

    fn film(title: &str, year: Option<i64>) -> Item {
        let mut item = Item::from([
            ("title".to_owned(), AttributeValue::S(title.to_owned())),
            ("colour".to_owned(), AttributeValue::Bool(true)),
        ]);
        item.extend(year.map(|year| ("year".to_owned(), AttributeValue::N(year.to_string()))));
        item
    }

    #[test]
    fn null_is_neither_equal_nor_unequal_to_anything() {
        let (film, of) = (film("M", None), Film::FIELDS);
        assert!(!found(of.year.eq(1931), &film));
        assert!(!found(of.year.ne(1931), &film));
        assert!(!found(!of.year.eq(1931), &film));
        assert!(!found(of.year.between(1, 2), &film));
        assert!(!found(of.year.not_in_list([1, 2]), &film));
        assert!(!found(of.year.eq(of.sequel), &film));
        assert!(found(of.year.is_null(), &film));
        assert!(!found(of.year.is_not_null(), &film));
    }

    #[test]
    fn what_is_unknown_stays_unknown_unless_something_else_decides() {
        let (film, of) = (film("M", None), Film::FIELDS);
        assert!(found(of.year.eq(1) | of.title.eq("M"), &film));
        assert!(!found(of.year.eq(1) & of.title.eq("M"), &film));
        assert!(found(!(of.year.eq(1) & of.title.eq("N")), &film));
        assert!(!found(!(of.year.eq(1) | of.title.eq("N")), &film));
    }

    #[test]
    fn an_attribute_of_type_null_is_null() {
        let mut film = film("M", None);
        film.insert("year".into(), AttributeValue::Null(true));
        assert!(found(Film::FIELDS.year.is_null(), &film));
        assert!(!found(Film::FIELDS.year.ne(3), &film));
    }

    #[test]
    fn comparisons_and_lists_find_what_they_say() {
        let (film, of) = (film("M", Some(1931)), Film::FIELDS);
        assert!(found(of.year.ge(1931) & of.year.lt(1932), &film));
        assert!(found(of.year.between(1931, 1940), &film));
        assert!(!found(of.year.between(1940, 1931), &film));
        assert!(found(of.year.in_list([1, 1931]), &film));
        assert!(found(of.year.not_in_list([1, 2]), &film));
        assert!(found(of.colour.gt(false), &film));
    }

    #[test]
    fn patterns_take_what_they_say_and_nothing_else() {
        let of = Film::FIELDS;
        let is = |filter: Filter<Film>, title: &str| found(filter, &film(title, None));
        assert!(is(of.title.like("%men"), "12 Angry men"));
        assert!(is(of.title.like("1_ %"), "12 Angry men"));
        assert!(!is(of.title.like("men"), "12 Angry men"));
        assert!(is(of.title.like(r"100\%"), "100%"));
        assert!(!is(of.title.like(r"100\%"), "1000"));
        assert!(is(of.title.contains("%"), "100%"));
        assert!(!is(of.title.contains("%"), "100"));
        assert!(is(of.title.ends_with("ab"), "aab"));
        assert!(is(of.title.starts_with(""), ""));
        assert!(is(of.title.like_ignore_case("gr_ß%"), "GReß"));
        assert!(!is(of.title.eq_ignore_case("Ä"), "ä"), "ASCII letters only");
        assert!(is(of.title.like("a%b%c"), "aXbYbc"));
    }

    #[test]
    fn a_pattern_of_many_wildcards_ends_in_time() {
        let pattern = Pattern::new(TextMatch::Like, false, &"%a".repeat(200));
        assert!(!pattern.matches(&"a".repeat(10_000).replace("aaaaa", "b")));
    }
}
