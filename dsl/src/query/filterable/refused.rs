//! The errors of parameters: fit to be shown to whoever sent the request.
//!
//! Promises: no value is told again; a name is, where it is on the list or made of the letters of names.

use crate::error::{Error, ErrorKind};
use std::fmt;

/// No name is longer; the distance takes time and memory by the product of both lengths.
const LONGEST: usize = 64;

/// How a parameter is called in an error.
#[derive(Clone, Copy)]
pub(super) enum Shown<'a> {
    Name(&'a str),
    /// Its place, from 1, where its name is none that anybody would want to see in a page or in a log.
    Number(usize),
}

impl<'a> Shown<'a> {
    pub(super) fn of(name: &'a str, number: usize) -> Self {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-.[]".contains(letter);
        if !name.is_empty() && name.len() <= LONGEST && name.chars().all(plain) {
            Shown::Name(name)
        } else {
            Shown::Number(number)
        }
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Shown::Name(name) => write!(f, "`{name}`"),
            Shown::Number(number) => write!(f, "number {number}"),
        }
    }
}

/// What is wrong with a parameter, and what would be right.
#[cold]
pub(super) fn wrong(shown: Shown<'_>, what: impl fmt::Display, advice: impl Into<String>) -> Error {
    let error = Error::new(
        ErrorKind::InvalidParameter,
        format!("the parameter {shown} {what}"),
    )
    .with_advice(advice);
    match shown {
        Shown::Name(name) => error.on_fields([name]),
        Shown::Number(_) => error,
    }
}

/// A name that is not among those that are allowed.
pub(super) fn instead<'n>(written: &str, allowed: impl Iterator<Item = &'n str> + Clone) -> String {
    if let Some(nearest) = nearest(written, allowed.clone()) {
        return format!("did you mean `{nearest}`?");
    }
    match list(allowed) {
        names if names.is_empty() => "there is none that is allowed".to_owned(),
        names => format!("allowed: {names}"),
    }
}

fn nearest<'n>(written: &str, allowed: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    if written.len() > LONGEST {
        return None;
    }
    let written = written.to_ascii_lowercase();
    allowed
        .filter(|name| name.len() <= LONGEST)
        .map(|name| {
            let other = name.to_ascii_lowercase();
            (strsim::damerau_levenshtein(&written, &other), name)
        })
        .filter(|(distance, name)| {
            let length = written.chars().count().max(name.chars().count());
            *distance <= length.div_ceil(3) && *distance < length
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// `a`, `b`, `c`.
pub(super) fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
