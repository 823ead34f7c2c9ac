//! What generated code calls. Nothing here is for hand-written code.

use crate::error::{DecodeError, Refusal, Result};
use crate::field::{Field, FieldType, Model, RowReader};
use crate::query::{Executor, Filter, Query, Sink, not_found};
use crate::schema::{FieldDef, FieldInfo, ModelRef, same_text};
use crate::statement::{Allowed, Comparison, Expr, Lookup, Term};
use crate::value::{Cell, FieldValues, Params, Row, Value};
use crate::write::{Assignments, Builder, Create, Delete, Input, Related, Slots, Update, fill};
use std::any::Any;
use std::ops::ControlFlow;

/// The rows where a field equals a value.
pub fn find<M: Model, T, V: Input<T>>(field: Field<M, T>, value: V) -> Query<M> {
    Query::with_filter(equal(field, value))
}

/// The one row where a unique field equals a value.
///
/// # Errors
/// `NotFound`; those of the backend.
pub async fn get_by<M: Model, T, V: Input<T>>(
    on: &impl Executor,
    field: Field<M, T>,
    value: V,
) -> Result<M> {
    if M::DEF.columns_of(field.field_number()).len() != 1 {
        return Box::pin(Query::with_filter(equal(field, value)).one(on)).await;
    }
    let (mut slot, mut refusal) = ([None], None);
    fill_slots(field, value, &mut slot, &mut refusal);
    match (slot, refusal) {
        ([Some(value)], None) if !matches!(value, Value::Null) => {
            let lookup = Lookup {
                model: ModelRef(M::DEF),
                column: field.column_number(),
            };
            on.look_up(lookup, Params::one(value), Only(None))
                .await?
                .0
                .ok_or_else(|| not_found(M::DEF.name))
        }
        // NULL is no duplicate of NULL, so that a unique field can have it in many rows.
        (slot, refusal) => {
            let filter = equal_to(field, slot, refusal);
            Box::pin(Query::with_filter(filter).one(on)).await
        }
    }
}

/// Takes the one row of a lookup by a unique field.
struct Only<M>(Option<M>);

