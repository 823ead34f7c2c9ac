//! Toasty beside the raw driver and other Rust ORMs: the same workloads on the same data, in one
//! process, interleaved, each checked by a digest of every field it read.
//!
//! From the outside in: [`options`] says what to run, [`databases`] gives every peer its own copy
//! of the data, [`rounds`] lets the peers take turns, [`batch`] measures one turn,
//! [`operations`] is what it does, [`report`] writes the tables. What is measured is in [`peers`], one file per library.

mod allocations;
mod batch;
mod clock;
mod data;
mod databases;
mod digest;
mod environment;
mod operations;
mod options;
mod peer;
mod peers;
#[cfg(feature = "postgresql")]
mod postgresql;
mod quartiles;
mod report;
mod rounds;
mod schema;
mod statistics;
mod workload;

use std::process::ExitCode;

use data::Dataset;
use options::{Command, Options};
use peer::{Failure, Outcome};
use rounds::Plan;
use tokio::runtime::{Builder, Runtime};

#[global_allocator]
static ALLOCATOR: allocations::Counting = allocations::Counting;

fn main() -> ExitCode {
    match options::parse(std::env::args().skip(1)) {
        Ok(Command::Run(options)) => match run(&options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => {
                eprintln!("{failure}");
                ExitCode::FAILURE
            }
        },
        Ok(Command::Print(text)) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}\n\n{}", options::USAGE);
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> Outcome<()> {
    let runtime = runtime(options)?;
    let dataset = Dataset::new(options.users, options.bulk_rows);
    let server = server(&runtime, options)?;
    let before = environment::load();
    let mut sections = String::new();
    for &database in &options.databases {
        let mut contestants = databases::open(&runtime, database, &dataset, options)?;
        let plan = Plan {
            runtime: &runtime,
            dataset: &dataset,
            rounds: options.rounds,
            batch: options.batch,
            equal: database.is_on_a_server(),
            operations: options.operations,
        };
        let mut rows = Vec::new();
        for &workload in &options.workloads {
            databases::keep_together(database);
            let result = rounds::run(&plan, &mut contestants, workload);
            report::progress(database, &result);
            rows.extend(result);
        }
        report::section(&mut sections, database, &rows);
        let _inside = runtime.enter(); // pools are dropped inside their runtime
        drop(contestants);
        databases::remove(&runtime, database)?;
    }
    let load = [before.as_str(), &environment::load()];
    let report = report::opening(options, server.as_deref(), load) + &sections;
    match &options.report {
        Some(path) => std::fs::write(path, report).map_err(Failure::from),
        None => {
            print!("{report}");
            Ok(())
        }
    }
}

/// The version of the server, where one is asked for: a wrong URL shows before anything is measured.
fn server(runtime: &Runtime, options: &Options) -> Outcome<Option<String>> {
    #[cfg(feature = "postgresql")]
    if options.databases.contains(&databases::Database::Postgresql) {
        return runtime.block_on(postgresql::version()).map(Some);
    }
    let _ = (runtime, options);
    Ok(None)
}

fn runtime(options: &Options) -> Outcome<Runtime> {
    let mut builder = match options.multi_thread {
        true => Builder::new_multi_thread(),
        false => Builder::new_current_thread(),
    };
    Ok(builder.enable_all().build()?)
}
