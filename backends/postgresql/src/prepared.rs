//! What one statement shape became.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use toasty_contract::Prepared;
use toasty_dsl::schema::ModelRef;
use toasty_dsl::value::Params;
use toasty_dsl::{Result, Statement};
use toasty_sql::{Dialect, Rendered, Slot, around, copy_rows, hides, render, render_rows};

/// SQL texts, and where their values go.
#[derive(Debug)]
pub struct PostgresqlPrepared {
    pub(crate) one: Shape,
    /// An insert of many rows as one statement, each slot a whole column.
    pub(crate) rows: Option<Shape>,
    /// The same by COPY, where that writes the same.
    pub(crate) copy: Option<CopyShape>,
    /// The same rows by a cursor; made when the first stream asks for it.
    cursor: OnceLock<Shape>,
    pub(crate) model: ModelRef,
    /// It changes nothing, so that it may be sent twice.
    pub(crate) reads: bool,
    /// Removes rows: what it breaks are the references of other rows, not its own.
    pub(crate) removes: bool,
    /// An insert whose keys come back, one for each row.
    pub(crate) keys: bool,
    /// Different changes, or removals, of many rows, each slot a whole column; the numbers of those that found their row come back.
    pub(crate) many_changes: bool,
    /// SQL of the user's own.
    pub(crate) raw: bool,
    /// The database's words about its text may be told.
    pub(crate) quotable: bool,
    /// An insert, and whether the database makes its key.
    pub(crate) insert: Option<bool>,
}

/// A COPY, and whether the table takes it: asked once.
#[derive(Debug)]
pub(crate) struct CopyShape {
    pub(crate) shape: Shape,
    pub(crate) table: String,
    pub(crate) taken: OnceLock<bool>,
}

/// One text, and the number by which each connection keeps what the server made of it.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) number: u64,
    pub(crate) sql: String,
    pub(crate) slots: Vec<Slot>,
}

impl Shape {
    fn new(rendered: Rendered) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Shape {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            sql: rendered.sql,
            slots: rendered.slots,
        }
    }
}

impl Shape {
    /// How many values one row has.
    pub(crate) fn width(&self) -> usize {
        let values = self.slots.iter().filter(|slot| slot.value().is_some());
        values.count()
    }
}

impl PostgresqlPrepared {
    pub(crate) fn new(statement: &Statement) -> Result<Self> {
        let (rows, copy) = match statement {
            Statement::Insert(insert) => (
                render_rows(insert, Dialect::PostgreSql)?,
                copy_rows(insert)?,
            ),
            Statement::Select(_)
            | Statement::Update(_)
            | Statement::Delete(_)
            | Statement::Raw(_) => (None, None),
        };
        Ok(PostgresqlPrepared {
            one: Shape::new(render(statement, Dialect::PostgreSql)?),
            rows: rows.map(Shape::new),
            copy: copy.map(|copy| CopyShape {
                shape: Shape::new(Rendered {
                    sql: copy.sql,
                    slots: Vec::new(),
                }),
                table: copy.table,
                taken: OnceLock::new(),
            }),
            cursor: OnceLock::new(),
            model: statement.model(),
            reads: statement.is_read(),
            removes: matches!(statement, Statement::Delete(_)),
            many_changes: match statement {
                Statement::Update(update) => update.many,
                Statement::Delete(delete) => delete.many,
                Statement::Select(_) | Statement::Insert(_) | Statement::Raw(_) => false,
            },
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
        })
    }

    /// The text that opens a cursor over its rows.
    pub(crate) fn cursor(&self) -> &Shape {
        self.cursor.get_or_init(|| {
            Shape::new(Rendered {
                sql: around::open_cursor(&self.one.sql),
                slots: self.one.slots.clone(),
            })
        })
    }

    /// The text that asks for its plan. Each has a number of its own, and is not kept.
    pub(crate) fn explaining(&self, measured: bool) -> Shape {
        Shape::new(Rendered {
            sql: around::explain(&self.one.sql, measured),
            slots: self.one.slots.clone(),
        })
    }

    /// The text for many rows, where these values are more than one.
    pub(crate) fn many(&self, params: &Params) -> Option<&Shape> {
        self.rows
            .as_ref()
            .filter(|_| params.len() > self.one.width())
    }

    /// The COPY, where these values are so many rows that it is quicker: measured, it is as quick as the statement for some
    /// thousand rows, and takes half to nine tenths of its time for ten thousand and more.
    pub(crate) fn copied(&self, params: &Params) -> Option<&CopyShape> {
        const FROM_ROWS: usize = 4_000;
        self.copy
            .as_ref()
            .filter(|_| params.len() / self.one.width().max(1) >= FROM_ROWS)
    }

    /// The text that takes these values.
    pub(crate) fn shape_for(&self, params: &Params) -> &Shape {
        self.many(params).unwrap_or(&self.one)
    }
}

impl Prepared for PostgresqlPrepared {
    fn text(&self) -> &str {
        &self.one.sql
    }

    fn hides(&self, value: usize) -> bool {
        // Nobody has said what they are.
        if self.raw {
            return true;
        }
        // The values of several rows stand one row after the other.
        let value = if (self.insert.is_some() || self.many_changes) && !self.one.slots.is_empty() {
            value % self.one.width()
        } else {
            value
        };
        hides(&self.one.slots, value)
    }
}
