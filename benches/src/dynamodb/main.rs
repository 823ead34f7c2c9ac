//! This project on DynamoDB beside AWS's SDK alone: the same operations on the same tables, in one process, taking turns.
//!
//! What counts is the number of requests, which is what DynamoDB charges for and what takes the time: that of `ours` has
//! to be that of the fewest requests which an expert would write by hand, or the program fails. Beside it stands the CPU
//! time of this process, which is the client's share.
//!
//! From the outside in: this file says what to run, `rounds` lets the two take turns, `operations` are what they do,
//! `bare` and `ours` do it, `report` writes the table.

mod bare;
mod data;
mod operations;
mod ours;
mod report;
mod rounds;
mod tables;

#[path = "../clock.rs"]
mod clock;
#[path = "../environment.rs"]
mod environment;
#[allow(dead_code, reason = "the other program shows more of them")]
#[path = "../quartiles.rs"]
mod quartiles;

use std::path::PathBuf;
use std::process::ExitCode;

use operations::Operation;
use rounds::Plan;

/// Why there is no number.
pub type Failure = Box<dyn std::error::Error>;
pub type Outcome<T> = Result<T, Failure>;

const USAGE: &str = "\
toasty-benches-dynamodb [options]
  --work NAME,...    operations; default all
  --rounds N         default 15
  --times N          how often an operation is done in a batch; those of many rows a tenth; default 40
  --report FILE      where the Markdown goes; default standard output
  --help
The endpoint of DynamoDB Local is in TOASTY_TEST_DYNAMODB_URL; `cargo xtask servers` starts one.";

struct Options {
    operations: Vec<Operation>,
    rounds: u64,
    times: u64,
    report: Option<PathBuf>,
}

fn main() -> ExitCode {
    let options = match parse(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("{problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime
        .map_err(Failure::from)
        .and_then(|runtime| runtime.block_on(run(&options)))
    {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("ours needs other requests than those of the SDK by hand");
            ExitCode::FAILURE
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

/// Whether `ours` sent as many requests as were necessary, in all operations.
async fn run(options: &Options) -> Outcome<bool> {
    let endpoint = std::env::var("TOASTY_TEST_DYNAMODB_URL")
        .map_err(|_| "TOASTY_TEST_DYNAMODB_URL is not set: it is the endpoint of DynamoDB Local")?;
    let prefix = format!("toasty-benches-{}-", std::process::id());
    let plan = Plan {
        rounds: options.rounds,
        times: options.times,
    };
    let before = environment::load();
    let mut rows = Vec::new();
    let mut contest = rounds::open(&endpoint, &prefix).await?;
    let mut failure = None;
    for &operation in &options.operations {
        match rounds::run(&plan, &mut contest, operation).await {
            Ok(row) => {
                report::progress(&row);
                rows.push(row);
            }
            Err(error) => {
                failure = Some(format!("{}: {error}", operation.name()));
                break;
            }
        }
    }
    tables::remove(&contest.bare, &prefix).await?;
    if let Some(failure) = failure {
        return Err(failure.into());
    }
    let text = report::text(&plan, &rows, [&before, &environment::load()]);
    match &options.report {
        Some(path) => std::fs::write(path, text)?,
        None => print!("{text}"),
    }
    Ok(rows
        .iter()
        .all(|row| row.requests.ours == row.requests.bare))
}

/// None: help was asked for.
fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options = Options {
        operations: Operation::ALL.to_vec(),
        rounds: 15,
        times: 40,
        report: None,
    };
    while let Some(flag) = arguments.next() {
        if flag == "--help" {
            return Ok(None);
        }
        let value = arguments
            .next()
            .ok_or_else(|| format!("{flag} needs a value"))?;
        let number = || match value.parse() {
            Ok(number) if number > 0 => Ok(number),
            _ => Err(format!("{flag} takes a number from 1, not `{value}`")),
        };
        match flag.as_str() {
            "--work" => {
                let named = |name| {
                    Operation::named(name).ok_or_else(|| format!("there is no operation `{name}`"))
                };
                options.operations = value.split(',').map(named).collect::<Result<_, _>>()?;
            }
            "--rounds" => options.rounds = number()?,
            "--times" => options.times = number()?,
            "--report" => options.report = Some(value.into()),
            other => return Err(format!("there is no option `{other}`")),
        }
    }
    Ok(Some(options))
}
