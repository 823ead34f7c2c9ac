//! The development check for statements that read whole tables.
//!
//! Promises: off, it costs one comparison a statement; on, each shape is explained once, on the connection that it is about to
//! run on, and in its transaction. Must not know: backends.
//!
//! What may surprise: a shape is known by the address of its plan. A weak reference keeps that address from being given to
//! another plan, without keeping the plan.

mod suspect;

use crate::config;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use suspect::Condition;
pub(crate) use suspect::Suspect;
use toasty_contract::{Connection, Explain};
use toasty_dsl::value::Params;
use toasty_dsl::{Error, Result, Statement};

/// How many shapes are remembered before those are forgotten that the plan cache has let go.
const MANY: usize = 4096;

pub(crate) struct FullScans<P> {
    mode: config::FullScans,
    known: Mutex<HashMap<usize, Known<P>>>,
}

/// A shape that was looked at.
struct Known<P> {
    shape: Weak<P>,
    scan: Option<Scan>,
}

/// A whole table is read, though not all of its rows are wanted.
#[derive(Clone)]
struct Scan {
    model: &'static str,
    fields: Vec<String>,
    advice: String,
}

impl<P> FullScans<P> {
    pub(crate) fn new(config: &config::DevelopmentConfig) -> Self {
        FullScans {
            mode: config.full_scans,
            known: Mutex::default(),
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<usize, Known<P>>> {
        // A panic while it was held cannot leave it half changed: each change is one call.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has to be looked at before a statement is run: nothing, where nobody wants to know, or where its shape is known.
    ///
    /// # Errors
    /// `Unsupported`, where it is known to read a whole table and that is an error.
    #[inline]
    pub(crate) fn suspect(
        &self,
        shape: &Arc<P>,
        statement: &Statement,
    ) -> Result<Option<Box<Suspect>>> {
        match self.mode {
            config::FullScans::Off => Ok(None),
            config::FullScans::Warn | config::FullScans::Error => self.suspected(shape, statement),
        }
    }

    #[cold]
    fn suspected(&self, shape: &Arc<P>, statement: &Statement) -> Result<Option<Box<Suspect>>> {
        let known = self.known();
        match known.get(&Arc::as_ptr(shape).addr()) {
            None => Ok(Suspect::of(statement).map(Box::new)),
            Some(Known {
                scan: Some(scan), ..
            }) if self.mode == config::FullScans::Error => Err(scan.refusal()),
            Some(_) => Ok(None),
        }
    }

    /// Looks how the database goes about a statement. Where it cannot say, nothing is said: what keeps it from that keeps it
    /// from the statement too, which is run next.
    ///
    /// # Errors
    /// `Unsupported`, where a whole table is read and that is an error.
    #[cold]
    pub(crate) async fn look<C: Connection<Prepared = P>>(
        &self,
        connection: &mut C,
        shape: &Arc<P>,
        suspect: &Suspect,
        params: &Params,
    ) -> Result<()> {
        let Ok(plan) = connection
            .plan(shape, params.clone(), Explain::Indexes)
            .await
        else {
            return Ok(());
        };
        let tables = plan
            .steps()
            .iter()
            .filter(|step| step.full_scan)
            .filter_map(|step| step.table.as_deref());
        let scan = tables
            .filter_map(|table| suspect.on(table))
            .map(Scan::of)
            .next();
        let is_new = self.remember(shape, scan.clone());
        match (scan, self.mode) {
            (Some(scan), config::FullScans::Error) => Err(scan.refusal()),
            (Some(scan), config::FullScans::Warn) if is_new => {
                tracing::warn!(
                    target: "toasty::scan",
                    model = scan.model,
                    fields = scan.fields.join(", "),
                    advice = scan.advice,
                    "a statement reads the whole table, since no key and no index serves its condition"
                );
                Ok(())
            }
            (Some(_) | None, _) => Ok(()),
        }
    }

    /// Whether it was not known before.
    fn remember(&self, shape: &Arc<P>, scan: Option<Scan>) -> bool {
        let mut known = self.known();
        if known.len() >= MANY {
            known.retain(|_, one| one.shape.strong_count() > 0);
        }
        let one = Known {
            shape: Arc::downgrade(shape),
            scan,
        };
        known.insert(Arc::as_ptr(shape).addr(), one).is_none()
    }
}

impl Scan {
    fn of(condition: &Condition) -> Self {
        Scan {
            model: condition.model.name,
            fields: condition.fields(),
            advice: condition.advice(),
        }
    }

    #[cold]
    fn refusal(&self) -> Error {
        Error::unsupported(
            "a condition that no key and no index serves, with `full_scans = \"error\"`: the whole table would be read",
            self.advice.clone(),
        )
        .on_model(self.model)
        .on_fields(self.fields.clone())
    }
}
