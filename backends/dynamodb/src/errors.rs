//! What DynamoDB reports, as errors that name the model.
//!
//! Promises: DynamoDB's own words, which may quote keys and values, stand in the server's detail alone; whether a request may
//! have been executed is never guessed. Must not know: statements, plans.

use crate::retry::{Fate, fate};
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
        "ResourceNotFoundException" => Error::new(
            ErrorKind::Schema,
            "DynamoDB has no such table, or the table no such index",
        )
        .with_advice("create the tables by `db.create_tables()`, and look at `table_prefix` and `region`"),
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

/// An error without an answer of DynamoDB.
fn unanswered<E>(error: &SdkError<E, HttpResponse>, purpose: Purpose) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    if lacks_credentials(error) {
        return authentication();
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
