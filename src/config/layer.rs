//! One layer of settings: each known key with the value that the layer gives it.
//!
//! Promises: the names are checked, the values untouched. Whether a section is written with a header, with dots or as
//! an inline table makes no difference. Must not know types or limits.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::document::table;
use super::error::ConfigError;
use super::keys;
use super::secret;
use super::source::Source;
use super::unknown;

/// The values by full name. A profile lies over the base by replacing entries.
pub(super) type Layer<'a> = BTreeMap<&'static str, &'a Spanned<DeValue<'a>>>;

/// A walk through the tables of one layer.
pub(super) struct Walk<'s, 'a> {
    source: &'s Source<'s>,
    /// What stands in front of the sections: empty, or `profiles.NAME`.
    title: &'s str,
    pub(super) layer: Layer<'a>,
}

impl<'s, 'a> Walk<'s, 'a> {
    pub(super) fn new(source: &'s Source<'s>, title: &'s str) -> Self {
        Self {
            source,
            title,
            layer: Layer::new(),
        }
    }

    /// Takes one entry of the section `section`, and all below it.
    pub(super) fn enter(
        &mut self,
        section: &str,
        key: &'a Spanned<DeString<'a>>,
        value: &'a Spanned<DeValue<'a>>,
    ) -> Result<(), ConfigError> {
        let name = key.get_ref().as_ref();
        let full_name = join(section, name);
        // A quoted key may hold a dot: `"cache.plans" = 1` is one strange name, not the key `plans` in `[cache]`.
        let is_one_name = !name.contains('.');
        let is_table = value.get_ref().is_table();
        let may_be_key = is_one_name && (!is_table || keys::may_be_table(&full_name));
        if let Some(known) = keys::key(&full_name).filter(|_| may_be_key) {
            self.layer.insert(known, value);
            Ok(())
        } else if is_one_name && keys::is_section(&full_name) {
            let header = format!("[{}]", join(self.title, &full_name));
            for (key, value) in in_order(table(self.source, key.span(), value, &header)?) {
                self.enter(&full_name, key, value)?;
            }
            Ok(())
        } else {
            let place = unknown::Name {
                title: self.title,
                section,
                name,
                // A secret that is kept elsewhere is a key, whatever its name was meant to be.
                is_table: is_table && !secret::is_kept_elsewhere(value.get_ref()),
                inside: value.get_ref().as_table(),
            };
            Err(place.refuse(self.source, key.span()))
        }
    }
}

/// The entries in the order of the text, so that the first error is the one that a reader meets first.
pub(super) fn in_order<'a>(
    table: &'a DeTable<'a>,
) -> impl Iterator<Item = (&'a Spanned<DeString<'a>>, &'a Spanned<DeValue<'a>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries.into_iter()
}

/// Two parts of a name with a dot in between, if both are there.
pub(super) fn join(front: &str, name: &str) -> String {
    if front.is_empty() {
        name.to_owned()
    } else {
        format!("{front}.{name}")
    }
}
