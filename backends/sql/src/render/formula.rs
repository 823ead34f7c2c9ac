//! Values that are computed.
//!
//! Promises: what is written is one operand, to stand beside any operator; an integer that is computed has 64 bits, and one
//! that does not fit is an error of the database; texts and decimals compare as their columns do. The surprising decision:
//! SQLite computes by functions that its backend gives it (`toasty_add` and the like), since its own operators make a float
//! of an integer that does not fit.

use super::filter::{among, operator};
use super::scope::Scope;
use super::{fragment, subquery, window};
use crate::Dialect;
use crate::slot::{Form, Target};
use crate::writer::Writer;
use toasty_dsl::Error;
use toasty_dsl::schema::ModelDef;
use toasty_dsl::statement::{Aggregate, Formula, Function, Test, Window};
use toasty_dsl::value::{ColumnType, EnumType};

/// A value in a list of values, in an order, or as the key of groups.
pub(super) fn listed(writer: &mut Writer, scope: &Scope, formula: &Formula) {
    let target = scope.target_of([formula].into_iter());
    match writer.dialect {
        Dialect::Sqlite => compared(writer, scope, formula, target),
        // Alike in a list and in the order of it, as PostgreSQL wants it where rows come once ("SELECT", DISTINCT).
        Dialect::PostgreSql => value(writer, scope, formula, target),
    }
}

/// A value in a list that is put together with others: compared as columns of its type are.
pub(super) fn united(writer: &mut Writer, scope: &Scope, formula: &Formula) {
    let target = scope.target_of([formula].into_iter());
    compared(writer, scope, formula, target);
}

/// A condition on values that are computed.
pub(super) fn test(writer: &mut Writer, scope: &Scope, test: &Test) {
    let target = scope.target_of(test.formulas());
    match test {
        Test::Compare {
            left,
            comparison,
            right,
        } => {
            compared(writer, scope, left, target);
            writer.push(operator(*comparison));
            compared(writer, scope, right, target);
        }
        Test::Distinct {
            left,
            right,
            negated,
        } => {
            compared(writer, scope, left, target);
            writer.push(match (writer.dialect, negated) {
                (Dialect::Sqlite, false) => " IS NOT ",
                (Dialect::Sqlite, true) => " IS ",
                (Dialect::PostgreSql, false) => " IS DISTINCT FROM ",
                (Dialect::PostgreSql, true) => " IS NOT DISTINCT FROM ",
            });
            compared(writer, scope, right, target);
        }
        Test::In { of, negated } => {
            compared(writer, scope, of, target);
            writer.push(among(writer.dialect, *negated));
            writer.push_next(target);
            writer.push(")");
        }
        Test::IsNull { of, negated } => {
            value(writer, scope, of, target);
            writer.push(if *negated { " IS NOT NULL" } else { " IS NULL" });
        }
        Test::InSubquery {
            of,
            query,
            nullable,
            negated,
        } => subquery::among(writer, scope, (of, target), query, (*nullable, *negated)),
        Test::Exists { query, negated } => subquery::exists(writer, scope, query, *negated),
        Test::True(of) => value(writer, scope, of, target),
    }
}

/// What a column is set to. A type that the column is wider than is checked here, since the database does not.
pub(super) fn assigned(
    writer: &mut Writer,
    model: &'static ModelDef,
    column: u16,
    formula: &Formula,
) {
    let scope = Scope::of_statement(model, formula.has_relations());
    let target = scope.target(column);
    let ty = scope.type_of(&Formula::Column(column));
    let plain = matches!(formula, Formula::Column(_) | Formula::Slot(_));
    let Some((least, most)) = bounds(ty, writer.dialect).filter(|_| !plain) else {
        value(writer, &scope, formula, target);
        return;
    };
    let value = writer.aside(|writer| value(writer, &scope, formula, target));
    match writer.dialect {
        Dialect::Sqlite => {
            writer.push("toasty_within(");
            writer.push_fragment(&value);
            for bound in [least, most] {
                writer.push(", ");
                writer.push_slot(Form::Constant(bound), None);
            }
            writer.push(")");
        }
        Dialect::PostgreSql => {
            writer.push("CASE WHEN ");
            writer.push_fragment(&value);
            writer.push(" BETWEEN ");
            constant(writer, least);
            writer.push(" AND ");
            constant(writer, most);
            writer.push(" THEN ");
            writer.push_fragment(&value);
            // A division by zero, which no value that is NULL makes: PostgreSQL has no plainer way to fail.
            writer.push(" ELSE ");
            writer.push_fragment(&value);
            writer.push(" / (");
            writer.push_fragment(&value);
            writer.push(" - ");
            writer.push_fragment(&value);
            writer.push(") END");
        }
    }
}

