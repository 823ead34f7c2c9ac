//! What DynamoDB reports, as errors that name the model.
//!
//! Promises: DynamoDB's own words, which may quote keys and values, stand in the server's detail alone; whether a request may
//! have been executed is never guessed. Must not know: statements, plans.

use super::retry::{Fate, fate};
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use toasty_dsl::schema::ModelDef;
use toasty_dsl::{Error, ErrorKind};

/// What a request was for: what is known of one whose answer was lost depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It changes nothing
    Read,
    /// It changes rows
    Write,
}

/// The error of a request that has no good answer and is not sent again.
///
/// What only the sender can tell, such as a condition that did not hold, it looks for before.
#[cold]
pub(crate) fn convert<E>(
    error: &SdkError<E, HttpResponse>,
    purpose: Purpose,
    model: Option<&'static ModelDef>,
) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let converted = match error {
        // The code of a missing index is that of any request that is not understood.
        SdkError::ServiceError(answer) if lacks_index(answer.err()) => no_table(),
        SdkError::ServiceError(answer) => {
            service(answer.err().code().unwrap_or(""), fate(error), purpose)
        }
        _ => unanswered(error, purpose),
    };
    let converted = converted.with_server_detail(DisplayErrorContext(error).to_string());
    match model {
        Some(model) => converted.on_model(model.name),
        None => converted,
    }
}

fn service(code: &str, fate: Fate, purpose: Purpose) -> Error {
    match code {
        "ResourceNotFoundException" => no_table(),
        "ResourceInUseException" => Error::new(
            ErrorKind::Schema,
            "DynamoDB has a table of this name already, or is still changing it",
        )
        .with_advice("`db.create_tables()` is for new tables; create only what is missing by `create_tables_of`"),
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "AccessDeniedException"
        | "AccessDenied"
        | "ExpiredTokenException"
        | "ExpiredToken"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "NotAuthorized"
        | "OptInRequired" => authentication(),
        "ConditionalCheckFailedException" => {
            Error::new(ErrorKind::ConditionFailed, "the row is not as the write demands")
        }
        "ItemCollectionSizeLimitExceededException" => Error::new(
            ErrorKind::Database,
            "the rows of one partition have reached their largest size",
        ),
        "ValidationException" | "SerializationException" => {
            Error::new(ErrorKind::Database, "DynamoDB does not accept the request")
        }
        "LimitExceededException" => Error::new(
            ErrorKind::Throttled,
            "too many tables are created or changed at the same time",
        ),
        _ => match fate {
            Fate::Throttled => throttled(),
            Fate::Conflict | Fate::InProgress => conflict(),
            Fate::Lost => lost(purpose),
            Fate::NotSent | Fate::Rejected => Error::new(ErrorKind::Database, "DynamoDB reported an error"),
        },
    }
}

fn lacks_index(error: &impl ProvideErrorMetadata) -> bool {
    error.code() == Some("ValidationException")
        && error
            .message()
            .is_some_and(|words| words.contains("does not have the specified index"))
}

#[cold]
fn no_table() -> Error {
    Error::new(
        ErrorKind::Schema,
        "DynamoDB has no such table, or the table no such index",
    )
    .with_advice(
        "create the tables by `db.create_tables()`, and look at `table_prefix` and `region`",
    )
}

/// An error without an answer of DynamoDB.
fn unanswered<E>(error: &SdkError<E, HttpResponse>, purpose: Purpose) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    if lacks_credentials(error) {
        return authentication();
    }
    if is_untrusted(error) {
        return untrusted();
    }
    match (fate(error), error, purpose) {
        (Fate::NotSent, SdkError::ConstructionFailure(_), _) => {
            Error::new(ErrorKind::Configuration, "the request could not be made")
                .with_advice("look at `region`, `endpoint` and the credentials")
        }
        (Fate::NotSent, _, _) => {
            Error::new(ErrorKind::ConnectionLost, "DynamoDB cannot be reached").with_advice(
                "look at `endpoint` and `region`, and whether this machine may connect there",
            )
        }
        (_, SdkError::TimeoutError(_), Purpose::Read) => Error::new(
            ErrorKind::Timeout,
            "DynamoDB did not answer within `request_timeout`",
        ),
        _ => lost(purpose),
    }
}

/// Whether the request was not even signed: no provider of credentials had any.
fn lacks_credentials(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<CredentialsError>() {
            return true;
        }
        next = error.source();
    }
    false
}

