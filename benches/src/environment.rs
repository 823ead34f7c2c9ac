//! What a table must say beside its numbers: when, on what, and which versions.

use std::process::Command;

/// The lock file this very binary was built with.
const LOCK: &str = include_str!("../Cargo.lock");

/// The time of the run in UTC, to the minute.
pub fn date() -> String {
    answer_of("date", &["-u", "+%Y-%m-%d %H:%M UTC"])
}

pub fn rustc() -> String {
    answer_of("rustc", &["--version"])
}

fn answer_of(program: &str, arguments: &[&str]) -> String {
    match Command::new(program).args(arguments).output() {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        }
        _ => format!("{program} unknown"),
    }
}

/// The processor and how many of its cores this process may use.
pub fn processor() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let information = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = information
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown processor", |(_, model)| model);
    let noun = if cores == 1 { "core" } else { "cores" };
    format!("{cores} {noun} of {model}")
}

/// How many tasks wanted a core in the last minute: what else the machine does is in the figures.
pub fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or("unknown").to_owned()
}

/// `name version` of each of these libraries.
pub fn versions(names: &[&str]) -> Vec<String> {
    names
        .iter()
        .filter_map(|name| Some(format!("{name} {}", version(name, Origin::Registry)?)))
        .collect()
}

/// `ours version`, where this project takes part.
pub fn ours() -> Option<String> {
    let version = version("toasty", Origin::Folder)?;
    cfg!(feature = "ours").then(|| format!("ours {version}"))
}

/// Where a package of the lock file comes from. Two names are there twice: `toasty`, and
/// `libsqlite3-sys` with its shim.
#[derive(PartialEq)]
enum Origin {
    Registry,
    Folder,
}

fn version(name: &str, origin: Origin) -> Option<&'static str> {
    let entry = LOCK.split("[[package]]").find(|entry| {
        let from = match field(entry, "source") {
            Some(_) => Origin::Registry,
            None => Origin::Folder,
        };
        field(entry, "name") == Some(name) && from == origin
    })?;
    field(entry, "version")
}

fn field<'a>(entry: &'a str, key: &str) -> Option<&'a str> {
    entry.lines().find_map(|line| {
        let value = line.strip_prefix(key)?.strip_prefix(" = \"")?;
        value.strip_suffix('"')
    })
}
