//! How a backend goes about a statement, as it says so itself.
//!
//! Promises: no value stands in it. Must not know: any backend, the statement that it is of.

use std::fmt;

/// What a plan is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Explain {
    /// The plan that would be used now. Nothing is run.
    Plan,
    /// The plan that an index is taken in wherever one serves, however few rows the tables have. Nothing is run.
    Indexes,
    /// The plan, and what became of it: the statement is run.
    Measured,
}

/// How the database goes about a statement: its own words as text, and as data. `Display` is the text. No value stands in
/// it.
///
/// ```
/// use toasty_contract::{Plan, PlanStep};
///
/// let mut step = PlanStep::new("SCAN");
/// step.table = Some("note".to_owned());
/// step.full_scan = true;
/// let plan = Plan::new("SCAN note", vec![step], false);
/// assert_eq!(plan.to_string(), "SCAN note");
/// assert!(plan.has_full_scan());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    text: String,
    steps: Vec<PlanStep>,
    executed: bool,
}

/// One step of a plan. A step without a table works on the rows of other steps.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct PlanStep {
    /// How deep it stands in the plan: 0 at the top.
    pub depth: usize,
    /// What is done, in the backend's own words: `SEARCH`, `Index Scan`, `Query`.
    pub operation: String,
    /// The table that is read or written.
    pub table: Option<String>,
    /// The index that is used. None beside a table that is not read as a whole: its key.
    pub index: Option<String>,
    /// Whether the whole table is read, or the whole of an index, however few of the rows are wanted.
    pub full_scan: bool,
    /// The condition by which the index or the key is entered, where the backend tells.
    pub condition: Option<String>,
    /// What is checked on the rows after they were read, where the backend tells.
    pub filter: Option<String>,
    /// Whether rows are sorted, and not found in their order.
    pub sorts: bool,
    /// How many rows the backend expects, where it tells: PostgreSQL does.
    pub estimated_rows: Option<u64>,
    /// How many rows there were, on average a run of the step, where the statement was run.
    pub rows: Option<u64>,
}

impl PlanStep {
    /// A step that does this.
    pub fn new(operation: impl Into<String>) -> Self {
        PlanStep {
            operation: operation.into(),
            ..PlanStep::default()
        }
    }
}

impl Plan {
    /// A plan of these steps, an outer one before those that it works on.
    pub fn new(text: impl Into<String>, steps: Vec<PlanStep>, executed: bool) -> Self {
        Plan {
            text: text.into(),
            steps,
            executed,
        }
    }

    /// The backend's own words, line by line.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its steps, an outer one before those that it works on.
    pub fn steps(&self) -> &[PlanStep] {
        &self.steps
    }

    /// Whether the statement was run for it.
    pub fn was_executed(&self) -> bool {
        self.executed
    }

    /// Whether a whole table or a whole index is read.
    pub fn has_full_scan(&self) -> bool {
        self.steps.iter().any(|step| step.full_scan)
    }

    /// Whether rows are sorted, and not found in their order.
    pub fn sorts(&self) -> bool {
        self.steps.iter().any(|step| step.sorts)
    }

    /// The indexes that are used, in the order of the steps.
    pub fn indexes(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter_map(|step| step.index.as_deref())
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
