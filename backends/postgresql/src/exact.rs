//! What PostgreSQL would not hold exactly, and so is refused before it is sent: the same for a value by itself and for a member of
//! an array.

use toasty_dsl::error::Refusal;

/// The microseconds from 1970 to 2000, from where PostgreSQL counts.
pub(crate) const FROM_1970_TO_2000: i64 = 946_684_800_000_000;

/// The first instant that PostgreSQL knows, in microseconds from 2000: 4714-11-24 BC.
const FIRST_INSTANT: i64 = -211_813_488_000_000_000;

pub(crate) fn in_range(micros: i64) -> Result<i64, Refusal> {
    if micros >= FIRST_INSTANT {
        Ok(micros)
    } else {
        Err(before_time_began())
    }
}

#[cold]
pub(crate) fn before_time_began() -> Refusal {
    Refusal::new("a time before 4714-11-24 BC: PostgreSQL knows none")
}

pub(crate) fn whole_microseconds(nanoseconds: i32) -> Result<(), Refusal> {
    if nanoseconds % 1000 == 0 {
        Ok(())
    } else {
        Err(Refusal::new(
            "a time finer than a microsecond, which PostgreSQL would round: round it first, by `.round(jiff::Unit::Microsecond)`",
        ))
    }
}

pub(crate) fn sound(x: f64) -> Result<f64, Refusal> {
    if x.is_nan() {
        Err(Refusal::new(
            "NaN: PostgreSQL takes it for equal to itself and larger than every number",
        ))
    } else {
        Ok(x)
    }
}

pub(crate) fn narrow(x: f64) -> Result<f32, Refusal> {
    #[expect(clippy::cast_possible_truncation, reason = "checked on the next line")]
    let narrow = x as f32;
    if f64::from(narrow) == x {
        Ok(narrow)
    } else {
        Err(Refusal::new(
            "a float that the column's 32 bits cannot hold exactly",
        ))
    }
}

/// JSON without the letter U+0000, which `jsonb` cannot hold: it would be refused by the server, in the middle of a
/// transaction.
pub(crate) fn whole_json(text: &str) -> Result<&str, Refusal> {
    let mut letters = text.bytes();
    while let Some(letter) = letters.next() {
        // A backslash takes the next letter with it, so that two of them begin nothing.
        if letter == b'\\' && letters.next() == Some(b'u') && letters.clone().take(4).eq(*b"0000") {
            return Err(Refusal::new(
                "JSON with the letter U+0000: PostgreSQL's jsonb cannot hold it",
            ));
        }
    }
    Ok(text)
}

/// A text without the letter U+0000.
pub(crate) fn whole_text(text: &str) -> Result<&str, Refusal> {
    if text.as_bytes().contains(&0) {
        return Err(Refusal::new(
            "a text with the letter U+0000: PostgreSQL's texts cannot hold it",
        ));
    }
    Ok(text)
}

#[cold]
pub(crate) fn too_big() -> Refusal {
    Refusal::new(
        "an integer above 9223372036854775807: PostgreSQL's integers are signed and have 64 bits",
    )
}
