//! One batch: prepare, run some operations of one workload under the clock, clean up.

use std::time::Instant;

use tokio::runtime::Runtime;

use crate::allocations::{self, Allocations};
use crate::clock::process_cpu_ns;
use crate::data::{Dataset, NewUser};
use crate::databases::{Location, Upkeep};
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
    upkeep: Upkeep,
) -> Outcome<Box<dyn Session>> {
    let peer = runtime.block_on(P::open(location))?;
    Ok(Box::new(Open { peer, upkeep }))
}

struct Open<P> {
    peer: P,
    upkeep: Upkeep,
}

impl<P: Peer> Session for Open<P> {
    fn run_sql(&mut self, runtime: &Runtime, sql: &str) -> Outcome<()> {
        runtime.block_on(self.run_sql(sql))
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
    /// On the peer's own connection, or on another one where the database has such.
    async fn run_sql(&mut self, sql: &str) -> Outcome<()> {
        match &self.upkeep {
            Upkeep::Own | Upkeep::OwnWithLog => self.peer.run_sql(sql).await,
            #[cfg(feature = "postgresql")]
            Upkeep::Beside(client) => Ok(client.batch_execute(sql).await?),
        }
    }

    async fn prepare(&mut self, batch: Batch) -> Outcome<Vec<NewUser>> {
        let mut new_users = Vec::new();
        match batch.workload {
            Workload::InsertOne => {
                new_users.extend((0..batch.operations as i64).map(NewUser::numbered));
            }
            Workload::DeleteOne => {
                let rows = schema::insert_doomed(batch.operations);
                self.run_sql(&rows).await?;
            }
            _ => {}
        }
        if matches!(self.upkeep, Upkeep::OwnWithLog) && batch.workload.writes() {
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
            _ => String::new(),
        };
        if !sql.is_empty() {
            self.run_sql(&sql).await?;
        }
        #[cfg(feature = "postgresql")]
        if matches!(self.upkeep, Upkeep::Beside(_)) && batch.workload.writes() {
            self.run_sql(&schema::next_keys(dataset.users)).await?;
            for statement in schema::VACUUM {
                self.run_sql(statement).await?;
            }
        }
        Ok(())
    }
}