impl<M: Model> Sink for Only<M> {
    #[inline]
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        self.0 = Some(M::decode(&mut RowReader::new(row, M::DEF))?);
        Ok(ControlFlow::Break(()))
    }

    fn count(&self) -> usize {
        usize::from(self.0.is_some())
    }

    fn restart(&mut self) {
        self.0 = None;
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// The row where a unique field equals a value.
pub fn find_one_by<M: Model, T, V: Input<T>>(field: Field<M, T>, value: V) -> Query<M> {
    find(field, value).known_to_be_single()
}

/// Changes of the rows where a field equals a value.
pub fn update_by<M: Model, T, V: Input<T>>(field: Field<M, T>, value: V) -> M::Update {
    M::Update::from_inner(Update::filtered(
        Ok(equal(field, value).into_parts()),
        Allowed::NOTHING,
    ))
}

/// The removal of the rows where a field equals a value.
pub fn delete_by<M: Model, T, V: Input<T>>(field: Field<M, T>, value: V) -> Delete<M> {
    Delete::filtered(Ok(equal(field, value).into_parts()), Allowed::NOTHING)
}

/// Sets a field of a new row.
#[inline]
pub fn set_created<M: Model, T, V: Input<T>>(row: &mut Create<M>, field: Field<M, T>, value: V) {
    row.set(field, value);
}

/// Sets a field in an update.
#[inline]
pub fn set_updated<M: Model, T, V: Input<T>>(update: &mut Update<M>, field: Field<M, T>, value: V) {
    update.set(field, value);
}

/// Sets fields in an update.
#[inline]
pub fn assign_updated<M: Model, A: Assignments<M>>(
    update: &mut Update<M>,
    set: impl FnOnce(M::Fields) -> A,
) {
    update.assign(set);
}

/// A field equals a value; NULL is found by NULL, since the finder's caller asked for it by name.
#[inline]
pub fn equal<M: Model, T, V: Input<T>>(field: Field<M, T>, value: V) -> Filter<M> {
    let columns = M::DEF.columns_of(field.field_number());
    let mut refusal = None;
    if columns.len() == 1 {
        let mut slot = [None];
        fill_slots(field, value, &mut slot, &mut refusal);
        equal_to(field, slot, refusal)
    } else {
        let mut slots = vec![None; columns.len()];
        fill_slots(field, value, &mut slots, &mut refusal);
        equal_to(field, slots, refusal)
    }
}

/// The columns of a field equal these values.
#[inline]
fn equal_to<M: Model, T>(
    field: Field<M, T>,
    slots: impl IntoIterator<Item = Option<Value>>,
    refusal: Option<Refusal>,
) -> Filter<M> {
    let mut params = Params::new();
    let columns = M::DEF.columns_of(field.field_number());
    let parts = columns
        .zip(slots)
        .map(|(column, value)| equals(column, value, &mut params));
    let expr = parts.reduce(Expr::and).unwrap_or(Expr::Constant(true));
    if let Some(reason) = refusal {
        let name = M::DEF
            .fields
            .get(usize::from(field.field_number()))
            .map_or("", |field| field.name);
        params.push_result(Err(reason), M::DEF.name, || name.to_owned());
    }
    Filter::new(expr, params)
}

#[inline]
fn fill_slots<M: Model, T, V: Input<T>>(
    field: Field<M, T>,
    value: V,
    slots: &mut [Option<Value>],
    refusal: &mut Option<Refusal>,
) {
    value.fill(&mut Slots::new(
        FieldValues::new(slots, refusal),
        field.field_number(),
    ));
}

#[inline]
fn equals(column: u16, value: Option<Value>, params: &mut Params) -> Expr {
    match value {
        None | Some(Value::Null) => Expr::IsNull {
            column,
            negated: false,
        },
        Some(value) => {
            params.push(value);
            Expr::Compare {
                column,
                comparison: Comparison::Equal,
                with: Term::Slot,
            }
        }
    }
}

/// Reads the next field of a model. The function comes as a pointer: a type that is no field's is then one error, of the
/// path that names the function.
///
/// # Errors
/// `Decode`, naming model and column.
#[inline]
pub fn read_field<T>(
    row: &mut RowReader<'_>,
    read: fn(&mut RowReader<'_>) -> Result<T>,
) -> Result<T> {
    row.field(read)
}

/// Fills a field from a default.
#[inline]
pub fn fill_field<T>(values: &mut FieldValues<'_>, value: impl Input<T>) {
    fill(values, value);
}

/// The handles of the model that a relation leads to.
pub type HandlesOf<R> = <<R as Related>::Target as Model>::Fields;

/// Fills the columns of an embedded value.
pub fn fill_embed<T: FieldType>(slots: &mut Slots<'_>, value: &T) {
    let mut values = Vec::new();
    match value.write(&mut values) {
        Ok(()) => values.into_iter().for_each(|value| slots.push(Ok(value))),
        Err(reason) => slots.push(Err(reason)),
    }
}

/// The label in a cell.
///
/// # Errors
/// When the cell holds no text.
pub fn label_of<'a>(cell: Cell<'a>, name: &'static str) -> Result<&'a str, DecodeError> {
    match cell {
        Cell::Text(label) => Ok(label),
        other => Err(DecodeError {
            expected: name,
            found: other.type_name(),
        }),
    }
}

/// A label that no variant has.
///
/// # Errors
/// Always.
#[cold]
pub fn unknown_label<T>(name: &'static str) -> Result<T, DecodeError> {
    Err(DecodeError {
        expected: name,
        found: "a label that no variant has",
    })
}

/// Whether no two labels are the same.
pub const fn are_distinct(labels: &[&str]) -> bool {
    let mut at = 0;
    while at < labels.len() {
        let mut other = at + 1;
        while other < labels.len() {
            if same_text(labels[at], labels[other]) {
                return false;
            }
            other += 1;
        }
        at += 1;
    }
    true
}

/// A field of an embedded value, with the options that it can have: keys and indexes belong to models.
pub struct PartOfAnEmbed(FieldDef);

impl PartOfAnEmbed {
    /// A field without options.
    pub const fn new(name: &'static str, info: FieldInfo) -> Self {
        PartOfAnEmbed(FieldDef::new(name, info))
    }

    /// `column("name")`: another name for the column's last part than the field's.
    #[must_use]
    pub const fn column(self, name: &'static str) -> Self {
        PartOfAnEmbed(self.0.column(name))
    }

    /// `sensitive`: `Debug` hides the content.
    #[must_use]
    pub const fn sensitive(self) -> Self {
        PartOfAnEmbed(self.0.sensitive())
    }

    /// The definition, all options said.
    pub const fn definition(self) -> FieldDef {
        self.0
    }
}

/// What the expressions of options find in scope.
pub mod functions {
    pub use crate::query::functions::now;
}
