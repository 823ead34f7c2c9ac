//! Reads and writes that do not depend on each other, in as few trips as the database lets them take.
//!
//! Promises: nothing is sent before every part is known to be sound; each part has the type of what it gives; the parts do
//! not undo each other, and an error never says that nothing was written where something was. Must not know: how an
//! executor runs several statements at once. What surprises: what follows a part's first answer, as the rows of its
//! relations do, travels with what follows those of the others, level by level.

use crate::association::{Asked, Include, Level};
use crate::error::{Error, ErrorKind, Result};
use crate::field::Model;
use crate::query::run::{Moment, Rows};
use crate::query::{Answer, Executor};
use crate::query::{ExecutorObject, Query, each_tuple};
use crate::statement::{Select, Statement};
use crate::value::Params;

/// What `batch` takes: a query, a new row, `create_many`, an update, a removal; a tuple of up to twelve of them, or a `Vec`
/// of them. Nothing implements it by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a part of a batch",
    label = "no query, no new row, no update and no removal",
    note = "give queries and builders without their last words, in a tuple of up to twelve or in a `Vec`: \
            `toasty::batch((User::all(), user.update().name(\"Ann\"))).exec(&db).await?`; for the other last words of a \
            query there are `.into_first()`, `.into_one()`, `.into_count()` and `.into_exists()`",
    note = "a check, and what is to be done together or not at all, stands in `db.atomic((…))`"
)]
pub trait BatchPart: sealed::Part {
    /// What it gives: the rows of a query, the new row of a `create`, how many rows another write met; of several parts a
    /// tuple or a `Vec`.
    type Output: Send + 'static;

    /// Says what is to be asked for first, and keeps what waits for the answers.
    #[doc(hidden)]
    fn begin(self, asked: &mut Vec<Asked>) -> Result<Box<dyn Pending<Self::Output>>>;
}

pub(crate) mod sealed {
    /// Only the parts of this crate.
    pub trait Part: Sized {}
}

/// A part that waits for answers.
#[doc(hidden)]
pub trait Pending<O>: Send {
    /// Takes the answers to what it asked for last, as many as it asked for, and asks for what comes next.
    fn take(
        &mut self,
        answers: &mut dyn Iterator<Item = Answer>,
        asked: &mut Vec<Asked>,
        size: usize,
    ) -> Result<()>;

    /// A model whose relations are asked for after the first answers; none where nothing is.
    fn follows(&self) -> Option<&'static str>;

    /// What the part gives, once nothing is asked for any more.
    fn end(self: Box<Self>) -> Result<O>;
}

/// Reads and writes that wait to be run together. Made by `toasty::batch`.
#[must_use = "nothing is sent until `.exec(&db)` is awaited"]
#[derive(Debug)]
pub struct Batch<P>(P);

impl<P: BatchPart> Batch<P> {
    /// These parts.
    pub fn new(parts: P) -> Self {
        Batch(parts)
    }

    /// Runs all parts, and gives what each of them gives.
    ///
    /// # Errors
    /// Those of the parts; that of the first that failed, naming its model. The others were done all the same, outside of a
    /// transaction: where trying again would do one of them twice, the kind is `Partial`. A part that is unsound before
    /// anything is sent keeps all of them from being sent.
    pub async fn exec(self, on: &impl Executor) -> Result<P::Output> {
        let mut asked = Vec::new();
        let pending = self.0.begin(&mut asked)?;
        run(on.object(), pending, asked).await
    }

    /// The parts, which are reads, all see one moment: rows that are written together are seen together, or not yet.
    ///
    /// SQL databases read them in a transaction that only reads and sees one state of the database, and so are the rows of
    /// relations. DynamoDB reads up to a hundred rows by their keys as one request, and refuses other reads. In a transaction
    /// of your own the transaction decides: one of PostgreSQL has to be begun with `Isolation::RepeatableRead`.
    pub fn as_of_one_moment(self) -> Moment<P> {
        Moment::new(self.0)
    }
}

