//! Window functions.
//!
//! Promises: values of a row before those of its window, as their slots come. Must not know: queries.

use super::formula::{aggregate, listed, value};
use super::scope::Scope;
use super::select::computed_keys;
use crate::slot::Target;
use crate::writer::Writer;
use toasty_dsl::Error;
use toasty_dsl::statement::{Aggregate, Bound, Window, WindowFunction};

/// A value of the rows around a row.
pub(super) fn render(writer: &mut Writer, scope: &Scope, window: &Window, target: Option<Target>) {
    let name = match window.function {
        WindowFunction::RowNumber => "row_number(",
        WindowFunction::Rank => "rank(",
        WindowFunction::DenseRank => "dense_rank(",
        WindowFunction::Lag => "lag(",
        WindowFunction::Lead => "lead(",
        WindowFunction::FirstValue => "first_value(",
        WindowFunction::LastValue => "last_value(",
        WindowFunction::Aggregate(one) => {
            if one == Aggregate::CountDistinct {
                writer.refuse(|| {
                    Error::unsupported(
                        "the number of different values in a window",
                        "count them by groups: `.group_by(…).select(|group| count_distinct(…))`",
                    )
                });
            }
            aggregate(writer, scope, one, window.of.first(), Some(window), target);
            return;
        }
    };
    writer.push(name);
    writer.push_list(", ", &window.of, |writer, of| {
        value(writer, scope, of, target);
    });
    writer.push(")");
    over(writer, scope, Some(window));
}

/// The rows that are looked at, where they are not those of a group.
pub(super) fn over(writer: &mut Writer, scope: &Scope, window: Option<&Window>) {
    let Some(window) = window else { return };
    writer.push(" OVER (");
    if !window.partition.is_empty() {
        writer.push("PARTITION BY ");
        writer.push_list(", ", &window.partition, |writer, by| {
            listed(writer, scope, by);
        });
    }
    if !window.order.is_empty() {
        if !window.partition.is_empty() {
            writer.push(" ");
        }
        writer.push("ORDER BY ");
        computed_keys(writer, scope, &window.order, None);
    }
    if let Some(frame) = window.frame {
        writer.push(" ROWS BETWEEN ");
        bound(writer, frame.start, "UNBOUNDED PRECEDING");
        writer.push(" AND ");
        bound(writer, frame.end, "UNBOUNDED FOLLOWING");
    }
    writer.push(")");
}

fn bound(writer: &mut Writer, bound: Bound, unbounded: &'static str) {
    match bound {
        Bound::Unbounded => writer.push(unbounded),
        Bound::Current => writer.push("CURRENT ROW"),
        Bound::Preceding => {
            writer.push_next(None);
            writer.push(" PRECEDING");
        }
        Bound::Following => {
            writer.push_next(None);
            writer.push(" FOLLOWING");
        }
    }
}
