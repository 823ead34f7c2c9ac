//! The rows behind one place in an order.
//!
//! Promises: exactly those rows that ORDER BY puts behind the place, NULLs included. Must not know: values, only which of
//! them are NULL.
//!
//! What may surprise: where a comparison of whole rows would say the same, it is used, since an index over the columns
//! serves it in one range. Else each key says first what is true of all rows behind the place (`"a" >= ?`), which an index
//! can begin at, and only then which of them are meant.

use super::formula::compared;
use super::scope::Scope;
use super::source::given;
use crate::Dialect;
use crate::slot::{Form, Target};
use crate::writer::Writer;
use toasty_dsl::schema::ModelDef;
use toasty_dsl::statement::{Direction, Formula, Nulls, Position, Select};

/// One key of the order, with the number of its value; none where that is NULL.
struct Key<'a> {
    by: By<'a>,
    direction: Direction,
    value: Option<usize>,
    can_be_null: bool,
    /// Whether NULLs stand behind all values. Of a column that has none they stand nowhere.
    nulls_behind: bool,
    /// The column that its value is for
    target: Option<Target>,
}

/// What a key is.
#[derive(Clone, Copy)]
enum By<'a> {
    Column(u16),
    /// A value that was computed by the select that is read
    Value(&'a Formula),
}

/// Whether a select begins at a place.
pub(super) fn is_asked(select: &Select) -> bool {
    select
        .paging
        .as_ref()
        .is_some_and(|paging| !paging.after.is_empty())
}

/// The condition, in brackets where it is a chain.
pub(super) fn render(writer: &mut Writer, scope: &Scope, select: &Select) {
    let Some(paging) = &select.paging else { return };
    let computed = select.computed.as_deref().map_or(&[][..], |one| &one.order);
    let columns = select.order.iter().map(|key| {
        let by = By::Column(key.column);
        (by, key.direction, key.nulls)
    });
    let values = computed.iter().map(|key| {
        let by = By::Value(&key.by);
        (by, key.direction, key.nulls)
    });
    let order: Vec<_> = columns.chain(values).collect();
    let keys: Vec<Key> = order
        .into_iter()
        .zip(&paging.after)
        .map(|(key, position)| Key::new(writer, scope, select, key, *position))
        .collect();
    // SQLite finds its way in an index over an expression by one value, and not by a row of them.
    let values_alone = writer.dialect == Dialect::Sqlite;
    let alike = |key: &Key| {
        key.value.is_some()
            && !(values_alone && matches!(key.by, By::Value(_)))
            && !key.can_be_null
            && keys
                .first()
                .is_some_and(|first| first.direction == key.direction)
    };
    if keys.len() > 1 && keys.iter().all(alike) {
        whole_rows(writer, scope, &keys);
    } else {
        behind(writer, scope, &keys);
    }
}

