//! Several queries as one, and the first row of each group.
//!
//! Promises: what is said before a union is about one part, what is said after it about all of them; an order that would
//! have no effect is refused. Must not know: how either is asked for. The surprising decision: parts are read as a table is,
//! so that whatever a query can be told it can be told of a union.

use super::select::{All, Query, check_depth};
use crate::error::{Error, ErrorKind, Result};
use crate::field::Model;
use crate::query::values::check_computed;
use crate::statement::{
    Compound, Computed, Expr, Formula, MAX_NESTED, Select, SetOperation, Source,
};
use crate::value::Params;
use crate::write::FieldList;

/// The most queries of one union: SQLite takes no more ("Limits In SQLite", section 7).
const MOST_PARTS: usize = 500;

/// # Several queries as one
///
/// Each part is asked for as it is: with its conditions, its limit, and an order where that says which rows a limit
/// takes. What follows is about the rows of all parts.
///
/// ```
/// use toasty_dsl::toasty;
///
/// toasty! { pub model Todo { id: u64 [key, auto], user_id: u64, done: bool, urgent: bool } }
///
/// # fn main() {
/// let latest = Todo::filter(|todo| todo.done.eq(true)).order_by(|todo| todo.id.desc()).limit(3);
/// let shown = Todo::filter(|todo| todo.urgent.eq(true))
///     .union(latest)
///     .order_by(|todo| todo.id.asc());
/// # let _ = shown;
/// # }
/// ```
///
/// DynamoDB refuses them: two reads there are two requests.
impl<M: Model, S> Query<M, S> {
    /// The rows of both queries, those that are in both once.
    pub fn union<T>(self, other: Query<M, T>) -> Query<M, All> {
        self.compound(SetOperation::Union, other)
    }

    /// The rows of both queries, those that are in both twice.
    pub fn union_all<T>(self, other: Query<M, T>) -> Query<M, All> {
        self.compound(SetOperation::UnionAll, other)
    }

    /// The rows that are in both queries.
    pub fn intersect<T>(self, other: Query<M, T>) -> Query<M, All> {
        self.compound(SetOperation::Intersect, other)
    }

    /// The rows that are in this query and not in the other one.
    pub fn except<T>(self, other: Query<M, T>) -> Query<M, All> {
        self.compound(SetOperation::Except, other)
    }

    fn compound<T>(self, operation: SetOperation, other: Query<M, T>) -> Query<M, All> {
        let (first, mut params, includes) = self.into_unchecked();
        let (second, more, theirs) = other.into_unchecked();
        params.append(more);
        if !theirs.is_empty() {
            params.refuse(
                M::DEF.name,
                "an include in the second part of a union",
                "say it after the union: it is about the rows of all parts",
            );
        }
        let mut select = Select::all(M::model_ref());
        select.allowed = first.allowed;
        let source = compound(operation, first, second, &[]);
        read(&mut select, source, &mut params);
        Query::of_source(select, params, includes)
    }

    /// Only the first row, in the order of the query, of those that are equal in these fields: one field or a tuple of up
    /// to six. Conditions come before it, wherever they are said; a limit comes after it.
    ///
    /// Where the query has no order, the row with the smallest key is the first. PostgreSQL does it by `DISTINCT ON`,
    /// SQLite by `row_number()`; DynamoDB refuses it.
    ///
    /// ```
    /// use toasty_dsl::toasty;
    ///
    /// toasty! { pub model Reading { id: u64 [key, auto], sensor: String, at: jiff::Timestamp, value: f64 } }
    ///
    /// # fn main() {
    /// let latest = Reading::all()
    ///     .order_by(|reading| reading.at.desc())
    ///     .distinct_on(|reading| reading.sensor);
    /// # let _ = latest;
    /// # }
    /// ```
    pub fn distinct_on<F: FieldList<M>>(mut self, fields: impl FnOnce(M::Fields) -> F) -> Self {
        let mut columns = Vec::new();
        fields(M::FIELDS).add_to(&mut columns);
        if columns.is_empty() {
            self.refuse(
                "the first row of each group by a relation",
                "name columns, such as the foreign key",
            );
        }
        let first_of = &mut self.select.computing().first_of;
        let more = columns.into_iter();
        let more: Vec<u16> = more.filter(|column| !first_of.contains(column)).collect();
        first_of.extend(more);
        self
    }
}

