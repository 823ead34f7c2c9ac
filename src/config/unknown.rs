//! The error for a name that no key or section has.
//!
//! Promises: it tells the nearest valid name, also when that one stands in another section, or else all names that may
//! stand there. Must not know values.

use std::ops::Range;

use toml::de::DeTable;

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
    /// What stands below the name, if it is a table.
    pub(super) inside: Option<&'a DeTable<'a>>,
}

impl Name<'_> {
    pub(super) fn refuse(&self, source: &Source<'_>, span: Range<usize>) -> ConfigError {
        let full_name = join(self.section, self.name);
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
                let names = here
                    .iter()
                    .flat_map(|name| self.show_all(name))
                    .collect::<Vec<_>>();
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
        // `[backends]` holds no keys of its own, so the header to write is that of a section below: the one that was
        // written below this name, if there is one.
        let below = keys::names_in(&full_name);
        let written = self.inside.into_iter().flatten();
        let meant = written
            .filter_map(|(name, _)| nearest(name.get_ref(), below.iter().copied()))
            .map(|name| join(&full_name, name))
            .find(|name| keys::is_section(name));
        let first = || Self::headers_below(&full_name).into_iter().next();
        self.show_header(&meant.or_else(first).unwrap_or(full_name))
    }

    /// A name that may stand here; where it is the front part of several sections, each of them.
    fn show_all(&self, name: &str) -> Vec<String> {
        let headers = Self::headers_below(&join(self.section, name));
        if headers.is_empty() {
            return vec![self.show(name)];
        }
        headers
            .iter()
            .map(|header| self.show_header(header))
            .collect()
    }

    fn headers_below(full_name: &str) -> Vec<String> {
        keys::sections()
            .into_iter()
            .filter(|section| section.starts_with(&format!("{full_name}.")))
            .map(str::to_owned)
            .collect()
    }

    fn show_header(&self, full_name: &str) -> String {
        format!("`[{}]`", shortened(&join(self.title, full_name)))
    }

    fn show_elsewhere(&self, full_name: &str) -> String {
        if self.is_table {
            return self.show_header(full_name);
        }
        match keys::split(full_name) {
            ("", name) if self.title.is_empty() => format!("`{name}` at the top of the file"),
            ("", name) => format!("`{name}` in `[{}]`", shortened(self.title)),
            (section, name) => format!("`{name}` in `[{}]`", shortened(&join(self.title, section))),
        }
    }
}
