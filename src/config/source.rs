//! The text of a configuration and the name of the file it came from.
//!
//! Promises: borrowed, so that it can be handed to everything that may have to point at a place. Must not know TOML.

use std::ops::Range;
use std::path::Path;

/// A text in which errors are shown.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) text: &'a str,
    pub(super) path: Option<&'a Path>,
}

impl Source<'_> {
    /// The text at a span as it is written; empty if the span is not one of this text.
    pub(super) fn slice(&self, span: Range<usize>) -> &str {
        self.text.get(span).unwrap_or_default()
    }
}
