//! The table, and one line an operation while it runs.

use crate::environment;
use crate::quartiles::Quartiles;
use crate::rounds::{Both, Plan, Row};

/// `load` is that of the machine before and after.
pub fn text(plan: &Plan, rows: &[Row], load: [&str; 2]) -> String {
    let versions = environment::versions(&["aws-sdk-dynamodb", "tokio"]);
    let versions: Vec<String> = versions.into_iter().chain(environment::ours()).collect();
    let mut text = format!(
        "{}, {}, {}, DynamoDB Local, tokio current_thread; {} rounds; \
         load average {} before and {} after.\n\n{}.\n\n\
         | | requests: SDK by hand | ours | time: SDK by hand | ours (ratio) | CPU time of the client: SDK by hand | ours (ratio) |\n\
         |---|--:|--:|--:|--:|--:|--:|\n",
        environment::date(),
        environment::processor(),
        environment::rustc(),
        plan.rounds,
        load[0],
        load[1],
        versions.join(", "),
    );
    for row in rows {
        let name = row.operation.name();
        let Both { bare, ours } = row.requests;
        let wall = times(&row.wall_ns, &row.wall_ratio);
        let cpu = times(&row.cpu_ns, &row.cpu_ratio);
        text.push_str(&format!("| {name} | {bare} | {ours} | {wall} | {cpu} |\n"));
    }
    text
}

fn times(times: &Both<Quartiles>, ratio: &Quartiles) -> String {
    let (bare, ours) = (micros(times.bare.median), micros(times.ours.median));
    format!("{bare} | {ours} (**{:.2}**)", ratio.median)
}

fn micros(ns: f64) -> String {
    if ns < 1e6 {
        format!("{:.0} µs", ns / 1e3)
    } else {
        format!("{:.2} ms", ns / 1e6)
    }
}

/// For whoever watches.
pub fn progress(row: &Row) {
    eprintln!(
        "{:22} requests {} and {}  time {} and {}  x{:.2} [{:.2} .. {:.2}]  cpu {} and {}  x{:.2} [{:.2} .. {:.2}]",
        row.operation.name(),
        row.requests.bare,
        row.requests.ours,
        micros(row.wall_ns.bare.median),
        micros(row.wall_ns.ours.median),
        row.wall_ratio.median,
        row.wall_ratio.lower,
        row.wall_ratio.upper,
        micros(row.cpu_ns.bare.median),
        micros(row.cpu_ns.ours.median),
        row.cpu_ratio.median,
        row.cpu_ratio.lower,
        row.cpu_ratio.upper,
    );
}
