//! One new row.

use super::input::{Input, Slots};
use super::nested::Nested;
use crate::error::{DecodeError, Error, ErrorKind, Refusal, Result};
use crate::field::{Field, Model, RowReader};
use crate::query::{Executor, ExecutorObject, Outcome};
use crate::schema::{FieldKind, ModelDef, ModelRef};
use crate::statement::{Allowed, Insert, Statement};
use crate::value::{Cell, ColumnType, FieldValues, Params, Row, Value};
use std::fmt;
use std::marker::PhantomData;

/// A new row of model `M`, built up field by field.
pub struct Create<M> {
    values: Vec<Option<Value>>,
    refusal: Option<Refusal>,
    failed: Option<Error>,
    nested: Vec<(u16, Nested)>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> Default for Create<M> {
    fn default() -> Self {
        Create::new()
    }
}

impl<M: Model> fmt::Debug for Create<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Create({}, {:?})", M::DEF.name, self.values)
    }
}

impl<M: Model> Create<M> {
    /// Nothing set yet.
    #[inline]
    pub fn new() -> Self {
        Create {
            values: vec![None; M::DEF.columns.len()],
            refusal: None,
            failed: None,
            nested: Vec::new(),
            model: PhantomData,
        }
    }

    /// Sets a field.
    #[inline]
    pub fn set<T, V: Input<T>>(&mut self, field: Field<M, T>, value: V) {
        let had_refusal = self.refusal.is_some();
        let slots = self
            .values
            .get_mut(usize::from(field.column_number())..)
            .unwrap_or_default();
        let values = FieldValues::new(slots, &mut self.refusal);
        value.fill(&mut Slots {
            computed: None,
            values,
            nested: Some(&mut self.nested),
            field: field.field_number(),
        });
        if !had_refusal && self.refusal.is_some() {
            self.note_refusal(field.field_number());
        }
    }

    #[cold]
    fn note_refusal(&mut self, field: u16) {
        if let Some(reason) = &self.refusal {
            let name = M::DEF
                .fields
                .get(usize::from(field))
                .map_or("", |field| field.name);
            self.failed
                .get_or_insert_with(|| reason.on(M::DEF.name, name));
        }
    }

    /// Fills columns by their numbers, where none of them says something else already.
    pub(super) fn hand_down(
        &mut self,
        columns: &[u16],
        values: impl IntoIterator<Item = Value>,
    ) -> Result<()> {
        for (column, value) in columns.iter().zip(values) {
            let Some(slot) = self.values.get_mut(usize::from(*column)) else {
                continue;
            };
            if slot.as_ref().is_some_and(|given| *given != value) {
                let name = M::DEF.columns.get(usize::from(*column));
                return Err(Error::unsupported(
                    "a key beside a relation to a row with another key",
                    "give the relation or the key; nothing was written",
                )
                .on_model(M::DEF.name)
                .on_fields(name.map(|column| column.path().join("."))));
            }
            *slot = Some(value);
        }
        Ok(())
    }

    /// Fills columns by their numbers, as a parent does with the key that it hands down.
    pub(crate) fn fill_columns(
        &mut self,
        columns: &[u16],
        values: impl IntoIterator<Item = Value>,
    ) {
        for (column, value) in columns.iter().zip(values) {
            if let Some(slot) = self.values.get_mut(usize::from(*column)) {
                *slot = Some(value);
            }
        }
    }

    pub(super) fn has_nested(&self) -> bool {
        !self.nested.is_empty()
    }

    pub(crate) fn fail(&mut self, error: Error) {
        self.failed.get_or_insert(error);
    }

