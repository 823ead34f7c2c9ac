//! Conditions of chance, beside plain Rust: whether DynamoDB decides them, this crate on the rows, or both a part of them.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by a panic, in its helper functions too, where clippy.toml does not reach"
)]

mod support;

use support::Db;
use toasty_dsl::{Filter, Model, create, toasty};

toasty! {
    model Fact [index(shelf, place)] {
        id: u64 [key],
        shelf: u64,
        place: i64,
        number: Option<i64>,
        other: Option<i64>,
        text: Option<String>,
        word: String,
        yes: bool,
        maybe: Option<bool>,
        half: Option<f64>,
    }
}

/// What one row holds, for the oracle.
#[derive(Clone)]
struct Row {
    id: u64,
    place: i64,
    number: Option<i64>,
    other: Option<i64>,
    text: Option<&'static str>,
    word: &'static str,
    yes: bool,
    maybe: Option<bool>,
    half: Option<f64>,
}

type Oracle = Box<dyn Fn(&Row) -> Option<bool>>;

const WORDS: [&str; 8] = ["", "a", "ab", "A%b", "_", "Ab", "ba\\", "größe"];

struct Chance(fastrand::Rng);

impl Chance {
    fn number(&mut self) -> i64 {
        self.0.i64(-2..4)
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.0.usize(..WORDS.len())]
    }

    fn some<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let there = self.0.u8(..3) > 0;
        there.then(|| make(self))
    }

    fn row(&mut self, id: u64) -> Row {
        Row {
            id,
            place: self.number(),
            number: self.some(Self::number),
            other: self.some(Self::number),
            text: self.some(Self::word),
            word: self.word(),
            yes: self.0.bool(),
            maybe: self.some(|chance| chance.0.bool()),
            half: self.some(|chance| 0.5 * f64::from(chance.0.i8(-4..4))),
        }
    }

    fn condition(&mut self, depth: usize) -> (Filter<Fact>, Oracle) {
        if depth == 0 || self.0.u8(..4) == 0 {
            return self.leaf();
        }
        match self.0.u8(..3) {
            0 => {
                let (filter, oracle) = self.condition(depth - 1);
                (!filter, Box::new(move |row| oracle(row).map(|x| !x)))
            }
            1 => {
                let ((a, x), (b, y)) = (self.condition(depth - 1), self.condition(depth - 1));
                let both: Oracle = Box::new(move |row| match (x(row), y(row)) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                });
                (a & b, both)
            }
            _ => {
                let ((a, x), (b, y)) = (self.condition(depth - 1), self.condition(depth - 1));
                let either: Oracle = Box::new(move |row| match (x(row), y(row)) {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (Some(false), Some(false)) => Some(false),
                    _ => None,
                });
                (a | b, either)
            }
        }
    }

    fn leaf(&mut self) -> (Filter<Fact>, Oracle) {
        let of = Fact::FIELDS;
        let (n, m, w) = (self.number(), self.number(), self.word());
        let list: Vec<i64> = (0..self.0.usize(1..4)).map(|_| self.number()).collect();
        let members = list.clone();
        let words = [self.word(), self.word()];
        let truth = self.0.bool();
        let half = 0.5 * f64::from(self.0.i8(-4..4));
        match self.0.u8(..24) {
            0 => (of.number.eq(n), Box::new(move |row| Some(row.number? == n))),
            1 => (of.number.ne(n), Box::new(move |row| Some(row.number? != n))),
            2 => (of.number.lt(n), Box::new(move |row| Some(row.number? < n))),
            3 => (of.number.ge(n), Box::new(move |row| Some(row.number? >= n))),
            4 => (
                of.number.between(n, m),
                Box::new(move |row| Some((n..=m).contains(&row.number?))),
            ),
            5 => (
                of.number.in_list(list),
                Box::new(move |row| Some(members.contains(&row.number?))),
            ),
            6 => (
                of.number.not_in_list(list),
                Box::new(move |row| Some(!members.contains(&row.number?))),
            ),
            7 => (
                of.number.is_null(),
                Box::new(|row| Some(row.number.is_none())),
            ),
            8 => (
                of.text.is_not_null(),
                Box::new(|row| Some(row.text.is_some())),
            ),
            9 => (
                of.number.eq(of.other),
                Box::new(|row| Some(row.number? == row.other?)),
            ),
            10 => (
                of.number.gt(of.other),
                Box::new(|row| Some(row.number? > row.other?)),
            ),
            11 => (
                of.number.ne(of.place),
                Box::new(|row| Some(row.number? != row.place)),
            ),
            12 => (of.text.eq(w), Box::new(move |row| Some(row.text? == w))),
            13 => (of.text.gt(w), Box::new(move |row| Some(row.text? > w))),
            14 => (
                of.text.contains(w),
                Box::new(move |row| Some(row.text?.contains(w))),
            ),
            15 => (
                of.word.starts_with(w),
                Box::new(move |row| Some(row.word.starts_with(w))),
            ),
            16 => (
                of.text.ends_with(w),
                Box::new(move |row| Some(row.text?.ends_with(w))),
            ),
            17 => (
                of.text.eq_ignore_case(w),
                Box::new(move |row| Some(row.text?.eq_ignore_ascii_case(w))),
            ),
            18 => (
                of.yes.eq(truth),
                Box::new(move |row| Some(row.yes == truth)),
            ),
            19 => (
                of.yes.lt(truth),
                Box::new(move |row| Some(!row.yes && truth)),
            ),
            20 => (
                of.maybe.ne(truth),
                Box::new(move |row| Some(row.maybe? != truth)),
            ),
            21 => (
                of.half.le(half),
                Box::new(move |row| Some(row.half? <= half)),
            ),
            22 => (
                of.word.in_list(words),
                Box::new(move |row| Some(words.contains(&row.word))),
            ),
            _ => (of.place.gt(n), Box::new(move |row| Some(row.place > n))),
        }
    }
}

