//! References to environment variables inside a text value: `${VAR}`, `${VAR:-default}`, and `$${` for a plain `${`.
//!
//! Promises: one pass, so what a variable holds is never expanded again; a fault names the variable, never its value.
//! Must not know TOML: it works on the decoded text and tells which part of it is at fault.

use std::ops::Range;

use super::environment::Environment;
use super::suggest::list;

/// What became of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Expanded {
    /// It holds no reference; `$${` has become `${`.
    Plain(String),
    /// It holds a reference, and this is the result. It may be a secret.
    Filled {
        content: String,
        /// The parts of the result that variables hold; a default stands in the file.
        from_variables: Vec<Range<usize>>,
    },
    /// It holds a reference that has no value here.
    Unfilled,
}

/// Where a reference finds its value.
#[derive(Clone, Copy)]
pub(super) enum Variables<'a> {
    /// Nowhere: only the form of a reference is checked.
    Unseen,
    /// In the environment, and a variable that is not set leaves the key without a value.
    Optional(&'a Environment),
    /// In the environment, and a variable that is not set is a fault.
    Needed(&'a Environment),
}

/// Why a text cannot be expanded.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The reference at fault, as a part of the text.
    pub(super) part: Range<usize>,
    pub(super) message: String,
    pub(super) help: String,
}

/// Expands all references. Their form is checked, whether there are values or not.
pub(super) fn expand(text: &str, variables: Variables<'_>) -> Result<Expanded, Fault> {
    let mut result = String::with_capacity(text.len());
    let mut position = 0;
    let mut holds_reference = false;
    let mut is_filled = true;
    let mut from_variables = Vec::new();
    while let Some(offset) = text[position..].find('$') {
        let start = position + offset;
        result.push_str(&text[position..start]);
        if text[start..].starts_with("$${") {
            result.push_str("${");
            position = start + 3;
        } else if text[start..].starts_with("${") {
            let reference = Reference::parse(text, start)?;
            holds_reference = true;
            position = reference.part.end;
            let found = match variables {
                Variables::Unseen => None,
                Variables::Optional(environment) => reference.value(environment).ok(),
                Variables::Needed(environment) => Some(reference.value(environment)?),
            };
            match found {
                None => is_filled = false,
                Some(Found::Default(value)) => result.push_str(value),
                Some(Found::Variable(value)) => {
                    from_variables.push(result.len()..result.len() + value.len());
                    result.push_str(&value);
                }
            }
        } else {
            result.push('$');
            position = start + 1;
        }
    }
    result.push_str(&text[position..]);
    Ok(match (holds_reference, is_filled) {
        (false, _) => Expanded::Plain(result),
        (true, true) => Expanded::Filled {
            content: result,
            from_variables,
        },
        (true, false) => Expanded::Unfilled,
    })
}

/// What a reference stands for.
enum Found<'a> {
    Default(&'a str),
    Variable(String),
}

struct Reference<'a> {
    part: Range<usize>,
    name: &'a str,
    default: Option<&'a str>,
}

impl<'a> Reference<'a> {
    /// Parses the reference whose `${` is at `start`.
    fn parse(text: &'a str, start: usize) -> Result<Self, Fault> {
        let inner = start + 2;
        let Some(length) = text[inner..].find('}') else {
            return Err(Fault {
                part: start..text.len(),
                message: "the reference has no closing `}`".into(),
                help: format!("close it, or write `$${{` for a plain `${{`: {}", forms()),
            });
        };
        let part = start..inner + length + 1;
        let content = &text[inner..inner + length];
        let (name, default) = match content.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (content, None),
        };
        if !is_name(name) {
            return Err(Fault {
                part,
                message: "this is not a reference to an environment variable".into(),
                help: format!("a name is made of letters, digits and `_`: {}", forms()),
            });
        }
        if default.is_some_and(|default| default.contains("${")) {
            return Err(Fault {
                part,
                message: format!("the default of `{name}` holds a reference"),
                help: "a default is a plain text: references do not nest".into(),
            });
        }
        Ok(Self {
            part,
            name,
            default,
        })
    }

    fn value(&self, environment: &Environment) -> Result<Found<'a>, Fault> {
        let Some(value) = environment.read(self.name) else {
            return self.default.map(Found::Default).ok_or_else(|| Fault {
                part: self.part.clone(),
                message: format!("the environment variable `{}` is not set", self.name),
                help: format!("set it, or give a default: `${{{}:-default}}`", self.name),
            });
        };
        if value.is_empty() {
            return Ok(Found::Default(self.default.unwrap_or_default()));
        }
        value.into_string().map(Found::Variable).map_err(|_| Fault {
            part: self.part.clone(),
            message: format!("the environment variable `{}` is not Unicode", self.name),
            help: "a configuration is text: set it to valid UTF-8".into(),
        })
    }
}

/// Whether a variable may have this name.
pub(super) fn is_name(name: &str) -> bool {
    !name.starts_with(|letter: char| letter.is_ascii_digit())
        && !name.is_empty()
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

fn forms() -> String {
    list(["${NAME}", "${NAME:-default}"], "`", "`")
}
