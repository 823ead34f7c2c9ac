//! Values that come from other rows than the one that is read, or from SQL: DynamoDB has neither, and the advice says what there
//! is instead.

use toasty_dsl::Error;
use toasty_dsl::schema::{ModelDef, RelationKind};
use toasty_dsl::statement::{Formula, RelatedValue, Test};

/// Why a value is refused, where it comes from elsewhere.
pub(crate) fn refused(model: &'static ModelDef, formula: &Formula) -> Option<Error> {
    match formula {
        Formula::Related(one) => Some(related(model, one)),
        Formula::Subquery(_) | Formula::Outer(..) => Some(query(model)),
        Formula::Fragment(_) => Some(fragment(model)),
        Formula::Column(_)
        | Formula::Slot(_)
        | Formula::Key(_)
        | Formula::Call(..)
        | Formula::Case { .. }
        | Formula::Aggregate(..)
        | Formula::Window(_)
        | Formula::Given(_)
        | Formula::TooDeep => {
            let mut inner = formula.inner().into_iter();
            inner.find_map(|one| refused(model, one))
        }
    }
}

/// Why a condition is refused, where it comes from elsewhere.
pub(super) fn refused_test(model: &'static ModelDef, test: &Test) -> Option<Error> {
    match test {
        Test::InSubquery { .. } | Test::Exists { .. } => Some(query(model)),
        Test::Compare { .. }
        | Test::Distinct { .. }
        | Test::In { .. }
        | Test::IsNull { .. }
        | Test::True(_) => {
            let mut formulas = test.formulas();
            formulas.find_map(|one| refused(model, one))
        }
    }
}

#[cold]
fn related(model: &'static ModelDef, one: &RelatedValue) -> Error {
    let field = model.fields.get(usize::from(one.relation));
    let name = field.map_or("", |field| field.name);
    let kind = field
        .and_then(|field| field.relation())
        .map(|relation| relation.kind);
    let advice = match kind {
        Some(RelationKind::HasMany) => format!(
            "load them by `.include(|row| row.{name})` and compute in Rust, or keep the number in a field of `{}` that each write counts up",
            model.name
        ),
        _ => format!(
            "load it by `.include(|row| row.{name})`, or keep a copy of the value in a field of `{}`",
            model.name
        ),
    };
    Error::unsupported(
        "a value of the rows of a relation: DynamoDB reads one table at a time",
        advice,
    )
    .on_model(model.name)
    .on_fields([name])
}

#[cold]
fn query(model: &'static ModelDef) -> Error {
    Error::unsupported(
        "a query inside of a query: DynamoDB reads one table at a time",
        "run the inner query first, and give its values to the outer one by `in_list`",
    )
    .on_model(model.name)
}

#[cold]
fn fragment(model: &'static ModelDef) -> Error {
    Error::unsupported(
        "SQL of your own: DynamoDB has none",
        "say it in the language, or choose among the rows in Rust",
    )
    .on_model(model.name)
}
