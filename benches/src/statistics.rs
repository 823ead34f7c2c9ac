//! From samples to one row of the tables.

use crate::allocations::Allocations;
use crate::batch::Sample;
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

#[derive(Clone, Copy, Default)]
pub struct Quartiles {
    pub least: f64,
    pub lower: f64,
    pub median: f64,
    pub upper: f64,
}

impl Quartiles {
    /// All zero for no values.
    pub fn of(values: impl Iterator<Item = f64>) -> Quartiles {
        let mut sorted: Vec<f64> = values.collect();
        sorted.sort_by(f64::total_cmp);
        let Some(&least) = sorted.first() else {
            return Quartiles::default();
        };
        let at = |quantile: f64| {
            let place = quantile * (sorted.len() - 1) as f64;
            let (below, above) = (
                sorted[place.floor() as usize],
                sorted[place.ceil() as usize],
            );
            below + (above - below) * place.fract()
        };
        Quartiles {
            least,
            lower: at(0.25),
            median: at(0.5),
            upper: at(0.75),
        }
    }

    /// The interquartile range in percent of the median.
    pub fn spread(&self) -> f64 {
        100.0 * (self.upper - self.lower) / self.median
    }
}
