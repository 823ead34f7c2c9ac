//! SELECT.

use super::filter::{self, Scope};
use super::seek;
use crate::Dialect;
use crate::slot::Form;
use crate::writer::Writer;
use toasty_dsl::schema::ModelDef;
use toasty_dsl::statement::{Direction, Expr, Nulls, Order, Output, Select};

/// The name of the column that numbers the rows of each group. No column of a model can take it: Rust has no such name,
/// and one given by hand would differ in its space.
const RANK: &str = "row in group";

pub(super) fn render(writer: &mut Writer, select: &Select) {
    match select.output {
        Output::Rows if select.per.is_empty() => {
            writer.push("SELECT ");
            columns(writer, &select.model);
            tail(writer, select);
        }
        Output::Rows => ranked(writer, select),
        Output::Count if select.limit || select.offset => {
            writer.push("SELECT count(*) FROM (SELECT *");
            tail(writer, select);
            writer.push(")");
            alias(writer);
        }
        Output::Count => {
            writer.push("SELECT count(*)");
            tail(writer, select);
        }
        Output::Exists => {
            writer.push("SELECT EXISTS (SELECT *");
            tail(writer, select);
            writer.push(")");
        }
    }
}

pub(super) fn columns(writer: &mut Writer, model: &ModelDef) {
    writer.push_list(", ", model.columns, |writer, column| {
        writer.push_identifier(&column.name())
    });
}

/// PostgreSQL wants a name for a table that is a statement ("SELECT", before version 16).
fn alias(writer: &mut Writer) {
    match writer.dialect {
        Dialect::Sqlite => {}
        Dialect::PostgreSql => {
            writer.push(" AS ");
            writer.push_alias(0);
        }
    }
}

fn tail(writer: &mut Writer, select: &Select) {
    writer.push(" FROM ");
    writer.push_table(&select.model);
    restricted(writer, select);
    order_by(writer, &select.model, &select.order);
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
fn restricted(writer: &mut Writer, select: &Select) {
    if !seek::is_asked(select) {
        where_clause(writer, select.model.0, &select.filter);
        return;
    }
    let scope = Scope::outermost(select.model.0, &select.filter);
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

fn order_by(writer: &mut Writer, model: &ModelDef, order: &[Order]) {
    if !order.is_empty() {
        writer.push(" ORDER BY ");
        writer.push_list(", ", order, |writer, key| order_key(writer, model, *key));
    }
}

fn order_key(writer: &mut Writer, model: &ModelDef, key: Order) {
    writer.push_column(model, key.column);
    writer.push(match key.direction {
        Direction::Ascending => " ASC",
        Direction::Descending => " DESC",
    });
    writer.push(match key.nulls {
        // What SQLite does by itself: NULL is smaller than every value ("Datatypes In SQLite", section 4.1).
        Nulls::Smallest if writer.dialect.null_is_smallest() => "",
        // What cannot be NULL needs no word for it, and an index in the plain order serves it.
        Nulls::Smallest if !seek::may_be_null(model, key.column) => "",
        Nulls::Smallest => match key.direction {
            Direction::Ascending => " NULLS FIRST",
            Direction::Descending => " NULLS LAST",
        },
        Nulls::First => " NULLS FIRST",
        Nulls::Last => " NULLS LAST",
    });
}

/// Some rows of each group: numbered within their group, and cut by that number.
fn ranked(writer: &mut Writer, select: &Select) {
    writer.push("SELECT ");
    columns(writer, &select.model);
    writer.push(" FROM (SELECT ");
    columns(writer, &select.model);
    writer.push(", row_number() OVER (PARTITION BY ");
    writer.push_list(", ", &select.per, |writer, column| {
        writer.push_column(&select.model, *column)
    });
    if select.order.is_empty() {
        // Some order there must be, so that the same rows come every time: that of the key.
        writer.push(" ORDER BY ");
        writer.push_list(", ", select.model.key_columns(), |writer, column| {
            writer.push_column(&select.model, column)
        });
    } else {
        order_by(writer, &select.model, &select.order);
    }
    writer.push(") AS ");
    writer.push_identifier(RANK);
    writer.push(" FROM ");
    writer.push_table(&select.model);
    restricted(writer, select);
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
