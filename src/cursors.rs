//! What the cursors of pages are signed with.
//!
//! Promises: who signs nothing is told so once, by a warning. Must not know: cursors.

use crate::config::PagesConfig;
use std::sync::atomic::{AtomicBool, Ordering};
use toasty_dsl::cursor::CursorKey;

pub(crate) struct Cursors {
    key: Option<CursorKey>,
    warned: AtomicBool,
}

impl Cursors {
    pub(crate) fn new(config: &PagesConfig) -> Self {
        Cursors {
            key: config
                .key
                .as_ref()
                .map(|key| CursorKey::new(key.expose().as_bytes())),
            warned: AtomicBool::new(false),
        }
    }

    /// The key. It is asked for where a cursor is made or read.
    pub(crate) fn key(&self) -> Option<&CursorKey> {
        if self.key.is_none() && !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                target: "toasty::pages",
                "the cursors of pages are not signed: set `key` in `[pages]` of toasty.toml"
            );
        }
        self.key.as_ref()
    }
}
