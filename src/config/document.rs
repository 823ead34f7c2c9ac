//! A parsed text as its layers: the sections themselves, and one layer for each profile.
//!
//! Promises: every name in every layer is known. Must not know what the values mean, nor which profile is chosen.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ConfigError, ConfigErrorKind};
use super::hidden;
use super::keys::{self, PROFILES};
use super::layer::{Layer, Walk, in_order, join};
use super::source::Source;
use super::suggest::nearest;
use super::value::kind_of;

/// The layers of a configuration text.
pub(super) struct Document<'a> {
    pub(super) base: Layer<'a>,
    pub(super) profiles: Vec<Profile<'a>>,
}

/// `[profiles.NAME.*]`.
pub(super) struct Profile<'a> {
    pub(super) name: &'a str,
    pub(super) layer: Layer<'a>,
}

impl<'a> Document<'a> {
    /// Parses the text as TOML.
    pub(super) fn parse(source: &Source<'a>) -> Result<Spanned<DeTable<'a>>, ConfigError> {
        DeTable::parse(source.text).map_err(|error| syntax(source, &error))
    }

    /// Sorts the tree into layers and refuses every name that is not known.
    pub(super) fn new(
        source: &Source<'_>,
        tree: &'a Spanned<DeTable<'a>>,
    ) -> Result<Self, ConfigError> {
        let mut profiles = Vec::new();
        let mut walk = Walk::new(source, "");
        for (key, value) in in_order(tree.get_ref()) {
            if key.get_ref() == PROFILES {
                for (name, content) in
                    in_order(table(source, key.span(), value, "[profiles.NAME]")?)
                {
                    let title = format!("{PROFILES}.{}", name.get_ref());
                    let header = format!("[{title}]");
                    let mut walk = Walk::new(source, &title);
                    for (key, value) in in_order(table(source, name.span(), content, &header)?) {
                        walk.enter("", key, value)?;
                    }
                    profiles.push(Profile {
                        name: name.get_ref(),
                        layer: walk.layer,
                    });
                }
            } else {
                walk.enter("", key, value)?;
            }
        }
        Ok(Self {
            base: walk.layer,
            profiles,
        })
    }

    /// The base with a profile over it.
    pub(super) fn with(&self, profile: &Profile<'a>) -> Layer<'a> {
        let mut layer = self.base.clone();
        layer.extend(&profile.layer);
        layer
    }
}

/// The value as a table, or an error that tells which header to write.
pub(super) fn table<'a>(
    source: &Source<'_>,
    key: Range<usize>,
    value: &'a Spanned<DeValue<'a>>,
    header: &str,
) -> Result<&'a DeTable<'a>, ConfigError> {
    value.get_ref().as_table().ok_or_else(|| {
        let message = format!("`{header}` is a section, not {}", kind_of(value.get_ref()));
        ConfigError::in_text(ConfigErrorKind::WrongType, source, key, message).with_help(format!(
            "write `{header}` on a line of its own, and its keys below"
        ))
    })
}

fn syntax(source: &Source<'_>, error: &toml::de::Error) -> ConfigError {
    let hidden = hidden::in_text(source.text);
    let source = &Source {
        hidden: &hidden,
        ..*source
    };
    let end = source.text.len();
    let span = error.span().unwrap_or(end..end);
    let shown = ConfigError::in_text(
        ConfigErrorKind::Syntax,
        source,
        span.clone(),
        error.message(),
    );
    if error.message().starts_with("duplicate key") {
        return shown.with_help("a key or a section may stand only once: remove one of them");
    }
    match backend_section(source.text.get(span.start..).unwrap_or_default()) {
        Some(section) => shown.with_help(format!("did you mean `[{section}]`?")),
        None => shown,
    }
}

/// The section that is meant by `backend.sqlite`, where `backend` is the key of that name already.
fn backend_section(text: &str) -> Option<String> {
    let name = text.trim_start_matches('[').strip_prefix("backend.")?;
    let end = name.find(|letter: char| !letter.is_ascii_alphanumeric());
    let name = nearest(
        name.get(..end.unwrap_or(name.len()))?,
        keys::names_in("backends"),
    )?;
    Some(join("backends", name))
}