/// Whether the server's certificate was not accepted: trying again will not change it.
pub(crate) fn is_untrusted(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref::<rustls::Error>() {
            return true;
        }
        next = match error.downcast_ref::<std::io::Error>() {
            // It does not give what it holds as its source, but the source of that.
            Some(io) => io
                .get_ref()
                .map(|held| held as &(dyn std::error::Error + 'static)),
            None => error.source(),
        };
    }
    false
}

#[cold]
fn untrusted() -> Error {
    Error::new(
        ErrorKind::Untrusted,
        "the server at `endpoint` could not prove that it is the one that was meant",
    )
    .with_advice("its certificate must be of a known authority and for the name in `endpoint`")
}

#[cold]
fn authentication() -> Error {
    Error::new(
        ErrorKind::Authentication,
        "AWS does not accept the credentials, or they do not allow what was asked for",
    )
    .with_advice(
        "look at `access_key_id`, `secret_access_key`, `profile` and the policy of the role",
    )
}

#[cold]
pub(crate) fn throttled() -> Error {
    Error::new(
        ErrorKind::Throttled,
        "DynamoDB takes no more requests for now, and `retry_budget` was used up by waiting",
    )
    .with_advice("make it later again, or give the table more capacity")
}

#[cold]
pub(crate) fn conflict() -> Error {
    Error::new(
        ErrorKind::Conflict,
        "another transaction was writing the same rows",
    )
    .with_advice("nothing was written: make it again")
}

#[cold]
pub(crate) fn lost(purpose: Purpose) -> Error {
    match purpose {
        Purpose::Read => Error::new(
            ErrorKind::ConnectionLost,
            "the connection was lost, or DynamoDB failed, before the answer came",
        ),
        Purpose::Write => Error::new(
            ErrorKind::CommitUnknown,
            "the write was sent and its answer did not come: it may or may not have been done",
        )
        .with_advice("read the row to see"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_dynamodb::error::ErrorMetadata;
    use aws_sdk_dynamodb::operation::get_item::GetItemError;

    fn answer(code: &str, status: u16) -> SdkError<GetItemError, HttpResponse> {
        let words = ErrorMetadata::builder()
            .code(code)
            .message("CANARY")
            .build();
        SdkError::service_error(
            GetItemError::generic(words),
            HttpResponse::new(status.try_into().unwrap(), "".into()),
        )
    }

    #[test]
    fn every_code_has_its_kind() {
        use ErrorKind::{
            Authentication, CommitUnknown, ConditionFailed, Conflict, ConnectionLost, Database,
            Schema, Throttled,
        };
        for (code, status, read, write) in [
            ("ResourceNotFoundException", 400, Schema, Schema),
            ("ResourceInUseException", 400, Schema, Schema),
            (
                "UnrecognizedClientException",
                400,
                Authentication,
                Authentication,
            ),
            ("AccessDeniedException", 400, Authentication, Authentication),
            ("ExpiredTokenException", 400, Authentication, Authentication),
            (
                "InvalidSignatureException",
                400,
                Authentication,
                Authentication,
            ),
            (
                "ConditionalCheckFailedException",
                400,
                ConditionFailed,
                ConditionFailed,
            ),
            (
                "ItemCollectionSizeLimitExceededException",
                400,
                Database,
                Database,
            ),
            ("ValidationException", 400, Database, Database),
            ("ThrottlingException", 400, Throttled, Throttled),
            (
                "ProvisionedThroughputExceededException",
                400,
                Throttled,
                Throttled,
            ),
            ("TransactionConflictException", 400, Conflict, Conflict),
            ("InternalServerError", 500, ConnectionLost, CommitUnknown),
            ("SomethingNew", 400, Database, Database),
        ] {
            for (purpose, kind) in [(Purpose::Read, read), (Purpose::Write, write)] {
                let error = convert(&answer(code, status), purpose, None);
                assert_eq!(error.kind(), kind, "{code} {purpose:?}");
            }
        }
    }

    #[test]
    fn the_words_of_dynamodb_are_kept_apart() {
        let error = convert(&answer("ValidationException", 400), Purpose::Read, None);
        assert!(!format!("{error:?} {error}").contains("CANARY"));
        assert!(error.server_detail().unwrap().contains("CANARY"));
    }

    #[test]
    fn a_lost_answer_of_a_write_is_unknown_and_of_a_read_it_is_lost() {
        let lost = || {
            SdkError::<GetItemError, HttpResponse>::response_error(
                "cut",
                HttpResponse::new(200.try_into().unwrap(), "".into()),
            )
        };
        let write = convert(&lost(), Purpose::Write, None);
        assert!(write.is_commit_unknown());
        let read = convert(&lost(), Purpose::Read, None);
        assert_eq!(read.kind(), ErrorKind::ConnectionLost);
        let slow = SdkError::<GetItemError, HttpResponse>::timeout_error("slow");
        assert_eq!(
            convert(&slow, Purpose::Read, None).kind(),
            ErrorKind::Timeout
        );
        assert!(convert(&slow, Purpose::Write, None).is_commit_unknown());
    }

    #[test]
    fn where_nobody_has_credentials_that_is_said() {
        let error = SdkError::<GetItemError, HttpResponse>::construction_failure(
            CredentialsError::not_loaded("nobody has any"),
        );
        let error = convert(&error, Purpose::Read, None);
        assert_eq!(error.kind(), ErrorKind::Authentication);
    }
}