pub(super) async fn run<O: Send>(
    on: &dyn ExecutorObject,
    mut pending: Box<dyn Pending<O>>,
    mut asked: Vec<Asked>,
) -> Result<O> {
    let size = on.association_batch();
    let mut kept = Kept {
        done: 0,
        all: asked.iter().filter(|each| writes(each)).count(),
    };
    while !asked.is_empty() {
        let is_write: Vec<bool> = asked.iter().map(writes).collect();
        let answers = on
            .each_together(std::mem::take(&mut asked))
            .await
            .map_err(|error| kept.beside(error))?;
        if on.keeps_each() {
            kept.count(&answers, &is_write);
        }
        let answers = worst(answers).map_err(|error| kept.beside(error))?;
        pending.take(&mut answers.into_iter(), &mut asked, size)?;
    }
    pending.end()
}

pub(super) fn writes(each: &Asked) -> bool {
    !each.statement.is_read()
}

/// All answers, or the error that tells most: of a write of which nobody knows whether it was done, else the first.
fn worst(answers: Vec<Result<Answer>>) -> Result<Vec<Answer>> {
    let mut all = Vec::with_capacity(answers.len());
    let mut worst: Option<Error> = None;
    for answer in answers {
        match (answer, &worst) {
            (Ok(answer), _) => all.push(answer),
            (Err(error), None) => worst = Some(error),
            (Err(error), Some(before)) => {
                if error.is_commit_unknown() && !before.is_commit_unknown() {
                    worst = Some(error);
                }
            }
        }
    }
    worst.map_or(Ok(all), Err)
}

/// The writes that were done and stay.
struct Kept {
    done: usize,
    all: usize,
}

impl Kept {
    fn count(&mut self, answers: &[Result<Answer>], is_write: &[bool]) {
        let done = answers.iter().zip(is_write);
        self.done += done
            .filter(|(answer, write)| answer.is_ok() && **write)
            .count();
    }

    /// An error that would let the whole be tried again must not do so where a write would then be done twice.
    #[cold]
    fn beside(&self, error: Error) -> Error {
        if self.done == 0 || !error.is_retryable() {
            return error;
        }
        let partial = Error::new(
            ErrorKind::Partial,
            format!(
                "another part of the batch failed, and {} of its {} writes were done",
                self.done, self.all
            ),
        )
        .with_advice(
            "what was done stays done: look before doing it again, or use `db.atomic((…))`",
        );
        match error.model() {
            Some(model) => partial.on_model(model),
            None => partial,
        }
        .with_source(error)
    }
}

/// A part that asks for one answer at most, and for nothing after it.
pub(crate) struct Single<O> {
    waits: bool,
    answer: Option<Answer>,
    end: Box<dyn FnOnce(Option<Answer>) -> Result<O> + Send>,
}

impl<O: Send + 'static> Single<O> {
    /// With what it asks for. None: it is answered already.
    pub(crate) fn begin(
        one: Option<Asked>,
        asked: &mut Vec<Asked>,
        end: impl FnOnce(Option<Answer>) -> Result<O> + Send + 'static,
    ) -> Box<dyn Pending<O>> {
        let waits = one.is_some();
        asked.extend(one);
        Box::new(Single {
            waits,
            answer: None,
            end: Box::new(end),
        })
    }
}

impl<O> Pending<O> for Single<O> {
    fn take(
        &mut self,
        answers: &mut dyn Iterator<Item = Answer>,
        _: &mut Vec<Asked>,
        _: usize,
    ) -> Result<()> {
        if std::mem::take(&mut self.waits) {
            self.answer = answers.next();
        }
        Ok(())
    }

    fn follows(&self) -> Option<&'static str> {
        None
    }

    fn end(self: Box<Self>) -> Result<O> {
        (self.end)(self.answer)
    }
}

/// A query as a part: its rows, and then those of their relations.
struct Instances<M, O> {
    waits: bool,
    includes: Vec<Include<M>>,
    rows: Vec<M>,
    /// Their relations, once the rows are there.
    relations: Option<Level<M>>,
    end: fn(Vec<M>) -> Result<O>,
}

/// Asks for rows; `end` makes of them what the part gives.
pub(crate) fn instances<M: Model, O: Send + 'static>(
    (select, params, includes): (Select, Params, Vec<Include<M>>),
    at_most: Option<usize>,
    end: fn(Vec<M>) -> Result<O>,
    asked: &mut Vec<Asked>,
) -> Box<dyn Pending<O>> {
    let waits = select.filter.known() != Some(false);
    if waits {
        asked.push(Asked {
            statement: Statement::Select(select),
            params,
            sink: Some(crate::query::AnySink::new(Rows::<M>::at_most(at_most))),
        });
    }
    Box::new(Instances {
        waits,
        includes,
        rows: Vec::new(),
        relations: None,
        end,
    })
}

