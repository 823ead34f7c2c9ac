//! What one statement shape became.

use std::sync::atomic::{AtomicBool, Ordering};
use toasty_contract::Prepared;
use toasty_dsl::schema::ModelRef;
use toasty_dsl::statement::{Assign, Output};
use toasty_dsl::{Result, Statement};
use toasty_sql::{Dialect, Slot, hides, render};

/// SQL text, where its values go, and what was learned from running it.
#[derive(Debug)]
pub struct SqlitePrepared {
    pub(crate) sql: String,
    pub(crate) slots: Vec<Slot>,
    pub(crate) model: ModelRef,
    /// Removes rows: what it breaks are the references of other rows, not its own.
    pub(crate) removes: bool,
    /// It changes nothing, as far as is known.
    pub(crate) reads: bool,
    /// It finds a row or none, and is run without a sink.
    pub(crate) check: bool,
    /// An insert whose keys come back, one for each row.
    pub(crate) keys: bool,
    /// Different changes, or removals, of many rows: it is run once a row, and each has to find its own.
    pub(crate) many: bool,
    /// The columns that a row is given, each with its value's place.
    pub(crate) written: Vec<(u16, usize)>,
    /// SQL of the user's own.
    pub(crate) raw: bool,
    /// The database's words about its text may be told.
    pub(crate) quotable: bool,
    /// An insert, and whether SQLite makes its key.
    pub(crate) insert: Option<bool>,
    /// A run of it once gave more rows than one slice: it starts on a thread from then on.
    long: AtomicBool,
}

impl SqlitePrepared {
    pub(crate) fn new(statement: &Statement) -> Result<Self> {
        let rendered = render(statement, Dialect::Sqlite)?;
        Ok(SqlitePrepared {
            written: written(statement, &rendered.slots),
            sql: rendered.sql,
            slots: rendered.slots,
            model: statement.model(),
            removes: matches!(statement, Statement::Delete(_)),
            reads: statement.is_read(),
            many: match statement {
                Statement::Update(update) => update.many,
                Statement::Delete(delete) => delete.many,
                Statement::Select(_) | Statement::Insert(_) | Statement::Raw(_) => false,
            },
            check: matches!(statement, Statement::Select(select) if select.output == Output::Check),
            keys: matches!(statement, Statement::Insert(insert) if insert.returning),
            raw: matches!(statement, Statement::Raw(_)),
            quotable: statement.is_quotable(),
            insert: match statement {
                Statement::Insert(insert) => Some(insert.auto),
                Statement::Select(_)
                | Statement::Update(_)
                | Statement::Delete(_)
                | Statement::Raw(_) => None,
            },
            long: AtomicBool::new(false),
        })
    }

    /// How many values one row has.
    pub(crate) fn width(&self) -> usize {
        let values = self.slots.iter().filter(|slot| slot.value().is_some());
        values.count()
    }

    pub(crate) fn is_long(&self) -> bool {
        self.long.load(Ordering::Relaxed)
    }

    pub(crate) fn note_long(&self) {
        self.long.store(true, Ordering::Relaxed);
    }
}

fn written(statement: &Statement, slots: &[Slot]) -> Vec<(u16, usize)> {
    match statement {
        Statement::Insert(_) => {
            let placed = slots
                .iter()
                .filter_map(|slot| Some((slot.target?.column, slot.value()?)));
            placed.collect()
        }
        Statement::Update(update) => {
            let mut place = 0;
            let mut written = Vec::new();
            for assign in &update.set {
                match assign {
                    Assign::Slot(column) => {
                        written.push((*column, place));
                        place += 1;
                    }
                    Assign::Increment(_) => {}
                    Assign::Computed(_, formula) => place += formula.slots(),
                }
            }
            written
        }
        Statement::Select(_) | Statement::Delete(_) | Statement::Raw(_) => Vec::new(),
    }
}

impl Prepared for SqlitePrepared {
    fn text(&self) -> &str {
        &self.sql
    }

    fn hides(&self, value: usize) -> bool {
        // Nobody has said what they are.
        if self.raw {
            return true;
        }
        // The values of several rows stand one row after the other.
        let value = if (self.insert.is_some() || self.many) && !self.slots.is_empty() {
            value % self.width()
        } else {
            value
        };
        hides(&self.slots, value)
    }
}
