//! Text: one line a peer while it runs, and the Markdown report.

use std::fmt::Write;

use crate::databases::Database;
use crate::environment;
use crate::options::Options;
use crate::peers;
use crate::statistics::{Figures, Row};

/// Whose versions a reader wants to know, in the order of the tables.
const LIBRARIES: [&str; 7] = [
    "rusqlite",
    "diesel",
    "sqlx",
    "sea-orm",
    "toasty",
    "libsqlite3-sys",
    "tokio",
];
#[cfg(feature = "postgresql")]
const POSTGRESQL_LIBRARIES: [&str; 7] = [
    "tokio-postgres",
    "deadpool-postgres",
    "diesel-async",
    "sqlx",
    "sea-orm",
    "toasty",
    "tokio",
];

/// How the report begins: what must be known to read any of its tables. `server` is the version of
/// the server, where there is one, `load` that of the machine before and after.
pub fn opening(options: &Options, server: Option<&str>, load: [&str; 2]) -> String {
    format!(
        "{date}, {processor}, {rustc}, tokio {runtime}.\n\
         {users} users, {posts} posts; {rounds} rounds, batches of {batch} ms; \
         load average {before} before and {after} after.\n\n\
         {versions}.\n",
        date = environment::date(),
        processor = environment::processor(),
        rustc = environment::rustc(),
        runtime = match options.multi_thread {
            true => "multi_thread",
            false => "current_thread",
        },
        users = options.users,
        posts = options.users * crate::data::POSTS_PER_USER,
        rounds = options.rounds,
        batch = options.batch.as_millis(),
        before = load[0],
        after = load[1],
        versions = versions(options, server).join(", "),
    )
}

fn versions(options: &Options, server: Option<&str>) -> Vec<String> {
    let mut versions = Vec::new();
    let embedded =
        |database: &Database| matches!(database, Database::SqliteMemory | Database::SqliteFile);
    if options.databases.iter().any(embedded) {
        versions.extend(environment::versions(&LIBRARIES));
        versions.push(format!("SQLite {}", rusqlite::version()));
    }
    #[cfg(feature = "postgresql")]
    if options.databases.contains(&Database::Postgresql) {
        versions.extend(environment::versions(&POSTGRESQL_LIBRARIES));
    }
    versions.extend(server.map(|server| format!("PostgreSQL {server}")));
    versions.extend(environment::ours());
    let mut seen = std::collections::HashSet::new();
    versions.retain(|version| seen.insert(version.clone()));
    versions
}

/// What one cell says.
type Cell<'a> = &'a dyn Fn(&Row, &Figures) -> String;

/// The section of one database: five tables, and the reasons for what is missing in them.
pub fn section(report: &mut String, database: Database, rows: &[Row]) {
    report.push_str(&format!("\n## {}\n", database.title()));
    let tables: [(&str, Cell); 5] = [
        ("Time per operation (ratio to raw)", &|row, figures| {
            ratio(row, figures.wall_ns.median, figures.ratio.median)
        }),
        ("Fastest round (ratio to raw's)", &|row, figures| {
            ratio(row, figures.wall_ns.least, figures.ratio_of_fastest)
        }),
        (
            "Interquartile range of the time, % of its median",
            &|_, f| format!("{:.0}%", f.wall_ns.spread()),
        ),
        ("CPU time of the process per operation", &|_, f| {
            duration(f.cpu_ns.median)
        }),
        ("Rust allocations per operation (bytes)", &|_, f| {
            format!("{} ({})", f.allocations.count, f.allocations.bytes)
        }),
    ];
    for (title, cell) in tables {
        report.push_str(&format!("\n### {title}\n\n"));
        table(report, rows, cell);
    }
    for row in rows {
        if let Err(reason) = &row.result {
            let (peer, workload) = (row.peer, row.workload.name());
            report.push_str(&format!("\nn/a: {peer}, {workload}: {reason}\n"));
        }
    }
}

/// One row a workload, one column a peer; `rows` has them workload by workload.
fn table(report: &mut String, rows: &[Row], cell: Cell) {
    let Some(first) = rows.first() else {
        return;
    };
    let of_first_workload = rows.iter().filter(|row| row.workload == first.workload);
    let peers: Vec<&str> = of_first_workload.map(|row| row.peer).collect();
    report.push_str(&format!("| | {} |\n", peers.join(" | ")));
    report.push_str(&format!("|---|{}\n", "--:|".repeat(peers.len())));
    for rows in rows.chunks(peers.len()) {
        report.push_str(&format!("| {} |", rows[0].workload.name()));
        for row in rows {
            let text = match &row.result {
                Ok(figures) => cell(row, figures),
                Err(_) => "n/a".to_owned(),
            };
            report.push_str(&format!(" {text} |"));
        }
        report.push('\n');
    }
}

fn ratio(row: &Row, ns: f64, ratio: f64) -> String {
    match row.peer {
        peers::RAW => duration(ns),
        _ => format!("{} (**{ratio:.2}**)", duration(ns)),
    }
}

fn duration(ns: f64) -> String {
    match ns {
        ns if ns < 1e3 => format!("{ns:.0} ns"),
        ns if ns < 1e5 => format!("{:.2} µs", ns / 1e3),
        ns if ns < 1e6 => format!("{:.1} µs", ns / 1e3),
        ns => format!("{:.2} ms", ns / 1e6),
    }
}

/// One workload's results, for whoever watches.
pub fn progress(database: Database, rows: &[Row]) {
    for row in rows {
        let mut line = format!(
            "{:14} {:16} {:16}",
            database.name(),
            row.workload.name(),
            row.peer
        );
        let written = match &row.result {
            Err(reason) => write!(line, " n/a: {reason}"),
            Ok(figures) => write!(
                line,
                " {:>9} [{} .. {}]  x{:.2} [{:.2} .. {:.2}]  fastest x{:.2}  cpu {}  \
                 {} allocations, {} bytes  ({} rounds of {})",
                duration(figures.wall_ns.median),
                duration(figures.wall_ns.lower),
                duration(figures.wall_ns.upper),
                figures.ratio.median,
                figures.ratio.lower,
                figures.ratio.upper,
                figures.ratio_of_fastest,
                duration(figures.cpu_ns.median),
                figures.allocations.count,
                figures.allocations.bytes,
                figures.rounds,
                row.operations,
            ),
        };
        debug_assert!(written.is_ok(), "writing to a String cannot fail");
        eprintln!("{line}");
    }
}
