//! Walks the table of steps: says what comes, runs it, says how long it took, and stops at the first failure.
//!
//! Servers that a step needs are there while it runs, and are removed when it ends, in success or in failure.

use std::ffi::OsString;
use std::fmt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use crate::servers::Servers;
use crate::steps::{Step, Tool};

/// Runs the steps from the root of the repository.
pub(crate) fn all(steps: &[Step], quick: bool) -> Result<(), Failure> {
    let begin = Instant::now();
    let mut skipped = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        println!("\n[{}/{}] {}", index + 1, steps.len(), step.promise);
        println!("      {}", command_line(step));
        if quick && step.slow {
            println!("      skipped: --quick leaves it out");
            skipped.push(step);
            continue;
        }
        if let Some(tool) = step.needs.as_ref().filter(|tool| !is_installed(tool)) {
            println!(
                "      skipped: `cargo {}` is not installed; `{}` installs it",
                tool.subcommand, tool.install
            );
            skipped.push(step);
            continue;
        }
        let begin = Instant::now();
        run(step)?;
        println!("      done in {:.1} s", begin.elapsed().as_secs_f64());
    }
    report(steps.len(), &skipped, begin);
    Ok(())
}

/// Prints the steps and runs none of them.
pub(crate) fn list(steps: &[Step]) {
    for (index, step) in steps.iter().enumerate() {
        let slow = if step.slow { " (slow)" } else { "" };
        println!("{}. {}{slow}", index + 1, step.promise);
        println!("   {}", command_line(step));
        if step.servers {
            println!(
                "   on servers: `eval \"$(cargo xtask servers)\"` starts them for a step that is run alone"
            );
        }
        if let Some(tool) = &step.needs {
            println!("   only where `cargo {}` is installed", tool.subcommand);
        }
    }
}

/// A step that did not succeed, as the sentence that the contributor reads last.
#[derive(Debug)]
pub(crate) struct Failure {
    promise: &'static str,
    command: String,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Status(ExitStatus),
    NotStarted(std::io::Error),
    NoServers(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure {
            promise,
            command,
            cause,
        } = self;
        match cause {
            Cause::Status(status) => write!(f, "`{command}` failed ({status})")?,
            Cause::NotStarted(error) => write!(f, "`{command}` could not be started ({error})")?,
            Cause::NoServers(error) => write!(f, "`{command}` has no servers to run on: {error}")?,
        }
        write!(
            f,
            ": it is not certain that {promise}. The steps after this one were not run."
        )
    }
}

fn run(step: &Step) -> Result<(), Failure> {
    let failed = |cause| Failure {
        promise: step.promise,
        command: command_line(step),
        cause,
    };
    let mut command = cargo();
    command
        .args(step.arguments)
        .envs(step.environment.iter().copied());
    if cfg!(test) {
        // The tests below let commands fail on purpose; an error in their output would alarm whoever reads it.
        command.stderr(Stdio::null());
    }
    // Lives until the end of the step: what was started for it goes with it.
    let servers = match step.servers.then(Servers::prepare).transpose() {
        Ok(servers) => servers,
        Err(error) => return Err(failed(Cause::NoServers(error))),
    };
    if let Some(servers) = &servers {
        command.envs(servers.environment.iter().cloned());
    }
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(failed(Cause::Status(status))),
        Err(error) => Err(failed(Cause::NotStarted(error))),
    }
}

fn is_installed(tool: &Tool) -> bool {
    cargo()
        .args([tool.subcommand, "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The cargo that runs this program, in the root of the repository.
pub(crate) fn cargo() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.current_dir(root());
    command
}

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// The step as a line that can be pasted into a shell.
fn command_line(step: &Step) -> String {
    let mut line = String::new();
    for (name, value) in step.environment {
        line.push_str(&format!("{name}='{value}' "));
    }
    line.push_str("cargo ");
    line.push_str(&step.arguments.join(" "));
    line
}

fn report(steps: usize, skipped: &[&Step], begin: Instant) {
    let seconds = begin.elapsed().as_secs_f64();
    let passed = steps - skipped.len();
    println!("\n{passed} of {steps} steps passed in {seconds:.1} s.");
    for step in skipped {
        println!("Not checked: {}.", step.promise);
    }
}

#[cfg(test)]
mod tests {
    use super::{all, command_line};
    use crate::steps::{STEPS, Step, Tool};

    const fn step(arguments: &'static [&'static str]) -> Step {
        Step {
            promise: "the sky is blue",
            arguments,
            environment: &[],
            servers: false,
            slow: false,
            needs: None,
        }
    }

    #[test]
    fn the_first_failure_stops_and_names_its_command() {
        let steps = [step(&["no-such-subcommand"]), step(&["--version"])];
        let failure = all(&steps, false).unwrap_err().to_string();
        assert!(
            failure.starts_with(
                "`cargo no-such-subcommand` failed (exit status: 101): it is not certain that the sky is blue."
            ),
            "{failure}"
        );
    }

    #[test]
    fn a_slow_step_is_left_out_only_by_quick() {
        let slow = || Step {
            slow: true,
            ..step(&["no-such-subcommand"])
        };
        assert!(all(&[slow()], true).is_ok());
        assert!(all(&[slow()], false).is_err());
    }

    #[test]
    fn a_step_without_its_tool_is_skipped() {
        let needs = Some(Tool {
            subcommand: "no-such-subcommand",
            install: "cargo install it",
        });
        let step = Step {
            needs,
            ..step(&["no-such-subcommand"])
        };
        assert!(all(&[step], false).is_ok());
    }

    #[test]
    fn a_command_can_be_pasted_into_a_shell() {
        let doc = STEPS
            .iter()
            .find(|step| step.arguments[0] == "doc")
            .unwrap();
        assert_eq!(
            command_line(doc),
            "RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --all-features"
        );
    }
}
