//! What one statement shape became.

use super::access::ReadPlan;
use super::partiql::Partiql;
use super::place::Place;
use super::values::{self, Given};
use super::{refusal, shown, template};
use crate::expression::assign;
use crate::settings::Settings;
use crate::table::Layout;
use std::sync::Arc;
use toasty_contract::Prepared;
use toasty_dsl::statement::{Assign, Output};
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
    /// It is PartiQL of the user's own
    Partiql(Partiql),
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
        let model = statement.model().0;
        // Its rows are no table's, and may have no key.
        if let Statement::Select(select) = statement
            && let Some(named) = select.named()
        {
            return Err(refusal::by_name(named));
        }
        let layout = Arc::new(match statement {
            // What stands for its model has no key.
            Statement::Raw(_) if model.columns.is_empty() => Layout::of_none(model),
            _ => Layout::new(model, &settings.table_prefix)?,
        });
        let scans = settings.scans;
        let plan = match statement {
            Statement::Select(select) => {
                // What is refused for itself is told before what its condition lacks.
                Given::of(&layout, select)?;
                Plan::Read(ReadPlan::for_select(&layout, select, scans)?)
            }
            Statement::Insert(insert) => {
                refusal::upsert(&layout, insert.conflict.as_ref())?;
                Plan::Insert
            }
            Statement::Raw(raw) => Plan::Partiql(Partiql::new(raw, &layout)?),
            Statement::Update(update) => {
                values::computed_change(&layout, &update.set)?;
                let first = update.set.iter().map(slots).sum();
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
            Plan::Read(_) | Plan::Insert | Plan::Partiql(_) => None,
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
            (Plan::Read(plan), Statement::Select(select))
                if select.output == Output::Check && plan.is_pinned() =>
            {
                shown::check(&layout, plan)?
            }
            (Plan::Read(plan), Statement::Select(select)) => {
                template::read(&layout, plan, Some(select), settings.consistent_reads)?
            }
            (Plan::Partiql(partiql), _) => partiql.template(),
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

fn slots(assign: &Assign) -> usize {
    match assign {
        Assign::Slot(_) => 1,
        Assign::Increment(_) => 0,
        Assign::Computed(_, formula) => formula.slots(),
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
            hidden.extend(update.set.iter().flat_map(|assign| {
                let column = assign::columns(std::slice::from_ref(assign)).next();
                let hidden = column.is_some_and(sensitive);
                std::iter::repeat_n(hidden, slots(assign))
            }));
        }
        Statement::Select(_) | Statement::Delete(_) | Statement::Raw(_) => {}
    }
    if let Some(filter) = statement.filter() {
        let mut columns = Vec::new();
        crate::expression::slot_columns(filter, &mut columns);
        if let Statement::Select(select) = statement {
            columns.extend(Place::of(select).iter().flat_map(Place::columns));
        }
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
            // Nobody has said what they are.
            Plan::Partiql(_) => return true,
            Plan::Insert | Plan::Read(_) | Plan::Update(_) | Plan::Delete(_) => value,
        };
        self.hidden.get(value).copied().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Scans;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use toasty_dsl::write::IntoStatement;
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    toasty_dsl::toasty! {
        model Person {
            id: u64 [key],
            name: String,
            secret: String [sensitive],
            visits: u64,
        }
    }

    fn prepared(statement: &Statement, scans: Scans) -> Result<DynamodbPrepared> {
        let settings = Settings {
            scans,
            ..Settings::default()
        };
        DynamodbPrepared::new(statement, &settings)
    }

    fn hidden(statement: &Statement) -> Vec<bool> {
        let prepared = prepared(statement, Scans::Allow).unwrap();
        (0..6).map(|value| prepared.hides(value)).collect()
    }

    #[test]
    fn values_of_sensitive_columns_are_known_by_their_places() {
        let query = Person::filter(|person| {
            person.visits.between(1, 2) & person.secret.eq("a") & person.name.eq("b")
        });
        let (select, _) = query.clone().limit(1).statement().unwrap();
        assert_eq!(hidden(&select), [false, false, true, false, false, false]);
        let (update, _) = query
            .update()
            .name("c")
            .secret("d")
            .into_statement()
            .unwrap();
        assert_eq!(hidden(&update), [false, true, false, false, true, false]);
        let person = toasty_dsl::create!(Person {
            id: 1,
            name: "a",
            secret: "b",
            visits: 0
        });
        let (insert, _) = person.into_statement().unwrap();
        assert_eq!(hidden(&insert), [false, false, true, false, false, false]);
    }

    /// Counts warnings.
    #[derive(Default)]
    struct Warnings(AtomicUsize);

    impl Subscriber for Warnings {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target() == "toasty::scan"
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, _: &Event<'_>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn a_scan_is_warned_about_where_the_settings_say_so_and_nobody_asked_for_it() {
        let warnings = Arc::new(Warnings::default());
        let query = || Person::filter(|person| person.name.eq("a"));
        let (plain, _) = query().statement().unwrap();
        let (asked, _) = query().allow_scan().statement().unwrap();
        tracing::subscriber::with_default(Arc::clone(&warnings), || {
            prepared(&asked, Scans::Warn).unwrap();
            prepared(&plain, Scans::Allow).unwrap();
            assert!(prepared(&plain, Scans::Deny).is_err());
            assert_eq!(warnings.0.load(Ordering::Relaxed), 0);
            prepared(&plain, Scans::Warn).unwrap();
            assert_eq!(warnings.0.load(Ordering::Relaxed), 1);
        });
    }

    #[test]
    fn an_update_of_a_key_is_refused() {
        let update = Person::filter(|person| person.id.eq(1)).update().id(2);
        let (update, _) = update.into_statement().unwrap();
        let error = prepared(&update, Scans::Deny).unwrap_err();
        assert!(error.is_unsupported());
        assert_eq!(error.fields(), ["id"]);
    }
}
