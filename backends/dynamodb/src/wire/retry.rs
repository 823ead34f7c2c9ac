//! When a request is sent again, and how long that is tried.
//!
//! Promises: pauses are drawn by full jitter ("Exponential Backoff And Jitter", AWS Architecture Blog) and their sum stays
//! within the budget; what may have been executed is told apart from what certainly was not. Must not know: statements,
//! models. Whether a request may be sent again is said by its sender, who knows whether it reads, writes or carries a token.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use std::time::Duration;
use tokio::time::Instant;

/// The longest first pause. Each further one may be twice as long.
const FIRST: Duration = Duration::from_millis(25);

/// The longest pause of all.
const LONGEST: Duration = Duration::from_secs(3);

/// How long a logical call may go on trying. It runs from the first pause, and anew after progress: a long call that is
/// well served uses nothing of it.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    whole: Duration,
    until: Option<Instant>,
    pauses: u32,
}

impl Budget {
    /// A whole budget.
    pub(crate) fn new(budget: Duration) -> Self {
        Budget {
            whole: budget,
            until: None,
            pauses: 0,
        }
    }

    /// Pauses before the next attempt. `false` where the budget is used up, and then at once.
    pub(crate) async fn pause(&mut self) -> bool {
        let now = Instant::now();
        let until = *self.until.get_or_insert(now + self.whole);
        let left = until.saturating_duration_since(now);
        if left.is_zero() {
            return false;
        }
        let pause = drawn(self.pauses, fastrand::f64()).min(left);
        self.pauses = self.pauses.saturating_add(1);
        tokio::time::sleep(pause).await;
        true
    }

    /// Something was done: the time runs anew. The pauses stay as long as they have become.
    pub(crate) fn progress(&mut self) {
        self.until = None;
    }

    /// Everything was done: the pauses are short again, too.
    pub(crate) fn recovered(&mut self) {
        *self = Budget::new(self.whole);
    }
}

/// The pause of an attempt, `chance` of the longest that it may be.
fn drawn(pauses: u32, chance: f64) -> Duration {
    let longest = FIRST
        .saturating_mul(2u32.saturating_pow(pauses.min(16)))
        .min(LONGEST);
    longest.mul_f64(chance.clamp(0.0, 1.0))
}

/// What became of a request that has no good answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// DynamoDB asks to come back later; it was not executed
    Throttled,
    /// It did not leave this process, or reached nobody
    NotSent,
    /// It was sent and its answer did not come, or says that DynamoDB itself failed: it may have been executed
    Lost,
    /// Another request with the same token is being executed
    InProgress,
    /// Another transaction held one of the items; it was not executed
    Conflict,
    /// It was answered, and not executed
    Rejected,
}

/// What became of a request, by the error of the SDK.
pub(crate) fn fate<E, R>(error: &SdkError<E, R>) -> Fate
where
    E: ProvideErrorMetadata,
    R: Status,
{
    match error {
        SdkError::ConstructionFailure(_) => Fate::NotSent,
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) => Fate::Lost,
        SdkError::DispatchFailure(failure) => {
            let reached_nobody = failure
                .as_connector_error()
                .is_some_and(|error| reached_nobody(error));
            if reached_nobody || failure.is_user() {
                Fate::NotSent
            } else {
                Fate::Lost
            }
        }
        SdkError::ServiceError(answer) => {
            by_code(answer.err().code().unwrap_or(""), answer.raw().status())
        }
        // The SDK's enum is open. Nothing is known of a new variant, so the careful answer is given.
        _ => Fate::Lost,
    }
}

/// The status of a response, whatever carries it.
pub(crate) trait Status {
    /// The number.
    fn status(&self) -> u16;
}

impl Status for aws_sdk_dynamodb::config::http::HttpResponse {
    fn status(&self) -> u16 {
        self.status().as_u16()
    }
}

