//! One operation on both sides: first once with its requests counted and what it did compared, then in turns, timed.

use std::time::Instant;

use toasty::{Db, Metered};

use crate::bare::Bare;
use crate::clock::process_cpu_ns;
use crate::data::{NOBODY, NewPost, NewUser};
use crate::operations::{Material, Operation, Side, operate};
use crate::ours::{self, Ours};
use crate::quartiles::Quartiles;
use crate::{Outcome, tables};

pub struct Plan {
    pub rounds: u64,
    pub times: u64,
}

/// Both sides, on the same tables.
pub struct Contest {
    pub bare: Bare,
    ours: Ours<Db>,
    bare_counted: Bare,
    ours_counted: Ours<Metered>,
    material: Material,
    /// The next id that no row has had
    next: u64,
}

/// The same of both sides.
#[derive(Clone, Copy)]
pub struct Both<T> {
    pub bare: T,
    pub ours: T,
}

pub struct Row {
    pub operation: Operation,
    pub requests: Both<u64>,
    pub wall_ns: Both<Quartiles>,
    pub cpu_ns: Both<Quartiles>,
    /// Ours / bare, each round of it taken with the same round of the other.
    pub wall_ratio: Quartiles,
    pub cpu_ratio: Quartiles,
}

pub async fn open(endpoint: &str, prefix: &str) -> Outcome<Contest> {
    let ours = ours::open(endpoint, prefix).await?;
    let bare = Bare::open(endpoint, prefix, false);
    tables::seed(&bare).await?;
    Ok(Contest {
        ours_counted: ours.metered(),
        bare_counted: Bare::open(endpoint, prefix, true),
        ours,
        bare,
        material: Material {
            user: NewUser::numbered(0),
            posts: (0..100).map(|n| NewPost::numbered(n, NOBODY)).collect(),
        },
        next: 1_000_000,
    })
}

pub async fn run(plan: &Plan, contest: &mut Contest, operation: Operation) -> Outcome<Row> {
    let requests = check(contest, operation).await?;
    let times = if operation.is_of_many() {
        plan.times.div_ceil(10)
    } else {
        plan.times
    };
    let mut samples = Both {
        bare: Vec::new(),
        ours: Vec::new(),
    };
    // The first round warms up: connections, plans, the server's caches.
    for round in 0..=plan.rounds {
        for turn in 0..2 {
            let first = contest.reserve(operation, times).await?;
            let batch = Batch {
                operation,
                material: &contest.material,
                times,
                first,
            };
            let (sample, samples) = if (turn + round) % 2 == 0 {
                (batch.time(&contest.bare).await?, &mut samples.bare)
            } else {
                (batch.time(&contest.ours).await?, &mut samples.ours)
            };
            if round > 0 {
                samples.push(sample);
            }
        }
    }
    let of = |which: fn(&Sample) -> f64| Both {
        bare: Quartiles::of(samples.bare.iter().map(which)),
        ours: Quartiles::of(samples.ours.iter().map(which)),
    };
    let ratio = |which: fn(&Sample) -> f64| {
        let pairs = samples.ours.iter().zip(&samples.bare);
        Quartiles::of(pairs.map(|(ours, bare)| which(ours) / which(bare)))
    };
    Ok(Row {
        operation,
        requests,
        wall_ns: of(|sample| sample.wall_ns),
        cpu_ns: of(|sample| sample.cpu_ns),
        wall_ratio: ratio(|sample| sample.wall_ns),
        cpu_ratio: ratio(|sample| sample.cpu_ns),
    })
}

/// Counts the requests of one operation, and compares what both sides did.
async fn check(contest: &mut Contest, operation: Operation) -> Outcome<Both<u64>> {
    // What making the tables and connecting took is not the first operation's.
    contest.bare_counted.user_by_id(1).await?;
    contest.ours_counted.user_by_id(1).await?;
    let first = contest.reserve(operation, 1).await?;
    contest.bare_counted.take_requests();
    let digest = operate(
        &contest.bare_counted,
        operation,
        &contest.material,
        0,
        first,
    )
    .await?;
    let bare = (contest.bare_counted.take_requests(), digest);
    let by_bare = done(&contest.bare, operation, first).await?;

    let first = contest.reserve(operation, 1).await?;
    contest.ours_counted.take_requests();
    let digest = operate(
        &contest.ours_counted,
        operation,
        &contest.material,
        0,
        first,
    )
    .await?;
    let ours = (contest.ours_counted.take_requests(), digest);
    let by_ours = done(&contest.bare, operation, first).await?;

    if (bare.1, by_bare) != (ours.1, by_ours) {
        return Err(format!(
            "the sides differ: {:x} and {:x}, {by_bare:x?} and {by_ours:x?}",
            bare.1, ours.1
        )
        .into());
    }
    Ok(Both {
        bare: bare.0,
        ours: ours.0,
    })
}

/// What is in the tables after an operation: number and digest of the rows that it was about.
async fn done(bare: &Bare, operation: Operation, first: u64) -> Outcome<(usize, u64)> {
    match operation {
        Operation::Create
        | Operation::DeleteByKey
        | Operation::CreateMany25
        | Operation::CreateMany100 => tables::posts(bare, first, operation.new_rows()).await,
        Operation::CreateWithUnique => {
            // Found by its guard; its id is its own.
            let digest = bare.user_by_email(&crate::data::email(first)).await?;
            Ok((1, digest.wrapping_sub(first.wrapping_mul(31))))
        }
        Operation::UpdateByKey => tables::posts(bare, 1, 1).await,
        Operation::GetByKey
        | Operation::GetByUnique
        | Operation::QueryByIndex
        | Operation::IncludeHasMany10
        | Operation::IncludeBelongsTo50 => Ok((0, 0)),
    }
}

impl Contest {
    /// Ids for what a batch writes, or rows with them for what it deletes.
    async fn reserve(&mut self, operation: Operation, times: u64) -> Outcome<u64> {
        let first = self.next;
        let count = operation.new_rows() * times;
        self.next += count;
        if operation == Operation::DeleteByKey {
            tables::put_doomed(&self.bare, first, count).await?;
        }
        Ok(first)
    }
}

struct Batch<'a> {
    operation: Operation,
    material: &'a Material,
    times: u64,
    first: u64,
}

/// Of one operation.
struct Sample {
    wall_ns: f64,
    cpu_ns: f64,
}

impl Batch<'_> {
    async fn time(&self, side: &impl Side) -> Outcome<Sample> {
        let cpu_before = process_cpu_ns();
        let before = Instant::now();
        let mut digest = 0u64;
        for turn in 0..self.times {
            let new = self.first + turn * self.operation.new_rows();
            let one = operate(side, self.operation, self.material, turn, new).await?;
            digest = digest.wrapping_add(one);
        }
        let wall = before.elapsed().as_nanos() as f64;
        let cpu = (process_cpu_ns() - cpu_before) as f64;
        std::hint::black_box(digest);
        let times = self.times as f64;
        Ok(Sample {
            wall_ns: wall / times,
            cpu_ns: cpu / times,
        })
    }
}
