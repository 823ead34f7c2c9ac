//! libsqlite3-sys 0.38 under the version number that sqlx-sqlite 0.9 accepts.
pub use real::*;
