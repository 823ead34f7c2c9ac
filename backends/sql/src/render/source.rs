//! What a select reads where that is not the table itself, and the locks on what it finds.
//!
//! Promises: the rows bear the name and the columns of the model's table, so that all else of a statement is written as if
//! they were that table's. The surprising decision: a tree is a list of keys, and the rows are those that have them; so each
//! comes once, whatever ways lead to it.

use super::scope::Scope;
use super::select::{Naming, alias, columns, key_order, order_keys, restricted, tail, values};
use crate::Dialect;
use crate::slot::Form;
use crate::writer::{Fragment, Writer};
use toasty_dsl::Error;
use toasty_dsl::schema::{ModelDef, RelationKind};
use toasty_dsl::statement::{
    Compound, Formula, Kept, Lock, LockStrength, LockWait, NamedQuery, Output, Select,
    SetOperation, Source, Tree,
};
use toasty_dsl::value::ColumnType;

/// The name of the column that numbers the rows of each group. No column of a model can take it: Rust has no such name,
/// and one given by hand would differ in its space.
pub(super) const RANK: &str = "row in group";

/// The name of the column that counts the steps of a tree, as that of [`RANK`].
const DEPTH: &str = "steps from root";

/// FROM and WHERE. Of the first rows of groups also their order, if they have one, to be said again after all else.
pub(super) fn rows(writer: &mut Writer, select: &Select, scope: &Scope) -> Option<Fragment> {
    let computed = select.computed.as_deref();
    let Some(computed) = computed.filter(|computed| !computed.first_of.is_empty()) else {
        from(writer, select, scope);
        restricted(writer, select, scope.outer);
        return None;
    };
    let found = writer.aside(|writer| {
        from(writer, select, scope);
        restricted(writer, select, scope.outer);
    });
    // The order after groups is one of groups, and that of rows inside of them is by the key.
    let by_key = !computed.keys.is_empty() || select.order.is_empty() && computed.order.is_empty();
    let order = writer.aside(|writer| {
        if by_key {
            key_order(writer, &select.model);
        } else {
            order_keys(writer, select, scope, false);
        }
    });
    // Of rows that are equal in the order the key says which is the first, so that it is the same one every time.
    let tie = (!by_key && !holds_key(select)).then(|| {
        writer.aside(|writer| {
            writer.push(", ");
            key_order(writer, &select.model);
        })
    });
    let first_of = |writer: &mut Writer| {
        writer.push_list(", ", &computed.first_of, |writer, column| {
            scope.push_column(writer, *column);
        });
    };
    writer.push(" FROM (SELECT ");
    match writer.dialect {
        Dialect::PostgreSql => {
            writer.push("DISTINCT ON (");
            first_of(writer);
            writer.push(") ");
            columns(writer, &select.model);
            writer.push_fragment(&found);
            // "SELECT", DISTINCT Clause: the order begins with these.
            writer.push(" ORDER BY ");
            first_of(writer);
            writer.push(", ");
            writer.push_fragment(&order);
            tie.iter().for_each(|tie| writer.push_fragment(tie));
        }
        Dialect::Sqlite => {
            columns(writer, &select.model);
            writer.push(", row_number() OVER (PARTITION BY ");
            first_of(writer);
            writer.push(" ORDER BY ");
            writer.push_fragment(&order);
            tie.iter().for_each(|tie| writer.push_fragment(tie));
            writer.push(") AS ");
            writer.push_identifier(RANK);
            writer.push_fragment(&found);
        }
    }
    writer.push(")");
    scope.push_as(writer, true);
    if writer.dialect == Dialect::Sqlite {
        writer.push(" WHERE ");
        writer.push_identifier(RANK);
        writer.push(" = ");
        writer.push_slot(Form::Constant(1), None);
    }
    (!by_key).then_some(order)
}

/// Whether the key stands in the order, so that no two rows are equal in it.
fn holds_key(select: &Select) -> bool {
    let computed = select.computed.as_deref().map_or(&[][..], |one| &one.order);
    let key = select.model.key_columns();
    !key.is_empty()
        && key.iter().all(|column| {
            select.order.iter().any(|one| one.column == *column)
                || computed
                    .iter()
                    .any(|one| one.by == Formula::Column(*column))
        })
}

