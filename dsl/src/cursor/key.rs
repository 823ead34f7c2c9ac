//! The key that cursors are signed with.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// The key that cursors are signed with. It has no content to be shown.
#[derive(Clone)]
pub struct CursorKey(Hmac<Sha256>);

impl CursorKey {
    /// How many bytes of a signature stand in a cursor: half of what HMAC-SHA256 gives, as its RFC allows.
    pub(super) const SIGNATURE: usize = 16;

    /// A key. Every length is one for HMAC; a good one has 32 random bytes or more.
    ///
    /// ```
    /// use toasty_dsl::cursor::CursorKey;
    ///
    /// let key = CursorKey::new(b"a key of thirty-two random bytes");
    /// assert_eq!(format!("{key:?}"), "CursorKey(***)");
    /// ```
    pub fn new(key: &[u8]) -> Self {
        // HMAC takes keys of any length, so that the other arm is never taken; one block of nothing would be its own key.
        CursorKey(Hmac::new_from_slice(key).unwrap_or_else(|_| Hmac::new(&Default::default())))
    }

    pub(super) fn sign(&self, body: &[u8]) -> [u8; Self::SIGNATURE] {
        let whole: [u8; 32] = self
            .0
            .clone()
            .chain_update(body)
            .finalize()
            .into_bytes()
            .into();
        let mut signature = [0; Self::SIGNATURE];
        for (to, from) in signature.iter_mut().zip(whole) {
            *to = from;
        }
        signature
    }

    /// Whether this is the signature, in a time that does not tell how much of it is right.
    pub(super) fn signed(&self, body: &[u8], signature: &[u8]) -> bool {
        signature.len() == Self::SIGNATURE
            && self
                .0
                .clone()
                .chain_update(body)
                .verify_truncated_left(signature)
                .is_ok()
    }
}

impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CursorKey(***)")
    }
}