/// Puts two selects together: into one list, where the first is nothing but such a list already and gives these values.
pub(crate) fn compound(
    operation: SetOperation,
    mut first: Select,
    second: Select,
    values: &[Formula],
) -> Source {
    let bare = first.filter == Expr::Constant(true)
        && first.order.is_empty()
        && !first.limit
        && !first.offset;
    let list = first.computed.as_mut();
    let list = list.filter(|one| bare && one.only_reads() && one.list == values);
    if let Some(Source::Compound(list)) = list.and_then(|computed| computed.source.as_mut())
        && list.operation == operation
    {
        let mut parts = std::mem::take(&mut list.parts);
        parts.push(second);
        return Source::Compound(Compound { operation, parts });
    }
    let parts = vec![first, second];
    Source::Compound(Compound { operation, parts })
}

/// What a select reads. One that nests too deeply is dropped here, so that no tree ever grows deep enough for its own drop
/// to overflow the stack.
pub(crate) fn read(select: &mut Select, source: Source, params: &mut Params) {
    if source.is_too_deep() {
        params.refuse(
            select.model.name,
            "queries that stand more than 16 deep inside each other",
            "put queries together in one way, or read some of them first",
        );
        return;
    }
    select.computing().source = Some(source);
}

/// Rows are changed in their table.
pub(crate) fn check_changed(select: &Select, verb: &str) -> Result<()> {
    let computed = select.computed.as_deref();
    if computed.is_none_or(|one| one.source.is_none() && one.first_of.is_empty()) {
        return Ok(());
    }
    let what = if select.named().is_some() {
        "a named query"
    } else {
        "a union, of a tree or of the first rows of groups"
    };
    Err(Error::unsupported(
        format!("`{verb}` of {what}"),
        "read the keys, and say by a filter which rows are meant: `.filter(|row| row.id.in_list(keys))`",
    )
    .on_model(select.model.name))
}

/// What a select reads can be asked for, and so can each part of it.
pub(crate) fn check_source(select: &Select, computed: &Computed) -> Result<()> {
    let windows = computed.order.iter().any(|key| key.by.has_windows());
    if windows && !computed.first_of.is_empty() {
        return Err(Error::unsupported(
            "the first rows of groups in an order by a window function",
            "order by columns, or number the rows by `row_number()` and choose in Rust",
        )
        .on_model(select.model.name));
    }
    let Some(source) = &computed.source else {
        return Ok(());
    };
    if source.depth() > MAX_NESTED || source.parts().len() > MOST_PARTS {
        return Err(Error::new(
            ErrorKind::TooComplex,
            format!("more than {MOST_PARTS} queries are put together"),
        )
        .on_model(select.model.name)
        .with_advice("join their conditions by `|`, or send several statements"));
    }
    for part in source.parts() {
        check_depth(part.model.name, &part.filter)?;
        check_computed(part)?;
        check_order(part, source)?;
        if part.lock.is_some() && !matches!(source, Source::Named(_)) {
            return Err(Error::unsupported(
                "locks on the rows of one part of a union",
                "read the keys of the union, and lock the rows that have them: `.filter(|row| row.id.in_list(keys)).for_update()`",
            )
            .on_model(part.model.name));
        }
    }
    Ok(())
}

/// An order says which rows a limit takes, or which are the first: without that it would have no effect.
fn check_order(part: &Select, source: &Source) -> Result<()> {
    let nothing = Computed::NOTHING;
    let computed = part.computed.as_deref().unwrap_or(&nothing);
    let ordered = !part.order.is_empty() || !computed.order.is_empty();
    if !ordered || part.limit || part.offset || !computed.first_of.is_empty() {
        return Ok(());
    }
    let (what, instead) = match source {
        // The order of what a page is around is the page's.
        Source::Select(_) => return Ok(()),
        Source::Compound(_) | Source::Tree(_) => (
            "an order of one part of a union, or of the roots of a tree, that no limit makes use of",
            "say it after the last part: `.union(…).order_by(…)`",
        ),
        Source::Named(_) => (
            "an order of a named query that no limit makes use of",
            "say it of the query that reads the named one: `named.order_by(…)`",
        ),
    };
    Err(Error::unsupported(what, instead).on_model(part.model.name))
}
