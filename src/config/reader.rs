//! Reads the values of one layer, each by the type that its key needs.
//!
//! Promises: a value is either right or an error that points at it and tells what is allowed; a key that is not set,
//! or that cannot be expanded because there is no environment, is `None`. Must not know any key.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeInteger, DeValue};

use super::environment::Environment;
use super::error::{ConfigError, ConfigErrorKind};
use super::expand::{Expanded, Fault, expand};
use super::keys;
use super::layer::Layer;
use super::limits::Limits;
use super::picture::shortened;
use super::source::Source;
use super::suggest::{list, nearest};
use super::value::{Text, kind_of};

/// A layer with everything that is needed to read its values.
pub(super) struct Reader<'a> {
    source: &'a Source<'a>,
    layer: &'a Layer<'a>,
    environment: Option<&'a Environment>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        source: &'a Source<'a>,
        layer: &'a Layer<'a>,
        environment: &'a Environment,
    ) -> Self {
        Self {
            source,
            layer,
            environment: Some(environment),
        }
    }

    /// A reader that checks what it can without looking into variables.
    pub(super) fn without_environment(source: &'a Source<'a>, layer: &'a Layer<'a>) -> Self {
        Self {
            source,
            layer,
            environment: None,
        }
    }

    /// A text with its references expanded. `example` is what to write if the value is no text.
    pub(super) fn text(
        &self,
        key: &'static str,
        example: &str,
    ) -> Result<Option<Text>, ConfigError> {
        match self.layer.get(key) {
            None => Ok(None),
            Some(value) => match value.get_ref() {
                DeValue::String(written) => self.expand(key, value, written),
                other => Err(self
                    .wrong_type(key, "a text", other)
                    .with_help(format!("write it as {example}"))),
            },
        }
    }

    /// One of the given names, as what it stands for.
    pub(super) fn choice<Value: Copy>(
        &self,
        key: &'static str,
        names: &[(&'static str, Value)],
    ) -> Result<Option<Value>, ConfigError> {
        let all = names.iter().map(|(name, _)| *name);
        let valid = list(all.clone(), "\"", "\"");
        let Some(text) = self.text(key, &valid)? else {
            return Ok(None);
        };
        if let Some((_, value)) = names.iter().find(|(name, _)| *name == text.content) {
            return Ok(Some(*value));
        }
        // A guess at a value from the environment would tell something of it.
        let guess = nearest(&text.content, all).filter(|_| text.is_plain());
        let help = guess.map_or_else(
            || format!("allowed: {valid}"),
            |name| format!("did you mean \"{name}\"?"),
        );
        Err(self
            .refuse(key, ConfigErrorKind::BadValue, &text.shown())
            .with_help(help))
    }

    /// A boolean, or a text whose references make one.
    pub(super) fn boolean(&self, key: &'static str) -> Result<Option<bool>, ConfigError> {
        const HELP: &str = "allowed: true or false, without quotes";
        let Some(value) = self.layer.get(key) else {
            return Ok(None);
        };
        let other = value.get_ref();
        match other {
            DeValue::Boolean(value) => Ok(Some(*value)),
            DeValue::String(written) => match self.expand(key, value, written)? {
                None => Ok(None),
                Some(text) if text.is_plain() => {
                    Err(self.wrong_type(key, "a boolean", other).with_help(HELP))
                }
                Some(text) => match text.content.parse() {
                    Ok(value) => Ok(Some(value)),
                    Err(_) => Err(self
                        .refuse(key, ConfigErrorKind::BadValue, &text.shown())
                        .with_help("allowed: true or false")),
                },
            },
            _ => Err(self.wrong_type(key, "a boolean", other).with_help(HELP)),
        }
    }

    /// A whole number within its limits, or a text whose references make one.
    pub(super) fn count<Count: TryFrom<u64>>(
        &self,
        limits: &Limits,
    ) -> Result<Option<Count>, ConfigError> {
        let key = limits.key;
        let Some(value) = self.layer.get(key) else {
            return Ok(None);
        };
        let wrong_type = |other| {
            self.wrong_type(key, "a whole number", other)
                .with_help(format!("allowed: {}, without quotes", limits.range()))
        };
        let (number, shown) = match value.get_ref() {
            DeValue::Integer(integer) => (whole(integer), shortened(&integer.to_string())),
            other @ DeValue::String(written) => match self.expand(key, value, written)? {
                None => return Ok(None),
                Some(text) if text.is_plain() => return Err(wrong_type(other)),
                Some(text) => match text.content.parse::<i128>() {
                    Ok(number) => (u64::try_from(number).ok(), text.shown()),
                    Err(_) => {
                        return Err(self
                            .refuse(key, ConfigErrorKind::BadValue, &text.shown())
                            .with_help(format!("allowed: a whole number, {}", limits.range())));
                    }
                },
            },
            other => return Err(wrong_type(other)),
        };
        let number = number
            .filter(|number| limits.allow(*number))
            .and_then(|number| Count::try_from(number).ok());
        number
            .map(Some)
            .ok_or_else(|| self.out_of_range(limits, &shown))
    }

    /// The error for a value of this key: `key` cannot be `shown`.
    pub(super) fn refuse(
        &self,
        key: &'static str,
        kind: ConfigErrorKind,
        shown: &str,
    ) -> ConfigError {
        self.at_value(
            key,
            kind,
            format!("`{}` cannot be {shown}", keys::split(key).1),
        )
    }

    pub(super) fn out_of_range(&self, limits: &Limits, shown: &str) -> ConfigError {
        self.refuse(limits.key, ConfigErrorKind::OutOfRange, shown)
            .with_help(format!("allowed: {}", limits.range()))
    }

    fn wrong_type(&self, key: &'static str, needed: &str, found: &DeValue<'_>) -> ConfigError {
        let message = format!(
            "`{}` is {needed}, not {}",
            keys::split(key).1,
            kind_of(found)
        );
        self.at_value(key, ConfigErrorKind::WrongType, message)
    }

    pub(super) fn at_value(
        &self,
        key: &'static str,
        kind: ConfigErrorKind,
        message: String,
    ) -> ConfigError {
        let span = self.layer.get(key).map_or(0..0, |value| value.span());
        ConfigError::in_text(kind, self.source, span, message).with_key(key)
    }

    fn expand(
        &self,
        key: &'static str,
        value: &Spanned<DeValue<'_>>,
        written: &str,
    ) -> Result<Option<Text>, ConfigError> {
        match expand(written, self.environment) {
            Ok(Expanded::Unfilled) => Ok(None),
            Ok(Expanded::Plain(content)) => Ok(Some(Text::plain(content))),
            Ok(Expanded::Filled(content)) => Ok(Some(Text::filled(content, written))),
            Err(fault) => {
                let span = self.place_of(&fault, written, value.span());
                Err(ConfigError::in_text(
                    ConfigErrorKind::BadReference,
                    self.source,
                    span,
                    fault.message,
                )
                .with_help(fault.help)
                .with_key(key))
            }
        }
    }

    /// Where the part at fault stands in the file. Escapes make the decoded text differ from the one in the file, so
    /// the part is looked up there; one that is itself written with escapes is not found, and the whole value is shown.
    fn place_of(&self, fault: &Fault, written: &str, value: Range<usize>) -> Range<usize> {
        let part = &written[fault.part.clone()];
        let before = written[..fault.part.start].matches(part).count();
        match self
            .source
            .slice(value.clone())
            .match_indices(part)
            .nth(before)
        {
            Some((offset, _)) => value.start + offset..value.start + offset + part.len(),
            None => value,
        }
    }
}

fn whole(integer: &DeInteger<'_>) -> Option<u64> {
    u64::from_str_radix(integer.as_str(), integer.radix()).ok()
}
