//! Durations and sizes as people write them: a whole number and a unit.
//!
//! Promises: what is shown can be written, and the other way round. Must not know keys or limits.

/// The units of one kind of quantity, from the smallest, each with its worth in the smallest.
pub(super) struct Scale {
    /// The name of the quantity, with its article.
    pub(super) noun: &'static str,
    pub(super) examples: [&'static str; 2],
    /// What one of the smallest unit counts for in the result.
    base: u64,
    units: &'static [Unit],
}

struct Unit {
    name: &'static str,
    worth: u64,
    /// What people write instead; the beginning is enough, in any case.
    also: &'static [&'static str],
}

/// Milliseconds.
pub(super) const DURATION: Scale = Scale {
    noun: "a duration",
    examples: ["5s", "250ms"],
    base: 1,
    units: &[
        Unit {
            name: "ms",
            worth: 1,
            also: &["ms", "mil"],
        },
        Unit {
            name: "s",
            worth: 1_000,
            also: &["s"],
        },
        Unit {
            name: "m",
            worth: 60_000,
            also: &["m"],
        },
        Unit {
            name: "h",
            worth: 3_600_000,
            also: &["h"],
        },
    ],
};

/// Bytes. The smallest unit is the one that SQLite counts in.
pub(super) const SIZE: Scale = Scale {
    noun: "a size",
    examples: ["16MiB", "512KiB"],
    base: 1_024,
    units: &[
        Unit {
            name: "KiB",
            worth: 1,
            also: &["k"],
        },
        Unit {
            name: "MiB",
            worth: 1_024,
            also: &["m"],
        },
        Unit {
            name: "GiB",
            worth: 1_048_576,
            also: &["g"],
        },
    ],
};

/// A text that is no quantity, with the one that was probably meant.
pub(super) struct NotOnScale {
    pub(super) nearest: Option<String>,
}

impl Scale {
    /// The quantity in milliseconds or bytes. A number that is too large becomes the largest, which no limit allows.
    pub(super) fn parse(&self, text: &str) -> Result<u64, NotOnScale> {
        let digits = text.chars().take_while(char::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        if number.is_empty() {
            return Err(NotOnScale { nearest: None });
        }
        let Some(known) = self.units.iter().find(|known| known.name == unit) else {
            let unit = unit.trim().to_lowercase();
            let meant = self
                .units
                .iter()
                .find(|known| known.also.iter().any(|also| unit.starts_with(also)));
            // A number with 30 digits is no slip in the unit.
            let meant = meant.filter(|_| digits < 10);
            return Err(NotOnScale {
                nearest: meant.map(|known| format!("{number}{}", known.name)),
            });
        };
        let number = number.parse::<u64>().unwrap_or(u64::MAX);
        Ok(number.saturating_mul(known.worth).saturating_mul(self.base))
    }

    /// The quantity in the largest unit that fits without a rest.
    pub(super) fn show(&self, quantity: u64) -> String {
        let whole = quantity / self.base;
        let fitting = self
            .units
            .iter()
            .rev()
            .find(|unit| whole >= unit.worth && whole.is_multiple_of(unit.worth));
        match fitting.or(self.units.first()) {
            Some(unit) => format!("{}{}", whole / unit.worth, unit.name),
            None => whole.to_string(),
        }
    }

    /// How to write a quantity.
    pub(super) fn how(&self) -> String {
        let names: Vec<&str> = self.units.iter().map(|unit| unit.name).collect();
        let names = super::suggest::list(names, "`", "`");
        let [first, second] = self.examples;
        format!(
            "{} is a whole number and {names}, such as \"{first}\" or \"{second}\"",
            self.noun
        )
    }
}