impl<'a> Key<'a> {
    fn new(
        writer: &mut Writer,
        scope: &Scope,
        select: &Select,
        (by, direction, nulls): (By<'a>, Direction, Nulls),
        position: Position,
    ) -> Self {
        let (can_be_null, target) = match by {
            By::Column(column) => (may_be_null(&select.model, column), scope.target(column)),
            By::Value(value) => (
                value_may_be_null(select, value),
                target_of_value(select, value),
            ),
        };
        Key {
            by,
            direction,
            value: match position {
                Position::Slot => Some(writer.take()),
                Position::Null => None,
            },
            can_be_null,
            nulls_behind: can_be_null && !nulls.come_first(direction),
            target,
        }
    }
}

pub(super) fn may_be_null(model: &ModelDef, column: u16) -> bool {
    model
        .columns
        .get(usize::from(column))
        .is_some_and(|column| column.nullable)
}

/// Whether a value of what a select reads may be NULL.
pub(super) fn value_may_be_null(select: &Select, value: &Formula) -> bool {
    let Formula::Given(named) = value else {
        return true;
    };
    given(select, named.number).is_none_or(|(of, value)| {
        let keys = of.computed.as_deref().map_or(&[][..], |one| &one.keys);
        value.can_be_null(&of.model, keys)
    })
}

/// The column that a value of what a select reads comes from, so that logs hide what it hides.
fn target_of_value(select: &Select, value: &Formula) -> Option<Target> {
    let (model, column) = select.origin(value)?;
    Some(Target { model, column })
}

/// `("a", "b") > (?, ?)`: compared from left to right, as the order is.
fn whole_rows(writer: &mut Writer, scope: &Scope, keys: &[Key]) {
    writer.push("(");
    writer.push_list(", ", keys, |writer, key| {
        push_key(writer, scope, key);
    });
    writer.push(")");
    if let Some(first) = keys.first() {
        beyond(writer, first);
    }
    writer.push("(");
    writer.push_list(", ", keys, |writer, key| push_value(writer, scope, key));
    writer.push(")");
}

/// Those behind the place by the first of these keys, or equal in it and behind by the others.
fn behind(writer: &mut Writer, scope: &Scope, keys: &[Key]) {
    let Some((key, rest)) = keys.split_first() else {
        writer.push("FALSE");
        return;
    };
    match (key.value, rest.is_empty()) {
        (Some(_), true) if !key.nulls_behind => compare(writer, scope, key),
        (Some(_), true) => {
            writer.push("(");
            compare(writer, scope, key);
            writer.push(" OR ");
            is_null(writer, scope, key);
            writer.push(")");
        }
        // Where neither the place nor what comes behind it is NULL, "not before" is a range for an index to begin at.
        (Some(_), false) if !key.nulls_behind => {
            writer.push("(");
            push_key(writer, scope, key);
            writer.push(match key.direction {
                Direction::Ascending => " >= ",
                Direction::Descending => " <= ",
            });
            push_value(writer, scope, key);
            writer.push(" AND (");
            compare(writer, scope, key);
            writer.push(" OR ");
            behind(writer, scope, rest);
            writer.push("))");
        }
        (Some(_), false) => {
            writer.push("(");
            compare(writer, scope, key);
            writer.push(" OR ");
            is_null(writer, scope, key);
            writer.push(" OR (");
            push_key(writer, scope, key);
            writer.push(" = ");
            push_value(writer, scope, key);
            writer.push(" AND ");
            behind(writer, scope, rest);
            writer.push("))");
        }
        // The place is NULL. What is not NULL comes behind it, or nothing does.
        (None, last) if !key.nulls_behind => {
            if !last {
                writer.push("(");
            }
            push_key(writer, scope, key);
            writer.push(" IS NOT NULL");
            if !last {
                writer.push(" OR ");
                behind(writer, scope, rest);
                writer.push(")");
            }
        }
        (None, true) => writer.push("FALSE"),
        (None, false) => {
            writer.push("(");
            is_null(writer, scope, key);
            writer.push(" AND ");
            behind(writer, scope, rest);
            writer.push(")");
        }
    }
}

fn compare(writer: &mut Writer, scope: &Scope, key: &Key) {
    push_key(writer, scope, key);
    beyond(writer, key);
    push_value(writer, scope, key);
}

fn beyond(writer: &mut Writer, key: &Key) {
    writer.push(match key.direction {
        Direction::Ascending => " > ",
        Direction::Descending => " < ",
    });
}

fn is_null(writer: &mut Writer, scope: &Scope, key: &Key) {
    push_key(writer, scope, key);
    writer.push(" IS NULL");
}

fn push_key(writer: &mut Writer, scope: &Scope, key: &Key) {
    match key.by {
        By::Column(column) => scope.push_column(writer, column),
        By::Value(value) => compared(writer, scope, value, None),
    }
}

fn push_value(writer: &mut Writer, scope: &Scope, key: &Key) {
    let Some(value) = key.value else { return };
    writer.push_slot(Form::Plain(value), key.target);
    if let (Dialect::PostgreSql, By::Value(of)) = (writer.dialect, key.by) {
        writer.push("::");
        writer.push_type(scope.type_of(of));
    }
}
