//! The kinds of error, each with a code that stays.

macro_rules! kinds {
    ($( $(#[$doc:meta])* $name:ident = $code:literal, )*) => {
        /// What sort of error it is. Codes are stable: a kind keeps its code for ever.
        ///
        /// ```
        /// use toasty_dsl::ErrorKind;
        ///
        /// assert_eq!(ErrorKind::NotFound.code(), "T0101");
        /// assert!(ErrorKind::ALL.contains(&ErrorKind::Busy));
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorKind { $( $(#[$doc])* $name, )* }

        impl ErrorKind {
            /// Every kind there is.
            pub const ALL: &'static [ErrorKind] = &[ $( ErrorKind::$name, )* ];

            /// The stable code, such as `T0201`.
            pub const fn code(self) -> &'static str {
                match self { $( ErrorKind::$name => $code, )* }
            }
        }
    };
}

kinds! {
    /// Exactly one row was asked for and there was none.
    NotFound = "T0101",
    /// Exactly one row was asked for and there were several.
    TooManyRows = "T0102",
    /// An update or delete met a row that has changed since it was read (optimistic locking).
    ConditionFailed = "T0103",
    /// A relation was touched that no `.include()` loaded.
    Unloaded = "T0104",
    /// The key or a unique field already has this value.
    UniqueViolation = "T0201",
    /// A referenced row is missing, or a row still referenced was to go.
    ForeignKeyViolation = "T0202",
    /// A column that must have a value got none.
    NotNullViolation = "T0203",
    /// A check of the database refused the row.
    CheckViolation = "T0204",
    /// A field that must be given was not.
    MissingField = "T0205",
    /// A value that the backend cannot hold exactly; nothing was written.
    Unrepresentable = "T0301",
    /// A stored value that does not fit the field's type.
    Decode = "T0302",
    /// What was asked for cannot be done by this backend or this statement.
    Unsupported = "T0401",
    /// A filter nested too deeply, or a statement too large.
    TooComplex = "T0402",
    /// The schema contradicts itself, or what the database holds.
    Schema = "T0403",
    /// A cursor of a page that was changed, is of another query or of another version: fit for an HTTP 400.
    InvalidCursor = "T0404",
    /// A parameter of a request that is not allowed, or no value of its type: fit for an HTTP 400.
    InvalidParameter = "T0405",
    /// The database was locked by another process for longer than the timeout.
    Busy = "T0501",
    /// No connection became free within the timeout.
    AcquireTimeout = "T0502",
    /// The transaction is over, or was never begun.
    TransactionClosed = "T0503",
    /// The connection is gone, or none could be made. What was asked for was not done.
    ConnectionLost = "T0504",
    /// The transaction met another one and was rolled back: a serialization failure, a deadlock, a transaction conflict.
    Conflict = "T0505",
    /// The connection was lost after a write or a commit was sent and before its answer came: it may or may not have been
    /// done.
    CommitUnknown = "T0506",
    /// The statement took longer than its deadline and was given up.
    Timeout = "T0507",
    /// A write of several requests was done in part; the error says how far it came.
    Partial = "T0508",
    /// The database refused further requests for now, also after waiting.
    Throttled = "T0509",
    /// The configuration is wrong.
    Configuration = "T0601",
    /// The database did not accept the credentials, or they do not allow what was asked for.
    Authentication = "T0602",
    /// The server could not prove that it is the one that was meant (TLS).
    Untrusted = "T0603",
    /// The database reported something else.
    Database = "T0901",
}
