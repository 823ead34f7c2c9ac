//! SELECT.

use super::filter;
use super::formula;
use super::scope::Scope;
use super::seek::{self, may_be_null, value_may_be_null};
use super::source::{self, RANK};
use crate::Dialect;
use crate::slot::Form;
use crate::writer::{Fragment, Writer};
use toasty_dsl::schema::ModelDef;
use toasty_dsl::statement::{
    Aggregate, Computed, ComputedOrder, Direction, Expr, Formula, Nulls, Order, Output, Select,
};

pub(super) fn render(writer: &mut Writer, select: &Select) {
    match select.output {
        Output::Rows if select.per.is_empty() => {
            writer.push("SELECT ");
            columns(writer, &select.model);
            tail(writer, select, None);
        }
        Output::Rows => ranked(writer, select),
        Output::Count if select.limit || select.offset => {
            writer.push("SELECT count(*) FROM (SELECT *");
            tail(writer, select, None);
            writer.push(")");
            alias(writer);
        }
        Output::Count => {
            writer.push("SELECT count(*)");
            tail(writer, select, None);
        }
        Output::Exists => {
            writer.push("SELECT EXISTS (SELECT *");
            tail(writer, select, None);
            writer.push(")");
        }
        Output::Check => {
            writer.push("SELECT NULL");
            tail(writer, select, None);
            match writer.dialect {
                // One connection at a time writes.
                Dialect::Sqlite => {}
                // "The Locking Clause": others may read the row, and not change it.
                Dialect::PostgreSql => writer.push(" FOR SHARE"),
            }
        }
        Output::Values => {
            if let Some(computed) = &select.computed {
                values(writer, select, computed, None, Naming::None);
            }
        }
    }
    if let Some(lock) = select.lock {
        source::lock(writer, lock);
    }
}

/// Whether it speaks of other tables.
fn is_related(select: &Select) -> bool {
    let computed = select.computed.as_deref();
    let mut formulas = computed.into_iter().flat_map(Computed::formulas);
    select.filter.has_relations() || formulas.any(Formula::has_relations)
}