    /// Fills defaults into `into`, one value a column. Says whether the database is to make the integer key, whose
    /// column is then left out.
    pub(super) fn resolve(mut self, into: &mut Params) -> Result<bool> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let mut auto = false;
        for (number, field) in (0u16..).zip(M::DEF.fields) {
            let columns = M::DEF.columns_of(number);
            let slots = self
                .values
                .get_mut(usize::from(columns.start)..usize::from(columns.end))
                .unwrap_or_default();
            if slots.iter().all(Option::is_some) {
                continue;
            }
            if let Some(fill) = field.on_create.or(field.default).or(field.on_update) {
                fill(&mut FieldValues::new(slots, &mut self.refusal));
                if let Some(reason) = &self.refusal {
                    return Err(reason.on(M::DEF.name, field.name));
                }
                continue;
            }
            match (field.kind, slots) {
                (_, [slot]) if field.version => *slot = Some(Value::Int(1)),
                (
                    FieldKind::Column {
                        ty: ColumnType::Uuid,
                        ..
                    },
                    [slot],
                ) if field.auto => {
                    *slot = Some(Value::Uuid(uuid::Uuid::now_v7()));
                }
                (FieldKind::Column { .. }, [_]) if field.auto => auto = true,
                (FieldKind::Column { nullable: true, .. }, [slot]) => *slot = Some(Value::Null),
                _ => return Err(missing(M::DEF, number)),
            }
        }
        for value in self.values {
            match value {
                Some(value) => into.push(value),
                None if auto => {}
                None => return Err(missing(M::DEF, 0)),
            }
        }
        Ok(auto)
    }

    /// Writes the row and gives it back as it was stored, defaults, keys and nested rows included.
    ///
    /// Rows of relations are written with it in one transaction.
    ///
    /// # Errors
    /// `UniqueViolation`, `ForeignKeyViolation`, `CheckViolation` and `NotNullViolation`, naming model and fields;
    /// `MissingField` and `Unrepresentable` before anything is sent.
    pub async fn exec(self, on: &impl Executor) -> Result<M> {
        if self.nested.is_empty() {
            let (statement, params, auto) = self.into_statement()?;
            let outcome = on.execute(statement, params).await?;
            return instance(auto, &outcome);
        }
        on.atomically(Box::new(|on| Box::pin(self.exec_nested(on))))
            .await
    }

    /// Writes the row and its nested rows on something that is already a transaction.
    pub(crate) async fn exec_nested(mut self, on: &dyn ExecutorObject) -> Result<M> {
        let nested = std::mem::take(&mut self.nested);
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for (field, rows) in nested {
            match M::DEF.belongs_to(field) {
                Some(def) => {
                    let parent = rows.write_parent(on).await?;
                    let columns = M::DEF.columns_of_all(def.on.as_slice());
                    self.hand_down(&columns, parent.key)?;
                    before.push((field, parent.row));
                }
                None => after.push((field, rows)),
            }
        }
        let (statement, params, auto) = self.into_statement()?;
        let outcome = on.execute_boxed(statement, params).await?;
        let mut row: M = instance(auto, &outcome)?;
        for (field, parent) in before {
            if let Some(slot) = row.field_mut(field) {
                parent(slot);
            }
        }
        if !after.is_empty() {
            let key = crate::association::values_of(&row, M::DEF.key.as_slice())?;
            for (field, rows) in after {
                let Some(back) = M::DEF.paired(field) else {
                    continue;
                };
                let put = rows.write_children(on, back, &key).await?;
                if let Some(slot) = row.field_mut(field) {
                    put(slot);
                }
            }
        }
        Ok(row)
    }

    pub(super) fn into_statement(self) -> Result<(Statement, Params, bool)> {
        let mut params = Params::with_capacity(self.values.len());
        let auto = self.resolve(&mut params)?;
        Ok((
            Statement::Insert(Insert {
                model: ModelRef(M::DEF),
                auto,
                returning: false,
                conflict: None,
                allowed: Allowed::NOTHING,
            }),
            params,
            auto,
        ))
    }

    /// The statement without its values, and the values.
    ///
    /// # Errors
    /// As [`Create::exec`], before anything is sent.
    pub fn statement(self) -> Result<(Statement, Params)> {
        if self.has_nested() {
            return Err(Error::unsupported(
                "one statement for a row with nested rows: it takes one a row",
                "look at the rows one by one",
            )
            .on_model(M::DEF.name));
        }
        let (statement, params, _) = self.into_statement()?;
        Ok((statement, params))
    }
}

/// The instance that was just written, from the values that were sent and the key that came back.
pub(super) fn instance<M: Model>(auto: bool, outcome: &Outcome) -> Result<M> {
    let key = match (auto, &outcome.key) {
        (false, _) => None,
        (true, Some(key)) => Some(key),
        (true, None) => return Err(no_key::<M>()),
    };
    written(outcome.values.values(), key)
}

/// The instances that were just written, from the values that were sent, row after row, and the keys that came back.
pub(super) fn instances<M: Model>(auto: bool, outcome: &Outcome) -> Result<Vec<M>> {
    let values = outcome.values.values();
    let width = M::DEF.columns.len() - usize::from(auto);
    let rows = values.chunks(width.max(1));
    if !auto {
        return rows.map(|row| written(row, None)).collect();
    }
    // A single row has its key by itself.
    let only = outcome.key.as_ref().filter(|_| outcome.keys.is_empty());
    let keys: Vec<&Value> = only.into_iter().chain(&outcome.keys).collect();
    if keys.len() != rows.len() {
        return Err(no_key::<M>());
    }
    rows.zip(keys)
        .map(|(row, key)| written(row, Some(key)))
        .collect()
}

fn written<M: Model>(values: &[Value], key: Option<&Value>) -> Result<M> {
    let key = key
        .zip(M::DEF.auto_integer())
        .map(|(key, field)| (usize::from(M::DEF.first_column(field)), key));
    M::decode(&mut RowReader::new(&Written { values, key }, M::DEF))
}

#[cold]
fn no_key<M: Model>() -> Error {
    Error::new(ErrorKind::Database, "the database made no key").on_model(M::DEF.name)
}

/// The values of a new row, with the key that the database made at its place among them.
struct Written<'a> {
    values: &'a [Value],
    key: Option<(usize, &'a Value)>,
}

impl Row for Written<'_> {
    fn cell(&self, index: usize) -> Result<Cell<'_>, DecodeError> {
        let value = match self.key {
            Some((at, key)) if at == index => Some(key),
            Some((at, _)) if at < index => self.values.get(index - 1),
            _ => self.values.get(index),
        };
        value.map(Cell::of).ok_or(DecodeError {
            expected: "a column",
            found: "a shorter row",
        })
    }
}

#[cold]
fn missing(model: &'static ModelDef, field: u16) -> Error {
    Error::new(
        ErrorKind::MissingField,
        "the field has no value and no default",
    )
    .on_model(model.name)
    .on_fields(model.fields.get(usize::from(field)).map(|field| field.name))
    .with_advice("set it, or give it a default in the model: `name: Type = value`")
}
