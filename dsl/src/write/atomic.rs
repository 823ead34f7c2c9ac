//! Writes that are done together: all of them, or none.
//!
//! Promises: each part has the type of what it gives; an error of one part is the error of all. Must not know: how an
//! executor makes several statements one.

use super::builder::Builder;
use super::create::Create;
use super::create_many::CreateMany;
use super::delete::Delete;
use super::update::{Update, gone};
use crate::error::Result;
use crate::field::Model;
use crate::query::{ExecutorObject, Future, each_tuple};
use crate::statement::{Expr, Statement};
use crate::value::Params;

/// What `db.atomic(…)` writes together: a new row, an update, a removal, `create_many`, and a check that they depend on; a tuple of up to twelve of them,
/// or a `Vec` of them. Nothing implements it by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a part of `atomic`",
    label = "no new row, no update, no removal and no check",
    note = "give builders without their `.exec(&db)`, in a tuple of up to twelve or in a `Vec`: \
            `db.atomic((create!(User {{ … }}), user.update().name(\"Ann\"))).await?`",
    note = "queries that see one moment are a batch: `toasty::batch((…)).as_of_one_moment()`"
)]
pub trait AtomicPart: sealed::Part {
    /// What it gives: the new row of a `create`, how many rows an update or a removal met, of several parts a tuple or a
    /// `Vec`.
    type Output: Send;

    /// How many parts it is: of a tuple or a list those that are in it.
    #[doc(hidden)]
    fn parts(&self) -> usize {
        1
    }

    /// Writes it on something that is already a transaction; `number` is that of its first part, counted from 1.
    #[doc(hidden)]
    fn run(self, on: &dyn ExecutorObject, number: usize) -> Future<'_, Result<Self::Output>>;
}

pub(super) mod sealed {
    /// Only the parts of this crate.
    pub trait Part: Send + Sized + 'static {}
}

impl<M: Model> sealed::Part for Create<M> {}

impl<M: Model> AtomicPart for Create<M> {
    type Output = M;

    fn run(self, on: &dyn ExecutorObject, _: usize) -> Future<'_, Result<M>> {
        Box::pin(self.exec_nested(on))
    }
}

impl<M: Model> sealed::Part for CreateMany<M> {}

impl<M: Model> AtomicPart for CreateMany<M> {
    type Output = u64;

    fn run(self, on: &dyn ExecutorObject, _: usize) -> Future<'_, Result<u64>> {
        Box::pin(async move {
            let (statement, params) = self.statement()?;
            // No rows have no values, and no row is without one.
            if params.is_empty() {
                return Ok(0);
            }
            Ok(on.execute_boxed(statement, params).await?.affected)
        })
    }
}

macro_rules! changes {
    ($($change:ident),*) => { $(
        impl<M: Model> sealed::Part for $change<M> {}

        impl<M: Model> AtomicPart for $change<M> {
            type Output = u64;

            fn run(self, on: &dyn ExecutorObject, _: usize) -> Future<'_, Result<u64>> {
                let instance = self.is_of_instance();
                let statement = self.statement();
                Box::pin(change::<M>(on, statement, instance))
            }
        }
    )* };
}

changes!(Update, Delete);

async fn change<M: Model>(
    on: &dyn ExecutorObject,
    statement: Result<(Statement, Params)>,
    instance: bool,
) -> Result<u64> {
    let (statement, params) = statement?;
    if statement.filter().and_then(Expr::known) == Some(false) {
        return Ok(0);
    }
    let affected = on.execute_boxed(statement, params).await?.affected;
    if instance && affected == 0 {
        Err(gone::<M>())
    } else {
        Ok(affected)
    }
}

impl<B: Builder + Send + 'static> sealed::Part for B where B::Inner: AtomicPart {}

/// The shells that `toasty!` puts around.
impl<B: Builder + Send + 'static> AtomicPart for B
where
    B::Inner: AtomicPart,
{
    type Output = <B::Inner as AtomicPart>::Output;

    fn run(self, on: &dyn ExecutorObject, number: usize) -> Future<'_, Result<Self::Output>> {
        self.into_inner().run(on, number)
    }
}

/// The number of the next part.
struct Numbers(usize);

impl Numbers {
    /// The number of the first of so many parts.
    fn take(&mut self, parts: usize) -> usize {
        let first = self.0;
        self.0 += parts;
        first
    }
}

impl<P: AtomicPart> sealed::Part for Vec<P> {}

/// One after the other.
impl<P: AtomicPart> AtomicPart for Vec<P> {
    type Output = Vec<P::Output>;

    fn parts(&self) -> usize {
        self.iter().map(AtomicPart::parts).sum()
    }

    fn run(self, on: &dyn ExecutorObject, number: usize) -> Future<'_, Result<Self::Output>> {
        Box::pin(async move {
            let mut done = Vec::with_capacity(self.len());
            let mut numbers = Numbers(number);
            for part in self {
                let number = numbers.take(part.parts());
                done.push(part.run(on, number).await?);
            }
            Ok(done)
        })
    }
}

macro_rules! tuples {
    ($( ($($part:ident)+) )*) => { $(
        impl<$($part: AtomicPart),+> sealed::Part for ($($part,)+) {}

        impl<$($part: AtomicPart),+> AtomicPart for ($($part,)+) {
            type Output = ($($part::Output,)+);

            #[allow(non_snake_case, reason = "a variable for each type, by its name")]
            fn parts(&self) -> usize {
                let ($($part,)+) = self;
                [$( $part.parts() ),+].into_iter().sum()
            }

            #[allow(non_snake_case, reason = "a variable for each type, by its name")]
            fn run(self, on: &dyn ExecutorObject, number: usize) -> Future<'_, Result<Self::Output>> {
                let ($($part,)+) = self;
                Box::pin(async move {
                    let mut numbers = Numbers(number);
                    Ok(($( {
                        let number = numbers.take($part.parts());
                        $part.run(on, number).await?
                    }, )+))
                })
            }
        }
    )* };
}

each_tuple!(tuples);
