//! The server: rows, transactions that meet each other, and what one number decides to go wrong.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;
use toasty_dsl::value::Value;
use toasty_dsl::{Error, ErrorKind, Result};

/// The table and the key of a row.
pub(super) type Key = (&'static str, i64);

/// Everything that the server knows.
pub(super) struct Server {
    rows: BTreeMap<Key, Stored>,
    /// Counted up by every commit.
    clock: u64,
    dice: fastrand::Rng,
    /// Of a hundred requests so many go wrong.
    trouble: u8,
    /// It says that a commit was refused, and has done it all the same. No client can bear this one.
    lies: bool,
    /// What a client did that no client may do.
    pub(super) violations: Vec<String>,
    trace: String,
}

struct Stored {
    values: Vec<Value>,
    changed: u64,
}

/// What is open on a connection.
#[derive(Default)]
pub(super) struct Transaction {
    /// When the rows that it has seen were changed; zero for those that were not there.
    seen: BTreeMap<Key, u64>,
    written: BTreeMap<Key, Vec<Value>>,
    marks: Vec<(usize, BTreeMap<Key, Vec<Value>>)>,
    /// A statement of it failed, so that nothing but its end is taken any more.
    aborted: bool,
}

/// What becomes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Well,
    /// The connection is lost before the server hears of it.
    LostBefore,
    /// The server does it, and the connection is lost before the answer.
    LostAfter,
    /// The server does not do it: somebody else is in the way.
    Refused,
}

impl Server {
    pub(super) fn new(seed: u64, lies: bool) -> Self {
        let mut dice = fastrand::Rng::with_seed(seed);
        Server {
            rows: BTreeMap::new(),
            clock: 0,
            trouble: dice.u8(0..20),
            dice,
            lies,
            violations: Vec::new(),
            trace: String::new(),
        }
    }

    /// From now on all goes well.
    pub(super) fn calm_down(&mut self) {
        self.trouble = 0;
    }

    pub(super) fn trace(&self) -> &str {
        &self.trace
    }

    /// What becomes of a request, and how long it and its answer are on their way.
    pub(super) fn draw(&mut self, connection: usize, request: &str) -> (Fate, Duration, Duration) {
        let fate = if self.dice.u8(0..100) >= self.trouble {
            Fate::Well
        } else {
            match self.dice.u8(0..3) {
                0 => Fate::LostBefore,
                1 => Fate::LostAfter,
                _ => Fate::Refused,
            }
        };
        let mut way = || Duration::from_micros(self.dice.u64(0..3_000));
        let (there, back) = (way(), way());
        let _ = writeln!(self.trace, "connection {connection}: {request}: {fate:?}");
        (fate, there, back)
    }

    pub(super) fn violate(&mut self, what: &str) {
        self.violations.push(what.to_owned());
    }

    /// The rows of a table as they are committed.
    pub(super) fn table(&self, name: &'static str) -> impl Iterator<Item = &[Value]> {
        self.rows
            .iter()
            .filter(move |((table, _), _)| *table == name)
            .map(|(_, row)| row.values.as_slice())
    }

    pub(super) fn read(&self, transaction: &mut Transaction, key: Key) -> Option<Vec<Value>> {
        let row = self.rows.get(&key);
        transaction
            .seen
            .entry(key)
            .or_insert_with(|| row.map_or(0, |row| row.changed));
        transaction
            .written
            .get(&key)
            .cloned()
            .or_else(|| row.map(|row| row.values.clone()))
    }

    /// Keeps what a transaction wrote, where nobody has changed what it saw.
    pub(super) fn commit(&mut self, transaction: Transaction, fate: Fate) -> Result<()> {
        let current = |key: &Key| self.rows.get(key).map_or(0, |row| row.changed);
        let met = transaction
            .seen
            .iter()
            .any(|(key, seen)| current(key) != *seen);
        let refused = fate == Fate::Refused;
        if transaction.aborted || met || (refused && !self.lies) {
            return Err(in_the_way());
        }
        self.clock += 1;
        for (key, values) in transaction.written {
            let changed = self.clock;
            self.rows.insert(key, Stored { values, changed });
        }
        if refused { Err(in_the_way()) } else { Ok(()) }
    }
}

impl Transaction {
    pub(super) fn write(&mut self, key: Key, values: Vec<Value>) {
        self.written.insert(key, values);
    }

    pub(super) fn abort(&mut self) {
        self.aborted = true;
    }

    pub(super) fn is_aborted(&self) -> bool {
        self.aborted
    }

    pub(super) fn mark(&mut self, depth: usize) {
        self.marks.push((depth, self.written.clone()));
    }

    pub(super) fn release(&mut self, depth: usize) {
        self.marks.retain(|(mark, _)| *mark < depth);
    }

    /// Forgets what was done since a mark. A transaction that was in the way of another cannot be saved by one here.
    pub(super) fn roll_back_to(&mut self, depth: usize) {
        if let Some(at) = self.marks.iter().position(|(mark, _)| *mark == depth) {
            self.written = std::mem::take(&mut self.marks[at].1);
            self.marks.truncate(at);
        }
    }
}

pub(super) fn in_the_way() -> Error {
    Error::new(ErrorKind::Conflict, "it met another transaction")
}