impl<M: Model, O> Pending<O> for Instances<M, O> {
    fn take(
        &mut self,
        answers: &mut dyn Iterator<Item = Answer>,
        asked: &mut Vec<Asked>,
        size: usize,
    ) -> Result<()> {
        if let Some(relations) = &mut self.relations {
            asked.extend(relations.take(answers, size)?);
        } else if std::mem::take(&mut self.waits)
            && let Some(answer) = answers.next()
        {
            self.rows = answer.into_sink::<Rows<M>>()?.rows;
            if !self.includes.is_empty() {
                let (relations, first) = Level::begin(&self.rows, &self.includes, size)?;
                asked.extend(first);
                self.relations = Some(relations);
            }
        }
        Ok(())
    }

    fn follows(&self) -> Option<&'static str> {
        (self.waits && !self.includes.is_empty()).then_some(M::DEF.name)
    }

    fn end(mut self: Box<Self>) -> Result<O> {
        if let Some(relations) = self.relations.take() {
            relations.put(&mut self.rows)?;
        }
        (self.end)(self.rows)
    }
}

impl<M: Model, S> sealed::Part for Query<M, S> {}

impl<M: Model, S> BatchPart for Query<M, S> {
    type Output = Vec<M>;

    fn begin(self, asked: &mut Vec<Asked>) -> Result<Box<dyn Pending<Vec<M>>>> {
        Ok(instances(self.into_parts()?, None, Ok, asked))
    }
}

impl<P: BatchPart> sealed::Part for Vec<P> {}

impl<P: BatchPart> BatchPart for Vec<P> {
    type Output = Vec<P::Output>;

    fn begin(self, asked: &mut Vec<Asked>) -> Result<Box<dyn Pending<Self::Output>>> {
        let mut all = Vec::with_capacity(self.len());
        for part in self {
            all.push(part.begin(asked)?);
        }
        Ok(Box::new(all))
    }
}

impl<O> Pending<Vec<O>> for Vec<Box<dyn Pending<O>>> {
    fn take(
        &mut self,
        answers: &mut dyn Iterator<Item = Answer>,
        asked: &mut Vec<Asked>,
        size: usize,
    ) -> Result<()> {
        self.iter_mut()
            .try_for_each(|part| part.take(answers, asked, size))
    }

    fn follows(&self) -> Option<&'static str> {
        self.iter().find_map(|part| part.follows())
    }

    fn end(self: Box<Self>) -> Result<Vec<O>> {
        self.into_iter().map(Pending::end).collect()
    }
}

macro_rules! tuples {
    ($( ($($part:ident)+) )*) => { $(
        impl<$($part: BatchPart),+> sealed::Part for ($($part,)+) {}

        impl<$($part: BatchPart),+> BatchPart for ($($part,)+) {
            type Output = ($($part::Output,)+);

            #[allow(non_snake_case, reason = "a variable for each type, by its name")]
            fn begin(self, asked: &mut Vec<Asked>) -> Result<Box<dyn Pending<Self::Output>>> {
                let ($($part,)+) = self;
                Ok(Box::new(($($part.begin(asked)?,)+)))
            }
        }

        impl<$($part),+> Pending<($($part,)+)> for ($(Box<dyn Pending<$part>>,)+) {
            #[allow(non_snake_case, reason = "a variable for each type, by its name")]
            fn take(
                &mut self,
                answers: &mut dyn Iterator<Item = Answer>,
                asked: &mut Vec<Asked>,
                size: usize,
            ) -> Result<()> {
                let ($($part,)+) = self;
                $( $part.take(answers, asked, size)?; )+
                Ok(())
            }

            #[allow(non_snake_case, reason = "a variable for each type, by its name")]
            fn follows(&self) -> Option<&'static str> {
                let ($($part,)+) = self;
                [$( $part.follows() ),+].into_iter().flatten().next()
            }

            #[allow(non_snake_case, reason = "a variable for each type, by its name")]
            fn end(self: Box<Self>) -> Result<($($part,)+)> {
                let ($($part,)+) = *self;
                Ok(($($part.end()?,)+))
            }
        }
    )* };
}

each_tuple!(tuples);
