//! What is left of many measurements of one thing.

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
