//! What arrays cannot do: they are equal or not, and nothing else is said of them.
//!
//! PostgreSQL would compare them member by member, SQLite by the text that it keeps, DynamoDB not at all: one order would be
//! three. So there is none.

use super::{Comparison, Expr, Formula, Select, Statement, Test};
use crate::error::{Error, Result};
use crate::schema::{ModelDef, ModelRef};

impl Statement {
    /// Whether no array is ordered, or looked for in a list. Asked once a shape.
    ///
    /// # Errors
    /// `Unsupported`, naming model and field.
    pub fn check_arrays(&self) -> Result<()> {
        let model = self.model().0;
        if let Statement::Select(select) = self {
            return check_select(select);
        }
        self.filter()
            .map_or(Ok(()), |filter| check_filter(model, &[], filter))
    }
}

/// Whether no array is ordered or looked for by a query, those inside of it not looked at.
pub(super) fn check_select(select: &Select) -> Result<()> {
    let model = select.model.0;
    for order in &select.order {
        refuse_array(model, order.column, "an order by an array")?;
    }
    if let Some(computed) = &select.computed {
        let windows = computed.formulas().filter_map(|formula| match formula {
            Formula::Window(window) => Some(&window.order),
            _ => None,
        });
        for order in windows.flatten().chain(&computed.order) {
            refuse_computed(model, &computed.keys, &order.by, "an order by an array")?;
        }
        check_filter(model, &computed.keys, &computed.having)?;
    }
    if let Some(source) = select.source() {
        source.parts().iter().try_for_each(check_select)?;
    }
    check_filter(model, &[], &select.filter)
}

pub(super) fn check_filter(
    model: &'static ModelDef,
    keys: &[Formula],
    filter: &Expr,
) -> Result<()> {
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
        Expr::And(all) | Expr::Or(all) => all
            .iter()
            .try_for_each(|each| check_filter(model, keys, each)),
        Expr::Not(one) => check_filter(model, keys, one),
        Expr::Related {
            relation, filter, ..
        } => match model
            .fields
            .get(usize::from(*relation))
            .and_then(|field| field.relation())
        {
            Some(relation) => check_filter(relation.target(), &[], filter),
            None => Ok(()),
        },
        Expr::Computed(test) => check_test(model, keys, test),
        Expr::Constant(_)
        | Expr::TooDeep
        | Expr::InRows { .. }
        | Expr::IsNull { .. }
        | Expr::Text { .. }
        | Expr::Array { .. } => Ok(()),
    }
}

fn check_test(model: &'static ModelDef, keys: &[Formula], test: &Test) -> Result<()> {
    let what = match test {
        Test::Compare { comparison, .. } => match comparison {
            Comparison::Equal | Comparison::NotEqual => return Ok(()),
            Comparison::Less
            | Comparison::LessOrEqual
            | Comparison::Greater
            | Comparison::GreaterOrEqual => "a comparison of arrays by their order",
        },
        Test::In { .. } => "a list of arrays",
        Test::InSubquery { .. } => "a list of arrays",
        Test::Distinct { .. } | Test::IsNull { .. } | Test::Exists { .. } | Test::True(_) => {
            return Ok(());
        }
    };
    let mut formulas = test.formulas();
    formulas.try_for_each(|formula| refuse_computed(model, keys, formula, what))
}

fn refuse_computed(
    model: &'static ModelDef,
    keys: &[Formula],
    formula: &Formula,
    what: &str,
) -> Result<()> {
    if !formula.column_type(model, keys).is_array() {
        return Ok(());
    }
    if let Formula::Given(_) = formula {
        return Err(of_arrays(model, what));
    }
    let own = ModelRef(model);
    let all = keys.iter().chain([formula]);
    let mut columns = all.flat_map(|formula| formula.sources(own));
    columns.try_for_each(|(model, column)| refuse_array(model.0, column, what))
}

#[cold]
fn of_arrays(model: &'static ModelDef, what: &str) -> Error {
    Error::unsupported(
        what,
        "compare arrays by `.eq(…)` and `.ne(…)`, or read the rows and choose among them",
    )
    .on_model(model.name)
}

fn refuse_array(model: &'static ModelDef, column: u16, what: &str) -> Result<()> {
    match model.columns.get(usize::from(column)) {
        Some(def) if def.ty.is_array() => {
            Err(of_arrays(model, what).on_fields([def.path().join(".")]))
        }
        Some(_) | None => Ok(()),
    }
}
