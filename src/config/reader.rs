//! Reads the values of one layer, each by the type that its key needs.
//!
//! Promises: a value is either right or an error that points at it and tells what is allowed; a key that is not set,
//! or that has no value here because a variable is not to be had, is `None`. Must not know any key.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeInteger, DeValue};

use super::environment::Environment;
use super::error::{ConfigError, ConfigErrorKind};
use super::expand::{Expanded, Fault, Variables, expand};
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
    variables: Variables<'a>,
    /// Whether the layer is all that there is, or a part that another layer completes.
    is_whole: bool,
}

impl<'a> Reader<'a> {
    /// A reader of the settings in force.
    pub(super) fn new(
        source: &'a Source<'a>,
        layer: &'a Layer<'a>,
        environment: &'a Environment,
    ) -> Self {
        Self {
            source,
            layer,
            variables: Variables::Needed(environment),
            is_whole: true,
        }
    }

    /// A reader that checks what it can without looking into variables.
    pub(super) fn without_environment(source: &'a Source<'a>, layer: &'a Layer<'a>) -> Self {
        Self {
            source,
            layer,
            variables: Variables::Unseen,
            is_whole: true,
        }
    }

    /// The same, for a layer that another one may complete: no key is held against another.
    pub(super) fn of_part(self) -> Self {
        Self {
            is_whole: false,
            ..self
        }
    }

    /// The same, for a section that is not in use: its variables need not be set, and its secrets are left alone.
    pub(super) fn unless_used(&self, is_used: bool) -> Self {
        Self {
            variables: match self.variables {
                Variables::Needed(environment) if !is_used => Variables::Optional(environment),
                variables => variables,
            },
            ..*self
        }
    }

    pub(super) fn source(&self) -> &Source<'a> {
        self.source
    }

    pub(super) fn variables(&self) -> Variables<'a> {
        self.variables
    }

    pub(super) fn value(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.layer.get(key).copied()
    }

    pub(super) fn is_set(&self, key: &str) -> bool {
        self.layer.contains_key(key)
    }

    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Whether these keys can be held against each other: nothing completes the layer, and each that is set has a value
    /// here.
    pub(super) fn knows_all(&self, keys: &[&str]) -> bool {
        let is_known = |key: &&str| match self.value(key).map(Spanned::get_ref) {
            Some(DeValue::String(written)) => {
                !matches!(expand(written, self.variables), Ok(Expanded::Unfilled))
            }
            Some(_) | None => true,
        };
        self.is_whole && keys.iter().all(is_known)
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

    pub(super) fn wrong_type(
        &self,
        key: &'static str,
        needed: &str,
        found: &DeValue<'_>,
    ) -> ConfigError {
        let message = format!(
            "`{}` is {needed}, not {}",
            keys::split(key).1,
            kind_of(found)
        );
        self.at_value(key, ConfigErrorKind::WrongType, message)
    }

    /// An error that points at the first of these keys that is set.
    pub(super) fn at_first(
        &self,
        keys: &[&'static str],
        kind: ConfigErrorKind,
        message: String,
    ) -> ConfigError {
        let set = keys.iter().find(|key| self.is_set(key)).or(keys.first());
        self.at_value(set.copied().unwrap_or_default(), kind, message)
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

    /// A text that stands at or below a key, with its references expanded.
    pub(super) fn expand(
        &self,
        key: &'static str,
        value: &Spanned<DeValue<'_>>,
        written: &str,
    ) -> Result<Option<Text>, ConfigError> {
        match expand(written, self.variables) {
            Ok(Expanded::Unfilled) => Ok(None),
            Ok(Expanded::Plain(content)) => Ok(Some(Text::plain(content))),
            Ok(Expanded::Filled {
                content,
                from_variables,
            }) => Ok(Some(Text::filled(content, written, from_variables))),
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