/// The least and the most of an integer type that its column does not keep by itself.
fn bounds(ty: ColumnType, dialect: Dialect) -> Option<(i64, i64)> {
    match (ty, dialect) {
        (ColumnType::Int(8), _) => Some((i8::MIN.into(), i8::MAX.into())),
        (ColumnType::Int(16), Dialect::Sqlite) => Some((i16::MIN.into(), i16::MAX.into())),
        (ColumnType::Int(32), Dialect::Sqlite) => Some((i32::MIN.into(), i32::MAX.into())),
        (ColumnType::UInt(8), _) => Some((0, u8::MAX.into())),
        (ColumnType::UInt(16), _) => Some((0, u16::MAX.into())),
        (ColumnType::UInt(32), _) => Some((0, u32::MAX.into())),
        (ColumnType::UInt(_), _) => Some((0, i64::MAX)),
        _ => None,
    }
}

/// A number of the writer's own in PostgreSQL, which has to be told its type.
fn constant(writer: &mut Writer, number: i64) {
    writer.push_slot(Form::Constant(number), None);
    writer.push("::");
    writer.push_type(ColumnType::Int(64));
}

/// A value to be compared: with the collation of its type, where it has none by itself.
pub(super) fn compared(
    writer: &mut Writer,
    scope: &Scope,
    formula: &Formula,
    target: Option<Target>,
) {
    let ty = scope.type_of(formula);
    value(writer, scope, formula, target);
    match (writer.dialect, formula) {
        // A column has it; a key was written with it.
        (Dialect::Sqlite, Formula::Column(_) | Formula::Key(_)) => {}
        (Dialect::Sqlite, _) => writer.push(writer.dialect.collation(ty)),
        // In a table that was made otherwise a column may have another.
        (Dialect::PostgreSql, Formula::Column(_) | Formula::Slot(_) | Formula::Key(_)) => {
            writer.push(writer.dialect.collation(ty));
        }
        // What is computed was computed of such.
        (Dialect::PostgreSql, _) => {}
    }
}

/// A number to be computed with: of 64 bits, where it is an integer.
fn wide(writer: &mut Writer, scope: &Scope, formula: &Formula, target: Option<Target>) {
    value(writer, scope, formula, target);
    let narrow = match scope.type_of(formula) {
        ColumnType::Int(bits) | ColumnType::UInt(bits) => bits < 64,
        _ => false,
    };
    if narrow && writer.dialect == Dialect::PostgreSql {
        writer.push("::");
        writer.push_type(ColumnType::Int(64));
    }
}

pub(super) fn value(writer: &mut Writer, scope: &Scope, formula: &Formula, target: Option<Target>) {
    match formula {
        Formula::Column(column) => scope.push_column(writer, *column),
        Formula::Slot(ty) => {
            writer.push_next(target);
            if writer.dialect == Dialect::PostgreSql {
                writer.push("::");
                writer.push_type(*ty);
            }
        }
        Formula::Key(number) => {
            if let Some((_, key)) = scope.keys.get(*number) {
                writer.push_fragment(key);
            }
        }
        Formula::Call(function, of) => call(writer, scope, *function, of, target),
        Formula::Case { arms, otherwise } => {
            writer.push("CASE");
            for (condition, then) in arms {
                writer.push(" WHEN ");
                super::filter::render(writer, scope, condition);
                writer.push(" THEN ");
                compared(writer, scope, then, target);
            }
            if let Some(otherwise) = otherwise {
                writer.push(" ELSE ");
                compared(writer, scope, otherwise, target);
            }
            writer.push(" END");
        }
        Formula::Aggregate(one, of) => aggregate(writer, scope, *one, of.as_deref(), None, target),
        Formula::Window(one) => window::render(writer, scope, one, target),
        Formula::Given(given) => writer.push_given(given.number),
        Formula::TooDeep => writer.push("NULL"),
        Formula::Related(one) => subquery::related(writer, scope, one),
        Formula::Subquery(select) => subquery::scalar(writer, scope, select),
        Formula::Outer(model, column) => subquery::outer(writer, scope, *model, *column),
        Formula::Fragment(one) => fragment::render(writer, scope, one, target),
    }
}

