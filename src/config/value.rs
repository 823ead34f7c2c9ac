//! A text value after its references are expanded, and how it may be shown.
//!
//! Promises: what came from an environment variable is shown by the reference, never by its content. Must not know
//! which key it belongs to.

use toml::de::DeValue;

use super::picture::{quoted, shortened};

/// A text, and whether it may be shown.
pub(super) struct Text {
    pub(super) content: String,
    /// The text as the file has it, if that holds a reference.
    written: Option<String>,
}

impl Text {
    pub(super) fn plain(content: String) -> Self {
        Self {
            content,
            written: None,
        }
    }

    pub(super) fn filled(content: String, written: &str) -> Self {
        Self {
            content,
            written: Some(written.to_owned()),
        }
    }

    /// Whether the file itself holds the content: only then may a suggestion be made from it.
    pub(super) fn is_plain(&self) -> bool {
        self.written.is_none()
    }

    /// The text inside a message.
    pub(super) fn shown(&self) -> String {
        match &self.written {
            None => quoted(&self.content),
            Some(written) => format!("the value of `{}`", shortened(written)),
        }
    }
}

/// What a value is, inside a message.
pub(super) fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}
