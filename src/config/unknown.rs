//! The error for a name that no key or section has.
//!
//! Promises: it tells the nearest valid name, also when that one stands in another section, or else all names that may
//! stand there. Must not know values.

use std::ops::Range;

use super::backend;
use super::error::{ConfigError, ConfigErrorKind};
use super::keys::{self, PROFILES};
use super::layer::join;
use super::picture::shortened;
use super::source::Source;
use super::suggest::{list, nearest};

/// A name as it was found.
pub(super) struct Name<'a> {
    /// Empty, or `profiles.NAME`.
    pub(super) title: &'a str,
    pub(super) section: &'a str,
    pub(super) name: &'a str,
    pub(super) is_table: bool,
}

impl Name<'_> {
    pub(super) fn refuse(&self, source: &Source<'_>, span: Range<usize>) -> ConfigError {
        let full_name = join(self.section, self.name);
        if self.section == "backends" && backend::is_not_compiled(self.name) {
            return backend::not_compiled(self.name, |kind, message| {
                ConfigError::in_text(kind, source, span, message)
            });
        }
        if let Some(key) = keys::key(&full_name).filter(|_| !self.name.contains('.')) {
            let message = format!("`{}` is a key, not a section", self.name);
            return ConfigError::in_text(ConfigErrorKind::WrongType, source, span, message)
                .with_key(key)
                .with_help(self.as_section());
        }
        if self.section.is_empty() && self.name == PROFILES {
            return ConfigError::in_text(
                ConfigErrorKind::UnknownSection,
                source,
                span,
                "a profile cannot hold profiles",
            )
            .with_help(format!("write `[{PROFILES}.NAME]` at the top of the file"));
        }
        let (kind, noun) = match self.is_table {
            true => (ConfigErrorKind::UnknownSection, "section"),
            false => (ConfigErrorKind::UnknownKey, "key"),
        };
        let mut message = format!("unknown {noun} `{}`", shortened(self.name));
        let place = join(self.title, self.section);
        if !place.is_empty() {
            message.push_str(&format!(" in `[{}]`", shortened(&place)));
        }
        ConfigError::in_text(kind, source, span, message).with_help(self.suggestion())
    }

    /// For a key that is written as a section: the section that was meant, or how to write the key.
    fn as_section(&self) -> String {
        let mut sections = keys::names_in(self.section);
        sections.retain(|name| keys::is_section(&join(self.section, name)));
        match nearest(self.name, sections) {
            Some(section) => format!("did you mean {}?", self.show(section)),
            None => format!("write it as `{} = …`", self.name),
        }
    }

    /// The nearest name here, the same name elsewhere, a near name elsewhere, or all names that may stand here.
    fn suggestion(&self) -> String {
        let mut here = keys::names_in(self.section);
        if self.section.is_empty() && self.title.is_empty() {
            here.push(PROFILES);
        }
        let own = |full_name: &&str| keys::split(full_name).1 == self.name;
        let elsewhere = if self.is_table {
            keys::sections()
        } else {
            keys::KEYS.to_vec()
        };
        let moved = elsewhere.iter().copied().find(own);
        let near_here = || nearest(self.name, here.iter().copied()).map(|name| self.show(name));
        let near_elsewhere = || {
            let own_names = elsewhere.iter().map(|full_name| keys::split(full_name).1);
            let near = nearest(self.name, own_names)?;
            elsewhere
                .iter()
                .copied()
                .find(|full_name| keys::split(full_name).1 == near)
        };
        let found = moved
            .map(|full_name| self.show_elsewhere(full_name))
            .or_else(near_here)
            .or_else(|| near_elsewhere().map(|full_name| self.show_elsewhere(full_name)));
        match found {
            Some(found) => format!("did you mean {found}?"),
            None => {
                let names = here.iter().map(|name| self.show(name)).collect::<Vec<_>>();
                format!(
                    "what may stand here: {}",
                    list(names.iter().map(String::as_str), "", "")
                )
            }
        }
    }

    /// A name that may stand here: a key by its own name, a section by its whole header.
    fn show(&self, name: &str) -> String {
        let full_name = join(self.section, name);
        if keys::key(&full_name).is_some() {
            return format!("`{name}`");
        }
        if name == PROFILES {
            return format!("`[{PROFILES}.NAME]`");
        }
        // `[backends]` holds no keys of its own, so the header to write is that of the section below.
        let header = keys::sections()
            .into_iter()
            .find(|section| section.starts_with(&format!("{full_name}.")));
        format!(
            "`[{}]`",
            shortened(&join(self.title, header.unwrap_or(&full_name)))
        )
    }

    fn show_elsewhere(&self, full_name: &str) -> String {
        if self.is_table {
            return format!("`[{}]`", shortened(&join(self.title, full_name)));
        }
        match keys::split(full_name) {
            ("", name) if self.title.is_empty() => format!("`{name}` at the top of the file"),
            ("", name) => format!("`{name}` in `[{}]`", shortened(self.title)),
            (section, name) => format!("`{name}` in `[{}]`", shortened(&join(self.title, section))),
        }
    }
}
