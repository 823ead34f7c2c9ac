//! The workloads: their names, and what the harness must know about each.

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Workload {
    LookupByKey,
    LookupByUnique,
    List100,
    ScanAll,
    Include100x10,
    InsertOne,
    BulkInsert,
    UpdateOne,
    DeleteOne,
    Transaction10,
    Pages50x20,
    BulkUpdate,
    Batch10,
}

impl Workload {
    pub const ALL: [Workload; 13] = [
        Workload::LookupByKey,
        Workload::LookupByUnique,
        Workload::List100,
        Workload::ScanAll,
        Workload::Include100x10,
        Workload::InsertOne,
        Workload::BulkInsert,
        Workload::UpdateOne,
        Workload::DeleteOne,
        Workload::Transaction10,
        Workload::Pages50x20,
        Workload::BulkUpdate,
        Workload::Batch10,
    ];

    /// What runs unless `--work` says otherwise: all but what only some peers do.
    pub fn usual() -> Vec<Workload> {
        let mut usual = Self::ALL.to_vec();
        usual.retain(|workload| {
            !matches!(
                workload,
                Workload::Pages50x20 | Workload::BulkUpdate | Workload::Batch10
            )
        });
        usual
    }

    pub fn named(name: &str) -> Option<Workload> {
        Self::ALL
            .into_iter()
            .find(|workload| workload.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Workload::LookupByKey => "lookup_by_key",
            Workload::LookupByUnique => "lookup_by_unique",
            Workload::List100 => "list_100",
            Workload::ScanAll => "scan_all",
            Workload::Include100x10 => "include_100x10",
            Workload::InsertOne => "insert_one",
            Workload::BulkInsert => "bulk_insert",
            Workload::UpdateOne => "update_one",
            Workload::DeleteOne => "delete_one",
            Workload::Transaction10 => "transaction_10",
            Workload::Pages50x20 => "pages_50x20",
            Workload::BulkUpdate => "bulk_update",
            Workload::Batch10 => "batch_10",
        }
    }

    pub fn writes(self) -> bool {
        match self {
            Workload::InsertOne
            | Workload::BulkInsert
            | Workload::UpdateOne
            | Workload::DeleteOne
            | Workload::BulkUpdate
            | Workload::Transaction10 => true,
            Workload::LookupByKey
            | Workload::LookupByUnique
            | Workload::List100
            | Workload::ScanAll
            | Workload::Include100x10
            | Workload::Pages50x20
            | Workload::Batch10 => false,
        }
    }

    /// The most operations in one batch, which bounds the rows to prepare and to clean up.
    pub fn most_operations(self) -> u64 {
        match self {
            Workload::InsertOne | Workload::DeleteOne => 5_000,
            Workload::BulkInsert => 1,
            _ => u64::MAX,
        }
    }

    /// How many operations the pass takes that checks digests and counts allocations.
    pub fn checked_operations(self) -> u64 {
        match self {
            Workload::ScanAll | Workload::BulkInsert | Workload::BulkUpdate => 1,
            _ => 20,
        }
    }
}
