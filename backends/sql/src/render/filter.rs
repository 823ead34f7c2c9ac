//! Conditions.

use super::formula::test;
use super::scope::Scope;
use crate::Dialect;
use crate::slot::Form;
use crate::writer::Writer;
use toasty_dsl::Error;
use toasty_dsl::schema::Join;
use toasty_dsl::statement::{Comparison, Expr, Quantifier, Term, TextMatch};

/// How many members of a chain stand side by side before they are bracketed in groups. SQLite parses `a OR b OR c` as
/// nested pairs and refuses a tree deeper than 1,000 ("Limits In SQLite", section 5).
const SIDE_BY_SIDE: usize = 64;

pub(super) fn render(writer: &mut Writer, scope: &Scope, expr: &Expr) {
    match expr {
        Expr::Constant(true) => writer.push("TRUE"),
        Expr::Constant(false) | Expr::TooDeep => writer.push("FALSE"),
        Expr::Compare {
            column,
            comparison,
            with,
        } => {
            scope.push_column(writer, *column);
            writer.push(operator(*comparison));
            match with {
                Term::Slot => writer.push_next(scope.target(*column)),
                Term::Column(other) => scope.push_column(writer, *other),
            }
        }
        Expr::Between { column } => {
            scope.push_column(writer, *column);
            writer.push(" BETWEEN ");
            writer.push_next(scope.target(*column));
            writer.push(" AND ");
            writer.push_next(scope.target(*column));
        }
        Expr::In { column, negated } => {
            scope.push_column(writer, *column);
            writer.push(among(writer.dialect, *negated));
            writer.push_next(scope.target(*column));
            writer.push(")");
        }
        Expr::InRows { columns, rows } => in_rows(writer, scope, columns, *rows),
        Expr::IsNull { column, negated } => {
            scope.push_column(writer, *column);
            writer.push(if *negated { " IS NOT NULL" } else { " IS NULL" });
        }
        Expr::Text {
            column,
            matches,
            ignore_case,
        } => text(writer, scope, *column, *matches, *ignore_case),
        Expr::And(all) => chain(writer, scope, " AND ", all),
        Expr::Or(all) => chain(writer, scope, " OR ", all),
        Expr::Not(one) => {
            writer.push("NOT ");
            bracketed(writer, scope, one);
        }
        Expr::Related {
            relation,
            quantifier,
            filter,
        } => related(writer, scope, *relation, *quantifier, filter),
        Expr::Computed(one) => test(writer, scope, one),
        Expr::Array { column, matches } => super::arrays::array(writer, scope, *column, *matches),
    }
}

/// How two values compare.
pub(super) fn operator(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => " = ",
        Comparison::NotEqual => " <> ",
        Comparison::Less => " < ",
        Comparison::LessOrEqual => " <= ",
        Comparison::Greater => " > ",
        Comparison::GreaterOrEqual => " >= ",
    }
}

/// What stands between a value and its list. A bracket follows the list.
pub(super) fn among(dialect: Dialect, negated: bool) -> &'static str {
    match (dialect, negated) {
        (Dialect::Sqlite, false) => " IN rarray(",
        (Dialect::Sqlite, true) => " NOT IN rarray(",
        (Dialect::PostgreSql, false) => " = ANY(",
        (Dialect::PostgreSql, true) => " <> ALL(",
    }
}

/// A condition beside another one, of which both must hold.
pub(super) fn render_beside(writer: &mut Writer, scope: &Scope, expr: &Expr) {
    match expr {
        Expr::And(_) => render(writer, scope, expr),
        one => chain(writer, scope, " AND ", std::slice::from_ref(one)),
    }
}

/// A condition inside a larger one: in brackets where it is a chain.
fn bracketed(writer: &mut Writer, scope: &Scope, expr: &Expr) {
    writer.push("(");
    render(writer, scope, expr);
    writer.push(")");
}

fn chain(writer: &mut Writer, scope: &Scope, word: &'static str, all: &[Expr]) {
    if all.len() > SIDE_BY_SIDE {
        let group = all.len().div_ceil(SIDE_BY_SIDE).max(SIDE_BY_SIDE);
        writer.push_list(word, all.chunks(group), |writer, group| {
            writer.push("(");
            chain(writer, scope, word, group);
            writer.push(")");
        });
        return;
    }
    writer.push_list(word, all, |writer, one| match one {
        Expr::And(_) | Expr::Or(_) | Expr::Between { .. } => bracketed(writer, scope, one),
        _ => render(writer, scope, one),
    });
}