/// By the code of the answer ("Error handling with DynamoDB", the developer guide's list of codes).
fn by_code(code: &str, status: u16) -> Fate {
    match code {
        "ProvisionedThroughputExceededException"
        | "ThrottlingException"
        | "ThrottledException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "TooManyRequestsException"
        | "RequestLimitExceeded"
        | "LimitExceededException"
        | "SlowDown" => Fate::Throttled,
        "TransactionInProgressException" => Fate::InProgress,
        "TransactionConflictException" | "ReplicatedWriteConflictException" => Fate::Conflict,
        // All of them leave open what was done; a 503 can also come from what stands before DynamoDB.
        "InternalServerError" | "InternalFailure" | "ServiceUnavailable" => Fate::Lost,
        _ if status >= 500 => Fate::Lost,
        _ => Fate::Rejected,
    }
}

/// Whether the connection was never there: then nothing of the request was sent.
fn reached_nobody(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return matches!(
                io.kind(),
                std::io::ErrorKind::ConnectionRefused
                    | std::io::ErrorKind::HostUnreachable
                    | std::io::ErrorKind::NetworkUnreachable
                    | std::io::ErrorKind::AddrNotAvailable
            );
        }
        // The SDK's own type for a timeout is private; its words say which part of the request it was.
        if error.to_string().starts_with("HTTP connect timeout") {
            return true;
        }
        next = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_have_an_end() {
        assert_eq!(drawn(0, 1.0), FIRST);
        assert_eq!(drawn(3, 1.0), FIRST * 8);
        assert_eq!(drawn(30, 1.0), LONGEST);
        assert_eq!(drawn(u32::MAX, 1.0), LONGEST);
        assert_eq!(drawn(9, 0.0), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn the_sum_of_the_pauses_is_the_budget() {
        let start = Instant::now();
        let mut budget = Budget::new(Duration::from_secs(10));
        let mut pauses = 0;
        while budget.pause().await {
            pauses += 1;
        }
        assert!(start.elapsed() <= Duration::from_millis(10_010));
        assert!(pauses > 5, "{pauses}");
        assert!(!budget.pause().await, "once used up, it stays so");
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_makes_progress_has_its_budget_again() {
        let mut budget = Budget::new(Duration::from_secs(1));
        while budget.pause().await {}
        budget.progress();
        assert!(budget.pause().await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_budget_of_nothing_allows_no_pause() {
        assert!(!Budget::new(Duration::ZERO).pause().await);
    }

    #[test]
    fn two_clients_do_not_come_back_at_the_same_times() {
        let times = || {
            (0..8)
                .map(|attempt| drawn(attempt, fastrand::f64()))
                .collect::<Vec<_>>()
        };
        assert_ne!(times(), times());
    }

    #[test]
    fn only_what_certainly_was_not_executed_is_called_so() {
        for (code, status, fate) in [
            (
                "ProvisionedThroughputExceededException",
                400,
                Fate::Throttled,
            ),
            ("ThrottlingException", 400, Fate::Throttled),
            ("RequestLimitExceeded", 400, Fate::Throttled),
            ("SlowDown", 503, Fate::Throttled),
            ("", 503, Fate::Lost),
            ("InternalServerError", 500, Fate::Lost),
            ("", 502, Fate::Lost),
            ("TransactionInProgressException", 400, Fate::InProgress),
            ("TransactionConflictException", 400, Fate::Conflict),
            ("ConditionalCheckFailedException", 400, Fate::Rejected),
            ("ValidationException", 400, Fate::Rejected),
            ("AnythingNew", 400, Fate::Rejected),
        ] {
            assert_eq!(by_code(code, status), fate, "{code} {status}");
        }
    }

    #[test]
    fn a_refused_connection_sent_nothing_and_a_reset_one_may_have() {
        use std::io::{Error, ErrorKind};
        assert!(reached_nobody(&Error::from(ErrorKind::ConnectionRefused)));
        assert!(!reached_nobody(&Error::from(ErrorKind::ConnectionReset)));
        assert!(!reached_nobody(&Error::from(ErrorKind::BrokenPipe)));
    }
}
