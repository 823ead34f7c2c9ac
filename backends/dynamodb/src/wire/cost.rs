//! What requests cost, added up.

use aws_sdk_dynamodb::types::ConsumedCapacity;
use std::sync::{Arc, Mutex, PoisonError};
use toasty_contract::Cost;

/// Adds up what the requests of one connection cost, also those of its streams.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter(Arc<Mutex<Cost>>);

impl Meter {
    fn add(&self, cost: Cost) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += cost;
    }

    /// One request that was sent, whatever became of it.
    pub(crate) fn sent(&self) {
        self.add(Cost {
            requests: 1,
            ..Cost::default()
        });
    }

    /// Items that were looked at.
    pub(crate) fn scanned(&self, items: usize) {
        self.add(Cost {
            scanned: u64::try_from(items).unwrap_or(u64::MAX),
            ..Cost::default()
        });
    }

    /// What an answer to a read says it cost.
    pub(crate) fn read<'a>(&self, capacity: impl IntoIterator<Item = &'a ConsumedCapacity>) {
        let units = capacity
            .into_iter()
            .filter_map(|one| one.capacity_units)
            .sum();
        self.add(Cost {
            read_units: units,
            ..Cost::default()
        });
    }

    /// What an answer to a write says it cost.
    pub(crate) fn wrote<'a>(&self, capacity: impl IntoIterator<Item = &'a ConsumedCapacity>) {
        let units = capacity
            .into_iter()
            .filter_map(|one| one.capacity_units)
            .sum();
        self.add(Cost {
            write_units: units,
            ..Cost::default()
        });
    }

    /// What was added up, and begins anew.
    pub(crate) fn take(&self) -> Cost {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
