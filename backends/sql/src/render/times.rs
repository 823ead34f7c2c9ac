//! Parts of times.
//!
//! Promises: those of an instant are in UTC, whatever the zone of the session. The surprising decision: PostgreSQL's zone is an
//! interval of nothing, since a name would be a text in quotes.

use super::formula::value;
use super::scope::Scope;
use crate::Dialect;
use crate::slot::Target;
use crate::writer::Writer;
use toasty_dsl::statement::{Formula, TimePart};
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
