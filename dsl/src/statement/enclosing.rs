//! Whether what is inside of a statement stands where it can: columns of a query around another one are of one that is there.
//!
//! Promises: the error names both models. Asked once a shape, since a shape that is wrong is never right.

use super::arrays::{check_filter, check_select};
use super::subquery::Inside;
use super::{Assign, Expr, Formula, Select, Source, Statement, Test};
use crate::error::{Error, Result};
use crate::schema::{ModelDef, ModelRef};

/// A query, and those around it.
#[derive(Clone, Copy)]
struct Place<'a> {
    model: &'static ModelDef,
    around: Option<&'a Place<'a>>,
}

impl Statement {
    /// Whether every query inside of it can be where it is.
    ///
    /// # Errors
    /// `Unsupported`, naming both models, where a column is [of a query around](Formula::Outer) that is not there; as
    /// [`Statement::check_arrays`] for the queries inside.
    pub fn check_subqueries(&self) -> Result<()> {
        let place = Place {
            model: self.model().0,
            around: None,
        };
        if !self.is_read() && self.model().is_of_query() {
            return Err(of_no_table());
        }
        match self {
            Statement::Select(select) => place.parts(select),
            Statement::Update(update) => {
                for change in &update.set {
                    if let Assign::Computed(_, formula) = change {
                        place.formula(formula)?;
                    }
                }
                place.expr(&update.filter)
            }
            Statement::Delete(delete) => place.expr(&delete.filter),
            Statement::Insert(_) | Statement::Raw(_) => Ok(()),
        }
    }
}

impl<'a> Place<'a> {
    fn into(&'a self, model: &'static ModelDef) -> Place<'a> {
        Place {
            model,
            around: Some(self),
        }
    }

    fn parts(&self, select: &Select) -> Result<()> {
        for part in select.source().into_iter().flat_map(Source::parts) {
            let around = match select.source() {
                Some(Source::Compound(_) | Source::Select(_)) => self.around,
                // A query by name stands before the whole statement, and a tree is found by one that does not see beyond it.
                Some(Source::Named(_) | Source::Tree(_)) | None => None,
            };
            let inside = Place {
                model: part.model.0,
                around,
            };
            inside.parts(part)?;
        }
        if select.model.is_of_query() && select.source().is_none() {
            return Err(of_no_table());
        }
        if let Some(computed) = &select.computed {
            computed.formulas().try_for_each(|one| self.formula(one))?;
            self.expr(&computed.having)?;
        }
        self.expr(&select.filter)
    }

    fn inside(&self, inside: Inside<'_>) -> Result<()> {
        match inside {
            Inside::Query(select) => {
                check_select(select)?;
                self.into(select.model.0).parts(select)
            }
            Inside::Related(one) => {
                let Some(target) = one.target(self.model) else {
                    return Ok(());
                };
                check_filter(target, &[], &one.filter)?;
                let inside = self.into(target);
                inside.formula(&one.value)?;
                inside.expr(&one.filter)
            }
        }
    }

    fn expr(&self, expr: &Expr) -> Result<()> {
        match expr {
            Expr::And(all) | Expr::Or(all) => all.iter().try_for_each(|one| self.expr(one)),
            Expr::Not(one) => self.expr(one),
            Expr::Related {
                relation, filter, ..
            } => {
                let field = self.model.fields.get(usize::from(*relation));
                match field.and_then(|field| field.relation()) {
                    Some(relation) => self.into(relation.target()).expr(filter),
                    None => Ok(()),
                }
            }
            Expr::Computed(test) => self.test(test),
            Expr::Constant(_)
            | Expr::TooDeep
            | Expr::Compare { .. }
            | Expr::Between { .. }
            | Expr::In { .. }
            | Expr::InRows { .. }
            | Expr::IsNull { .. }
            | Expr::Text { .. }
            | Expr::Array { .. } => Ok(()),
        }
    }

    fn test(&self, test: &Test) -> Result<()> {
        test.formulas().try_for_each(|one| self.formula(one))?;
        test.inside().map_or(Ok(()), |one| self.inside(one))
    }

    fn formula(&self, formula: &Formula) -> Result<()> {
        if let Formula::Outer(model, _) = formula {
            return self.found_around(*model);
        }
        if let Formula::Aggregate(_, Some(of)) = formula
            && of.columns().is_empty()
            && speaks_of_outer(of)
        {
            return Err(self.outer_aggregate());
        }
        let mut inner = formula.inner().into_iter();
        inner.try_for_each(|one| self.formula(one))?;
        formula.conditions().try_for_each(|one| self.expr(one))?;
        formula.inside().map_or(Ok(()), |one| self.inside(one))
    }

    fn found_around(&self, model: ModelRef) -> Result<()> {
        let mut around = self.around;
        while let Some(place) = around {
            if ModelRef(place.model) == model {
                return Ok(());
            }
            around = place.around;
        }
        Err(self.not_around(model))
    }

    #[cold]
    fn not_around(&self, model: ModelRef) -> Error {
        let (inner, outer) = (self.model.name, model.name);
        Error::unsupported(
            format!("a column of `{outer}` by `outer` in a query of `{inner}` that stands in no query of `{outer}`"),
            format!("build the query of `{inner}` inside of a closure of a query of `{outer}`: `{outer}::filter(|row| exists({inner}::filter(…)))`"),
        )
        .on_model(inner)
    }

    /// SQL would take it for an aggregate of the outer query's rows.
    #[cold]
    fn outer_aggregate(&self) -> Error {
        Error::unsupported(
            "an aggregate of a column of the outer query alone, which is one value",
            "aggregate a column of the inner query, or compute with the outer column beside the aggregate",
        )
        .on_model(self.model.name)
    }
}

/// Only the language's own parts make such a statement.
#[cold]
fn of_no_table() -> Error {
    Error::unsupported(
        "the rows of a query without the query",
        "begin with the named query: `named.query()`, `named.filter(…)`",
    )
}

fn speaks_of_outer(formula: &Formula) -> bool {
    let inner = formula.inner();
    matches!(formula, Formula::Outer(..)) || inner.into_iter().any(speaks_of_outer)
}
