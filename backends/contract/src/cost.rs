//! What statements cost, where the backend tells.

/// What the statements since the last look cost. Zero where the backend does not tell.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cost {
    /// Requests over the network
    pub requests: u64,
    /// Items that were looked at, found or not
    pub scanned: u64,
    /// Read capacity units
    pub read_units: f64,
    /// Write capacity units
    pub write_units: f64,
}

impl std::ops::AddAssign for Cost {
    fn add_assign(&mut self, more: Cost) {
        self.requests += more.requests;
        self.scanned += more.scanned;
        self.read_units += more.read_units;
        self.write_units += more.write_units;
    }
}