fn in_rows(writer: &mut Writer, scope: &Scope, columns: &[u16], rows: usize) {
    writer.push("(");
    writer.push_list(", ", columns, |writer, column| {
        scope.push_column(writer, *column)
    });
    writer.push(") IN (VALUES ");
    writer.push_list(", ", 0..rows, |writer, row| {
        writer.push("(");
        writer.push_list(", ", columns, |writer, column| {
            writer.push_next(scope.target(*column));
            // "VALUES": the first row gives the types, which nothing else would tell PostgreSQL.
            if writer.dialect == Dialect::PostgreSql
                && row == 0
                && let Some(column) = scope.model.columns.get(usize::from(*column))
            {
                writer.push("::");
                writer.push_type(column.ty);
            }
        });
        writer.push(")");
    });
    writer.push(")");
}

/// How a text matches. SQLite's GLOB tells upper from lower case, as every backend shall; its LIKE does not, PostgreSQL's does.
fn text(writer: &mut Writer, scope: &Scope, column: u16, matches: TextMatch, lower: bool) {
    if matches == TextMatch::Regex {
        regex(writer, scope, column);
        return;
    }
    let value = writer.take();
    if matches == TextMatch::StartsWith && !lower {
        // A range, which an index serves.
        push_text(writer, scope, column);
        writer.push(" >= ");
        writer.push_slot(Form::Plain(value), scope.target(column));
        writer.push(" AND ");
        push_text(writer, scope, column);
        writer.push(" < ");
        writer.push_slot(Form::AfterPrefix(value), scope.target(column));
        return;
    }
    if lower {
        writer.push("lower(");
    }
    push_text(writer, scope, column);
    if lower {
        writer.push(")");
    }
    writer.push(match writer.dialect {
        Dialect::Sqlite => " GLOB ",
        // "Pattern Matching": the escape is the backslash unless another is named.
        Dialect::PostgreSql => " LIKE ",
    });
    writer.push_slot(
        Form::Pattern {
            value,
            matches,
            lower,
        },
        scope.target(column),
    );
}

/// A regular expression, which is the database's own: the collation says what a letter is.
fn regex(writer: &mut Writer, scope: &Scope, column: u16) {
    if writer.dialect == Dialect::Sqlite {
        let name = scope.model.columns.get(usize::from(column));
        let name = name.map_or_else(String::new, |column| column.path().join("."));
        writer.refuse(|| {
            Error::unsupported(
                "a regular expression: SQLite has none",
                "use `like`, `starts_with` or `contains`, or read the rows and choose among them",
            )
            .on_fields([name])
        });
    }
    push_text(writer, scope, column);
    writer.push(" ~ ");
    writer.push_next(scope.target(column));
}

/// A column, to be compared letter by letter. The collation is that of the tables that this crate defines, so that their
/// indexes serve; in a table that was made otherwise it still gives the same rows.
fn push_text(writer: &mut Writer, scope: &Scope, column: u16) {
    scope.push_column(writer, column);
    match writer.dialect {
        Dialect::Sqlite => {}
        Dialect::PostgreSql => writer.push(" COLLATE \"C\""),
    }
}

/// A condition on the rows that a relation leads to.
fn related(
    writer: &mut Writer,
    scope: &Scope,
    relation: u16,
    quantifier: Quantifier,
    filter: &Expr,
) {
    let Some(join) = scope.model.join_columns(relation) else {
        // A rule of the language keeps such a relation from compiling; nothing is found by one.
        writer.push("FALSE");
        return;
    };
    let inside = scope.inside(join.other);
    writer.push(match quantifier {
        Quantifier::Any => "EXISTS (SELECT * FROM ",
        Quantifier::None | Quantifier::All => "NOT EXISTS (SELECT * FROM ",
    });
    inside.push_aliased_table(writer);
    writer.push(" WHERE ");
    meet(writer, &join, scope, &inside);
    if *filter != Expr::Constant(true) || quantifier == Quantifier::All {
        writer.push(" AND ");
        bracketed(writer, &inside, filter);
        if quantifier == Quantifier::All {
            // One for which it is false or unknown does not meet it.
            writer.push(" IS NOT TRUE");
        }
    }
    writer.push(")");
}

/// The condition by which two tables meet.
pub(super) fn meet(writer: &mut Writer, join: &Join, scope: &Scope, inside: &Scope) {
    let columns = join.theirs.iter().zip(&join.ours);
    writer.push_list(" AND ", columns, |writer, (theirs, ours)| {
        inside.push_column(writer, *theirs);
        writer.push(" = ");
        scope.push_column(writer, *ours);
    });
}
