//! Reads durations and sizes.
//!
//! Promises: what is refused tells how such a quantity is written, or which one was probably meant. Must not know any
//! key.

use std::time::Duration;

use super::error::{ConfigError, ConfigErrorKind};
use super::limits::Limits;
use super::reader::Reader;
use super::suggest::nearest;

impl Reader<'_> {
    /// A duration within its limits.
    pub(super) fn duration(&self, limits: &Limits) -> Result<Option<Duration>, ConfigError> {
        Ok(self
            .quantity(limits, None)?
            .flatten()
            .map(Duration::from_millis))
    }

    /// A duration within its limits; `Some(None)` stands for `"off"`.
    pub(super) fn duration_or_off(
        &self,
        limits: &Limits,
    ) -> Result<Option<Option<Duration>>, ConfigError> {
        let quantity = self.quantity(limits, Some("off"))?;
        Ok(quantity.map(|quantity| quantity.map(Duration::from_millis)))
    }

    /// A duration or a size within its limits. `Some(None)` stands for the word, if there is one.
    pub(super) fn quantity(
        &self,
        limits: &Limits,
        word: Option<&'static str>,
    ) -> Result<Option<Option<u64>>, ConfigError> {
        let Some(scale) = limits.scale else {
            return Ok(None);
        };
        let [example, _] = scale.examples;
        let mut written = format!("a number with a unit in quotes, such as \"{example}\"");
        if let Some(word) = word {
            written.push_str(&format!(", or as \"{word}\""));
        }
        let Some(text) = self.text(limits.key, &written)? else {
            return Ok(None);
        };
        if word == Some(text.content.as_str()) {
            return Ok(Some(None));
        }
        match scale.parse(&text.content) {
            Ok(quantity) if limits.allow(quantity) => Ok(Some(Some(quantity))),
            Ok(_) => Err(self.out_of_range(limits, &text.shown())),
            Err(fault) => {
                let word_meant = || nearest(&text.content, word).map(str::to_owned);
                let meant = fault
                    .nearest
                    .or_else(word_meant)
                    .filter(|_| text.is_plain());
                let help = match (meant, word) {
                    (Some(meant), _) => format!("did you mean \"{meant}\"?"),
                    (None, None) => scale.how(),
                    (None, Some(word)) => format!("{}; or \"{word}\"", scale.how()),
                };
                Err(self
                    .refuse(limits.key, ConfigErrorKind::BadValue, &text.shown())
                    .with_help(help))
            }
        }
    }
}
