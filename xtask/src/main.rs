//! `cargo xtask test`: everything that has to hold before a change is merged, in one command; and `cargo xtask servers`,
//! the servers of the tests for a contributor who runs tests one by one.
//!
//! The steps are a table in `steps.rs`; `run.rs` walks it; `servers.rs` sees to the servers. This crate uses nothing but
//! the standard library, so that it builds in a second and cannot break with the code it checks.

mod options;
mod run;
mod servers;
mod steps;

use std::process::ExitCode;

use options::Command;

fn main() -> ExitCode {
    match options::parse(std::env::args().skip(1)) {
        Ok(Command::Test { quick }) => match run::all(steps::STEPS, quick) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => {
                eprintln!("\n{failure}");
                ExitCode::FAILURE
            }
        },
        Ok(Command::List) => {
            run::list(steps::STEPS);
            ExitCode::SUCCESS
        }
        Ok(Command::Servers { stop }) => {
            let outcome = if stop {
                servers::stop()
            } else {
                servers::keep()
            };
            match outcome {
                Ok(()) => ExitCode::SUCCESS,
                Err(failure) => {
                    eprintln!("The servers: {failure}.");
                    ExitCode::FAILURE
                }
            }
        }
        Ok(Command::Help) => {
            println!("{}", options::USAGE);
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}\n\n{}", options::USAGE);
            ExitCode::from(2)
        }
    }
}
