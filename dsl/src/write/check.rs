//! Conditions that writes depend on: parts of `atomic` that write nothing.
//!
//! Promises: where the condition does not hold, none of the other parts is done; where it holds, nobody changes the row before
//! they are. Must not know: how a backend keeps others from it.

use super::atomic::{AtomicPart, sealed};
use super::builder::IntoStatement;
use super::update::by_key;
use crate::error::{Error, ErrorKind, Result};
use crate::field::Model;
use crate::query::{ExecutorObject, Filter, Future, check_depth};
use crate::schema::{ModelDef, ModelRef};
use crate::statement::{Expr, Output, Select, Statement};
use crate::value::Params;
use std::marker::PhantomData;

/// A condition on a row of model `M` that the other parts of `db.atomic((…))` depend on. It writes nothing.
#[must_use = "nothing is checked until it is a part of `db.atomic((…))`"]
pub struct Check<M> {
    target: Result<(Expr, Params)>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> Check<M> {
    pub(crate) fn filtered(target: Result<(Expr, Params)>) -> Self {
        Check {
            target,
            model: PhantomData,
        }
    }

    /// The row of an instance, by its key, and by its version where it has one: it has to be there, and to meet the condition.
    pub fn of(instance: &M, condition: Filter<M>) -> Self {
        let target = by_key(instance).map(|(key, mut params)| {
            let (expr, more) = condition.into_parts();
            params.append(more);
            (key.and(expr), params)
        });
        Check::filtered(target)
    }

    /// The statement without its values, and the values.
    ///
    /// # Errors
    /// `Unrepresentable` where a value could not be made, `TooComplex` where conditions nest too deeply.
    pub fn statement(self) -> Result<(Statement, Params)> {
        let (filter, params) = self.target?;
        params.check()?;
        check_depth(M::DEF.name, &filter)?;
        let mut select = Select::all(ModelRef(M::DEF));
        select.output = Output::Check;
        select.filter = filter;
        Ok((Statement::Select(select), params))
    }
}

impl<M: Model> IntoStatement for Check<M> {
    fn into_statement(self) -> Result<(Statement, Params)> {
        self.statement()
    }
}

impl<M: Model> sealed::Part for Check<M> {}

/// Gives nothing: it holds, or the whole fails.
impl<M: Model> AtomicPart for Check<M> {
    type Output = ();

    fn run(self, on: &dyn ExecutorObject, number: usize) -> Future<'_, Result<()>> {
        let statement = self.statement();
        Box::pin(async move {
            let (statement, params) = statement?;
            let columns = statement.filter().map(Expr::columns).unwrap_or_default();
            if statement.filter().and_then(Expr::known) == Some(false)
                || on.check_boxed(statement, params, number).await?.affected == 0
            {
                return Err(check_failed(M::DEF, &columns, number));
            }
            Ok(())
        })
    }
}

/// The error of a check, the part of this number, whose condition, which is about these columns, does not hold.
#[cold]
pub fn check_failed(model: &'static ModelDef, columns: &[u16], part: usize) -> Error {
    let key = model.key_columns();
    let named = columns
        .iter()
        .filter(|column| !key.contains(column))
        .filter_map(|column| model.columns.get(usize::from(*column)));
    Error::new(
        ErrorKind::ConditionFailed,
        format!(
            "part {part} of `atomic`, a check: its row is not there, or not as the check wants it; nothing was written"
        ),
    )
    .on_model(model.name)
    .on_fields(named.map(|column| column.path().join(".")))
    .with_advice("read it again and decide anew")
}