/// FROM.
fn from(writer: &mut Writer, select: &Select, scope: &Scope) {
    writer.push(" FROM ");
    let around = scope.outer;
    let given = match select.source() {
        None => {
            writer.push_table(&select.model);
            false
        }
        Some(Source::Named(named)) => {
            writer.push_named(named, |writer| by_name(writer, select.model.0, named));
            false
        }
        Some(Source::Select(one)) => {
            writer.push("(");
            if let Some(computed) = &one.computed {
                values(writer, one, computed, around, Naming::Numbers { cut: true });
            }
            writer.push(")");
            true
        }
        Some(Source::Compound(all)) => {
            writer.push("(");
            compound(writer, all, around);
            writer.push(")");
            true
        }
        Some(Source::Tree(one)) => {
            writer.push("(");
            tree(writer, select.model.0, one);
            writer.push(")");
            true
        }
    };
    scope.push_as(writer, given);
}

/// The value that a number names among those of a select's source, and the select that gives it; none where several give it.
pub(super) fn given(select: &Select, number: usize) -> Option<(&Select, &Formula)> {
    match select.source()? {
        Source::Select(one) => {
            let value = one.computed.as_ref()?.list.get(number)?;
            match value {
                Formula::Given(value) => given(one, value.number),
                value => Some((one, value)),
            }
        }
        Source::Compound(_) | Source::Tree(_) | Source::Named(_) => None,
    }
}

/// A query by its name, as it stands before the statement.
fn by_name(writer: &mut Writer, rows: &ModelDef, named: &NamedQuery) {
    writer.push_identifier(named.name);
    writer.push("(");
    columns(writer, rows);
    writer.push(match named.kept {
        Kept::AsPlanned => ") AS (",
        Kept::Materialized => ") AS MATERIALIZED (",
        Kept::NotMaterialized => ") AS NOT MATERIALIZED (",
    });
    match (named.query.output, &named.query.computed) {
        (Output::Values, Some(computed)) => {
            values(writer, &named.query, computed, None, Naming::None);
        }
        _ => {
            writer.push("SELECT ");
            columns(writer, &named.query.model);
            tail(writer, &named.query, None);
        }
    }
    if let Some(locked) = named.query.lock {
        lock(writer, locked);
    }
    writer.push(")");
}

fn compound(writer: &mut Writer, compound: &Compound, around: Option<&Scope>) {
    let between = match compound.operation {
        SetOperation::Union => " UNION ",
        SetOperation::UnionAll => " UNION ALL ",
        SetOperation::Intersect => " INTERSECT ",
        SetOperation::Except => " EXCEPT ",
    };
    writer.push_list(between, &compound.parts, |writer, select| {
        part(writer, select, around);
    });
}

/// One part of several. SQLite takes no brackets around it, so that one with an order or a limit is read by another.
fn part(writer: &mut Writer, select: &Select, around: Option<&Scope>) {
    let cut = is_cut(select);
    if cut {
        writer.push("SELECT * FROM (");
    }
    match (select.output, &select.computed) {
        (Output::Values, Some(computed)) => {
            values(writer, select, computed, around, Naming::Numbers { cut });
        }
        _ => {
            writer.push("SELECT ");
            columns(writer, &select.model);
            tail(writer, select, around);
        }
    }
    if cut {
        writer.push(")");
        alias(writer);
    }
}

/// Whether something stands behind its conditions.
fn is_cut(select: &Select) -> bool {
    let ordered = |select: &Select| {
        let computed = select.computed.as_ref();
        !select.order.is_empty() || computed.is_some_and(|computed| !computed.order.is_empty())
    };
    select.limit || select.offset || ordered(select)
}

