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
    /// The parts that no error may show, in the order of the text.
    pub(super) hidden: &'a [Range<usize>],
}

impl<'a> Source<'a> {
    pub(super) fn new(text: &'a str, path: Option<&'a Path>) -> Self {
        Self {
            text,
            path,
            hidden: &[],
        }
    }

    /// The text at a span as it is written; empty if the span is not one of this text.
    pub(super) fn slice(&self, span: Range<usize>) -> &str {
        self.text.get(span).unwrap_or_default()
    }

    /// The number of the line that holds a place, from 1.
    pub(super) fn line(&self, place: usize) -> usize {
        self.text
            .bytes()
            .take(place)
            .filter(|byte| *byte == b'\n')
            .count()
            + 1
    }

    /// The folder from which a relative path in the text starts; empty for a text without a file.
    pub(super) fn folder(&self) -> &Path {
        self.path.and_then(Path::parent).unwrap_or(Path::new(""))
    }
}
