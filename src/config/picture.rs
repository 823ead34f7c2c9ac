//! A place in a text, and its drawing: the line with a caret under the exact key or value.
//!
//! Promises: the line is shown as it is written in the file, never with expanded variables, with a mark where a secret
//! may stand, and nothing in it can steer a terminal. Must not know what is wrong.

use std::fmt;
use std::ops::Range;

use super::source::Source;

/// A longer line is cut around the caret: one that fills the screen hides what it should show.
const WIDTH: usize = 120;
/// How much of the line stays visible in front of the caret when it is cut.
const LEAD: usize = 60;

/// What stands for a part that must not be shown, whatever its length is.
const HIDDEN: &str = "***";

/// A place, detached from the text.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
    shown: String,
    /// What stands below the line up to the caret: tabs stay tabs, or the caret would be off.
    indent: String,
    carets: usize,
}

impl Place {
    pub(super) fn new(source: &Source<'_>, span: Range<usize>) -> Self {
        let text = source.text;
        let start = boundary_before(text, span.start);
        let end = boundary_before(text, span.end).max(start);
        let line_start = text[..start].rfind('\n').map_or(0, |index| index + 1);
        let line_end = text[start..]
            .find('\n')
            .map_or(text.len(), |index| start + index);
        // The carriage return of a Windows line end, and a byte order mark, take no room on the screen.
        let line = &text[line_start..line_end];
        let whole = line.trim_start_matches('\u{feff}').trim_end_matches('\r');
        let whole_start = line_start + line.len() - line.trim_start_matches('\u{feff}').len();
        let letters = letters(whole, whole_start, source.hidden);

        // A place inside a hidden part is shown as that whole part.
        let shown_start = source
            .hidden
            .iter()
            .find(|hidden| hidden.contains(&start))
            .map_or(start, |hidden| hidden.start.max(whole_start));
        let lead = letters.iter().filter(|(at, _)| *at < shown_start).count();
        let carets = letters
            .iter()
            .filter(|(at, _)| (shown_start..end).contains(at))
            .count()
            .max(1);
        let skipped = if letters.len() > WIDTH {
            lead.saturating_sub(LEAD)
        } else {
            0
        };
        let visible = || letters.iter().map(|(_, letter)| *letter).skip(skipped);
        let mut shown: String = visible().take(WIDTH).collect();
        let mut indent: String = visible()
            .take(lead - skipped)
            .map(|letter| if letter == '\t' { '\t' } else { ' ' })
            .collect();
        if skipped > 0 {
            shown.insert(0, '…');
            indent.insert(0, ' ');
        }
        if letters.len() > skipped + WIDTH {
            shown.push('…');
        }
        let before = text[line_start..start].trim_start_matches('\u{feff}');
        Self {
            line: source.line(line_start),
            column: before.chars().count() + 1,
            carets: carets.min(WIDTH.saturating_sub(lead - skipped)).max(1),
            shown: printable(&shown),
            indent,
        }
    }

    /// Draws the place below a message and returns the width of the margin, for the lines that follow.
    pub(super) fn draw(
        &self,
        formatter: &mut fmt::Formatter<'_>,
        name: &str,
    ) -> Result<usize, fmt::Error> {
        let number = self.line.to_string();
        let margin = number.len();
        write!(
            formatter,
            "\n {:margin$}--> {name}:{}:{}",
            "", self.line, self.column
        )?;
        write!(formatter, "\n {:margin$} |", "")?;
        write!(formatter, "\n {number} | {}", self.shown)?;
        write!(
            formatter,
            "\n {:margin$} | {}{}",
            "",
            self.indent,
            "^".repeat(self.carets)
        )?;
        Ok(margin)
    }
}

/// The letters of a line with their places in the text. Of a hidden part only the mark is left, at its first place.
fn letters(line: &str, start: usize, hidden: &[Range<usize>]) -> Vec<(usize, char)> {
    let mut letters = Vec::with_capacity(line.len());
    let mut marked = None;
    for (offset, letter) in line.char_indices() {
        let at = start + offset;
        match hidden.iter().find(|hidden| hidden.contains(&at)) {
            None => letters.push((at, letter)),
            Some(hidden) if marked == Some(hidden) => {}
            Some(hidden) => {
                marked = Some(hidden);
                letters.extend(HIDDEN.chars().map(|mark| (at, mark)));
            }
        }
    }
    letters
}

/// The text with every character that could steer a terminal or turn the direction of writing replaced, one for one.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '\t' => '\t',
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                '\u{fffd}'
            }
            other if other.is_control() => '\u{fffd}',
            other => other,
        })
        .collect()
}

/// A part of the file inside a message: quoted, escaped and not longer than a message can bear.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", shortened(text))
}

/// Escaped, and cut after 60 characters.
pub(super) fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    let mut short: String = text
        .chars()
        .take(MOST)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}

fn boundary_before(text: &str, index: usize) -> usize {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}
