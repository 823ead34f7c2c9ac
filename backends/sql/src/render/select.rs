//! SELECT.

use super::filter::{self, Scope};
use super::formula;
use super::seek::{self, may_be_null};
use crate::Dialect;
use crate::slot::Form;
use crate::writer::Writer;
use toasty_dsl::schema::ModelDef;
use toasty_dsl::statement::{
    Aggregate, Computed, Direction, Expr, Formula, Nulls, Order, Output, Select,
};

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
        Output::Check => {
            writer.push("SELECT NULL");
            tail(writer, select);
            match writer.dialect {
                // One connection at a time writes.
                Dialect::Sqlite => {}
                // "The Locking Clause": others may read the row, and not change it.
                Dialect::PostgreSql => writer.push(" FOR SHARE"),
            }
        }
        Output::Values => {
            if let Some(computed) = &select.computed {
                values(writer, select, computed);
            }
        }
    }
}

/// Values and not whole rows. The keys of groups are written first, since their slots come first.
fn values(writer: &mut Writer, select: &Select, computed: &Computed) {
    let model = select.model.0;
    let related = computed.having.has_relations()
        || computed.formulas().any(Formula::has_relations)
        || select.filter.has_relations();
    let mut keys = Vec::new();
    for key in &computed.keys {
        let scope = Scope::of_statement(model, related, &[]);
        keys.push((
            key,
            writer.aside(|writer| formula::listed(writer, &scope, key)),
        ));
    }
    let scope = Scope::of_statement(model, related, &keys);
    writer.push(if computed.distinct {
        "SELECT DISTINCT "
    } else {
        "SELECT "
    });
    writer.push_list(", ", &computed.list, |writer, value| {
        formula::listed(writer, &scope, value);
    });
    writer.push(" FROM ");
    writer.push_table(model);
    where_clause(writer, model, &select.filter);
    if !keys.is_empty() {
        writer.push(" GROUP BY ");
        writer.push_list(", ", &keys, |writer, (_, key)| writer.push_fragment(key));
    }
    if computed.having != Expr::Constant(true) {
        writer.push(" HAVING ");
        filter::render(writer, &scope, &computed.having);
    }
    ordering(writer, select, &scope);
    bounds(writer, select);
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
    let scope = Scope::of_statement(select.model.0, select.filter.has_relations(), &[]);
    ordering(writer, select, &scope);
    bounds(writer, select);
}

fn bounds(writer: &mut Writer, select: &Select) {
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

fn ordering(writer: &mut Writer, select: &Select, scope: &Scope) {
    let computed = select.computed.as_deref().map_or(&[][..], |one| &one.order);
    if computed.is_empty() {
        order_by(writer, &select.model, &select.order);
        return;
    }
    writer.push(" ORDER BY ");
    writer.push_list(", ", computed, |writer, key| {
        formula::listed(writer, scope, &key.by);
        let by = match &key.by {
            Formula::Key(number) => scope.keys.get(*number).map_or(&key.by, |(key, _)| *key),
            by => by,
        };
        let never_null = match by {
            Formula::Column(column) => !may_be_null(&select.model, *column),
            Formula::Aggregate(one, _) => {
                matches!(one, Aggregate::Count | Aggregate::CountDistinct)
            }
            _ => false,
        };
        direction(writer, key.direction, key.nulls, never_null);
    });
}

fn order_by(writer: &mut Writer, model: &ModelDef, order: &[Order]) {
    if !order.is_empty() {
        writer.push(" ORDER BY ");
        writer.push_list(", ", order, |writer, key| order_key(writer, model, *key));
    }
}

fn order_key(writer: &mut Writer, model: &ModelDef, key: Order) {
    writer.push_column(model, key.column);
    let never_null = !may_be_null(model, key.column);
    direction(writer, key.direction, key.nulls, never_null);
}

fn direction(writer: &mut Writer, direction: Direction, nulls: Nulls, never_null: bool) {
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
    let condition = writer.aside(|writer| restricted(writer, select));
    let scope = Scope::of_statement(select.model.0, false, &[]);
    writer.push("SELECT ");
    columns(writer, &select.model);
    writer.push(" FROM (SELECT ");
    columns(writer, &select.model);
    writer.push(", row_number() OVER (PARTITION BY ");
    writer.push_list(", ", &select.per, |writer, column| {
        writer.push_column(&select.model, *column)
    });
    if select.order.is_empty() && select.computed.is_none() {
        // Some order there must be, so that the same rows come every time: that of the key.
        writer.push(" ORDER BY ");
        writer.push_list(", ", select.model.key_columns(), |writer, column| {
            writer.push_column(&select.model, column)
        });
    } else {
        ordering(writer, select, &scope);
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
