//! The named tests of what we promise.
