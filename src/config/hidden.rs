//! The parts of a configuration text that no error may show: the values that are secrets, and those that may be.
//!
//! Promises: a password that stands in the file is in no message, however its key is misspelt and whatever else is wrong
//! on its line. Must not know how a line is drawn.
//!
//! What may surprise: where a name is unknown, its text is hidden too, since `passwrod` is unknown as well; and in a text
//! that is not TOML, every line is hidden from the first value on that is not surely harmless.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::expand::is_name;
use super::keys::{self, PROFILES};
use super::layer::join;
use super::secret::TABLE_KEYS;
use super::suggest::nearest;
use super::value::may_hold_password;

/// Names of what is secret, also as other programs call it.
const NAMES: &[&str] = &[
    "password",
    "passphrase",
    "pwd",
    "secret",
    "secret_access_key",
    "access_key_id",
    "session_token",
    "token",
    "credentials",
    "url",
    "dsn",
];

/// The hidden parts of a text that is TOML.
pub(super) fn in_tree(tree: &Spanned<DeTable<'_>>) -> Vec<Range<usize>> {
    let mut hidden = Vec::new();
    for (name, value) in tree.get_ref() {
        match value.get_ref() {
            DeValue::Table(profiles) if name.get_ref() == PROFILES => {
                for content in profiles.values() {
                    if let DeValue::Table(sections) = content.get_ref() {
                        walk(sections, "", &mut hidden);
                    } else {
                        hide(content, "", &mut hidden);
                    }
                }
            }
            _ => hide_entry(name.get_ref(), value, "", &mut hidden),
        }
    }
    hidden.sort_by_key(|part: &Range<usize>| part.start);
    hidden
}

fn walk(table: &DeTable<'_>, section: &str, hidden: &mut Vec<Range<usize>>) {
    for (name, value) in table {
        hide_entry(name.get_ref(), value, section, hidden);
    }
}

fn hide_entry(
    name: &str,
    value: &Spanned<DeValue<'_>>,
    section: &str,
    hidden: &mut Vec<Range<usize>>,
) {
    hide(value, &join(section, name), hidden);
}

fn hide(value: &Spanned<DeValue<'_>>, full_name: &str, hidden: &mut Vec<Range<usize>>) {
    match value.get_ref() {
        DeValue::Table(table) => walk(table, full_name, hidden),
        DeValue::Array(values) => {
            for value in values {
                hide(value, full_name, hidden);
            }
        }
        DeValue::String(text) => {
            if !is_harmless(full_name, text) || may_hold_password(text) {
                hidden.push(value.span());
            }
        }
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
            if !is_harmless(full_name, "") && sounds_secret(keys::split(full_name).1) {
                hidden.push(value.span());
            }
        }
    }
}

/// Whether a key of ours has this name and holds no secret, or it tells where one is.
fn is_harmless(full_name: &str, text: &str) -> bool {
    let (above, name) = keys::split(full_name);
    if keys::is_secret(above) {
        // What is not the name of a variable may be the password, by mistake.
        return TABLE_KEYS.contains(&name) && (name != "env" || is_name(text));
    }
    keys::key(full_name).is_some() && !keys::is_secret(full_name)
}

fn sounds_secret(name: &str) -> bool {
    nearest(name, NAMES.iter().copied()).is_some()
}

/// The hidden parts of a text that is not TOML.
pub(super) fn in_text(text: &str) -> Vec<Range<usize>> {
    let mut hidden = Vec::new();
    let mut position = 0;
    while position < text.len() {
        let line_end = text[position..]
            .find('\n')
            .map_or(text.len(), |length| position + length);
        if let Some(offset) = first_doubtful(&text[position..line_end]) {
            let start = position + offset;
            let end = end_of_value(text, start, line_end);
            hidden.push(start..end);
            position = end;
        }
        // Behind what was hidden the rest of the line is looked at as a line of its own.
        let rest = text[position..].find('\n');
        position = rest.map_or(text.len(), |length| position + length + 1);
    }
    hidden
}

/// Where a line begins to hold what may be a secret.
fn first_doubtful(line: &str) -> Option<usize> {
    let mut from = 0;
    for (at, letter) in line.char_indices() {
        match letter {
            '=' if is_harmless_name(name_at_end(&line[from..at])) => from = at + 1,
            '=' => return Some(at + 1),
            // A quotation mark with no key in front of it may as well be the end of what began on another line.
            '"' | '\'' if from == 0 => return Some(0),
            _ => {}
        }
    }
    may_hold_password(line).then_some(0)
}

/// The name that ends here, without what it is joined to by a dot.
fn name_at_end(text: &str) -> &str {
    let text = text.trim_end();
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
    let start = text
        .char_indices()
        .rev()
        .take_while(|(_, letter)| is_part(*letter))
        .last();
    start.map_or("", |(start, _)| &text[start..])
}

fn is_harmless_name(name: &str) -> bool {
    let has_name = |key: &&&str| keys::split(key).1 == name;
    let mut found = keys::KEYS.iter().filter(has_name).peekable();
    found.peek().is_some() && found.all(|key| !keys::is_secret(key))
}

/// The end of the line, or of a text of several lines that begins on it.
fn end_of_value(text: &str, start: usize, line_end: usize) -> usize {
    let line = &text[start..line_end];
    let opening = ["\"\"\"", "'''"]
        .into_iter()
        .filter_map(|marks| line.find(marks).map(|offset| (offset, marks)))
        .min();
    match opening {
        None => line_end,
        Some((offset, marks)) => {
            let inner = start + offset + marks.len();
            // Without an end it is the rest of the text that is inside.
            text[inner..].find(marks).map_or(text.len(), |length| {
                let end = inner + length + marks.len();
                text[end..].find('\n').map_or(text.len(), |rest| end + rest)
            })
        }
    }
}
