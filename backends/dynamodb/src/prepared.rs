//! What one statement shape became.

use crate::layout::Layout;
use crate::plan::ReadPlan;
use crate::settings::Settings;
use crate::{assign, refusal, shown, template};
use std::sync::Arc;
use toasty_contract::Prepared;
use toasty_dsl::statement::Assign;
use toasty_dsl::{Result, Statement};

/// How a statement is run.
#[derive(Debug)]
pub(crate) enum Plan {
    /// It reads these rows
    Read(ReadPlan),
    /// It adds rows
    Insert,
    /// It changes the rows that are found so
    Update(ReadPlan),
    /// It removes the rows that are found so
    Delete(ReadPlan),
}

/// A statement, how it is run, and how it looks in a log.
#[derive(Debug)]
pub struct DynamodbPrepared {
    pub(crate) statement: Statement,
    pub(crate) layout: Arc<Layout>,
    pub(crate) plan: Plan,
    text: String,
    /// Value by value, whether it is for a column whose content must not be printed; of an insert those of one row
    hidden: Vec<bool>,
}

impl DynamodbPrepared {
    pub(crate) fn new(statement: &Statement, settings: &Settings) -> Result<Self> {
        let layout = Arc::new(Layout::new(statement.model().0, &settings.table_prefix)?);
        let scans = settings.scans;
        let plan = match statement {
            Statement::Select(select) => Plan::Read(ReadPlan::for_select(&layout, select, scans)?),
            Statement::Insert(_) => Plan::Insert,
            Statement::Update(update) => {
                let first = update.set.iter().filter(|one| takes_slot(one)).count();
                let (filter, allowed) = (&update.filter, update.allowed);
                Plan::Update(ReadPlan::for_write(&layout, filter, first, allowed, scans)?)
            }
            Statement::Delete(delete) => {
                let (filter, allowed) = (&delete.filter, delete.allowed);
                Plan::Delete(ReadPlan::for_write(&layout, filter, 0, allowed, scans)?)
            }
        };
        let rows = match &plan {
            Plan::Update(rows) | Plan::Delete(rows) => Some(rows),
            Plan::Read(_) | Plan::Insert => None,
        };
        if let Statement::Update(update) = statement {
            refusal::change_of_key(&layout, assign::columns(&update.set))?;
        }
        if let Plan::Read(found) | Plan::Update(found) | Plan::Delete(found) = &plan
            && found.warn
        {
            // A shape is prepared once, so that it is warned about once.
            tracing::warn!(
                target: "toasty::scan",
                model = layout.model.name,
                "a statement reads the whole table, since no key and no index serves its condition"
            );
        }
        let text = match (&plan, statement) {
            (Plan::Read(plan), Statement::Select(select)) => {
                template::read(&layout, plan, Some(select), settings.consistent_reads)?
            }
            _ => shown::template(statement, &layout, rows)?,
        };
        Ok(DynamodbPrepared {
            hidden: hidden(statement, &layout),
            statement: statement.clone(),
            layout,
            plan,
            text,
        })
    }
}

fn takes_slot(assign: &Assign) -> bool {
    match assign {
        Assign::Slot(_) => true,
        Assign::Increment(_) => false,
    }
}

fn hidden(statement: &Statement, layout: &Layout) -> Vec<bool> {
    let sensitive = |column: u16| {
        layout
            .model
            .columns
            .get(usize::from(column))
            .is_some_and(|column| column.sensitive)
    };
    let mut hidden = Vec::new();
    match statement {
        Statement::Insert(insert) => {
            let made = insert.model.auto_integer().filter(|_| insert.auto);
            let made = made.map(|field| insert.model.first_column(field));
            hidden.extend(
                (0u16..)
                    .zip(layout.model.columns)
                    .filter(|(column, _)| Some(*column) != made)
                    .map(|(_, column)| column.sensitive),
            );
        }
        Statement::Update(update) => {
            hidden.extend(update.set.iter().filter_map(|assign| match assign {
                Assign::Slot(column) => Some(sensitive(*column)),
                Assign::Increment(_) => None,
            }));
        }
        Statement::Select(_) | Statement::Delete(_) => {}
    }
    if let Some(filter) = statement.filter() {
        let mut columns = Vec::new();
        crate::condition::slot_columns(filter, &mut columns);
        hidden.extend(columns.into_iter().map(sensitive));
    }
    hidden
}

impl Prepared for DynamodbPrepared {
    fn text(&self) -> &str {
        &self.text
    }

    fn hides(&self, value: usize) -> bool {
        let value = match self.plan {
            // The values of several rows stand one row after the other.
            Plan::Insert if !self.hidden.is_empty() => value % self.hidden.len(),
            Plan::Insert | Plan::Read(_) | Plan::Update(_) | Plan::Delete(_) => value,
        };
        self.hidden.get(value).copied().unwrap_or(false)
    }
}
