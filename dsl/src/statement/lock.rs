//! Locks on the rows that a select finds.

/// How the rows that a select finds are locked, until the end of the transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lock {
    /// Whom it keeps out
    pub strength: LockStrength,
    /// What becomes of rows that are locked already
    pub wait: LockWait,
}

/// Whom a lock keeps out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LockStrength {
    /// All who want to lock or to change the row
    Update,
    /// Those who want to change it
    Share,
}

/// What becomes of rows that another transaction has locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LockWait {
    /// They are waited for
    Wait,
    /// They are left out
    Skip,
    /// The statement fails
    Fail,
}

impl Lock {
    /// Five bits that are never all zero.
    pub(super) fn bits(self) -> u64 {
        let strength = match self.strength {
            LockStrength::Update => 1,
            LockStrength::Share => 2,
        };
        let wait = match self.wait {
            LockWait::Wait => 0,
            LockWait::Skip => 1,
            LockWait::Fail => 2,
        };
        strength | wait << 2
    }
}
