//! That no row is written twice by one write of many.

use crate::value::Value;
use rustc_hash::FxHashSet;
use smallvec::SmallVec;

/// The keys that were given already. Most are of one column, and stand without an allocation of their own.
#[derive(Default)]
pub(super) struct EachRowOnce(FxHashSet<SmallVec<[Value; 1]>>);

impl EachRowOnce {
    /// Whether the row of this key is a new one.
    pub(super) fn is_new<'a>(&mut self, key: impl Iterator<Item = &'a Value>) -> bool {
        self.0.insert(key.cloned().collect())
    }
}