fn call(
    writer: &mut Writer,
    scope: &Scope,
    function: Function,
    of: &[Formula],
    target: Option<Target>,
) {
    let (name, between) = match (function, writer.dialect) {
        (Function::Lower, _) => ("lower(", ", "),
        (Function::Upper, _) => ("upper(", ", "),
        (Function::Length, _) => ("length(", ", "),
        (Function::Cardinality, Dialect::Sqlite) => ("json_array_length(", ", "),
        (Function::Cardinality, Dialect::PostgreSql) => ("cardinality(", ", "),
        (Function::Coalesce, _) => ("coalesce(", ", "),
        (Function::Push | Function::Remove, _) => {
            return super::arrays::changed(writer, scope, function, of, target);
        }
        (Function::Start(span), _) => return super::times::start(writer, scope, span, of, target),
        (Function::Time(part), _) => return super::times::part(writer, scope, part, of, target),
        (Function::Json(what), _) => return super::json::inside(writer, scope, what, of, target),
        (Function::Remainder, Dialect::Sqlite) => ("(", " % "),
        (Function::Add, Dialect::Sqlite) => ("toasty_add(", ", "),
        (Function::Subtract, Dialect::Sqlite) => ("toasty_subtract(", ", "),
        (Function::Multiply, Dialect::Sqlite) => ("toasty_multiply(", ", "),
        (Function::Divide, Dialect::Sqlite) => ("toasty_divide(", ", "),
        (Function::Add, Dialect::PostgreSql) => ("(", " + "),
        (Function::Subtract, Dialect::PostgreSql) => ("(", " - "),
        (Function::Multiply, Dialect::PostgreSql) => ("(", " * "),
        (Function::Divide, Dialect::PostgreSql) => ("(", " / "),
        (Function::Remainder, Dialect::PostgreSql) => ("(", " % "),
    };
    writer.push(name);
    let divides = matches!(function, Function::Divide | Function::Remainder);
    writer.push_list(between, of.iter().enumerate(), |writer, (number, one)| {
        if number > 0 && divides && writer.dialect == Dialect::PostgreSql {
            divisor(writer, scope, one, target);
            return;
        }
        match function {
            Function::Lower
            | Function::Upper
            | Function::Length
            | Function::Cardinality
            | Function::Coalesce => {
                compared(writer, scope, one, target);
            }
            Function::Add
            | Function::Subtract
            | Function::Multiply
            | Function::Divide
            | Function::Remainder
            | Function::Time(_)
            | Function::Start(_)
            | Function::Push
            | Function::Remove
            | Function::Json(_) => wide(writer, scope, one, target),
        }
    });
    writer.push(")");
    if let Function::Length | Function::Cardinality = function
        && writer.dialect == Dialect::PostgreSql
    {
        writer.push("::");
        writer.push_type(ColumnType::Int(64));
    }
}

/// What is divided by in PostgreSQL: NULL for zero, where it would fail.
fn divisor(writer: &mut Writer, scope: &Scope, formula: &Formula, target: Option<Target>) {
    writer.push("NULLIF(");
    wide(writer, scope, formula, target);
    writer.push(", ");
    constant(writer, 0);
    if let float @ ColumnType::Float(_) = scope.type_of(formula) {
        writer.push("::");
        writer.push_type(float);
    }
    writer.push(")");
}

