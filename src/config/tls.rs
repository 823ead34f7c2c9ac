//! The words of `tls`: how a connection to PostgreSQL is protected.
//!
//! Promises: encryption that does not look at who answers has a name that says so. Must not know a TLS library.

/// How a connection is protected. Only [`Tls::VerifyFull`] holds against somebody who sits in between.
///
/// ```
/// use toasty::config::{PostgresqlConfig, Tls};
///
/// assert_eq!(PostgresqlConfig::default().with_host("db.example.com").tls_in_force(), Tls::VerifyFull);
/// assert_eq!(PostgresqlConfig::default().with_host("127.0.0.1").tls_in_force(), Tls::Off);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tls {
    /// `"verify-full"`: encrypted, to a server whose certificate is good and has the name of the host.
    VerifyFull,
    /// `"verify-ca"`: encrypted, to a server whose certificate is good, whatever its name is.
    VerifyCa,
    /// `"encrypt-without-verification"`: encrypted, to whoever answers.
    EncryptWithoutVerification,
    /// `"off"`: not encrypted.
    Off,
}

impl Tls {
    pub(super) const NAMES: &'static [(&'static str, Self)] = &[
        ("verify-full", Self::VerifyFull),
        ("verify-ca", Self::VerifyCa),
        (
            "encrypt-without-verification",
            Self::EncryptWithoutVerification,
        ),
        ("off", Self::Off),
    ];

    /// The word as `toasty.toml` has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::VerifyFull => "verify-full",
            Self::VerifyCa => "verify-ca",
            Self::EncryptWithoutVerification => "encrypt-without-verification",
            Self::Off => "off",
        }
    }

    /// Whether the certificate of the server is looked at.
    pub(super) fn verifies(self) -> bool {
        match self {
            Self::VerifyFull | Self::VerifyCa => true,
            Self::EncryptWithoutVerification | Self::Off => false,
        }
    }
}
