//! Names and values out of a query string.
//!
//! Promises: every letter of the text is one of a name or of a value; what is no UTF-8 is refused and not replaced. Must not know:
//! which names are allowed.

use super::refused::{Shown, wrong};
use crate::error::Result;
use percent_encoding::percent_decode_str;

/// The parameter that orders.
pub(super) const SORT: &str = "sort";
/// The parameter that says how many rows.
pub(super) const LIMIT: &str = "limit";

/// A name and a value, decoded.
pub(super) type Pair = (String, String);

/// The pairs of a text in the form `application/x-www-form-urlencoded`.
pub(super) fn split(text: &str, max_bytes: usize) -> Result<Vec<Pair>> {
    let text = text.strip_prefix('?').unwrap_or(text);
    if text.len() > max_bytes {
        return Err(too_long(max_bytes));
    }
    let parts = text.split('&').filter(|part| !part.is_empty());
    parts
        .zip(1..)
        .map(|(part, number)| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let name = decoded(name).ok_or_else(|| no_utf8(Shown::Number(number)))?;
            let value = decoded(value).ok_or_else(|| no_utf8(Shown::of(&name, number)))?;
            Ok((name, value))
        })
        .collect()
}

fn decoded(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

/// Pairs that somebody else has decoded. No more are taken than one too many.
pub(super) fn collect<N: AsRef<str>, V: AsRef<str>>(
    pairs: impl IntoIterator<Item = (N, V)>,
    max_bytes: usize,
    max_pairs: usize,
) -> Result<Vec<Pair>> {
    let mut bytes = 0usize;
    let mut all = Vec::new();
    for (name, value) in pairs.into_iter().take(max_pairs.saturating_add(1)) {
        let (name, value) = (name.as_ref(), value.as_ref());
        bytes = bytes.saturating_add(name.len()).saturating_add(value.len());
        if bytes > max_bytes {
            return Err(too_long(max_bytes));
        }
        all.push((name.to_owned(), value.to_owned()));
    }
    Ok(all)
}

#[cold]
fn too_long(max_bytes: usize) -> crate::Error {
    let advice = format!("at most {max_bytes} bytes are read");
    crate::Error::new(
        crate::ErrorKind::InvalidParameter,
        "the parameters are too long",
    )
    .with_advice(advice)
}

#[cold]
fn no_utf8(shown: Shown<'_>) -> crate::Error {
    wrong(shown, "is not UTF-8", "encode text as UTF-8, and then by %")
}
