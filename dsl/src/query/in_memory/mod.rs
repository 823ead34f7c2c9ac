//! Aggregates and groups computed in the program, of rows that are read for it.
//!
//! Promises: the answer is that of a SQL database, or an error where it has one; rows are folded as they come, so that memory is that
//! of the groups; how many were read is told. Must not know: any backend. What surprises: it is the same on every database, also
//! on those that could compute it by themselves: what it costs is then no secret of the backend.

mod condition;
mod fold;
mod order;
mod plan;

pub use fold::Aggregated;
pub(crate) use plan::owned;

use self::fold::Folding;
use self::plan::{Plan, Values};
use crate::error::{Error, Result};
use crate::field::Model;
use crate::query::run::Executor;
use crate::query::values::{Decode, Selection, Taken};
use crate::schema::ModelDef;
use crate::statement::{Computed, Formula, Output, Select, Statement};
use crate::value::Params;

impl<M: Model, T: Send + 'static> Selection<M, T> {
    /// Reads the rows that the aggregates or the groups are of, and computes in the program what `all` has the database compute:
    /// for databases that compute no aggregates, such as DynamoDB.
    ///
    /// Only the columns that are needed are read, of **every row that meets the filter**: [`rows_read`](Aggregated::rows_read) says
    /// how many they were. Memory is taken by the groups, and by the different values of a `count_distinct`.
    ///
    /// ```
    /// use toasty_dsl::expr::{count, sum};
    /// use toasty_dsl::toasty;
    /// use toasty_dsl::{Executor, Result};
    ///
    /// toasty! { pub model Todo { id: u64 [key, auto], user_id: u64 [index], done: bool, minutes: i64 } }
    ///
    /// async fn work(db: &impl Executor, user: u64) -> Result<()> {
    ///     let report = Todo::filter(|todo| todo.user_id.eq(user))
    ///         .group_by(|todo| todo.done)
    ///         .select(|group| (group.key, count(), sum(group.row.minutes)))
    ///         .aggregate_in_memory(db)
    ///         .await?;
    ///     for (done, todos, minutes) in report.rows {
    ///         println!("{done}: {todos} todos, {minutes:?} minutes");
    ///     }
    ///     println!("read {} rows", report.rows_read);
    ///     Ok(())
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// `Unrepresentable` where a sum does not fit its type; `Unsupported` for values of single rows, values by `case`, JSON and arrays;
    /// as [`all`](Selection::all).
    pub async fn aggregate_in_memory(self, on: &impl Executor) -> Result<Aggregated<T>> {
        let (plan, select, filter, decode) = planned(self.taken()?)?;
        // No row can meet the filter.
        if select.filter.known() == Some(false) {
            return Folding::new(plan).end(decode);
        }
        let sink = on
            .fetch(Statement::Select(select), filter, Folding::new(plan))
            .await?;
        sink.end(decode)
    }
}

/// What is computed, and the query for the columns that it needs.
fn planned<T>(taken: Taken<T>) -> Result<(Plan, Select, Params, Decode<T>)> {
    let model = taken.select.model.0;
    let computed = match &taken.select.computed {
        Some(computed) if taken.single || !computed.keys.is_empty() => computed,
        Some(_) | None => return Err(unsupported(model, "values of single rows")),
    };
    let values = Values {
        keys: taken.keys,
        list: taken.list,
        having: taken.having,
        order: taken.order,
    };
    let mut plan = Plan::new(model, computed, values).map_err(|what| unsupported(model, what))?;
    (plan.limit, plan.offset) = (taken.limit, taken.offset);
    let mut list: Vec<Formula> = plan.columns().map(Formula::Column).collect();
    if list.is_empty() {
        // Something has to be read of each row: what its key begins with is in every index.
        let key = model.key_columns().into_iter();
        list.extend(key.map(Formula::Column).take(1));
    }
    let computed = Computed {
        list,
        first_of: computed.first_of.clone(),
        source: computed.source.clone(),
        ..Computed::NOTHING
    };
    let select = Select {
        output: Output::Values,
        computed: Some(Box::new(computed)),
        ..taken.select
    };
    Ok((plan, select, taken.filter, taken.decode))
}

#[cold]
fn unsupported(model: &'static ModelDef, what: &str) -> Error {
    Error::unsupported(
        format!("{what} in an aggregate in memory"),
        "read the rows by `.all()` or `.stream()`, and compute in Rust",
    )
    .on_model(model.name)
}
