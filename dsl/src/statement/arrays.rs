//! What arrays cannot do: they are equal or not, and nothing else is said of them.
//!
//! PostgreSQL would compare them member by member, SQLite by the text that it keeps, DynamoDB not at all: one order would be
//! three. So there is none.

use super::{Comparison, Expr, Statement};
use crate::error::{Error, Result};
use crate::schema::ModelDef;

impl Statement {
    /// Whether no array is ordered, or looked for in a list. Asked once a shape.
    ///
    /// # Errors
    /// `Unsupported`, naming model and field.
    pub fn check_arrays(&self) -> Result<()> {
        let model = self.model().0;
        if let Statement::Select(select) = self {
            for order in &select.order {
                refuse_array(model, order.column, "an order by an array")?;
            }
        }
        self.filter()
            .map_or(Ok(()), |filter| check_filter(model, filter))
    }
}

fn check_filter(model: &'static ModelDef, filter: &Expr) -> Result<()> {
    match filter {
        Expr::Compare {
            column, comparison, ..
        } => match comparison {
            Comparison::Equal | Comparison::NotEqual => Ok(()),
            Comparison::Less
            | Comparison::LessOrEqual
            | Comparison::Greater
            | Comparison::GreaterOrEqual => {
                refuse_array(model, *column, "a comparison of arrays by their order")
            }
        },
        Expr::Between { column } => {
            refuse_array(model, *column, "a comparison of arrays by their order")
        }
        Expr::In { column, .. } => refuse_array(model, *column, "a list of arrays"),
        Expr::And(all) | Expr::Or(all) => all.iter().try_for_each(|each| check_filter(model, each)),
        Expr::Not(one) => check_filter(model, one),
        Expr::Related {
            relation, filter, ..
        } => match model
            .fields
            .get(usize::from(*relation))
            .and_then(|field| field.relation())
        {
            Some(relation) => check_filter(relation.target(), filter),
            None => Ok(()),
        },
        Expr::Constant(_)
        | Expr::TooDeep
        | Expr::InRows { .. }
        | Expr::IsNull { .. }
        | Expr::Text { .. } => Ok(()),
    }
}

fn refuse_array(model: &'static ModelDef, column: u16, what: &str) -> Result<()> {
    match model.columns.get(usize::from(column)) {
        Some(def) if def.ty.is_array() => Err(Error::unsupported(
            what,
            "compare arrays by `.eq(…)` and `.ne(…)`, or read the rows and choose among them",
        )
        .on_model(model.name)
        .on_fields([def.path().join(".")])),
        Some(_) | None => Ok(()),
    }
}
