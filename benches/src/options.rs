//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use crate::databases::Database;
use crate::peers;
use crate::workload::Workload;

pub const USAGE: &str = "\
toasty-benches [options]
  --db NAME,...      databases; default those of SQLite, which need no server
  --work NAME,...    workloads; default all but pages_50x20, bulk_update, batch_10
  --peer NAME,...    libraries; default all (raw is always there, for the ratios)
  --rounds N         default 15
  --batch-ms N       how long one peer's batch takes in a round; default 20
  --users N          rows of users, more than 100; a tenth of the rows of posts; default 10000
  --bulk N           rows of bulk_insert; default 10000
  --runtime KIND     current_thread (default) or multi_thread
  --operations N     exactly N operations a batch, no calibration, no check, no raw added
  --report FILE      where the Markdown goes; default standard output
  --directory DIR    where sqlite-file keeps its files; default target/data
  --list KIND        print the names of: databases, workloads, peers; DATABASE-peers: those of one
  --help";

pub enum Command {
    Run(Options),
    Print(String),
}

pub struct Options {
    pub databases: Vec<Database>,
    pub workloads: Vec<Workload>,
    peers: Option<Vec<String>>,
    pub rounds: u64,
    pub batch: Duration,
    pub users: i64,
    pub bulk_rows: i64,
    pub multi_thread: bool,
    pub operations: Option<u64>,
    pub report: Option<PathBuf>,
    pub directory: PathBuf,
}

impl Options {
    /// Whether the peer of this name takes part.
    pub fn runs(&self, peer: &str) -> bool {
        let needed_for_ratios = peer == peers::RAW && self.operations.is_none();
        match &self.peers {
            Some(peers) => needed_for_ratios || peers.iter().any(|name| name == peer),
            None => true,
        }
    }
}

pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut options = Options {
        databases: Database::usual(),
        workloads: Workload::usual(),
        peers: None,
        rounds: 15,
        batch: Duration::from_millis(20),
        users: 10_000,
        bulk_rows: 10_000,
        multi_thread: false,
        operations: None,
        report: None,
        directory: PathBuf::from("target/data"),
    };
    while let Some(flag) = arguments.next() {
        if flag == "--help" {
            return Ok(Command::Print(USAGE.to_owned()));
        }
        let value = arguments
            .next()
            .ok_or_else(|| format!("{flag} needs a value"))?;
        match flag.as_str() {
            "--db" => options.databases = names(&value, "database", Database::named)?,
            "--work" => options.workloads = names(&value, "workload", Workload::named)?,
            "--peer" => options.peers = Some(names(&value, "peer", known_peer)?),
            "--rounds" => options.rounds = number(&flag, &value, 1)?,
            "--batch-ms" => options.batch = Duration::from_millis(number(&flag, &value, 1)?),
            "--users" => options.users = number(&flag, &value, 101)? as i64,
            "--bulk" => options.bulk_rows = number(&flag, &value, 1)? as i64,
            "--runtime" => {
                options.multi_thread = match value.as_str() {
                    "current_thread" => false,
                    "multi_thread" => true,
                    other => return Err(format!("there is no runtime `{other}`")),
                }
            }
            "--operations" => options.operations = Some(number(&flag, &value, 1)?),
            "--report" => options.report = Some(value.into()),
            "--directory" => options.directory = value.into(),
            "--list" => return list(&value).map(Command::Print),
            other => return Err(format!("there is no option `{other}`")),
        }
    }
    Ok(Command::Run(options))
}

fn names<T>(value: &str, kind: &str, named: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, String> {
    value
        .split(',')
        .map(|name| named(name).ok_or_else(|| format!("there is no {kind} `{name}`")))
        .collect()
}

fn known_peer(name: &str) -> Option<String> {
    peer_names().contains(&name).then(|| name.to_owned())
}

/// The peers of all databases, each name once.
fn peer_names() -> Vec<&'static str> {
    let mut names = Vec::new();
    for entry in Database::ALL
        .iter()
        .flat_map(|&database| peers::all(database))
    {
        if !names.contains(&entry.name) {
            names.push(entry.name);
        }
    }
    names
}

fn number(flag: &str, value: &str, least: u64) -> Result<u64, String> {
    match value.parse() {
        Ok(number) if number >= least && i64::try_from(number).is_ok() => Ok(number),
        _ => Err(format!("{flag} takes a number from {least}, not `{value}`")),
    }
}

fn list(kind: &str) -> Result<String, String> {
    let names: Vec<&str> = match kind {
        "databases" => Database::ALL
            .iter()
            .map(|database| database.name())
            .collect(),
        "workloads" => Workload::ALL
            .iter()
            .map(|workload| workload.name())
            .collect(),
        "peers" => peer_names(),
        other if other.ends_with("-peers") => {
            let database = Database::named(other.trim_end_matches("-peers"))
                .ok_or_else(|| format!("there is no list of `{other}`"))?;
            peers::all(database)
                .iter()
                .map(|entry| entry.name)
                .collect()
        }
        other => return Err(format!("there is no list of `{other}`")),
    };
    Ok(names.join("\n"))
}
