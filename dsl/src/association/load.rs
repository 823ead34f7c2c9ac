//! The loop that loads relations: collect keys, one statement, stitch, go deeper.

use super::include::Include;
use super::{BelongsTo, HasMany, HasOne, Origin};
use crate::error::{Error, ErrorKind, Refusal, Result};
use crate::field::{Model, RowReader};
use crate::query::{All, ExecutorObject, Filter, Query, Sink, run_all};
use crate::schema::{ModelDef, RelationKind};
use crate::statement::{Comparison, Expr, Select, Statement, Term};
use crate::value::{Params, Row, Value};
use rustc_hash::FxHashMap;
use std::any::Any;
use std::marker::PhantomData;
use std::ops::ControlFlow;

/// Loads relations into rows that are already there.
///
/// # Errors
/// Those of the statements, and `Decode`.
pub async fn load<M: Model>(
    on: &dyn ExecutorObject,
    parents: &mut [M],
    includes: &[Include<M>],
) -> Result<()> {
    for include in includes {
        if !parents.is_empty() {
            include.load_into(on, parents).await?;
        }
    }
    Ok(())
}

/// The type of a relation's field: how loaded rows are put into it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no relation",
    label = "only relations are included",
    note = "columns come with the row by themselves; name a field of type BelongsTo<T>, HasMany<T> or HasOne<T>"
)]
pub trait RelationType: Any + Send + Sync + Sized {
    /// The other model.
    type Target: Model;

    /// Puts in the rows that were found for it.
    fn put(&mut self, rows: Vec<Self::Target>, complete: bool, origin: Origin);
}

impl<T: Model> RelationType for HasMany<T> {
    type Target = T;

    fn put(&mut self, rows: Vec<T>, complete: bool, _: Origin) {
        *self = if complete {
            HasMany::loaded(rows)
        } else {
            HasMany::partly_loaded(rows)
        };
    }
}

impl<T: Model> RelationType for HasOne<T> {
    type Target = T;

    fn put(&mut self, mut rows: Vec<T>, _: bool, _: Origin) {
        *self = HasOne::loaded(rows.pop());
    }
}

impl<T: Model> RelationType for BelongsTo<T> {
    type Target = T;

    fn put(&mut self, mut rows: Vec<T>, _: bool, origin: Origin) {
        *self = rows
            .pop()
            .map_or_else(|| BelongsTo::missing(origin), BelongsTo::loaded);
    }
}

impl<T: Model> RelationType for Option<BelongsTo<T>> {
    type Target = T;

    fn put(&mut self, rows: Vec<T>, complete: bool, origin: Origin) {
        if let Some(inner) = self {
            inner.put(rows, complete, origin);
        }
    }
}

/// Loads one relation of `M`.
pub(super) struct Loader<M, R: RelationType> {
    field: u16,
    query: Query<R::Target, All>,
    marker: PhantomData<fn() -> M>,
}

/// The columns by which two models meet.
struct Join {
    /// Fields of the parent whose values are the keys.
    parent: Vec<u16>,
    /// Fields of the other model that hold the same values.
    other: Vec<u16>,
}

impl<M: Model, R: RelationType> Loader<M, R> {
    pub(super) fn new(field: u16, query: Query<R::Target, All>) -> Self {
        Loader {
            field,
            query,
            marker: PhantomData,
        }
    }

    fn join(&self) -> Result<Join> {
        join_of(M::DEF, self.field)
    }

    pub(super) async fn load(&self, on: &dyn ExecutorObject, parents: &mut [M]) -> Result<()> {
        let join = self.join()?;
        let (select, params, includes) = self.query.clone().into_parts()?;
        let complete = select.filter == Expr::Constant(true) && !select.limit && !select.offset;

        let mut waiting: FxHashMap<Vec<Value>, Vec<u32>> = FxHashMap::default();
        for (number, parent) in (0u32..).zip(parents.iter()) {
            let key = values_of(parent, &join.parent)?;
            if !key.iter().any(Value::is_null) {
                waiting.entry(key).or_default().push(number);
            }
        }
        let mut keys: Vec<Vec<Value>> = waiting.keys().cloned().collect();
        let mut children = Children {
            join,
            waiting,
            parents: Vec::new(),
            rows: Vec::<R::Target>::new(),
            kept: 0,
            key: Vec::new(),
        };
        let columns = R::Target::DEF.columns_of_all(&children.join.other);
        if select.filter.known() != Some(false) {
            while !keys.is_empty() {
                let batch =
                    keys.split_off(keys.len().saturating_sub(batch_size(on, columns.len())));
                let (statement, params) = restrict(select.clone(), params.clone(), &columns, batch);
                children = run_all(on, statement, params, children).await?;
                children.kept = children.rows.len();
            }
        }
        load(on, &mut children.rows, &includes).await?;
        self.put(parents, children, complete)
    }

    fn put(&self, parents: &mut [M], children: Children<R::Target>, complete: bool) -> Result<()> {
        let mut counts = vec![0usize; parents.len()];
        for parent in &children.parents {
            counts[*parent as usize] += 1;
        }
        let mut lists: Vec<Vec<R::Target>> = counts.into_iter().map(Vec::with_capacity).collect();
        for (parent, row) in children.parents.into_iter().zip(children.rows) {
            lists[parent as usize].push(row);
        }
        let origin = Origin::new(M::DEF, self.field);
        for (parent, rows) in parents.iter_mut().zip(lists) {
            match parent
                .field_mut(self.field)
                .and_then(|field| field.downcast_mut::<R>())
            {
                Some(relation) => relation.put(rows, complete, origin),
                None => return Err(no_relation(M::DEF, self.field)),
            }
        }
        Ok(())
    }
}