/// How the values of a list are named.
#[derive(Clone, Copy)]
pub(super) enum Naming {
    /// Not at all
    None,
    /// By their numbers, as those of a part of several selects; they are compared with the others' unless the part is `cut`
    /// before
    Numbers {
        /// Something stands behind its conditions
        cut: bool,
    },
    /// The only one, so that it can be asked for
    Only(&'static str),
}

/// Values and not whole rows. The keys of groups are written first, since their slots come first.
pub(super) fn values(
    writer: &mut Writer,
    select: &Select,
    computed: &Computed,
    around: Option<&Scope>,
    naming: Naming,
) {
    let related = computed.having.has_relations() || is_related(select);
    let mut keys = Vec::new();
    for key in &computed.keys {
        let scope = Scope::of_select(select, around, related, &[]);
        keys.push((
            key,
            writer.aside(|writer| formula::listed(writer, &scope, key)),
        ));
    }
    let scope = Scope::of_select(select, around, related, &keys);
    writer.push(if computed.distinct {
        "SELECT DISTINCT "
    } else {
        "SELECT "
    });
    writer.push_list(
        ", ",
        computed.list.iter().enumerate(),
        |writer, (number, value)| {
            match naming {
                Naming::Numbers { cut: false } => formula::united(writer, &scope, value),
                Naming::Numbers { cut: true } | Naming::None | Naming::Only(_) => {
                    formula::listed(writer, &scope, value);
                }
            }
            match naming {
                Naming::None => {}
                Naming::Numbers { .. } => {
                    writer.push(" AS ");
                    writer.push_given(number);
                }
                Naming::Only(name) => {
                    writer.push(" AS ");
                    writer.push_identifier(name);
                }
            }
        },
    );
    let order = source::rows(writer, select, &scope);
    if !keys.is_empty() {
        writer.push(" GROUP BY ");
        writer.push_list(", ", &keys, |writer, (_, key)| writer.push_fragment(key));
    }
    if computed.having != Expr::Constant(true) {
        writer.push(" HAVING ");
        filter::render(writer, &scope, &computed.having);
    }
    let columns_alone = (computed.list.iter()).all(|value| matches!(value, Formula::Column(_)));
    if columns_alone || !keys.is_empty() {
        ordering_by(writer, select, (&scope, false), order.as_ref());
    } else {
        // What is computed may be named like a column: PostgreSQL takes a bare name in an order for that ("SELECT").
        let scope = scope.prefixed(true);
        ordering_by(writer, select, (&scope, true), order.as_ref());
    }
    bounds(writer, select);
}

pub(super) fn columns(writer: &mut Writer, model: &ModelDef) {
    writer.push_list(", ", model.columns, |writer, column| {
        writer.push_identifier(&column.name())
    });
}

/// PostgreSQL wants a name for a table that is a statement ("SELECT", before version 16).
pub(super) fn alias(writer: &mut Writer) {
    match writer.dialect {
        Dialect::Sqlite => {}
        Dialect::PostgreSql => {
            writer.push(" AS ");
            writer.push_alias(0);
        }
    }
}

/// All that stands behind the list of a select, inside of another one or not.
pub(super) fn tail(writer: &mut Writer, select: &Select, around: Option<&Scope>) {
    let scope = Scope::of_select(select, around, is_related(select), &[]);
    let order = source::rows(writer, select, &scope);
    ordering_by(writer, select, (&scope, false), order.as_ref());
    bounds(writer, select);
}

pub(super) fn bounds(writer: &mut Writer, select: &Select) {
    if select.limit {
        writer.push(" LIMIT ");
        writer.push_next(None);
    } else if select.offset && writer.dialect == Dialect::Sqlite {
        // SQLite has no OFFSET without LIMIT; a negative one means none ("SELECT", section 5).
        writer.push(" LIMIT ");
        writer.push_slot(Form::Constant(-1), None);
    }
    if select.offset {
        writer.push(" OFFSET ");
        writer.push_next(None);
    }
}

/// The condition, and the place that a page begins at.
pub(super) fn restricted(writer: &mut Writer, select: &Select, around: Option<&Scope>) {
    let scope = Scope::of_select(select, around, select.filter.has_relations(), &[]);
    if !seek::is_asked(select) {
        if select.filter != Expr::Constant(true) {
            writer.push(" WHERE ");
            filter::render(writer, &scope, &select.filter);
        }
        return;
    }
    writer.push(" WHERE ");
    if select.filter != Expr::Constant(true) {
        filter::render_beside(writer, &scope, &select.filter);
        writer.push(" AND ");
    }
    seek::render(writer, &scope, select);
}

pub(super) fn where_clause(writer: &mut Writer, model: &'static ModelDef, filter: &Expr) {
    if *filter != Expr::Constant(true) {
        writer.push(" WHERE ");
        filter::render(writer, &Scope::outermost(model, filter), filter);
    }
}

/// ORDER BY, by what was written for it before where it stands in two places; columns with the name of their table where
/// that is asked for.
fn ordering_by(
    writer: &mut Writer,
    select: &Select,
    (scope, prefixed): (&Scope, bool),
    written: Option<&Fragment>,
) {
    match written {
        Some(order) => {
            writer.push(" ORDER BY ");
            writer.push_fragment(order);
        }
        None => ordering(writer, select, scope, prefixed),
    }
}

fn ordering(writer: &mut Writer, select: &Select, scope: &Scope, prefixed: bool) {
    let computed = select.computed.as_deref().map_or(&[][..], |one| &one.order);
    if !computed.is_empty() || !select.order.is_empty() {
        writer.push(" ORDER BY ");
        order_keys(writer, select, scope, prefixed);
    }
}

/// The keys of the order.
pub(super) fn order_keys(writer: &mut Writer, select: &Select, scope: &Scope, prefixed: bool) {
    let computed = select.computed.as_deref().map_or(&[][..], |one| &one.order);
    if computed.is_empty() {
        let scope = scope.prefixed(prefixed);
        writer.push_list(", ", &select.order, |writer, key| {
            order_key(writer, &scope, *key);
        });
    } else {
        computed_keys(writer, scope, computed, Some(select));
    }
}

/// The key of the model as an order, where no other is given: some order there must be, so that the same rows come every
/// time. The rows of a query have no key but all of their values.
pub(super) fn key_order(writer: &mut Writer, model: &ModelDef) {
    let mut key = model.key_columns();
    if key.is_empty() {
        key.extend((0u16..).zip(model.columns).map(|(number, _)| number));
    }
    writer.push_list(", ", key, |writer, column| {
        writer.push_column(model, column)
    });
}

/// Keys of an order that are computed, of a whole select where one is given.
pub(super) fn computed_keys(
    writer: &mut Writer,
    scope: &Scope,
    keys: &[ComputedOrder],
    of: Option<&Select>,
) {
    let of_named = of.is_some_and(|select| {
        let grouped = select
            .computed
            .as_deref()
            .is_some_and(|one| !one.keys.is_empty());
        grouped && select.named().is_some()
    });
    writer.push_list(", ", keys, |writer, key| {
        if of_named && writer.dialect == Dialect::Sqlite {
            // SQLite 3.53 takes groups of rows that come in an order to come in the one that is asked for; not where it is
            // one of values that it has to compute.
            writer.push("+");
        }
        formula::listed(writer, scope, &key.by);
        let by = match &key.by {
            Formula::Key(number) => scope.keys.get(*number).map_or(&key.by, |(key, _)| *key),
            by => by,
        };
        let never_null = match by {
            Formula::Column(column) => !may_be_null(scope.model, *column),
            Formula::Aggregate(one, _) => {
                matches!(one, Aggregate::Count | Aggregate::CountDistinct)
            }
            Formula::Given(_) => of.is_some_and(|select| !value_may_be_null(select, by)),
            _ => false,
        };
        direction(writer, key.direction, key.nulls, never_null);
    });
}

fn order_key(writer: &mut Writer, scope: &Scope, key: Order) {
    scope.push_column(writer, key.column);
    let never_null = !may_be_null(scope.model, key.column);
    direction(writer, key.direction, key.nulls, never_null);
}

pub(super) fn direction(writer: &mut Writer, direction: Direction, nulls: Nulls, never_null: bool) {
    writer.push(match direction {
        Direction::Ascending => " ASC",
        Direction::Descending => " DESC",
    });
    writer.push(match nulls {
        // What SQLite does by itself: NULL is smaller than every value ("Datatypes In SQLite", section 4.1).
        Nulls::Smallest if writer.dialect.null_is_smallest() => "",
        // What cannot be NULL needs no word for it, and an index in the plain order serves it.
        Nulls::Smallest if never_null => "",
        Nulls::Smallest => match direction {
            Direction::Ascending => " NULLS FIRST",
            Direction::Descending => " NULLS LAST",
        },
        Nulls::First => " NULLS FIRST",
        Nulls::Last => " NULLS LAST",
    });
}

/// Some rows of each group: numbered within their group, and cut by that number.
fn ranked(writer: &mut Writer, select: &Select) {
    // Its values come before those of the order, which stands before it in the text.
    let condition = writer.aside(|writer| restricted(writer, select, None));
    let scope = Scope::of_select(select, None, is_related(select), &[]);
    writer.push("SELECT ");
    columns(writer, &select.model);
    writer.push(" FROM (SELECT ");
    columns(writer, &select.model);
    writer.push(", row_number() OVER (PARTITION BY ");
    writer.push_list(", ", &select.per, |writer, column| {
        writer.push_column(&select.model, *column)
    });
    if select.order.is_empty() && select.computed.is_none() {
        writer.push(" ORDER BY ");
        key_order(writer, &select.model);
    } else {
        ordering(writer, select, &scope, false);
    }
    writer.push(") AS ");
    writer.push_identifier(RANK);
    writer.push(" FROM ");
    writer.push_table(&select.model);
    writer.push_fragment(&condition);
    writer.push(")");
    alias(writer);
    writer.push(" WHERE ");
    let limit = select.limit.then(|| writer.take());
    let offset = select.offset.then(|| writer.take());
    if let Some(offset) = offset {
        writer.push_identifier(RANK);
        writer.push(" > ");
        writer.push_slot(Form::Plain(offset), None);
    }
    if let Some(limit) = limit {
        if offset.is_some() {
            writer.push(" AND ");
        }
        writer.push_identifier(RANK);
        if let Some(offset) = offset {
            writer.push(" - ");
            writer.push_slot(Form::Plain(offset), None);
        }
        writer.push(" <= ");
        writer.push_slot(Form::Plain(limit), None);
    }
    writer.push(" ORDER BY ");
    writer.push_identifier(RANK);
}
