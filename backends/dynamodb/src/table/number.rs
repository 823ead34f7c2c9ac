//! Numbers as DynamoDB writes them: decimal text of up to 38 digits.
//!
//! Promises: two texts of one number have one canonical form, and compare as the numbers do. Must not know: columns, items.

use std::cmp::Ordering;

/// A decimal number, taken apart: `0.d1d2d3… × 10^exponent`, the first digit not being zero. Zero has no digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Number {
    negative: bool,
    exponent: i32,
    digits: String,
}

impl Number {
    /// A number of its text, where that is one: `-12.50`, `1E+3`.
    pub(crate) fn of(text: &str) -> Option<Number> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (rest, 0),
        };
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.len() + part.len() == 0
            || !whole
                .bytes()
                .chain(part.bytes())
                .all(|x| x.is_ascii_digit())
        {
            return None;
        }
        let all = format!("{whole}{part}");
        let leading = all.len() - all.trim_start_matches('0').len();
        let digits = all.trim_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Number {
                negative: false,
                exponent: 0,
                digits,
            });
        }
        let exponent = i32::try_from(whole.len())
            .ok()?
            .checked_sub(i32::try_from(leading).ok()?)?
            .checked_add(exponent)?;
        Some(Number {
            negative,
            exponent,
            digits,
        })
    }

    /// How many digits matter.
    pub(crate) fn digits(&self) -> usize {
        self.digits.len()
    }

    /// The power of ten of its first digit: 2 for `123`.
    pub(crate) fn magnitude(&self) -> i32 {
        self.exponent - 1
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    pub(crate) fn is_negative(&self) -> bool {
        self.negative
    }

    /// One text for each number.
    pub(crate) fn canonical(&self) -> String {
        if self.is_zero() {
            return "0".to_owned();
        }
        let sign = if self.negative { "-" } else { "" };
        format!("{sign}0.{}E{}", self.digits, self.exponent)
    }

    fn magnitude_cmp(&self, other: &Number) -> Ordering {
        match (self.is_zero(), other.is_zero()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            // Digits of the same power of ten compare as texts: a shorter one is as if filled up with zeros.
            (false, false) => self
                .exponent
                .cmp(&other.exponent)
                .then_with(|| self.digits.cmp(&other.digits)),
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.magnitude_cmp(other),
            (true, true) => other.magnitude_cmp(self),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::of(text).unwrap()
    }

    #[test]
    fn texts_of_one_number_are_one() {
        for (a, b) in [
            ("1", "1.0"),
            ("100", "1E+2"),
            ("0", "-0.00"),
            ("0.5", ".5"),
            ("-12.50", "-1.25e1"),
            ("007", "7"),
            ("0.0012", "1.2E-3"),
        ] {
            assert_eq!(number(a), number(b), "{a} {b}");
            assert_eq!(number(a).canonical(), number(b).canonical());
        }
    }

    #[test]
    fn numbers_compare_as_numbers_and_not_as_texts() {
        let ordered = [
            "-1E+5", "-100", "-99.5", "-1", "-0.5", "0", "1E-130", "0.09", "0.1", "1", "1.01",
            "1.1", "2", "9", "10", "100", "9.9E+125",
        ];
        for pair in ordered.windows(2) {
            assert!(number(pair[0]) < number(pair[1]), "{} {}", pair[0], pair[1]);
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "-", "abc", "1.2.3", "1e", "NaN", "1E99999999999"] {
            assert_eq!(Number::of(text), None, "{text}");
        }
    }

    #[test]
    fn the_magnitude_is_the_power_of_the_first_digit() {
        assert_eq!(number("123").magnitude(), 2);
        assert_eq!(number("0.05").magnitude(), -2);
        assert_eq!(number("1E-130").magnitude(), -130);
        assert_eq!(number("1200").digits(), 2);
    }
}