/// How many keys one statement takes: a list takes any number, rows of several columns a fixed few.
fn batch_size(on: &dyn ExecutorObject, columns: usize) -> usize {
    if columns == 1 {
        on.association_batch().max(1)
    } else {
        ROWS_PER_STATEMENT
    }
}

/// Keys of several columns go in groups of this size; a smaller last group repeats its last key, so that the statement
/// has one shape.
const ROWS_PER_STATEMENT: usize = 128;

/// The statement for one batch of keys.
fn restrict(
    mut select: Select,
    mut params: Params,
    columns: &[u16],
    mut keys: Vec<Vec<Value>>,
) -> (Statement, Params) {
    // Limit and offset are the last slots of the query; the keys go between them and the filter.
    let tail = usize::from(select.limit) + usize::from(select.offset);
    let mut values: Vec<Value> = params.values().to_vec();
    let bounds = values.split_off(values.len() - tail);
    if tail > 0 {
        select.per = columns.to_vec();
    }
    let keyed = if let [column] = columns {
        values.push(Value::List(keys.into_iter().flatten().collect()));
        Expr::In {
            column: *column,
            negated: false,
        }
    } else {
        if let Some(last) = keys.last().cloned() {
            keys.resize(ROWS_PER_STATEMENT, last);
        }
        values.extend(keys.into_iter().flatten());
        Expr::InRows {
            columns: columns.to_vec(),
            rows: ROWS_PER_STATEMENT,
        }
    };
    select.filter = std::mem::replace(&mut select.filter, Expr::Constant(true)).and(keyed);
    values.extend(bounds);
    params = Params::from(values);
    (Statement::Select(select), params)
}

/// The values of some fields of an instance.
pub(crate) fn values_of<M: Model>(instance: &M, fields: &[u16]) -> Result<Vec<Value>> {
    let mut values = Vec::with_capacity(fields.len());
    write_values(instance, fields, &mut values)?;
    Ok(values)
}

fn write_values<M: Model>(instance: &M, fields: &[u16], values: &mut Vec<Value>) -> Result<()> {
    for number in fields {
        if let (Some(def), Some(field)) = (
            M::DEF.fields.get(usize::from(*number)),
            instance.field(*number),
        ) {
            (def.info.write)(field, values).map_err(|reason| reason.on(M::DEF.name, def.name))?;
        }
    }
    Ok(())
}

fn join_of(model: &'static ModelDef, field: u16) -> Result<Join> {
    let relation = model
        .fields
        .get(usize::from(field))
        .and_then(|field| field.relation());
    let found = match relation.map(|relation| relation.kind) {
        Some(RelationKind::BelongsTo { .. }) => {
            model
                .belongs_to(field)
                .zip(relation)
                .map(|(def, relation)| Join {
                    parent: def.on.as_slice().to_vec(),
                    other: relation.target().key.as_slice().to_vec(),
                })
        }
        Some(RelationKind::HasMany | RelationKind::HasOne) => model.paired(field).map(|def| Join {
            parent: model.key.as_slice().to_vec(),
            other: def.on.as_slice().to_vec(),
        }),
        None => None,
    };
    found.ok_or_else(|| no_relation(model, field))
}

#[cold]
fn no_relation(model: &'static ModelDef, field: u16) -> Error {
    Error::new(
        ErrorKind::Schema,
        "the field is no relation whose two sides are known",
    )
    .on_model(model.name)
    .on_fields(model.fields.get(usize::from(field)).map(|field| field.name))
}

/// Takes the rows of the other model and finds the parents that wait for each.
struct Children<T> {
    join: Join,
    waiting: FxHashMap<Vec<Value>, Vec<u32>>,
    /// The parent of each row.
    parents: Vec<u32>,
    rows: Vec<T>,
    /// How many rows came from batches that are finished.
    kept: usize,
    key: Vec<Value>,
}

impl<T: Model> Sink for Children<T> {
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        let first = T::decode(&mut RowReader::new(row, T::DEF))?;
        self.key.clear();
        write_values(&first, &self.join.other, &mut self.key)?;
        if let Some([parent, others @ ..]) =
            self.waiting.get(self.key.as_slice()).map(Vec::as_slice)
        {
            self.parents.push(*parent);
            self.rows.push(first);
            // Several parents share the row: each gets its own, read from the same row, so that models need no `Clone`.
            for other in others {
                self.parents.push(*other);
                self.rows.push(T::decode(&mut RowReader::new(row, T::DEF))?);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn count(&self) -> usize {
        self.rows.len() - self.kept
    }

    fn restart(&mut self) {
        // Batches before this one have put their rows here too; a batch's own are the last.
        self.parents.truncate(self.kept);
        self.rows.truncate(self.kept);
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// The condition that finds the other side of one instance's relation. What stands in the way is remembered in its values.
pub(super) fn other_side<M: Model, T: Model>(owner: &M, field: u16) -> Filter<T> {
    let found = join_of(M::DEF, field).and_then(|join| {
        Ok((
            values_of(owner, &join.parent)?,
            T::DEF.columns_of_all(&join.other),
        ))
    });
    let (values, columns) = match found {
        Ok(found) => found,
        Err(error) => {
            let mut params = Params::new();
            params.push_result(Err(Refusal::new(error.message())), M::DEF.name, || {
                error.fields().join(", ")
            });
            return Filter::new(Expr::Constant(true), params);
        }
    };
    if values.iter().any(Value::is_null) {
        return Filter::never();
    }
    let expr = columns
        .into_iter()
        .fold(Expr::Constant(true), |expr, column| {
            expr.and(Expr::Compare {
                column,
                comparison: Comparison::Equal,
                with: Term::Slot,
            })
        });
    Filter::new(expr, Params::from(values))
}
