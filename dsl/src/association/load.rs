//! The loop that loads relations: collect keys, ask, stitch, go deeper.
//!
//! Promises: one statement for each relation and batch of keys, and one trip for each level of depth: what is asked of one
//! level does not depend on the rest of it. Nothing is put into the rows before everything has come.

use super::children::{Children, Waiting, batch_size, restrict};
use super::include::Include;
use super::join::{join_of, no_relation, values_of};
use super::{Origin, RelationType};
use crate::error::Result;
use crate::field::Model;
use crate::query::{All, Answer, AnySink, ExecutorObject, Independent, Query};
use crate::statement::{Expr, Statement};
use crate::value::Value;
use std::marker::PhantomData;
use std::sync::Arc;

/// One statement of a level.
pub(crate) type Asked = Independent<Statement>;

/// A relation that is being loaded, and what it asks for first.
pub(super) type Begun<M> = (Box<dyn Loading<M>>, Vec<Asked>);

/// Loads relations into rows that are already there.
///
/// # Errors
/// Those of the statements, and `Decode`.
pub async fn load<M: Model>(
    on: &dyn ExecutorObject,
    parents: &mut [M],
    includes: &[Include<M>],
) -> Result<()> {
    let batch = on.association_batch();
    let (mut level, mut asked) = Level::begin(parents, includes, batch)?;
    while !asked.is_empty() {
        let answers = on.together(asked).await?;
        asked = level.take(&mut answers.into_iter(), batch)?;
    }
    level.put(parents)
}

/// A relation of `M` whose other side is no longer known by type.
pub(super) trait LoadInto<M>: Send + Sync {
    /// Asks for the other side of these rows.
    fn begin(&self, parents: &[M], batch: usize) -> Result<Begun<M>>;
}

/// A relation that is being loaded.
pub(super) trait Loading<M>: Send {
    /// Takes what it asked for, and asks for what comes next.
    fn take(&mut self, answers: Vec<Answer>, batch: usize) -> Result<Vec<Asked>>;

    /// Puts everything in.
    fn put(self: Box<Self>, parents: &mut [M]) -> Result<()>;
}

/// The relations of some rows that are being loaded, each with how many answers it waits for.
pub(crate) struct Level<M>(Vec<(Box<dyn Loading<M>>, usize)>);

impl<M: Model> Level<M> {
    /// Begins, and says what is to be asked for first.
    pub(crate) fn begin(
        parents: &[M],
        includes: &[Include<M>],
        batch: usize,
    ) -> Result<(Self, Vec<Asked>)> {
        let mut level = Level(Vec::with_capacity(includes.len()));
        let mut all = Vec::new();
        if !parents.is_empty() {
            for include in includes {
                let (loading, asked) = include.begin(parents, batch)?;
                level.0.push((loading, asked.len()));
                all.extend(asked);
            }
        }
        Ok((level, all))
    }

    /// Takes as many answers as it waits for, and asks for what comes next.
    pub(crate) fn take(
        &mut self,
        answers: &mut dyn Iterator<Item = Answer>,
        batch: usize,
    ) -> Result<Vec<Asked>> {
        let mut all = Vec::new();
        for (loading, waits) in &mut self.0 {
            let asked = loading.take((&mut *answers).take(*waits).collect(), batch)?;
            *waits = asked.len();
            all.extend(asked);
        }
        Ok(all)
    }

    /// Puts everything into the rows.
    pub(crate) fn put(self, parents: &mut [M]) -> Result<()> {
        for (loading, _) in self.0 {
            loading.put(parents)?;
        }
        Ok(())
    }
}

/// Loads one relation of `M`.
pub(super) struct Loader<M, R: RelationType> {
    field: u16,
    query: Query<R::Target, All>,
    marker: PhantomData<fn() -> M>,
}

impl<M: Model, R: RelationType> Loader<M, R> {
    pub(super) fn new(field: u16, query: Query<R::Target, All>) -> Self {
        Loader {
            field,
            query,
            marker: PhantomData,
        }
    }
}

impl<M: Model, R: RelationType> LoadInto<M> for Loader<M, R> {
    fn begin(&self, parents: &[M], batch: usize) -> Result<Begun<M>> {
        let join = Arc::new(join_of(M::DEF, self.field)?);
        let (select, params, includes) = self.query.clone().into_parts()?;
        let complete = select.filter == Expr::Constant(true) && !select.limit && !select.offset;

        let mut waiting = Waiting::default();
        for (number, parent) in (0u32..).zip(parents) {
            let key = values_of(parent, &join.ours)?;
            if !key.iter().any(Value::is_null) {
                waiting.entry(key).or_default().push(number);
            }
        }
        let waiting = Arc::new(waiting);
        let mut asked = Vec::new();
        if select.filter.known() != Some(false) {
            let columns = R::Target::DEF.columns_of_all(&join.theirs);
            let size = batch_size(batch, columns.len());
            let mut keys = waiting.keys().cloned().collect::<Vec<_>>();
            while !keys.is_empty() {
                let batch = keys.split_off(keys.len().saturating_sub(size));
                let (statement, params) = restrict(select.clone(), params.clone(), &columns, batch);
                let sink = Children::<R::Target>::new(&join, &waiting);
                asked.push(Independent {
                    statement,
                    params,
                    sink: Some(AnySink::new(sink)),
                });
            }
        }
        let loading = Loaded::<R> {
            field: self.field,
            complete,
            parents: Vec::new(),
            rows: Vec::new(),
            includes,
            nested: None,
        };
        Ok((Box::new(loading), asked))
    }
}

/// The rows of one relation as far as they have come.
struct Loaded<R: RelationType> {
    field: u16,
    complete: bool,
    /// The parent of each row.
    parents: Vec<u32>,
    rows: Vec<R::Target>,
    includes: Vec<Include<R::Target>>,
    /// Their own relations, once the rows are there.
    nested: Option<Level<R::Target>>,
}

impl<M: Model, R: RelationType> Loading<M> for Loaded<R> {
    fn take(&mut self, answers: Vec<Answer>, batch: usize) -> Result<Vec<Asked>> {
        if let Some(nested) = &mut self.nested {
            return nested.take(&mut answers.into_iter(), batch);
        }
        for answer in answers {
            let children: Children<R::Target> = answer.into_sink()?;
            if self.rows.is_empty() {
                (self.parents, self.rows) = (children.parents, children.rows);
            } else {
                self.parents.extend(children.parents);
                self.rows.extend(children.rows);
            }
        }
        let (nested, asked) = Level::begin(&self.rows, &self.includes, batch)?;
        self.nested = Some(nested);
        Ok(asked)
    }

    fn put(mut self: Box<Self>, parents: &mut [M]) -> Result<()> {
        if let Some(nested) = self.nested.take() {
            nested.put(&mut self.rows)?;
        }
        let mut counts = vec![0usize; parents.len()];
        for parent in &self.parents {
            counts[*parent as usize] += 1;
        }
        let mut lists: Vec<Vec<R::Target>> = counts.into_iter().map(Vec::with_capacity).collect();
        for (parent, row) in self.parents.into_iter().zip(self.rows) {
            lists[parent as usize].push(row);
        }
        let origin = Origin::new(M::DEF, self.field);
        for (parent, rows) in parents.iter_mut().zip(lists) {
            match parent
                .field_mut(self.field)
                .and_then(|field| field.downcast_mut::<R>())
            {
                Some(relation) => relation.put(rows, self.complete, origin),
                None => return Err(no_relation(M::DEF, self.field)),
            }
        }
        Ok(())
    }
}
