//! The values of one statement, in slot order.

use super::{Value, Watcher};
use crate::error::{Error, Refusal};
use smallvec::SmallVec;
use std::fmt;
use std::sync::Arc;

/// The values of a statement, in slot order: the order in which the statement's tree is walked.
///
/// `Debug` shows types and lengths only. A value that could not be made is remembered as the first refusal, and the
/// statement is not sent.
#[derive(Clone, Default)]
pub struct Params {
    values: SmallVec<[Value; 2]>,
    /// Rarely there, and so out of the way
    beside: Option<Box<Beside>>,
}

/// What few statements have beside their values.
#[derive(Clone, Default)]
struct Beside {
    refused: Option<Refused>,
    watcher: Option<Watcher>,
    /// Which named queries the statement reads, with their values
    named: Vec<(&'static str, Arc<[Value]>)>,
    /// How often it reads them, those that they read themselves counted too
    reads: usize,
}

#[derive(Clone)]
enum Refused {
    /// A value of a field
    Value {
        model: &'static str,
        field: String,
        reason: Refusal,
    },
    /// A part of the statement
    Part(Arc<Error>),
}

impl Beside {
    fn name(&mut self, name: &'static str, values: Arc<[Value]>) {
        let alike = |one: &&(&'static str, Arc<[Value]>)| one.0.eq_ignore_ascii_case(name);
        match self.named.iter().find(alike) {
            None => self.named.push((name, values)),
            Some((_, other)) if Arc::ptr_eq(other, &values) || *other == values => {}
            Some(_) => {
                let error = Arc::new(Error::two_of_a_name(name));
                self.refused.get_or_insert(Refused::Part(error));
            }
        }
    }
}

impl Refused {
    #[cold]
    fn error(&self) -> Error {
        match self {
            Refused::Value {
                model,
                field,
                reason,
            } => reason.on(model, field.clone()),
            Refused::Part(error) => {
                let mut again = Error::new(error.kind(), error.message()).on_fields(error.fields());
                if let Some(model) = error.model() {
                    again = again.on_model(model);
                }
                match error.advice() {
                    Some(advice) => again.with_advice(advice),
                    None => again,
                }
            }
        }
    }
}

impl Params {
    /// No values.
    pub fn new() -> Self {
        Params::default()
    }

    /// One value.
    #[inline]
    pub fn one(value: Value) -> Self {
        let mut params = Params::new();
        params.push(value);
        params
    }

    /// Room for this many values.
    pub fn with_capacity(capacity: usize) -> Self {
        Params {
            values: SmallVec::with_capacity(capacity),
            beside: None,
        }
    }

    /// Adds a value in the next slot.
    #[inline]
    pub fn push(&mut self, value: Value) {
        self.values.push(value);
    }

    /// Adds a value in the next slot, or remembers why there is none.
    #[inline]
    pub fn push_result(
        &mut self,
        value: Result<Value, Refusal>,
        model: &'static str,
        field: impl FnOnce() -> String,
    ) {
        match value {
            Ok(value) => self.values.push(value),
            Err(reason) => {
                self.values.push(Value::Null);
                let beside = self.beside.get_or_insert_default();
                beside.refused.get_or_insert_with(|| Refused::Value {
                    model,
                    field: field(),
                    reason,
                });
            }
        }
    }

    /// Remembers why a part of the statement cannot be.
    #[cold]
    pub fn fail(&mut self, error: Error) {
        let beside = self.beside.get_or_insert_default();
        beside
            .refused
            .get_or_insert_with(|| Refused::Part(Arc::new(error)));
    }

    /// Remembers what the statement cannot say, and what to say instead, where its builder has no way to give an error yet.
    #[cold]
    pub fn refuse(&mut self, model: &'static str, what: &'static str, instead: &'static str) {
        self.fail(Error::unsupported(what, instead).on_model(model));
    }

    /// Adds all values of another statement after these.
    #[inline]
    pub fn append(&mut self, mut other: Params) {
        if self.values.is_empty() {
            self.values = other.values;
        } else if other.values.len() > 1 {
            self.values.extend(other.values);
        } else if let Some(only) = other.values.pop() {
            // Mostly the one value of a key, for which a loop over what a vector gives up is dear.
            self.values.push(only);
        }
        if let Some(theirs) = other.beside {
            let ours = self.beside.get_or_insert_default();
            ours.refused = ours.refused.take().or(theirs.refused);
            ours.watcher = ours.watcher.take().or(theirs.watcher);
            ours.reads = ours.reads.saturating_add(theirs.reads);
            for (name, values) in theirs.named {
                ours.name(name, values);
            }
        }
    }

    /// Remembers that they are those of a named query. Another one of this name with other values is refused: in the statement,
    /// which holds no values, the two would look alike.
    pub fn name(&mut self, name: &'static str) {
        let values = Arc::from(self.values.as_slice());
        let beside = self.beside.get_or_insert_default();
        beside.reads = beside.reads.saturating_add(1);
        beside.name(name, values);
    }

    /// How often the statement reads named queries, those that these read themselves counted too.
    pub(crate) fn reads(&self) -> usize {
        self.beside.as_ref().map_or(0, |beside| beside.reads)
    }

    /// Takes some of the last values away: those from `start` on, but for the last `kept`.
    pub(crate) fn cut(&mut self, start: usize, kept: usize) {
        let end = self.values.len() - kept;
        self.values.drain(start..end);
    }

    /// Fails if a value or a part of the statement could not be made.
    ///
    /// # Errors
    /// `Unrepresentable`, naming model and field; that of the part.
    #[inline]
    pub fn check(&self) -> crate::Result<()> {
        match self
            .beside
            .as_ref()
            .and_then(|beside| beside.refused.as_ref())
        {
            None => Ok(()),
            Some(refused) => Err(refused.error()),
        }
    }

    /// Whoever runs the statement tells this one how far it has come.
    pub fn watch(&mut self, watcher: Watcher) {
        self.beside.get_or_insert_default().watcher = Some(watcher);
    }

    /// Who is to be told how far the statement has come, where anybody is.
    #[inline]
    pub fn watcher(&self) -> Option<&Watcher> {
        self.beside.as_ref()?.watcher.as_ref()
    }

    /// The values, in slot order.
    #[inline]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

impl From<Vec<Value>> for Params {
    fn from(values: Vec<Value>) -> Self {
        Params {
            values: SmallVec::from_vec(values),
            beside: None,
        }
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.values).finish()
    }
}
