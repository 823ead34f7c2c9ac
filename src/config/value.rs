//! A text value after its references are expanded, and how it may be shown.
//!
//! Promises: what came from an environment variable is shown by the reference, never by its content. Must not know
//! which key it belongs to.

use std::ops::Range;

use toml::de::DeValue;

use super::picture::{quoted, shortened};

/// A text, and whether it may be shown.
pub(super) struct Text {
    pub(super) content: String,
    /// The text as the file has it, if that holds a reference.
    written: Option<String>,
    /// The parts of the content that came from variables.
    from_variables: Vec<Range<usize>>,
}

impl Text {
    pub(super) fn plain(content: String) -> Self {
        Self {
            content,
            written: None,
            from_variables: Vec::new(),
        }
    }

    pub(super) fn filled(
        content: String,
        written: &str,
        from_variables: Vec<Range<usize>>,
    ) -> Self {
        Self {
            content,
            written: Some(written.to_owned()),
            from_variables,
        }
    }

    /// Whether the file itself holds the content: only then may a suggestion be made from it.
    pub(super) fn is_plain(&self) -> bool {
        self.written.is_none()
    }

    /// Whether a part of the content stands in the file, with nothing in it from a variable.
    pub(super) fn is_inline(&self, part: Range<usize>) -> bool {
        !self
            .from_variables
            .iter()
            .any(|filled| filled.start.max(part.start) < filled.end.min(part.end))
    }

    /// The text inside a message.
    pub(super) fn shown(&self) -> String {
        match &self.written {
            // Written at the wrong key, it is still one that may hold a password.
            None if may_hold_password(&self.content) => "a URL".to_owned(),
            None => quoted(&self.content),
            Some(written) => format!("the value of `{}`", shortened(written)),
        }
    }
}

/// Whether a text looks like a URL with a user and a password in front of the host.
pub(super) fn may_hold_password(text: &str) -> bool {
    text.contains("://") && text.contains('@')
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
