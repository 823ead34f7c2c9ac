//! One workload over all peers: settle each one's batch size, check that all read the same, then
//! let them take turns.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::allocations::Allocations;
use crate::batch::{Batch, Sample};
use crate::data::Dataset;
use crate::databases::Contestant;
use crate::peer::{Failure, Outcome};
use crate::schema;
use crate::statistics::{Figures, Row};
use crate::workload::Workload;

pub struct Plan<'a> {
    pub runtime: &'a Runtime,
    pub dataset: &'a Dataset,
    pub rounds: u64,
    /// How long one peer's batch should take.
    pub batch: Duration,
    /// Whether all peers do as many operations in a batch as the one that does most in that time. Where
    /// an operation is a round trip, the first of a batch is dearer than the others.
    pub equal: bool,
    /// Exactly this many operations a batch, and nothing but the rounds (for callgrind).
    pub operations: Option<u64>,
}

/// What is known of one peer while a workload runs.
struct Lane<'a> {
    contestant: &'a mut Contestant,
    operations: u64,
    digest: u64,
    allocations: Allocations,
    samples: Vec<Sample>,
    /// Once set, the peer sits the rest of this workload out.
    failure: Option<String>,
}

pub fn run(plan: &Plan, contestants: &mut [Contestant], workload: Workload) -> Vec<Row> {
    let mut lanes: Vec<Lane> = contestants.iter_mut().map(Lane::new).collect();
    match plan.operations {
        Some(operations) => lanes
            .iter_mut()
            .for_each(|lane| lane.operations = operations),
        None => {
            for lane in &mut lanes {
                if let Err(failure) = lane.settle(plan, workload) {
                    lane.failure = Some(failure.to_string());
                }
            }
            compare_digests(&mut lanes);
            if plan.equal {
                let most = lanes.iter().map(|lane| lane.operations).max().unwrap_or(1);
                lanes.iter_mut().for_each(|lane| lane.operations = most);
            }
        }
    }
    take_turns(plan, &mut lanes, workload);
    rows(&lanes, workload)
}

/// A different peer starts each round, so that none always follows the same one.
fn take_turns(plan: &Plan, lanes: &mut [Lane], workload: Workload) {
    let count = lanes.len();
    for round in 0..plan.rounds {
        for turn in 0..count {
            let lane = &mut lanes[(turn + round as usize) % count];
            if lane.failure.is_some() {
                continue;
            }
            let batch = Batch {
                workload,
                operations: lane.operations,
                round: round + 2, // settling took 0, checking took 1
                check: false,
            };
            match lane.run(plan, batch) {
                Ok(sample) => lane.samples.push(sample),
                Err(failure) => lane.failure = Some(failure.to_string()),
            }
        }
    }
}

fn compare_digests(lanes: &mut [Lane]) {
    let Some((raw, others)) = lanes.split_first_mut() else {
        return;
    };
    for lane in others {
        if raw.failure.is_none() && lane.failure.is_none() && lane.digest != raw.digest {
            lane.failure = Some(format!(
                "wrong result: digest {:x}, {} has {:x}",
                lane.digest, raw.contestant.name, raw.digest
            ));
        }
    }
}

fn rows(lanes: &[Lane], workload: Workload) -> Vec<Row> {
    let raw = lanes.first().map_or(&[][..], |lane| &lane.samples);
    let row = |lane: &Lane| Row {
        workload,
        peer: lane.contestant.name,
        operations: lane.operations,
        result: match &lane.failure {
            Some(reason) => Err(reason.clone()),
            None => Ok(Figures::of(&lane.samples, raw, lane.allocations)),
        },
    };
    lanes.iter().map(row).collect()
}

impl<'a> Lane<'a> {
    fn new(contestant: &'a mut Contestant) -> Self {
        Lane {
            contestant,
            operations: 1,
            digest: 0,
            allocations: Allocations::default(),
            samples: Vec::new(),
            failure: None,
        }
    }

    fn settle(&mut self, plan: &Plan, workload: Workload) -> Outcome<()> {
        self.calibrate(plan, workload)?;
        for statement in schema::RESET {
            self.contestant.session.run_sql(plan.runtime, statement)?;
        }
        let operations = workload.checked_operations();
        let sample = self.run(
            plan,
            Batch {
                workload,
                operations,
                round: 1,
                check: true,
            },
        )?;
        self.digest = sample.digest;
        self.allocations = Allocations {
            count: sample.allocations.count / operations,
            bytes: sample.allocations.bytes / operations,
        };
        Ok(())
    }

    /// Finds how many operations fill a batch. The first ones are cold (plans, caches, an idle
    /// core), so the number is settled only when a batch of about that many took the time asked for.
    fn calibrate(&mut self, plan: &Plan, workload: Workload) -> Outcome<()> {
        let wanted = plan.batch.as_nanos() as f64;
        for attempt in 0..12 {
            let operations = self.operations;
            let sample = self.run(
                plan,
                Batch {
                    workload,
                    operations,
                    round: 0,
                    check: false,
                },
            )?;
            let fits =
                ((wanted / sample.wall_ns).ceil() as u64).clamp(1, workload.most_operations());
            let close = fits == operations || operations > 1 && fits <= operations + operations / 4;
            if attempt >= 2 && close {
                self.operations = fits;
                break;
            }
            self.operations = fits.min(operations * 8);
        }
        Ok(())
    }

    /// Runs one batch; a panic inside a library is that library's failure, not the end of the run.
    fn run(&mut self, plan: &Plan, batch: Batch) -> Outcome<Sample> {
        let session = &mut self.contestant.session;
        catch_unwind(AssertUnwindSafe(|| {
            session.run(plan.runtime, plan.dataset, batch)
        }))
        .unwrap_or_else(|payload| Err(Failure(format!("panic: {}", first_line(&*payload)))))
    }
}

fn first_line(payload: &(dyn Any + Send)) -> String {
    let text = match payload.downcast_ref::<String>() {
        Some(text) => text,
        None => payload.downcast_ref::<&str>().copied().unwrap_or_default(),
    };
    text.lines().next().unwrap_or_default().to_owned()
}
