//! Parts of times, and the moments at which spans of time began.
//!
//! Promises: one meaning, by which every backend goes that computes them itself: those of an instant are in UTC. Must not know: how
//! times are stored.

use crate::value::{Cell, ColumnType, Scalar, Value};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, civil};

/// A part of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimePart {
    /// The year
    Year,
    /// The month, from 1
    Month,
    /// The day of the month, from 1
    Day,
    /// The hour, from 0
    Hour,
    /// The minute, from 0
    Minute,
    /// The second without its fraction, from 0
    Second,
    /// The day of the week as ISO 8601 counts: Monday is 1, Sunday is 7
    Weekday,
    /// The whole day
    Date,
}

impl TimePart {
    /// Its name, which is also that of the method.
    pub const fn name(self) -> &'static str {
        match self {
            TimePart::Year => "year",
            TimePart::Month => "month",
            TimePart::Day => "day",
            TimePart::Hour => "hour",
            TimePart::Minute => "minute",
            TimePart::Second => "second",
            TimePart::Weekday => "weekday",
            TimePart::Date => "date",
        }
    }

    /// The type of what it gives.
    pub const fn column_type(self) -> ColumnType {
        match self {
            TimePart::Date => <civil::Date as Scalar>::TYPE,
            TimePart::Year
            | TimePart::Month
            | TimePart::Day
            | TimePart::Hour
            | TimePart::Minute
            | TimePart::Second
            | TimePart::Weekday => ColumnType::Int(64),
        }
    }

    /// This part of a value; none where the value is no time.
    ///
    /// ```
    /// use toasty_dsl::statement::TimePart;
    /// use toasty_dsl::value::Value;
    ///
    /// let sunday = Value::Date(jiff::civil::date(2024, 5, 5));
    /// assert_eq!(TimePart::Weekday.of(&sunday), Some(Value::Int(7)));
    /// ```
    pub fn of(self, value: &Value) -> Option<Value> {
        let time = match value {
            Value::Null => return Some(Value::Null),
            Value::Timestamp(x) => x.to_zoned(TimeZone::UTC).datetime(),
            Value::DateTime(x) => *x,
            Value::Date(x) => x.at(0, 0, 0, 0),
            Value::Time(x) => civil::Date::constant(2000, 1, 1).to_datetime(*x),
            _ => return None,
        };
        Some(Value::Int(match self {
            TimePart::Year => time.year().into(),
            TimePart::Month => time.month().into(),
            TimePart::Day => time.day().into(),
            TimePart::Hour => time.hour().into(),
            TimePart::Minute => time.minute().into(),
            TimePart::Second => time.second().into(),
            TimePart::Weekday => time.weekday().to_monday_one_offset().into(),
            TimePart::Date => return Some(Value::Date(time.date())),
        }))
    }

    /// This part of a time that a backend keeps as text.
    pub fn of_text(self, text: &str) -> Option<Value> {
        self.of(&time(text)?)
    }
}

/// A span of time that begins at a moment of the calendar or of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeSpan {
    /// From the first of January
    Year,
    /// Three months, from the first of January, April, July and October
    Quarter,
    /// From the first of the month
    Month,
    /// Seven days, from Monday, as ISO 8601 counts
    Week,
    /// From midnight
    Day,
    /// From the full hour
    Hour,
    /// From the full minute
    Minute,
    /// From the full second
    Second,
}

impl TimeSpan {
    /// Its name, which is also the end of the name of the method.
    pub const fn name(self) -> &'static str {
        match self {
            TimeSpan::Year => "year",
            TimeSpan::Quarter => "quarter",
            TimeSpan::Month => "month",
            TimeSpan::Week => "week",
            TimeSpan::Day => "day",
            TimeSpan::Hour => "hour",
            TimeSpan::Minute => "minute",
            TimeSpan::Second => "second",
        }
    }

    /// When the span began that a value is in, as a value of the same type; none where the value is no time, or where that was
    /// before time begins.
    ///
    /// ```
    /// use toasty_dsl::statement::TimeSpan;
    /// use toasty_dsl::value::Value;
    ///
    /// let sunday = Value::Date(jiff::civil::date(2024, 5, 5));
    /// let monday = Value::Date(jiff::civil::date(2024, 4, 29));
    /// assert_eq!(TimeSpan::Week.start(&sunday), Some(monday));
    /// ```
    pub fn start(self, value: &Value) -> Option<Value> {
        Some(match value {
            Value::Null => Value::Null,
            Value::Timestamp(x) => {
                let start = self.of(x.to_zoned(TimeZone::UTC).datetime())?;
                Value::Timestamp(start.to_zoned(TimeZone::UTC).ok()?.timestamp())
            }
            Value::DateTime(x) => Value::DateTime(self.of(*x)?),
            Value::Date(x) => Value::Date(self.of(x.at(0, 0, 0, 0))?.date()),
            Value::Time(x) => {
                let day = civil::Date::constant(2000, 1, 1);
                Value::Time(self.of(day.to_datetime(*x))?.time())
            }
            _ => return None,
        })
    }

    /// As [`start`](TimeSpan::start), of a time that a backend keeps as text.
    pub fn start_of_text(self, text: &str) -> Option<Value> {
        self.start(&time(text)?)
    }

    fn of(self, time: civil::DateTime) -> Option<civil::DateTime> {
        let day = time.date();
        let of_month = |month: i8| civil::Date::new(day.year(), month, 1).ok();
        let date = match self {
            TimeSpan::Year => of_month(1)?,
            TimeSpan::Quarter => of_month((day.month() - 1) / 3 * 3 + 1)?,
            TimeSpan::Month => of_month(day.month())?,
            TimeSpan::Week => {
                let since = i64::from(day.weekday().to_monday_zero_offset());
                day.checked_sub(since.days()).ok()?
            }
            TimeSpan::Day | TimeSpan::Hour | TimeSpan::Minute | TimeSpan::Second => day,
        };
        let (hour, minute, second) = match self {
            TimeSpan::Hour => (time.hour(), 0, 0),
            TimeSpan::Minute => (time.hour(), time.minute(), 0),
            TimeSpan::Second => (time.hour(), time.minute(), time.second()),
            TimeSpan::Year
            | TimeSpan::Quarter
            | TimeSpan::Month
            | TimeSpan::Week
            | TimeSpan::Day => (0, 0, 0),
        };
        Some(date.at(hour, minute, second, 0))
    }
}

/// The time that a text stands for. Which of the types it is shows in the text.
fn time(text: &str) -> Option<Value> {
    fn read<T: Scalar>(text: &str) -> Option<Value> {
        T::decode(Cell::Text(text)).ok()?.to_value().ok()
    }
    let (day, clock) = match text.split_once(['T', ' ']) {
        Some((_, clock)) => (true, clock),
        None => (text.contains('-'), text),
    };
    if !day {
        read::<civil::Time>(text)
    } else if clock.contains(['Z', 'z', '+']) || clock.len() < text.len() && clock.contains('-') {
        read::<Timestamp>(text)
    } else if clock.len() < text.len() {
        read::<civil::DateTime>(text)
    } else {
        read::<civil::Date>(text)
    }
}
