//! Writes as parts of a batch.

use super::builder::Builder;
use super::create::Create;
use super::create_many::CreateMany;
use super::delete::Delete;
use super::update::{Update, gone};
use crate::association::Asked;
use crate::error::{Error, Result};
use crate::field::Model;
use crate::query::{Answer, BatchPart, Outcome, Pending, Single, sealed};
use crate::statement::{Expr, Statement};
use crate::value::Params;

fn write(statement: Statement, params: Params) -> Asked {
    Asked {
        statement,
        params,
        sink: None,
    }
}

fn outcome(answer: Option<Answer>) -> Outcome {
    match answer {
        Some(Answer::Done(outcome)) => outcome,
        Some(Answer::Rows(_)) | None => Outcome::default(),
    }
}

impl<M: Model> sealed::Part for Create<M> {}

impl<M: Model> BatchPart for Create<M> {
    type Output = M;

    fn begin(self, asked: &mut Vec<Asked>) -> Result<Box<dyn Pending<M>>> {
        if self.has_nested() {
            return Err(Error::unsupported(
                "rows with nested rows in a batch: the key of one is needed for the others",
                "create them by themselves, or by `db.atomic((…))`",
            )
            .on_model(M::DEF.name));
        }
        let (statement, params, auto) = self.into_statement()?;
        Ok(Single::begin(
            Some(write(statement, params)),
            asked,
            move |answer| super::create::instance(auto, &outcome(answer)),
        ))
    }
}

impl<M: Model> sealed::Part for CreateMany<M> {}

impl<M: Model> BatchPart for CreateMany<M> {
    type Output = u64;

    fn begin(self, asked: &mut Vec<Asked>) -> Result<Box<dyn Pending<u64>>> {
        let (statement, params) = self.statement()?;
        // No rows have no values, and no row is without one.
        let one = (!params.is_empty()).then(|| write(statement, params));
        Ok(Single::begin(one, asked, |answer| {
            Ok(outcome(answer).affected)
        }))
    }
}

macro_rules! changes {
    ($($change:ident),*) => { $(
        impl<M: Model> sealed::Part for $change<M> {}

        impl<M: Model> BatchPart for $change<M> {
            type Output = u64;

            fn begin(self, asked: &mut Vec<Asked>) -> Result<Box<dyn Pending<u64>>> {
                let instance = self.is_of_instance();
                let (statement, params) = self.statement()?;
                let nothing = statement.filter().and_then(Expr::known) == Some(false);
                let one = (!nothing).then(|| write(statement, params));
                Ok(Single::begin(one, asked, move |answer| {
                    match outcome(answer).affected {
                        0 if instance => Err(gone::<M>()),
                        affected => Ok(affected),
                    }
                }))
            }
        }
    )* };
}

changes!(Update, Delete);

impl<B: Builder + Send + 'static> sealed::Part for B where B::Inner: BatchPart {}

/// The shells that `toasty!` puts around.
impl<B: Builder + Send + 'static> BatchPart for B
where
    B::Inner: BatchPart,
{
    type Output = <B::Inner as BatchPart>::Output;

    fn begin(self, asked: &mut Vec<Asked>) -> Result<Box<dyn Pending<Self::Output>>> {
        self.into_inner().begin(asked)
    }
}