pub(super) fn aggregate(
    writer: &mut Writer,
    scope: &Scope,
    aggregate: Aggregate,
    of: Option<&Formula>,
    of_window: Option<&Window>,
    target: Option<Target>,
) {
    let Some(of) = of else {
        writer.push("count(*)");
        window::over(writer, scope, of_window);
        return;
    };
    // SQLite takes a function for the one or for the other.
    let windowed = of_window.is_some();
    match (aggregate, writer.dialect) {
        (Aggregate::Count, _) => {
            writer.push("count(");
            value(writer, scope, of, target);
        }
        (Aggregate::CountDistinct, _) => {
            writer.push("count(DISTINCT ");
            compared(writer, scope, of, target);
        }
        (Aggregate::Sum, Dialect::Sqlite) => {
            writer.push(if windowed {
                "toasty_window_sum("
            } else {
                "toasty_sum("
            });
            value(writer, scope, of, target);
        }
        (Aggregate::Average, Dialect::Sqlite) => {
            writer.push(if windowed {
                "toasty_window_average("
            } else {
                "toasty_average("
            });
            value(writer, scope, of, target);
        }
        (Aggregate::Sum | Aggregate::Average, Dialect::PostgreSql) => {
            total(writer, scope, aggregate, of, of_window, target);
            return;
        }
        (Aggregate::Min | Aggregate::Max, _) => {
            extreme(
                writer,
                scope,
                aggregate == Aggregate::Min,
                of,
                of_window,
                target,
            );
            return;
        }
    }
    writer.push(")");
    window::over(writer, scope, of_window);
}

/// A sum, or a mean, in PostgreSQL. The sum of `bigint` is a `numeric` there and cannot overflow; the cast refuses one that
/// does not fit ("Aggregate Functions").
fn total(
    writer: &mut Writer,
    scope: &Scope,
    aggregate: Aggregate,
    of: &Formula,
    of_window: Option<&Window>,
    target: Option<Target>,
) {
    let ty = scope.type_of(of);
    let one = writer.aside(|writer| {
        value(writer, scope, of, target);
        if let ColumnType::Float(_) = ty {
            writer.push("::");
            writer.push_type(ColumnType::Float(64));
        }
    });
    let over = writer.aside(|writer| window::over(writer, scope, of_window));
    let mean = aggregate == Aggregate::Average;
    writer.push(if mean { "(sum(" } else { "sum(" });
    writer.push_fragment(&one);
    writer.push(")");
    writer.push_fragment(&over);
    if mean {
        writer.push("::");
        writer.push_type(ColumnType::Float(64));
        writer.push(" / count(");
        writer.push_fragment(&one);
        writer.push(")");
        writer.push_fragment(&over);
        writer.push("::");
        writer.push_type(ColumnType::Float(64));
        writer.push(")");
    } else if ty.is_integer() {
        writer.push("::");
        writer.push_type(ColumnType::Int(64));
    }
}

/// The smallest or the largest. What a type has no such function for in PostgreSQL is asked for in another way.
fn extreme(
    writer: &mut Writer,
    scope: &Scope,
    min: bool,
    of: &Formula,
    of_window: Option<&Window>,
    target: Option<Target>,
) {
    let ty = scope.type_of(of);
    if let ColumnType::Bytes | ColumnType::Json = ty {
        let model = scope.model.name;
        writer.refuse(|| {
            Error::unsupported(
                "the smallest or the largest of bytes or JSON",
                "databases order them differently: read the rows, and compare in Rust",
            )
            .on_model(model)
        });
    }
    writer.push(match (writer.dialect, ty, min) {
        (Dialect::PostgreSql, ColumnType::Bool, true) => "bool_and(",
        (Dialect::PostgreSql, ColumnType::Bool, false) => "bool_or(",
        (_, _, true) => "min(",
        (_, _, false) => "max(",
    });
    match (writer.dialect, ty) {
        (Dialect::PostgreSql, ColumnType::Uuid) => {
            value(writer, scope, of, target);
            writer.push("::");
            writer.push_type(ColumnType::Text);
            writer.push(writer.dialect.collation(ColumnType::Text));
            writer.push(")");
            window::over(writer, scope, of_window);
            writer.push("::");
            writer.push_type(ColumnType::Uuid);
        }
        (
            _,
            ColumnType::Enum(EnumType {
                native: Some(_), ..
            }),
        ) => {
            value(writer, scope, of, target);
            writer.push(")");
            window::over(writer, scope, of_window);
        }
        (Dialect::Sqlite | Dialect::PostgreSql, _) => {
            compared(writer, scope, of, target);
            writer.push(")");
            window::over(writer, scope, of_window);
        }
    }
}
