//! What a statement may do that it does not do by itself.

/// What the author of a statement has allowed by a word of its own. A backend that needs none of it takes no notice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Allowed {
    /// `.allow_scan()`: it may read a whole table to find its rows
    pub scan: bool,
    /// `.eventual()`: it may read what was true a moment ago
    pub eventual: bool,
    /// `.in_chunks()`: it may be done in several steps, so that a failure leaves a part of it done
    pub chunks: bool,
}

impl Allowed {
    /// Nothing of it.
    pub const NOTHING: Allowed = Allowed {
        scan: false,
        eventual: false,
        chunks: false,
    };

    /// As one number, for a hash.
    pub(super) fn bits(self) -> u64 {
        u64::from(self.scan) | u64::from(self.eventual) << 1 | u64::from(self.chunks) << 2
    }
}
