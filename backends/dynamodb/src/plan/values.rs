//! Queries for values: which of them DynamoDB answers.
//!
//! Promises: columns are chosen from the rows that are read, and rows are counted where they are; whatever DynamoDB would have
//! to compute is refused, with what to do instead. Must not know: requests. DynamoDB computes nothing while it reads, so that a
//! sum costs what its rows cost; who wants that asks for the rows, and sees it.

use super::refusal;
use crate::expression::{is_computed_here, refused};
use crate::table::Layout;
use toasty_dsl::statement::{Aggregate, Assign, Computed, Expr, Formula, Output, Select, Source};
use toasty_dsl::{Error, Result};

/// What a query gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Given {
    /// Whole rows, or some columns of them in this order
    Rows(Option<Vec<u16>>),
    /// Their number
    Count,
    /// Whether there are any
    Exists,
}

impl Given {
    /// What a query gives.
    ///
    /// # Errors
    /// `Unsupported`, for what would have to be computed.
    pub(crate) fn of(layout: &Layout, select: &Select) -> Result<Given> {
        if select.lock.is_some() {
            return Err(Error::unsupported(
                "locks on rows: DynamoDB has none",
                "let a condition decide who comes first: `.update()` of the rows that are as they were, or a field `[version]`",
            )
            .on_model(layout.model.name));
        }
        let nothing = Computed::NOTHING;
        let computed = select.computed.as_deref().unwrap_or(&nothing);
        let refuse = |what: &str, instead: &str| {
            Err(Error::unsupported(
                format!("{what}: DynamoDB computes nothing while it reads"),
                instead,
            )
            .on_model(layout.model.name))
        };
        match &computed.source {
            None => {}
            Some(Source::Compound(_)) => {
                return refuse(
                    "several queries as one",
                    "send them by `toasty::batch((…))`, and put their rows together in Rust",
                );
            }
            Some(Source::Select(inner)) => {
                // What is inside says best what it is; what goes well there is in an order that is not that of an index.
                let list = inner.computed.as_deref().map_or(&[][..], |one| &one.list);
                let reads = inner.computed.as_deref().is_some_and(Computed::only_reads);
                if !reads || list.iter().any(Formula::has_windows) || inner.source().is_some() {
                    Given::of(layout, inner)?;
                }
                return refuse(
                    "pages in an order by a value that is computed",
                    "page in the order of an index, or sort the rows that were read",
                );
            }
            Some(Source::Named(named)) => {
                return Err(refusal::by_name(named));
            }
            Some(Source::Tree(_)) => {
                return refuse(
                    "a tree",
                    "read it level by level, by the keys of the last one: `.filter(|row| row.parent_id.in_list(keys))`",
                );
            }
        }
        if !computed.first_of.is_empty() {
            return refuse(
                "the first row of each group",
                "ask for each group by itself: `.filter(…).order_by(…).first(&db)`",
            );
        }
        let mut formulas = computed.formulas();
        if let Some(error) = formulas.find_map(|value| refused(layout.model, value)) {
            return Err(error);
        }
        if !computed.keys.is_empty() || computed.having != Expr::Constant(true) {
            return refuse(
                "groups of rows",
                "say `.aggregate_in_memory(&db)`, which reads every row that the filter leaves",
            );
        }
        if !computed.order.is_empty() {
            return refuse(
                "an order by a value that is computed",
                "sort the rows that were read",
            );
        }
        if computed.distinct {
            return refuse(
                "distinct values",
                "read the values by `.select(…)`, and put them into a `HashSet`",
            );
        }
        match select.output {
            Output::Rows => return Ok(Given::Rows(None)),
            Output::Count => return Ok(Given::Count),
            Output::Exists | Output::Check => return Ok(Given::Exists),
            Output::Values => {}
        }
        if let [Formula::Aggregate(Aggregate::Count, None)] = computed.list.as_slice() {
            return Ok(Given::Count);
        }
        let columns = computed.list.iter().map(|value| match value {
            Formula::Column(column) => Some(*column),
            _ => None,
        });
        if let Some(columns) = columns.collect() {
            return Ok(Given::Rows(Some(columns)));
        }
        if computed.list.iter().any(Formula::has_windows) {
            return refuse(
                "a window function",
                "read the rows in their order, and compute in Rust",
            );
        }
        let aggregated = |value: &Formula| matches!(value, Formula::Aggregate(..));
        if computed.list.iter().any(aggregated) {
            return refuse(
                "an aggregate other than `count()` alone",
                "say `.aggregate_in_memory(&db)`: every row that the filter leaves is read either way",
            );
        }
        refuse(
            "a value that is computed",
            "read the columns by `.select(…)`, and compute in Rust",
        )
    }
}

/// Refuses an update that computes by cases: their conditions are a request's, and what is computed is computed here.
///
/// # Errors
/// `Unsupported`.
pub(crate) fn computed_change(layout: &Layout, changes: &[Assign]) -> Result<()> {
    for change in changes {
        match change {
            Assign::Computed(column, formula) if !is_computed_here(formula) => {
                if let Some(error) = refused(layout.model, formula) {
                    return Err(error);
                }
                return Err(Error::unsupported(
                    "an update by cases on DynamoDB",
                    "make one update for each case, by a filter",
                )
                .on_model(layout.model.name)
                .on_fields([layout.path(*column)]));
            }
            Assign::Slot(_) | Assign::Increment(_) | Assign::Computed(..) => {}
        }
    }
    Ok(())
}
