//! Statements that DynamoDB has no request for, or too many, and what to do instead.
//!
//! Promises: the advice is in the words of the language, with the model's own names. Must not know: values.

use super::keys::{Pin, pins};
use crate::expression::Condition;
use crate::table::Layout;
use toasty_dsl::statement::{Conflict, NamedQuery, Order};
use toasty_dsl::{Error, ErrorKind, Result};

/// The most Query requests that one statement begins: one for each member of a list that names partitions.
///
/// The limit is ours: DynamoDB has none, but a million requests are never what was meant by a list. An include of a `HasMany`
/// is such a list too, of as many parents as `[loading] batch` says, and nothing tells it from a user's own: it is never
/// refused, since the limit is the largest batch that the configuration takes (`LoadingConfig`, 1 to 30 000).
const MOST_QUERIES: usize = 30_000;

/// The field of a column, and its name in an index: that of the field in the model.
fn field(layout: &Layout, column: u16) -> String {
    layout
        .model
        .columns
        .get(usize::from(column))
        .and_then(|def| layout.model.fields.get(usize::from(def.field)))
        .map_or_else(String::new, |field| field.name.to_owned())
}

/// The columns that a condition holds equal to a value or to the members of a list.
fn pinned(parts: &[Condition]) -> Vec<u16> {
    pins(parts).iter().map(Pin::column).collect()
}

/// No request but a Scan finds the rows.
#[cold]
pub(crate) fn scan(layout: &Layout, parts: &[Condition]) -> Error {
    let model = layout.model.name;
    let null = parts.iter().find_map(|part| match part {
        Condition::IsNull {
            column,
            negated: false,
        } => Some(*column),
        _ => None,
    });
    let advice = match (pinned(parts).first(), null) {
        (Some(column), _) => {
            let index = layout.model.index_to_declare(&[*column]);
            format!("declare {index}, or allow the reading of the whole table by `.allow_scan()`")
        }
        (None, Some(column)) => format!(
            "an index of DynamoDB does not hold the rows in which `{}` is NULL: give such rows a value that an index holds, ask by another field too, or allow the reading of the whole table of `{model}` by `.allow_scan()`",
            layout.path(column),
        ),
        (None, None) => format!(
            "DynamoDB finds rows by the equality of a key or of an index's first field: add such a condition, or allow the reading of the whole table of `{model}` by `.allow_scan()`"
        ),
    };
    Error::unsupported(
        "a condition that no key and no index serves: DynamoDB would have to read the whole table",
        advice,
    )
    .on_model(model)
    .on_fields(
        parts
            .iter()
            .flat_map(Condition::columns)
            .take(1)
            .map(|column| layout.path(column)),
    )
}

/// A Scan has one direction.
#[cold]
pub(crate) fn scan_back(layout: &Layout) -> Error {
    Error::unsupported(
        "the page before another one of a whole table, which DynamoDB reads in one direction only",
        "keep the pages that were read, or add an equality on the key or an index, whose rows have two ends",
    )
    .on_model(layout.model.name)
}

/// No request gives the rows in this order.
#[cold]
pub(crate) fn order(layout: &Layout, parts: &[Condition], order: &[Order]) -> Error {
    let model = layout.model.name;
    let pinned = pinned(parts);
    let wanted = order
        .iter()
        .map(|key| key.column)
        .find(|column| !pinned.contains(column));
    let advice = match (pinned.first(), wanted) {
        (Some(partition), Some(sort)) if order.len() == 1 => format!(
            "declare {}, whose rows come in this order, or sort the rows that were read",
            layout.model.index_to_declare(&[*partition, sort]),
        ),
        (Some(partition), Some(sort)) => format!(
            "order by `{sort}` alone and declare `model {model} [index({}, {sort})]`, or sort the rows that were read",
            field(layout, *partition),
            sort = field(layout, sort),
        ),
        _ => "DynamoDB orders the rows of one partition by their sort key: add an equality on the first field of `index(a, b)` and order by the second, or sort the rows that were read".to_owned(),
    };
    Error::unsupported(
        "this order: no key and no index of the table has it",
        advice,
    )
    .on_model(model)
    .on_fields(order.iter().map(|key| layout.path(key.column)))
}