fn tree(writer: &mut Writer, model: &'static ModelDef, tree: &Tree) {
    let Some(join) = model.join_columns(tree.relation) else {
        // The language lets no other field stand here.
        writer.refuse(|| Error::unsupported("a tree of what is no relation", "name a relation"));
        return;
    };
    let up = model
        .fields
        .get(usize::from(tree.relation))
        .and_then(|field| field.relation())
        .is_some_and(|relation| matches!(relation.kind, RelationKind::BelongsTo { .. }));
    let key = model.key_columns();
    writer.push("SELECT ");
    columns(writer, model);
    writer.push(" FROM ");
    writer.push_table(model);
    writer.push(" WHERE (");
    names(writer, model, &key);
    writer.push(") IN (WITH RECURSIVE ");
    writer.push_alias(0);
    writer.push("(");
    names(writer, model, &key);
    if tree.bounded {
        writer.push(", ");
        writer.push_identifier(DEPTH);
    }
    writer.push(") AS (");
    roots(writer, model, &key, tree);
    writer.push(" UNION SELECT ");
    // From a row to those that refer to it, or to the one that it refers to.
    let (given, asked) = if up {
        (&join.ours, &join.theirs)
    } else {
        (&key, &join.theirs)
    };
    let found = |writer: &mut Writer, column: &u16| {
        writer.push_alias(1);
        writer.push(".");
        writer.push_column(model, *column);
    };
    let known = |writer: &mut Writer, column: &u16| {
        writer.push_alias(0);
        writer.push(".");
        writer.push_column(model, *column);
    };
    writer.push_list(", ", given, found);
    if tree.bounded {
        writer.push(", ");
        depth(writer);
        writer.push(" + ");
        constant(writer, 1);
    }
    writer.push(" FROM ");
    writer.push_table(model);
    writer.push(" AS ");
    writer.push_alias(1);
    writer.push(" JOIN ");
    writer.push_alias(0);
    writer.push(" ON ");
    let known_by = if up { &key } else { &join.ours };
    writer.push_list(
        " AND ",
        asked.iter().zip(known_by),
        |writer, (theirs, ours)| {
            found(writer, theirs);
            writer.push(" = ");
            known(writer, ours);
        },
    );
    if up || tree.bounded {
        writer.push(" WHERE ");
    }
    if up {
        writer.push_list(" AND ", given, |writer, column| {
            found(writer, column);
            writer.push(" IS NOT NULL");
        });
    }
    if tree.bounded {
        if up {
            writer.push(" AND ");
        }
        depth(writer);
        writer.push(" < ");
        writer.push_next(None);
        cast(writer);
    }
    writer.push(") SELECT ");
    names(writer, model, &key);
    writer.push(" FROM ");
    writer.push_alias(0);
    writer.push(")");
}

/// The keys of the rows that a tree begins with.
fn roots(writer: &mut Writer, model: &ModelDef, key: &[u16], tree: &Tree) {
    let cut = is_cut(&tree.roots);
    if cut {
        writer.push("SELECT * FROM (");
    }
    writer.push("SELECT ");
    names(writer, model, key);
    if tree.bounded {
        writer.push(", ");
        constant(writer, 0);
    }
    tail(writer, &tree.roots, None);
    if cut {
        writer.push(")");
        alias(writer);
    }
}

fn names(writer: &mut Writer, model: &ModelDef, columns: &[u16]) {
    writer.push_list(", ", columns, |writer, column| {
        writer.push_column(model, *column);
    });
}

fn depth(writer: &mut Writer) {
    writer.push_alias(0);
    writer.push(".");
    writer.push_identifier(DEPTH);
}

fn constant(writer: &mut Writer, number: i64) {
    writer.push_slot(Form::Constant(number), None);
    cast(writer);
}

fn cast(writer: &mut Writer) {
    if writer.dialect == Dialect::PostgreSql {
        writer.push("::");
        writer.push_type(ColumnType::Int(64));
    }
}

/// The locks on the rows that are found.
pub(super) fn lock(writer: &mut Writer, lock: Lock) {
    match writer.dialect {
        Dialect::Sqlite => writer.refuse(|| {
            Error::unsupported(
                "locks on rows: SQLite locks the whole database",
                "leave them out, and read in the transaction that writes: `db.transaction(…)` has the database to itself from its beginning",
            )
        }),
        Dialect::PostgreSql => {
            writer.push(match lock.strength {
                LockStrength::Update => " FOR UPDATE",
                LockStrength::Share => " FOR SHARE",
            });
            writer.push(match lock.wait {
                LockWait::Wait => "",
                LockWait::Skip => " SKIP LOCKED",
                LockWait::Fail => " NOWAIT",
            });
        }
    }
}
