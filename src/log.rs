//! One event for each statement.
//!
//! Promises: names as in OpenTelemetry's semantic conventions for database clients; no value in an event unless the
//! configuration asks for it, and never that of a `sensitive` field.

use crate::config::LoggingConfig;
use std::time::{Duration, Instant};
use toasty_contract::{Cost, Prepared};
use toasty_dsl::Error;
use toasty_dsl::schema::ModelDef;
use toasty_dsl::statement::SQL;
use toasty_dsl::value::{Params, Revealed};
use tracing::Level;

/// The target of all events of statements.
const TARGET: &str = "toasty::statement";

pub(crate) struct Log {
    system: &'static str,
    parameters: bool,
    slow_query: Option<Duration>,
}

/// A statement that is being run.
pub(crate) struct Started {
    at: At,
    parameters: Option<String>,
}

/// When it began. The exact clock costs a small statement some percent of its time, so that it is read only where somebody
/// listens; whether a statement was slow is told by the coarse one, which is right to a few milliseconds.
enum At {
    Unknown,
    Coarse(coarsetime::Instant),
    Exact(Instant),
}

/// How long a statement took, and the values that are shown.
struct Told<'a> {
    took: Duration,
    slow: bool,
    parameters: Option<&'a str>,
}

/// What a statement was, for its event.
pub(crate) struct Ran<'a, P> {
    pub(crate) operation: &'static str,
    pub(crate) model: &'static ModelDef,
    pub(crate) prepared: &'a P,
}

impl Log {
    pub(crate) fn new(system: &'static str, config: &LoggingConfig) -> Self {
        Log {
            system,
            parameters: config.parameters,
            slow_query: config.slow_query,
        }
    }

    /// Looks at the clock where anybody wants to know, and keeps the values where the configuration asks for them.
    #[inline]
    pub(crate) fn start(&self, prepared: &impl Prepared, params: &Params) -> Started {
        let listened = tracing::enabled!(target: TARGET, Level::DEBUG);
        if !listened && self.slow_query.is_none() {
            return Started {
                at: At::Unknown,
                parameters: None,
            };
        }
        let parameters = (self.parameters
            && (listened || tracing::enabled!(target: TARGET, Level::WARN)))
        .then(|| shown(prepared, params));
        let at = if listened {
            At::Exact(Instant::now())
        } else {
            At::Coarse(coarsetime::Instant::now())
        };
        Started { at, parameters }
    }

    /// Tells how a statement went; where its rows come later, as those of a stream, their number is not known.
    #[inline]
    pub(crate) fn finish<P: Prepared>(
        &self,
        started: Started,
        ran: &Ran<'_, P>,
        cost: &Cost,
        rows: Result<Option<u64>, &Error>,
    ) {
        let took = match started.at {
            At::Unknown => return,
            At::Coarse(at) => at.elapsed().into(),
            At::Exact(at) => at.elapsed(),
        };
        let slow = self.slow_query.is_some_and(|limit| took >= limit);
        if slow || tracing::enabled!(target: TARGET, Level::DEBUG) {
            let told = Told {
                took,
                slow,
                parameters: started.parameters.as_deref(),
            };
            self.tell(&told, ran, cost, rows);
        }
    }

    #[cold]
    fn tell<P: Prepared>(
        &self,
        told: &Told<'_>,
        ran: &Ran<'_, P>,
        cost: &Cost,
        rows: Result<Option<u64>, &Error>,
    ) {
        let consumed = cost.read_units + cost.write_units;
        // SQL of the user's own may be about any table.
        let known = !std::ptr::eq(ran.model, &SQL);
        let collection = known.then(|| ran.model.table_name().to_string());
        macro_rules! event {
            ($level:expr, $message:literal) => {
                tracing::event!(
                    target: TARGET,
                    $level,
                    db.system.name = self.system,
                    db.operation.name = ran.operation,
                    db.collection.name = collection.as_deref(),
                    db.query.text = ran.prepared.text(),
                    db.query.parameters = told.parameters,
                    db.response.returned_rows = rows.ok().flatten(),
                    db.client.operation.duration = told.took.as_secs_f64(),
                    aws.dynamodb.consumed_capacity = (consumed > 0.0).then_some(consumed),
                    aws.dynamodb.scanned_count = (cost.scanned > 0).then_some(cost.scanned),
                    toasty.requests = (cost.requests > 0).then_some(cost.requests),
                    error.r#type = rows.err().map(Error::code),
                    $message
                )
            };
        }
        if told.slow {
            event!(Level::WARN, "slow statement");
        } else {
            event!(Level::DEBUG, "statement");
        }
    }
}

/// The values of a statement, those of sensitive fields left out.
fn shown(prepared: &impl Prepared, params: &Params) -> String {
    /// The most values that are shown.
    const MOST: usize = 32;
    let mut text = String::new();
    for (number, value) in params.values().iter().enumerate().take(MOST) {
        if number > 0 {
            text.push_str(", ");
        }
        if prepared.hides(number) {
            text.push_str("[sensitive]");
        } else {
            text.push_str(&Revealed(value).to_string());
        }
    }
    if params.len() > MOST {
        text.push_str(", …");
    }
    text
}
