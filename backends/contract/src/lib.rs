//! What every backend promises.
//!
//! Few methods and no default ones: a backend that forgets one does not compile. Must not know: any backend, pools,
//! caches. The phases have the same names everywhere: *prepare* a shape once, *run* it with values, *decode* its rows.

mod control;
mod cost;
mod plan;
mod together;

pub use control::{Access, Begin, Control, Isolation, Lanes};
pub use cost::Cost;
pub use plan::{Explain, Plan, PlanStep};
pub use together::{alone, in_turn};

use std::future::Future;
use std::sync::Arc;
use toasty_dsl::Statement;
use toasty_dsl::error::Result;
use toasty_dsl::query::{Answer, Independent, Outcome, RowStream, Sink};
use toasty_dsl::schema::ModelDef;
use toasty_dsl::value::{Params, Row};

/// A database of some kind: makes connections, and prepares statement shapes.
pub trait Backend: Send + Sync + 'static {
    /// What one statement shape became.
    type Prepared: Prepared;
    /// A connection of its own.
    type Connection: Connection<Prepared = Self::Prepared>;

    /// The name of the database system, as OpenTelemetry's database conventions have it.
    fn system(&self) -> &'static str;

    /// How many connections there may be, and for what.
    fn lanes(&self) -> Lanes;

    /// Whether all statements of a transaction that begins so see one state of the database, but for what it writes itself.
    fn sees_one_state(&self, begin: Begin) -> bool;

    /// Makes of a statement shape what the backend runs. Called once a shape; needs no database.
    ///
    /// # Errors
    /// `Unsupported`, `TooComplex` and `Schema`.
    fn prepare(&self, statement: &Statement) -> Result<Self::Prepared>;

    /// Opens a connection.
    ///
    /// # Errors
    /// `ConnectionLost`, `Database`, `Busy`.
    fn connect(&self, access: Access) -> impl Future<Output = Result<Self::Connection>> + Send;
}

/// What one statement shape became.
pub trait Prepared: Send + Sync + 'static {
    /// The text that is sent, for logs and for eyes: it holds no value.
    fn text(&self) -> &str;

    /// Whether this value is for a column whose content must not be printed.
    fn hides(&self, value: usize) -> bool;
}

/// One connection. Dropping the future of any method leaves it usable: what was open is rolled back by
/// [`reset`](Connection::reset) before the next use.
pub trait Connection: Send + 'static {
    /// What one statement shape became.
    type Prepared: Prepared;

    /// Runs a statement that has rows, and gives each to the sink.
    ///
    /// # Errors
    /// Those of the database, of the sink, and `Unrepresentable`.
    fn fetch<S: Sink>(
        &mut self,
        prepared: &Arc<Self::Prepared>,
        params: Params,
        sink: S,
    ) -> impl Future<Output = Result<S>> + Send;

    /// Runs a statement that has no rows.
    ///
    /// # Errors
    /// Those of the database, and `Unrepresentable`.
    fn execute(
        &mut self,
        prepared: &Arc<Self::Prepared>,
        params: Params,
    ) -> impl Future<Output = Result<Outcome>> + Send;

    /// Runs statements that do not depend on each other, in as few trips as the database lets it, and answers in their
    /// order. Where one fails, whether the others were done is told by their own answers.
    fn together(
        &mut self,
        statements: Vec<Independent<Arc<Self::Prepared>>>,
    ) -> impl Future<Output = Vec<Result<Answer>>> + Send;

    /// Runs a statement whose rows come in slices, at the pace at which they are taken. The connection is used until the
    /// stream ends or is dropped.
    fn stream<T: Send + 'static>(
        &mut self,
        prepared: &Arc<Self::Prepared>,
        params: Params,
        decode: fn(&dyn Row) -> Result<T>,
    ) -> impl Future<Output = RowStream<T>> + Send;

    /// Says how the database goes about a statement with these values. Only what is asked to be measured is run.
    ///
    /// # Errors
    /// Those of the database; `Unsupported` where it cannot tell.
    fn plan(
        &mut self,
        prepared: &Arc<Self::Prepared>,
        params: Params,
        explain: Explain,
    ) -> impl Future<Output = Result<Plan>> + Send;

    /// Begins, ends or divides a transaction.
    ///
    /// # Errors
    /// Those of the database; `Busy` where another process holds the lock for longer than the timeout.
    fn control(&mut self, control: Control) -> impl Future<Output = Result<()>> + Send;

    /// Creates the tables and indexes of these models: all of them or, where the database can, none. When it returns, they
    /// can be used.
    ///
    /// # Errors
    /// `Schema`, where a name cannot be a table's or column's, or a table is there already; those of the database.
    fn create_tables(
        &mut self,
        models: &[&'static ModelDef],
    ) -> impl Future<Output = Result<()>> + Send;

    /// Runs SQL of the user's own, several statements at once.
    ///
    /// # Errors
    /// Those of the database; `Unsupported` where it knows no SQL.
    fn run_text(&mut self, text: &str) -> impl Future<Output = Result<()>> + Send;

    /// What was spent since this was last asked.
    fn take_cost(&mut self) -> Cost;

    /// Rolls back what is open, without waiting. `false` where that cannot be done now: the connection is then tried again
    /// before its next use.
    fn reset(&mut self) -> bool;

    /// Makes sure, before the next use, that nothing is open and nothing still runs.
    ///
    /// # Errors
    /// `ConnectionLost`, where it must be closed.
    fn make_ready(&mut self) -> impl Future<Output = Result<()>> + Send;
}
