//! What is asked of arrays, decided here on rows that were read: DynamoDB's `contains` finds a number by its letters.

use crate::table::compare;
use aws_sdk_dynamodb::types::AttributeValue;
use std::cmp::Ordering;
use toasty_dsl::statement::ArrayMatch;

/// Whether an array has these members.
pub(super) fn has(
    array: &[AttributeValue],
    matches: ArrayMatch,
    members: &[AttributeValue],
) -> bool {
    let is_there = |wanted: &AttributeValue| {
        let mut array = array.iter();
        array.any(|one| compare(one, wanted) == Some(Ordering::Equal))
    };
    match matches {
        ArrayMatch::All => members.iter().all(is_there),
        ArrayMatch::Any => members.iter().any(is_there),
        ArrayMatch::Empty => array.is_empty(),
    }
}