/// Refuses a list that makes more than 30,000 Query requests. `partitions` is how many different ones it names in `columns`;
/// a list of whole keys does not come here, for a BatchGetItem takes a hundred of them.
///
/// # Errors
/// `TooComplex`.
pub(crate) fn too_many_queries(layout: &Layout, columns: &[u16], partitions: usize) -> Result<()> {
    if partitions <= MOST_QUERIES {
        return Ok(());
    }
    let model = layout.model.name;
    Err(Error::new(
        ErrorKind::TooComplex,
        format!("the list of the condition takes {partitions} Query requests, one for each of its members: the most are 30,000"),
    )
    .on_model(model)
    .on_fields(columns.iter().map(|column| layout.path(*column)))
    .with_advice(format!("ask in parts: one statement for each of the `chunks(1_000)` of the list; or, where they are most of `{model}`, leave the list out, read the whole table by `.allow_scan()` and choose among its rows")))
}

/// Refuses to set a column of the key: DynamoDB's items keep theirs.
///
/// # Errors
/// `Unsupported`, where one of the columns is in the key.
pub(crate) fn change_of_key(layout: &Layout, set: impl Iterator<Item = u16>) -> Result<()> {
    let mut set = set;
    match set.find(|column| layout.is_key(*column)) {
        None => Ok(()),
        Some(column) => Err(Error::unsupported(
            "an update of a key: DynamoDB's items keep theirs",
            "delete the row and create it with its new key, by `db.atomic((…))` as one",
        )
        .on_model(layout.model.name)
        .on_fields([layout.path(column)])),
    }
}

/// Refuses a change of rows that are there already as a part of writing new ones.
///
/// # Errors
/// `Unsupported`.
pub(crate) fn upsert(layout: &Layout, conflict: Option<&Conflict>) -> Result<()> {
    if conflict.is_none_or(|conflict| conflict.set.is_empty()) {
        return Ok(());
    }
    Err(Error::unsupported(
        "an upsert of many rows: DynamoDB changes one row or puts a whole one",
        "write them one by one: `create!(Todo { … }).on_conflict(|todo| todo.id).update_all()`",
    )
    .on_model(layout.model.name))
}

/// The rows of a query by its name, on the model that it is about.
#[cold]
pub(crate) fn by_name(named: &NamedQuery) -> Error {
    let mut innermost = named;
    while let Some(inner) = innermost.query.named() {
        innermost = inner;
    }
    Error::unsupported(
        format!(
            "the rows of the query `{}` by its name: DynamoDB reads one table at a time",
            named.name
        ),
        "run the named query by itself, and go on with its rows in Rust, or give its values to the next one by `in_list`",
    )
    .on_model(innermost.query.model.name)
}

/// SQL of the user's own.
#[cold]
pub(crate) fn own_sql() -> Error {
    Error::unsupported(
        "SQL of your own: DynamoDB has none",
        "write it as a query, or in PartiQL: `toasty::partiql(\"select …\")`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use toasty_dsl::Model;

    toasty_dsl::toasty! { model Book { id: u64 [key], shelf: u64 [index], lent_to: Option<u64> [index] } }

    #[test]
    fn rows_that_are_found_by_null_are_in_no_index() {
        let query = Book::find_by_lent_to(None);
        let (statement, _) = query.statement().unwrap();
        let error = crate::render(&statement).unwrap_err();
        assert_eq!(
            (error.model(), error.fields()),
            (Some("Book"), &["lent_to".to_owned()][..])
        );
        let advice = error.advice().unwrap();
        assert!(
            advice.contains("`lent_to` is NULL") && advice.contains("allow_scan"),
            "{advice}"
        );
    }

    #[test]
    fn a_list_of_more_partitions_than_the_largest_batch_of_an_include_is_refused() {
        let layout = Layout::new(Book::DEF, "").unwrap();
        let largest_batch = 30_000;
        too_many_queries(&layout, &[1], largest_batch).unwrap();
        let error = too_many_queries(&layout, &[1], largest_batch + 1).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooComplex);
        assert_eq!(error.model(), Some("Book"));
        assert_eq!(error.fields(), ["shelf"]);
        let advice = error.advice().unwrap();
        assert!(advice.contains("chunks") && advice.contains("allow_scan"));
    }
}
