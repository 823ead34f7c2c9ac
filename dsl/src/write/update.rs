//! Changes of rows.

use super::assign::Assignments;
use super::input::{Computed, Input, Slots};
use crate::association::values_of;
use crate::error::{Error, ErrorKind, Refusal, Result};
use crate::field::{Field, Model};
use crate::query::{Executor, Rows, check_depth, not_found};
use crate::schema::ModelRef;
use crate::statement::{self, Allowed, Assign, Comparison, Expr, Formula, Statement, Term};
use crate::value::{FieldValues, Params, Value};
use smallvec::SmallVec;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

/// Changes to rows of model `M`: of one instance, or of all that a filter finds.
pub struct Update<M> {
    target: Result<(Expr, Params)>,
    allowed: Allowed,
    /// One instance is meant: where it is not found, that is an error.
    instance: bool,
    set: SmallVec<[(u16, Set); 2]>,
    refusal: Option<Refusal>,
    failed: Option<Error>,
    model: PhantomData<fn() -> M>,
}

/// What a column is set to.
#[derive(Debug)]
enum Set {
    Value(Value),
    /// Computed from the row as it was, with the values of its slots
    Computed(Box<(Formula, Params)>),
}

impl From<Option<Value>> for Set {
    fn from(value: Option<Value>) -> Self {
        Set::Value(value.unwrap_or(Value::Null))
    }
}

impl<M: Model> fmt::Debug for Update<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Update({}, {:?})", M::DEF.name, self.set)
    }
}

impl<M: Model> Update<M> {
    /// Rows that a filter finds.
    pub(crate) fn filtered(target: Result<(Expr, Params)>, allowed: Allowed) -> Self {
        Update {
            target,
            allowed,
            instance: false,
            set: SmallVec::new(),
            refusal: None,
            failed: None,
            model: PhantomData,
        }
    }

    /// One instance, by its key, and by its version where it has one.
    pub fn of(instance: &M) -> Self {
        Update {
            instance: true,
            ..Update::filtered(by_key(instance), Allowed::NOTHING)
        }
    }

    /// Sets a field.
    pub fn set<T, V: Input<T>>(&mut self, field: Field<M, T>, value: V) {
        let columns = M::DEF.columns_of(field.field_number());
        self.set_columns(field.field_number(), columns, |slots| value.fill(slots));
    }

    /// Sets what is named by its fields.
    pub fn assign<A: Assignments<M>>(&mut self, set: impl FnOnce(M::Fields) -> A) {
        set(M::FIELDS).apply(self);
    }

    /// Sets columns of a field: all of them, or those of a part of it.
    pub(super) fn set_columns(
        &mut self,
        field: u16,
        columns: Range<u16>,
        fill: impl FnOnce(&mut Slots<'_>),
    ) {
        if columns.is_empty() {
            self.failed.get_or_insert_with(|| {
                Error::unsupported(
                    "an update of a relation",
                    "update the field that holds the key",
                )
                .on_model(M::DEF.name)
                .on_fields([name_of::<M>(field)])
            });
        }
        // Most fields are one column.
        let (mut one, mut several) = ([None], Vec::new());
        let slots = if columns.len() == 1 {
            &mut one[..]
        } else {
            several.resize(columns.len(), None);
            &mut several[..]
        };
        let had_refusal = self.refusal.is_some();
        let mut computed = None;
        fill(&mut Slots {
            computed: Some(&mut computed),
            ..Slots::new(FieldValues::new(slots, &mut self.refusal), field)
        });
        if !had_refusal && let Some(reason) = &self.refusal {
            self.failed
                .get_or_insert_with(|| reason.on(M::DEF.name, name_of::<M>(field)));
        }
        if M::DEF.version() == Some(field) {
            self.failed.get_or_insert_with(|| {
                Error::unsupported(
                    "setting the version by hand",
                    "leave it out: every update counts it up",
                )
                .on_model(M::DEF.name)
                .on_fields([name_of::<M>(field)])
            });
        }
        let computed = computed.and_then(|computed| self.checked(field, computed));
        if let Some(computed) = computed {
            self.put(columns.start, computed);
        } else if columns.len() == 1 {
            let [value] = one;
            self.put(columns.start, value.into());
        } else {
            for (column, value) in columns.zip(several) {
                self.put(column, value.into());
            }
        }
    }

    /// What is set twice is set to the later.
    fn put(&mut self, column: u16, value: Set) {
        match self.set.iter_mut().find(|(set, _)| *set == column) {
            Some((_, earlier)) => *earlier = value,
            None => self.set.push((column, value)),
        }
    }

    /// A computed value, where it may stand in this update.
    fn checked(&mut self, field: u16, computed: Computed) -> Option<Set> {
        let Computed {
            model,
            formula,
            params,
        } = computed;
        let error = if model != ModelRef(M::DEF) {
            Error::unsupported(
                format!(
                    "an update by what is computed from a row of `{}`",
                    model.name
                ),
                "compute from the fields of the model that is updated",
            )
        } else if formula.is_too_deep() {
            Error::new(
                ErrorKind::TooComplex,
                "a value is computed of values too deeply",
            )
            .with_advice("compute a part of it in Rust")
        } else if let Err(error) = params.check() {
            error
        } else {
            return Some(Set::Computed(Box::new((formula, params))));
        };
        self.failed
            .get_or_insert_with(|| error.on_model(M::DEF.name).on_fields([name_of::<M>(field)]));
        None
    }

    fn into_parts(mut self, returning: bool) -> Result<(Statement, Params, bool)> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        if self.set.is_empty() {
            return Err(
                Error::new(ErrorKind::MissingField, "an update that sets nothing")
                    .on_model(M::DEF.name)
                    .with_advice("set a field before `.exec(&db)`"),
            );
        }
        for (number, field) in (0u16..).zip(M::DEF.fields) {
            let Some(fill) = field.on_update else {
                continue;
            };
            let columns = M::DEF.columns_of(number);
            if !self.set.iter().any(|(column, _)| columns.contains(column)) {
                let mut slots = vec![None; columns.len()];
                fill(&mut FieldValues::new(&mut slots, &mut self.refusal));
                if let Some(reason) = &self.refusal {
                    return Err(reason.on(M::DEF.name, field.name));
                }
                self.set
                    .extend(columns.zip(slots.into_iter().map(Set::from)));
            }
        }
        if self.set.len() > 1 {
            self.set.sort_by_key(|(column, _)| *column);
        }
        let (filter, filter_params) = self.target?;
        filter_params.check()?;
        check_depth(M::DEF.name, &filter)?;
        let mut set = SmallVec::new();
        let mut params = Params::with_capacity(self.set.len() + filter_params.len());
        let version = M::DEF.version().map(|field| M::DEF.first_column(field));
        for (column, value) in self.set {
            if version == Some(column) {
                continue;
            }
            match value {
                Set::Value(value) => {
                    set.push(Assign::Slot(column));
                    params.push(value);
                }
                Set::Computed(computed) => {
                    let (formula, values) = *computed;
                    set.push(Assign::Computed(column, Box::new(formula)));
                    params.append(values);
                }
            }
        }
        set.extend(version.map(Assign::Increment));
        params.append(filter_params);
        // Parts that are right by themselves may have queries of one name.
        params.check()?;
        let nothing = filter.known() == Some(false);
        let update = statement::Update {
            model: ModelRef(M::DEF),
            set,
            filter,
            returning,
            many: false,
            allowed: self.allowed,
        };
        Ok((Statement::Update(update), params, nothing))
    }

