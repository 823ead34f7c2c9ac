//! Parts of times, and when spans of time began.
//!
//! Promises: those of an instant are in UTC, whatever the zone of the session. The surprising decision: PostgreSQL's zone is an
//! interval of nothing, since a name would be a text in quotes.

use super::formula::value;
use super::scope::Scope;
use crate::Dialect;
use crate::slot::{Form, Target};
use crate::writer::Writer;
use toasty_dsl::statement::{Formula, TimePart, TimeSpan};
use toasty_dsl::value::ColumnType;

/// A part of a time.
pub(super) fn part(
    writer: &mut Writer,
    scope: &Scope,
    part: TimePart,
    of: &[Formula],
    target: Option<Target>,
) {
    let Some(of) = of.first() else {
        return;
    };
    match writer.dialect {
        Dialect::Sqlite => {
            writer.push(match part {
                TimePart::Year => "toasty_year(",
                TimePart::Month => "toasty_month(",
                TimePart::Day => "toasty_day(",
                TimePart::Hour => "toasty_hour(",
                TimePart::Minute => "toasty_minute(",
                TimePart::Second => "toasty_second(",
                TimePart::Weekday => "toasty_weekday(",
                TimePart::Date => "toasty_date(",
            });
            value(writer, scope, of, target);
            writer.push(")");
        }
        Dialect::PostgreSql => {
            writer.push(match part {
                TimePart::Year => "extract(YEAR FROM ",
                TimePart::Month => "extract(MONTH FROM ",
                TimePart::Day => "extract(DAY FROM ",
                TimePart::Hour => "extract(HOUR FROM ",
                TimePart::Minute => "extract(MINUTE FROM ",
                // A cast to an integer would round it.
                TimePart::Second => "floor(extract(SECOND FROM ",
                TimePart::Weekday => "extract(ISODOW FROM ",
                TimePart::Date => "(",
            });
            let instant = scope.type_of(of) == ColumnType::Timestamp;
            if instant {
                writer.push("timezone(make_interval(), ");
            }
            value(writer, scope, of, target);
            if instant {
                writer.push(")");
            }
            writer.push(match part {
                TimePart::Second => "))::",
                TimePart::Year
                | TimePart::Month
                | TimePart::Day
                | TimePart::Hour
                | TimePart::Minute
                | TimePart::Weekday
                | TimePart::Date => ")::",
            });
            writer.push_type(part.column_type());
        }
    }
}

/// When the span began that a time is in.
pub(super) fn start(
    writer: &mut Writer,
    scope: &Scope,
    span: TimeSpan,
    of: &[Formula],
    target: Option<Target>,
) {
    let Some(of) = of.first() else {
        return;
    };
    match writer.dialect {
        Dialect::Sqlite => {
            writer.push(match span {
                TimeSpan::Year => "toasty_start_of_year(",
                TimeSpan::Quarter => "toasty_start_of_quarter(",
                TimeSpan::Month => "toasty_start_of_month(",
                TimeSpan::Week => "toasty_start_of_week(",
                TimeSpan::Day => "toasty_start_of_day(",
                TimeSpan::Hour => "toasty_start_of_hour(",
                TimeSpan::Minute => "toasty_start_of_minute(",
                TimeSpan::Second => "toasty_start_of_second(",
            });
            value(writer, scope, of, target);
            writer.push(")");
        }
        Dialect::PostgreSql => {
            let ty = scope.type_of(of);
            let instant = ty == ColumnType::Timestamp;
            if instant {
                writer.push("timezone(make_interval(), ");
            }
            writer.push("date_trunc(");
            writer.push_slot(Form::Word(span.name()), None);
            writer.push("::");
            writer.push_type(ColumnType::Text);
            writer.push(if instant {
                ", timezone(make_interval(), "
            } else {
                ", ("
            });
            value(writer, scope, of, target);
            writer.push(")");
            // A date alone would be taken for an instant in the zone of the session.
            if ty == ColumnType::Date {
                writer.push("::");
                writer.push_type(ColumnType::DateTime);
            }
            writer.push(")");
            if instant {
                writer.push(")");
            } else {
                writer.push("::");
                writer.push_type(ty);
            }
        }
    }
}
