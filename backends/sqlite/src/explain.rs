//! The plan of a statement, by SQLite's EXPLAIN QUERY PLAN.
//!
//! Promises: nothing is run. No values are bound: with the stability guarantee of the planner, which is on, the plan does not
//! depend on them. Must not know: transactions.
//!
//! What may surprise: SQLite tells its plan as words for people ("EXPLAIN QUERY PLAN"), which it says may change. What is not
//! known of them is a step without a table, and stands in the text as it was said.

use crate::errors::{convert, is_busy};
use crate::prepared::SqlitePrepared;
use crate::run::Ran;
use rusqlite::Connection;
use std::collections::HashMap;
use toasty_contract::{Explain, Plan, PlanStep};
use toasty_dsl::error::{Error, Result};
use toasty_sql::around;

/// Refuses what SQLite cannot tell.
///
/// # Errors
/// `Unsupported`.
pub(crate) fn check(explain: Explain, prepared: &SqlitePrepared) -> Result<()> {
    match explain {
        // SQLite's planner takes an index wherever one serves, whatever the number of rows, as long as ANALYZE was not run.
        Explain::Plan | Explain::Indexes => Ok(()),
        Explain::Measured => Err(Error::unsupported(
            "a measured plan: SQLite does not count what its plans do",
            "take the plan alone by `.explain(&db)`, and the time from the log",
        )
        .on_model(prepared.model.name)),
    }
}

/// The plan of a statement.
pub(crate) fn plan(connection: &Connection, prepared: &SqlitePrepared) -> Result<Ran<Plan>> {
    match lines(connection, &prepared.sql) {
        Ok(lines) => Ok(Ran::Done(told(&lines, &prepared.sql))),
        Err(error) if is_busy(&error) => Ok(Ran::Busy),
        Err(error) => Err(convert(error, prepared, None)),
    }
}

/// A line of the plan: its number, that of the line that it stands under, and its words.
struct Line {
    number: i64,
    under: i64,
    words: String,
}

fn lines(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<Line>> {
    let mut statement = connection.prepare(&around::explain_query_plan(sql))?;
    let mut rows = statement.raw_query();
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        lines.push(Line {
            number: row.get(0)?,
            under: row.get(1)?,
            words: row.get(3)?,
        });
    }
    Ok(lines)
}

fn told(lines: &[Line], sql: &str) -> Plan {
    let mut depths = HashMap::new();
    let mut seen = HashMap::<&str, usize>::new();
    let (mut text, mut steps) = (Vec::new(), Vec::new());
    for line in lines {
        let depth = depths.get(&line.under).map_or(0, |depth| depth + 1);
        depths.insert(line.number, depth);
        text.push(format!("{:1$}{2}", "", 2 * depth, line.words));
        let mut step = step(&line.words);
        step.depth = depth;
        if let Some(name) = name_in(&line.words) {
            let before = seen.entry(name).or_default();
            step.table = table_of(sql, name, *before);
            *before += 1;
        }
        step.full_scan &= step.table.is_some();
        steps.push(step);
    }
    Plan::new(text.join("\n"), steps, false)
}

/// What stands between the word for reading and the word for how.
fn name_in(words: &str) -> Option<&str> {
    let rest = words
        .strip_prefix("SCAN ")
        .or_else(|| words.strip_prefix("SEARCH "))?;
    let end = [" EXISTS", " USING ", " VIRTUAL TABLE ", " LEFT-JOIN"]
        .into_iter()
        .filter_map(|word| rest.find(word))
        .min()
        .unwrap_or(rest.len());
    let name = &rest[..end];
    // Rows that are no table's: "SCAN CONSTANT ROW", "SCAN 3 CONSTANT ROWS", "SCAN (subquery-1)".
    let no_table = name.starts_with('(') || name.contains("CONSTANT ROW");
    (!no_table && !rest[end..].starts_with(" VIRTUAL TABLE")).then_some(name)
}

fn step(words: &str) -> PlanStep {
    let mut step = PlanStep::default();
    let Some(operation) = ["SCAN", "SEARCH"]
        .into_iter()
        .find(|word| words.starts_with(&format!("{word} ")))
    else {
        words.clone_into(&mut step.operation);
        // For the groups of equal values and for what is distinct too, rows are brought into an order.
        step.sorts = words.starts_with("USE TEMP B-TREE");
        return step;
    };
    operation.clone_into(&mut step.operation);
    let how = words.split_once(" USING ").map_or("", |(_, how)| how);
    let (what, condition) = match how.split_once(" (") {
        Some((what, condition)) => (what, condition.rsplit_once(')')),
        None => (how, None),
    };
    step.condition = condition.map(|(condition, _)| condition.to_owned());
    step.index = what
        .strip_prefix("COVERING INDEX ")
        .or_else(|| what.strip_prefix("INDEX "))
        .map(|name| name.strip_suffix(" LEFT-JOIN").unwrap_or(name).to_owned());
    // An index that SQLite makes for this one run is made by reading the whole table.
    step.full_scan = operation == "SCAN" || what.starts_with("AUTOMATIC ");
    step
}

/// The table that a plan calls so: its name, or an alias that our own text gives to a table; the one of this number where
/// several have it.
fn table_of(sql: &str, name: &str, number: usize) -> Option<String> {
    let is_alias = name
        .strip_prefix('t')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
    let named: Vec<&str> = sql
        .match_indices(&format!("\" AS {name} "))
        .filter_map(|(at, _)| Some((at, sql[..at].rfind('"')?)))
        .map(|(end, start)| &sql[start + 1..end])
        .collect();
    match named.get(number).or(named.last()) {
        Some(table) => Some((*table).to_owned()),
        None if is_alias && sql.contains(&format!(") AS {name}")) => None,
        None => Some(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_sqlite_are_understood() {
        let scan = step("SCAN user");
        assert!(scan.full_scan && scan.index.is_none());
        let walk = step("SCAN user USING COVERING INDEX user_name_index");
        assert!(walk.full_scan);
        assert_eq!(walk.index.as_deref(), Some("user_name_index"));
        let search = step("SEARCH t1 USING INDEX user_name_index (name=? AND age>?) LEFT-JOIN");
        assert!(!search.full_scan);
        assert_eq!(search.condition.as_deref(), Some("name=? AND age>?"));
        assert_eq!(search.index.as_deref(), Some("user_name_index"));
        let key = step("SEARCH user USING INTEGER PRIMARY KEY (rowid=?)");
        assert!(!key.full_scan && key.index.is_none());
        assert!(step("SEARCH user USING AUTOMATIC COVERING INDEX (name=?)").full_scan);
        assert!(step("USE TEMP B-TREE FOR ORDER BY").sorts);
        assert_eq!(name_in("SCAN rarray VIRTUAL TABLE INDEX 1:"), None);
        assert_eq!(name_in("SCAN my table USING INDEX x"), Some("my table"));
        assert_eq!(name_in("SCAN 2 CONSTANT ROWS"), None);
        assert_eq!(name_in("SEARCH t1 EXISTS USING INDEX x (a=?)"), Some("t1"));
    }

    #[test]
    fn an_alias_is_its_table() {
        let sql = r#"SELECT "id" FROM "todo" WHERE EXISTS (SELECT * FROM "user" AS t1 WHERE TRUE) AND EXISTS (SELECT * FROM "list" AS t1 WHERE TRUE)"#;
        assert_eq!(table_of(sql, "t1", 0).as_deref(), Some("user"));
        assert_eq!(table_of(sql, "t1", 1).as_deref(), Some("list"));
        assert_eq!(table_of(sql, "todo", 0).as_deref(), Some("todo"));
    }
}