#[tokio::test]
async fn filters_evaluate_like_rust() {
    let seed = fastrand::u64(..);
    let mut chance = Chance(fastrand::Rng::with_seed(seed));
    let db = Db::scanning(&[Fact::DEF]).await;
    let rows: Vec<Row> = (1..=60).map(|id| chance.row(id)).collect();
    for row in rows.clone() {
        create!(Fact {
            id: row.id,
            shelf: row.id % 2,
            place: row.place,
            number: row.number,
            other: row.other,
            text: row.text.map(str::to_owned),
            word: row.word,
            yes: row.yes,
            maybe: row.maybe,
            half: row.half,
        })
        .exec(&db)
        .await
        .unwrap();
    }
    for _ in 0..400 {
        let (filter, oracle) = chance.condition(3);
        // By a Scan, by the Query of an index, by several of them, and on the rows of a BatchGetItem.
        let way = chance.0.u8(..4);
        let within = |row: &Row| match way {
            1 => row.id % 2 == 1,
            _ => true,
        };
        let query = Fact::filter(|fact| match way {
            0 => filter.clone(),
            1 => fact.shelf.eq(1) & filter.clone(),
            2 => fact.shelf.in_list([0, 1]) & filter.clone(),
            _ => fact.id.in_list(1..=60) & filter.clone(),
        });
        let mut wanted: Vec<u64> = rows
            .iter()
            .filter(|row| within(row) && oracle(row) == Some(true))
            .map(|row| row.id)
            .collect();
        wanted.sort_unstable();
        let shown = || format!("seed {seed}, way {way}: {filter:?}");
        let count = query
            .clone()
            .count(&db)
            .await
            .unwrap_or_else(|error| panic!("{error} {}", shown()));
        let found = query
            .all(&db)
            .await
            .unwrap_or_else(|error| panic!("{error} {}", shown()));
        let mut found: Vec<u64> = found.iter().map(|fact| fact.id).collect();
        found.sort_unstable();
        assert_eq!(found, wanted, "{}", shown());
        assert_eq!(count, u64::try_from(wanted.len()).unwrap(), "{}", shown());
    }
}
