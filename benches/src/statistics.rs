//! From samples to one row of the tables.

use crate::allocations::Allocations;
use crate::batch::Sample;
use crate::quartiles::Quartiles;
use crate::workload::Workload;

/// One peer on one workload.
pub struct Row {
    pub workload: Workload,
    pub peer: &'static str,
    /// How many operations one batch had.
    pub operations: u64,
    /// The figures, or why there are none.
    pub result: Result<Figures, String>,
}

pub struct Figures {
    pub rounds: usize,
    pub wall_ns: Quartiles,
    pub cpu_ns: Quartiles,
    /// This peer / raw, each round of it taken with the same round of raw.
    pub ratio: Quartiles,
    /// This peer's fastest round / raw's fastest: what is left when the neighbours are quiet.
    pub ratio_of_fastest: f64,
    /// Per operation.
    pub allocations: Allocations,
}

impl Figures {
    pub fn of(samples: &[Sample], raw: &[Sample], allocations: Allocations) -> Figures {
        let wall_ns = Quartiles::of(samples.iter().map(|sample| sample.wall_ns));
        let raw_wall_ns = Quartiles::of(raw.iter().map(|sample| sample.wall_ns));
        let ratios = samples.iter().zip(raw).map(|(a, b)| a.wall_ns / b.wall_ns);
        Figures {
            rounds: samples.len(),
            wall_ns,
            cpu_ns: Quartiles::of(samples.iter().map(|sample| sample.cpu_ns)),
            ratio: Quartiles::of(ratios),
            ratio_of_fastest: wall_ns.least / raw_wall_ns.least,
            allocations,
        }
    }
}
