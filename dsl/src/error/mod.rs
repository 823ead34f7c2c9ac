//! The one error type of the project.
//!
//! Promises: one word wide; every error says what failed, on which model and field, what the backend said and what to do;
//! no error ever holds a bound value. Must not know: any backend, any configuration file.

mod kind;
mod refusal;

pub use kind::ErrorKind;
pub use refusal::{DecodeError, Refusal};

use std::fmt;

/// The result of everything that can fail in this project.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, where, and what to do about it.
///
/// One word wide, so that a `Result` of a row costs no more than the row. Match on [`Error::kind`], or ask one of the
/// predicates; the text of the message may change between versions, kinds and [codes](Error::code) do not.
///
/// ```
/// use toasty_dsl::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::NotFound, "no `User` has this key");
/// assert!(error.is_not_found());
/// assert_eq!(error.code(), "T0101");
/// assert_eq!(error.to_string(), "no `User` has this key [T0101]");
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    model: Option<&'static str>,
    fields: Vec<String>,
    advice: Option<String>,
    server: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error of a kind, with one sentence that says what failed.
    #[cold]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            kind,
            message: message.into(),
            model: None,
            fields: Vec::new(),
            advice: None,
            server: None,
            source: None,
        }))
    }

    /// What a backend or a statement cannot do, with what to do instead.
    ///
    /// ```
    /// let error = toasty_dsl::Error::unsupported("a join on this backend", "load it with `.include()`");
    /// assert!(error.is_unsupported());
    /// assert_eq!(error.advice(), Some("load it with `.include()`"));
    /// ```
    #[cold]
    pub fn unsupported(what: impl Into<String>, instead: impl Into<String>) -> Self {
        Error::new(
            ErrorKind::Unsupported,
            format!("not supported: {}", what.into()),
        )
        .with_advice(instead)
    }

    /// A statement reads two queries by one name.
    #[cold]
    pub fn two_of_a_name(name: &str) -> Self {
        Error::unsupported(
            format!("two different queries that are both named `{name}`, in one statement"),
            "give each its own name: `.named(\"…\")`; a query that is read several times is named once, and used by reference",
        )
    }

    /// The same error, naming the model it happened on, unless it names one already.
    #[must_use]
    pub fn on_model(mut self, model: &'static str) -> Self {
        self.0.model.get_or_insert(model);
        self
    }

    /// The same error, naming the fields it happened on, unless it names some already.
    #[must_use]
    pub fn on_fields<S: Into<String>>(mut self, fields: impl IntoIterator<Item = S>) -> Self {
        if self.0.fields.is_empty() {
            self.0.fields = fields.into_iter().map(Into::into).collect();
        }
        self
    }

    /// The same error, with what to do about it.
    #[must_use]
    pub fn with_advice(mut self, advice: impl Into<String>) -> Self {
        self.0.advice = Some(advice.into());
        self
    }

    /// The same error, with the backend's own words. They may quote a value, so they are kept out of `Display` and
    /// `Debug` and are only told by [`Error::server_detail`].
    #[must_use]
    pub fn with_server_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.server = Some(detail.into());
        self
    }

    /// The same error, with its cause. The cause must not hold a bound value.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What sort of error this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The stable code of the kind, as the book lists them.
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// The sentence that says what failed, without model, advice and code.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The model it happened on, where one is known.
    pub fn model(&self) -> Option<&'static str> {
        self.0.model
    }

    /// The fields it happened on, in the order of the model's key, index or statement.
    pub fn fields(&self) -> &[String] {
        &self.0.fields
    }

    /// What to do about it.
    pub fn advice(&self) -> Option<&str> {
        self.0.advice.as_deref()
    }

    /// The backend's own words. They can quote stored values: keep them out of logs that others read.
    pub fn server_detail(&self) -> Option<&str> {
        self.0.server.as_deref()
    }

    /// No row where exactly one was asked for.
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// A key or a unique field already has this value.
    pub fn is_unique_violation(&self) -> bool {
        self.0.kind == ErrorKind::UniqueViolation
    }

    /// A row that another row refers to is missing, or would be.
    pub fn is_foreign_key_violation(&self) -> bool {
        self.0.kind == ErrorKind::ForeignKeyViolation
    }

    /// An update or delete met a row that has changed since it was read.
    pub fn is_condition_failed(&self) -> bool {
        self.0.kind == ErrorKind::ConditionFailed
    }

    /// The backend, or this statement, cannot do what was asked.
    pub fn is_unsupported(&self) -> bool {
        self.0.kind == ErrorKind::Unsupported
    }

    /// The cursor of a page was changed, is of another query or of another version. Whoever sent it made the mistake: answer
    /// with HTTP 400.
    pub fn is_invalid_cursor(&self) -> bool {
        self.0.kind == ErrorKind::InvalidCursor
    }

    /// A parameter of a request is not on the list of `filterable()`, or no value of its type. Whoever sent it made the mistake:
    /// answer with HTTP 400. [`fields`](Error::fields) has the parameter's name, and no value is told.
    pub fn is_invalid_parameter(&self) -> bool {
        self.0.kind == ErrorKind::InvalidParameter
    }

    /// The transaction met another one and was rolled back: a serialization failure, a deadlock, a transaction conflict.
    pub fn is_conflict(&self) -> bool {
        self.0.kind == ErrorKind::Conflict
    }

    /// A write or a commit was sent and its answer was lost: it may or may not have been done.
    pub fn is_commit_unknown(&self) -> bool {
        self.0.kind == ErrorKind::CommitUnknown
    }

    /// The same call may succeed when it is made again, unchanged: nothing was written. Inside a transaction it is the
    /// whole transaction that has to be made again.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Busy
                | ErrorKind::AcquireTimeout
                | ErrorKind::Conflict
                | ErrorKind::ConnectionLost
                | ErrorKind::Throttled
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        match (inner.model, inner.fields.as_slice()) {
            (Some(model), []) => write!(f, "`{model}`: ")?,
            (Some(model), [field]) => write!(f, "`{model}.{field}`: ")?,
            (Some(model), fields) => write!(f, "`{model}` ({}): ", fields.join(", "))?,
            (None, _) => {}
        }
        f.write_str(&inner.message)?;
        if let Some(advice) = &inner.advice {
            write!(f, "; {advice}")?;
        }
        write!(f, " [{}]", inner.kind.code())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|cause| cause as &(dyn std::error::Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_word_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
    }

    #[test]
    fn every_code_is_used_once() {
        let mut codes: Vec<_> = ErrorKind::ALL.iter().map(|kind| kind.code()).collect();
        codes.sort_unstable();
        let before = codes.len();
        codes.dedup();
        assert_eq!(before, codes.len());
    }

    #[test]
    fn the_message_names_model_field_and_the_way_out_but_not_the_servers_words() {
        let error = Error::new(ErrorKind::UniqueViolation, "another row has this value")
            .on_model("User")
            .on_fields(["email"])
            .with_advice("choose another")
            .with_server_detail("CANARY");
        assert_eq!(
            error.to_string(),
            "`User.email`: another row has this value; choose another [T0201]"
        );
        assert!(!format!("{error:?}").contains("CANARY"));
        assert_eq!(error.server_detail(), Some("CANARY"));
    }
}
