//! One batch: prepare, run some operations of one workload under the clock, clean up.

use std::time::Instant;

use tokio::runtime::Runtime;

use crate::allocations::{self, Allocations};
use crate::data::{Dataset, NewUser};
use crate::databases::Location;
use crate::operations::{operate, read_back};
use crate::peer::{Outcome, Peer};
use crate::schema;
use crate::workload::Workload;

#[derive(Clone, Copy)]
pub struct Batch {
    pub workload: Workload,
    pub operations: u64,
    /// Decides which keys are looked up, so that rounds differ and peers do not.
    pub round: u64,
    /// Whether to count allocations and to read back what was written. Such a batch is for that
    /// alone: its times are not used.
    pub check: bool,
}

/// What one batch measured; times are per operation, allocations of the whole batch.
#[derive(Clone, Copy)]
pub struct Sample {
    pub wall_ns: f64,
    /// CPU time of this whole process, all threads.
    pub cpu_ns: f64,
    pub digest: u64,
    pub allocations: Allocations,
}

/// A peer on its own copy of the data, without its type.
pub trait Session {
    fn run_sql(&mut self, runtime: &Runtime, sql: &str) -> Outcome<()>;
    fn run(&mut self, runtime: &Runtime, dataset: &Dataset, batch: Batch) -> Outcome<Sample>;
}

pub fn open<P: Peer + 'static>(
    runtime: &Runtime,
    location: &Location,
) -> Outcome<Box<dyn Session>> {
    let peer = runtime.block_on(P::open(location))?;
    let has_log = matches!(location, Location::File(_));
    Ok(Box::new(Open { peer, has_log }))
}

struct Open<P> {
    peer: P,
    /// Whether there is a write-ahead log to empty between batches.
    has_log: bool,
}

impl<P: Peer> Session for Open<P> {
    fn run_sql(&mut self, runtime: &Runtime, sql: &str) -> Outcome<()> {
        runtime.block_on(self.peer.run_sql(sql))
    }

    fn run(&mut self, runtime: &Runtime, dataset: &Dataset, batch: Batch) -> Outcome<Sample> {
        runtime.block_on(async {
            let new_users = self.prepare(batch).await?;
            let mut result = self.measure(dataset, batch, &new_users).await;
            if let (Ok(sample), true) = (&mut result, batch.check) {
                let written = read_back(&mut self.peer, dataset, batch).await?;
                sample.digest = sample.digest.wrapping_add(written);
            }
            self.clean_up(dataset, batch).await?;
            result
        })
    }
}

impl<P: Peer> Open<P> {
    async fn prepare(&mut self, batch: Batch) -> Outcome<Vec<NewUser>> {
        let mut new_users = Vec::new();
        match batch.workload {
            Workload::InsertOne => {
                new_users.extend((0..batch.operations as i64).map(NewUser::numbered));
            }
            Workload::DeleteOne => {
                let rows = schema::insert_doomed(batch.operations);
                self.peer.run_sql(&rows).await?;
            }
            _ => {}
        }
        if self.has_log && batch.workload.writes() {
            // So that the checkpoint owed to a clean-up does not fall into the next batch.
            self.peer.run_sql("PRAGMA wal_checkpoint(TRUNCATE)").await?;
        }
        Ok(new_users)
    }

    async fn measure(
        &mut self,
        dataset: &Dataset,
        batch: Batch,
        new_users: &[NewUser],
    ) -> Outcome<Sample> {
        if batch.check {
            allocations::start();
        }
        let cpu_before = process_cpu_ns();
        let before = Instant::now();
        let digest = operate(&mut self.peer, dataset, batch, new_users).await;
        let wall = before.elapsed().as_nanos() as f64;
        let cpu = (process_cpu_ns() - cpu_before) as f64;
        let allocations = match batch.check {
            true => allocations::stop(),
            false => Allocations::default(),
        };
        let operations = batch.operations as f64;
        Ok(Sample {
            wall_ns: wall / operations,
            cpu_ns: cpu / operations,
            digest: digest?,
            allocations,
        })
    }

    async fn clean_up(&mut self, dataset: &Dataset, batch: Batch) -> Outcome<()> {
        let sql = match batch.workload {
            Workload::InsertOne | Workload::DeleteOne => schema::delete_new_users(dataset.users),
            Workload::BulkInsert => schema::delete_new_posts(dataset.users),
            _ => return Ok(()),
        };
        self.peer.run_sql(&sql).await
    }
}

fn process_cpu_ns() -> u64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the pointer is to a live timespec, which is all that clock_gettime(2) asks for.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}
