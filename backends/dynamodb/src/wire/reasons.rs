//! Why a transaction was cancelled: one reason an action, by position.
//!
//! Promises: what is definite (a condition did not hold) is told before what may pass (a conflict, throttling), so that
//! nothing is tried again that cannot succeed. Must not know: what the actions are for.

use super::retry::Fate;
use aws_sdk_dynamodb::types::CancellationReason;

/// What the reasons of a cancelled transaction come to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Cancelled {
    /// The conditions of the actions at these positions did not hold
    Conditions(Vec<usize>),
    /// The action at this position cannot be done, ever
    Refused(usize, Refused),
    /// It may succeed a moment later; the action at this position was in somebody's way
    Later(usize, Fate),
}

/// Why an action cannot be done.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// A value of it is not taken, in the words of DynamoDB
    Invalid(String),
    /// The rows with one partition key and their copies in local indexes would be more than 10 GB
    CollectionTooLarge,
    /// A reason that this version does not know
    Unknown(String),
}

/// What the reasons come to. They stand in the order of the actions ("TransactWriteItems", API reference).
pub(crate) fn decode(reasons: &[CancellationReason]) -> Cancelled {
    let mut conditions = Vec::new();
    let mut refused = None;
    let mut later = None;
    for (at, reason) in reasons.iter().enumerate() {
        let words = || reason.message().unwrap_or("").to_owned();
        match reason.code().unwrap_or("None") {
            "None" => {}
            "ConditionalCheckFailed" | "DuplicateItem" => conditions.push(at),
            "TransactionConflict" => match later {
                Some((_, Fate::Conflict)) => {}
                _ => later = Some((at, Fate::Conflict)),
            },
            "ProvisionedThroughputExceeded" | "ThrottlingError" => {
                later.get_or_insert((at, Fate::Throttled));
            }
            "ItemCollectionSizeLimitExceeded" => {
                refused.get_or_insert((at, Refused::CollectionTooLarge));
            }
            "ValidationError" => {
                refused.get_or_insert_with(|| (at, Refused::Invalid(words())));
            }
            other => {
                refused
                    .get_or_insert_with(|| (at, Refused::Unknown(format!("{other}: {}", words()))));
            }
        }
    }
    if !conditions.is_empty() {
        return Cancelled::Conditions(conditions);
    }
    match (refused, later) {
        (Some((at, why)), _) => Cancelled::Refused(at, why),
        (None, Some((at, fate))) => Cancelled::Later(at, fate),
        (None, None) => Cancelled::Refused(
            0,
            Refused::Unknown("a cancelled transaction without a reason".to_owned()),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(codes: &[&str]) -> Vec<CancellationReason> {
        codes
            .iter()
            .map(|code| {
                CancellationReason::builder()
                    .code(*code)
                    .message("why")
                    .build()
            })
            .collect()
    }

    #[test]
    fn reasons_belong_to_the_actions_at_their_positions() {
        assert_eq!(
            decode(&reasons(&[
                "None",
                "ConditionalCheckFailed",
                "None",
                "ConditionalCheckFailed"
            ])),
            Cancelled::Conditions(vec![1, 3])
        );
        assert_eq!(
            decode(&reasons(&["None", "ValidationError"])),
            Cancelled::Refused(1, Refused::Invalid("why".to_owned()))
        );
        assert_eq!(
            decode(&reasons(&["ItemCollectionSizeLimitExceeded"])),
            Cancelled::Refused(0, Refused::CollectionTooLarge)
        );
    }

    #[test]
    fn a_condition_is_definite_and_a_conflict_is_not() {
        assert_eq!(
            decode(&reasons(&["TransactionConflict", "ConditionalCheckFailed"])),
            Cancelled::Conditions(vec![1])
        );
        assert_eq!(
            decode(&reasons(&[
                "None",
                "TransactionConflict",
                "ThrottlingError"
            ])),
            Cancelled::Later(1, Fate::Conflict)
        );
        assert_eq!(
            decode(&reasons(&["ThrottlingError", "TransactionConflict"])),
            Cancelled::Later(1, Fate::Conflict)
        );
        assert_eq!(
            decode(&reasons(&["ProvisionedThroughputExceeded"])),
            Cancelled::Later(0, Fate::Throttled)
        );
    }

    #[test]
    fn what_is_not_known_is_not_tried_again() {
        for codes in [&["Novelty"][..], &[], &["None"]] {
            assert!(matches!(
                decode(&reasons(codes)),
                Cancelled::Refused(0, Refused::Unknown(_))
            ));
        }
    }
}
