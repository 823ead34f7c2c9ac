//! The servers that the tests run on, from outside: their images before, and their containers away afterwards.
//!
//! The scripts in `containers/` see to the engine and the images, and say what they do. The tests start the containers
//! themselves, by the crate in `tests/servers/`, which labels them; this file knows the labels and no more.
//!
//! What may surprise: a run that is killed leaves its containers. They are found again by the next run, which uses them
//! and removes them at its end.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::run::{cargo, root};

/// The variables by which the tests find what was prepared, and the promise to clean up when the value goes.
pub(crate) struct Servers {
    pub environment: Vec<(String, String)>,
}

impl Servers {
    /// Makes sure of the images. Nothing is needed where the tests are given servers by their URLs; the script sees to
    /// that as well.
    pub(crate) fn prepare() -> Result<Self, String> {
        Ok(Self {
            environment: images()?,
        })
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        // Where there is no Docker, there is nothing to remove.
        match remove("run") {
            Ok(0) | Err(_) => {}
            Ok(count) => println!("      {count} containers of the tests are removed"),
        }
    }
}

/// Starts the servers of `cargo xtask servers`, which stay, and prints what a shell has to be told. All else goes to
/// the standard error, so that `eval "$(cargo xtask servers)"` works.
pub(crate) fn keep() -> Result<(), String> {
    let environment = images()?;
    for (name, value) in &environment {
        println!("export {name}='{value}'");
    }
    let status = cargo()
        .args(["run", "--quiet", "--package", "toasty-test-servers"])
        .envs(environment)
        .env("TOASTY_TEST_KEEP", "1")
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("the servers did not start ({status})")),
        Err(error) => Err(format!("`cargo` could not be started ({error})")),
    }
}

/// Removes the servers of this checkout: those that stay, and those that a killed run has left.
pub(crate) fn stop() -> Result<(), String> {
    let count = remove("kept")? + remove("run")?;
    println!("{count} containers are removed; the images and the Docker engine stay.");
    Ok(())
}

fn images() -> Result<Vec<(String, String)>, String> {
    let script = root().join("containers").join("images.sh");
    let output = Command::new("bash")
        .arg(&script)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("`containers/images.sh` could not be started ({error})"))?;
    if !output.status.success() {
        return Err(format!("`containers/images.sh` failed ({})", output.status));
    }
    Ok(variables(&String::from_utf8_lossy(&output.stdout)))
}

/// Reads lines `NAME=VALUE`.
fn variables(lines: &str) -> Vec<(String, String)> {
    lines
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Removes the containers of this checkout that have the purpose in their label, and says how many they were.
fn remove(purpose: &str) -> Result<usize, String> {
    let listed = docker(&["ps", "--all", "--quiet"], &labels(root(), purpose))?;
    let containers: Vec<String> = listed.split_whitespace().map(str::to_owned).collect();
    if !containers.is_empty() {
        docker(&["rm", "--force", "--volumes"], &containers)?;
    }
    Ok(containers.len())
}

/// The labels are those of `tests/servers/src/container.rs`.
fn labels(root: &Path, purpose: &str) -> [String; 2] {
    [
        format!("--filter=label=toasty.tests={purpose}"),
        format!("--filter=label=toasty.checkout={}", root.display()),
    ]
}

fn docker(command: &[&str], arguments: &[String]) -> Result<String, String> {
    let output = Command::new("docker")
        .args(command)
        .args(arguments)
        .output()
        .map_err(|error| format!("`docker` could not be started ({error})"))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "`docker {}` failed: {}",
            command.join(" "),
            words.trim()
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{labels, root, variables};

    #[test]
    fn what_the_script_prints_becomes_variables() {
        assert_eq!(
            variables("IMAGE=name/of:tag\n\nOTHER=a=b\n"),
            [
                ("IMAGE".to_owned(), "name/of:tag".to_owned()),
                ("OTHER".to_owned(), "a=b".to_owned())
            ]
        );
    }

    #[test]
    fn only_containers_of_this_checkout_and_purpose_are_asked_for() {
        assert_eq!(
            labels(Path::new("/home/me/toasty"), "run"),
            [
                "--filter=label=toasty.tests=run",
                "--filter=label=toasty.checkout=/home/me/toasty"
            ]
        );
    }

    #[test]
    fn the_labels_are_those_that_the_crate_of_the_servers_sets() {
        let source =
            std::fs::read_to_string(root().join("tests/servers/src/container.rs")).unwrap();
        for label in [
            "\"toasty.tests\"",
            "\"toasty.checkout\"",
            "\"run\"",
            "\"kept\"",
        ] {
            assert!(source.contains(label), "{label}");
        }
    }
}