    /// One instance is meant: where it is not found, that is an error.
    pub(super) fn is_of_instance(&self) -> bool {
        self.instance
    }

    /// Changes the rows, and says how many they were.
    ///
    /// # Errors
    /// For an instance: `NotFound` where its row is gone, `ConditionFailed` where it has a version and has changed since
    /// it was read. Those of the constraints, naming model and fields.
    pub async fn exec(self, on: &impl Executor) -> Result<u64> {
        let instance = self.instance;
        let (statement, params, nothing) = self.into_parts(false)?;
        if nothing {
            return Ok(0);
        }
        let affected = on.execute(statement, params).await?.affected;
        if instance && affected == 0 {
            Err(gone::<M>())
        } else {
            Ok(affected)
        }
    }

    /// Changes the rows, and gives them back as they are now.
    ///
    /// # Errors
    /// As [`Update::exec`].
    pub async fn returning(self, on: &impl Executor) -> Result<Vec<M>> {
        let instance = self.instance;
        let (statement, params, nothing) = self.into_parts(true)?;
        if nothing {
            return Ok(Vec::new());
        }
        let rows = on.fetch(statement, params, Rows::all()).await?.rows;
        if instance && rows.is_empty() {
            Err(gone::<M>())
        } else {
            Ok(rows)
        }
    }

    /// The statement without its values, and the values.
    ///
    /// # Errors
    /// As [`Update::exec`], before anything is sent.
    pub fn statement(self) -> Result<(Statement, Params)> {
        let (statement, params, _) = self.into_parts(false)?;
        Ok((statement, params))
    }
}

fn name_of<M: Model>(field: u16) -> &'static str {
    M::DEF
        .fields
        .get(usize::from(field))
        .map_or("", |field| field.name)
}

/// The condition that finds an instance: its key, and its version where it has one.
pub(super) fn by_key<M: Model>(instance: &M) -> Result<(Expr, Params)> {
    let mut fields: SmallVec<[u16; 4]> = M::DEF.key.as_slice().iter().copied().collect();
    fields.extend(M::DEF.version());
    let values = values_of(instance, &fields)?;
    let columns = fields.iter().flat_map(|field| M::DEF.columns_of(*field));
    let equal = columns.map(|column| Expr::Compare {
        column,
        comparison: Comparison::Equal,
        with: Term::Slot,
    });
    let expr = equal.reduce(Expr::and).unwrap_or(Expr::Constant(true));
    Ok((expr, Params::from(values)))
}

/// The error of one of many instances whose row was not found.
#[cold]
pub(super) fn gone_at<M: Model>(place: Option<usize>, verb: &str, done: &str) -> Error {
    let error = gone::<M>();
    let number = place.map_or(0, |place| place + 1);
    let message = format!(
        "{verb} {number} of the list: {}; nothing was {done}",
        error.message()
    );
    let told = Error::new(error.kind(), message)
        .on_model(M::DEF.name)
        .on_fields(error.fields().iter().cloned());
    told.with_advice("read the rows again and decide anew")
}

/// The error of an instance whose row was not found.
#[cold]
pub(super) fn gone<M: Model>() -> Error {
    match M::DEF.version() {
        None => not_found(M::DEF.name),
        Some(field) => Error::new(
            ErrorKind::ConditionFailed,
            "the row has changed since it was read, or is gone",
        )
        .on_model(M::DEF.name)
        .on_fields([name_of::<M>(field)])
        .with_advice("read it again and decide anew"),
    }
}
