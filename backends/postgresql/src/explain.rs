//! The plan of a statement, by PostgreSQL's EXPLAIN.
//!
//! Promises: values are bound, as in the statement itself, and the plan is that of these values; no value stands in what is
//! told of it; nothing is run that was not asked to be. Must not know: what the plan is wanted for.
//!
//! What may surprise: PostgreSQL writes the values of a statement into the conditions of its plan. They are taken out.

use crate::prepared::PostgresqlPrepared;
use crate::session::{PostgresqlConnection, Transaction};
use serde_json::{Map, Value as Json};
use std::any::Any;
use std::fmt::Write;
use std::ops::ControlFlow;
use toasty_contract::{Access, Begin, Explain, Plan, PlanStep};
use toasty_dsl::error::{Error, ErrorKind, Result};
use toasty_dsl::query::Sink;
use toasty_dsl::value::{Cell, Params, Row};
use toasty_sql::around;

/// The mark around what is set for one plan: no transaction is nested so deep.
const MARK: usize = usize::MAX;

impl PostgresqlConnection {
    /// The plan of a statement.
    ///
    /// # Errors
    /// `Unsupported` for a write that is to be measured; those of the database.
    pub(crate) async fn plan_as(
        &mut self,
        prepared: &PostgresqlPrepared,
        params: &Params,
        explain: Explain,
    ) -> Result<Plan> {
        let model = prepared.model.name;
        let measured = explain == Explain::Measured;
        if measured && !prepared.reads {
            return Err(Error::unsupported(
                "a measured plan of what may write: it would be done",
                "take the plan alone by `.explain(&db)`",
            )
            .on_model(model));
        }
        let text = match explain {
            Explain::Plan | Explain::Measured => self.told(prepared, params, measured).await?,
            Explain::Indexes => self.told_by_indexes(prepared, params).await?,
        };
        read(&text, measured).ok_or_else(|| {
            Error::new(
                ErrorKind::Database,
                "PostgreSQL told a plan in another form",
            )
            .on_model(model)
        })
    }

    /// The plan where an index is taken wherever one serves. What is set for it ends with it.
    async fn told_by_indexes(
        &mut self,
        prepared: &PostgresqlPrepared,
        params: &Params,
    ) -> Result<String> {
        let own = self.transaction == Transaction::None;
        if own {
            self.waiting = around::begin(Begin {
                access: Access::Read,
                ..Begin::WRITE
            });
            self.transaction = Transaction::Waiting;
        } else {
            self.wait(&around::savepoint(MARK));
        }
        self.wait(around::PREFER_INDEXES);
        let told = self.told(prepared, params, false).await;
        if own {
            self.roll_back().await?;
        } else if self.transaction == Transaction::Open {
            let ended = self.run(&around::roll_back_to(MARK), self.limit).await;
            ended.map_err(|fault| self.explain_text(fault))?;
        }
        told
    }

    async fn told(
        &mut self,
        prepared: &PostgresqlPrepared,
        params: &Params,
        measured: bool,
    ) -> Result<String> {
        let shape = prepared.explaining(measured);
        let mut told = Told(String::new());
        // Of an insert of many rows the first stands for all.
        let ran = self.fetch_shape(prepared, &shape, params, &mut told).await;
        self.statements.remove(&shape.number);
        match ran {
            Ok(()) => Ok(told.0),
            Err(fault) => Err(self.explain(fault, prepared)),
        }
    }
}

/// Takes the one text of the answer.
struct Told(String);

impl Sink for Told {
    fn row(&mut self, row: &dyn Row) -> Result<ControlFlow<()>> {
        if let Ok(Cell::Text(text)) = row.cell(0) {
            self.0.push_str(text);
        }
        Ok(ControlFlow::Continue(()))
    }

    fn count(&self) -> usize {
        usize::from(!self.0.is_empty())
    }

    fn restart(&mut self) {
        self.0.clear();
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// Reads a plan in PostgreSQL's JSON ("EXPLAIN", FORMAT JSON).
fn read(text: &str, measured: bool) -> Option<Plan> {
    let told: Json = serde_json::from_str(text).ok()?;
    let root = told.get(0)?.get("Plan")?.as_object()?;
    let (mut lines, mut steps) = (String::new(), Vec::new());
    walk(root, 0, None, &mut lines, &mut steps);
    Some(Plan::new(lines.trim_end(), steps, measured))
}

fn walk(
    node: &Map<String, Json>,
    depth: usize,
    around: Option<&str>,
    lines: &mut String,
    steps: &mut Vec<PlanStep>,
) {
    let text = |key: &str| node.get(key).and_then(Json::as_str);
    let mut step = PlanStep::new(operation(node));
    step.depth = depth;
    // The walk of an index for a bitmap names no table: it is that of the step which reads the rows.
    let table = text("Relation Name").or(around.filter(|_| step.operation.contains("Bitmap")));
    step.table = table.map(str::to_owned);
    step.index = text("Index Name").map(str::to_owned);
    step.condition = text("Index Cond").map(without_values);
    step.filter = text("Filter").map(without_values);
    step.sorts = matches!(step.operation.as_str(), "Sort" | "Incremental Sort");
    step.full_scan = match text("Node Type") {
        Some("Seq Scan" | "Sample Scan") => true,
        Some("Index Scan" | "Index Only Scan" | "Bitmap Index Scan") => step.condition.is_none(),
        _ => false,
    };
    step.estimated_rows = node.get("Plan Rows").and_then(whole);
    step.rows = node.get("Actual Rows").and_then(whole);
    line(node, &step, lines);
    steps.push(step);
    let inner = node.get("Plans").and_then(Json::as_array);
    for inner in inner.into_iter().flatten().filter_map(Json::as_object) {
        walk(inner, depth + 1, table, lines, steps);
    }
}

/// What a step does. That which writes says so under another key.
fn operation(node: &Map<String, Json>) -> String {
    let text = |key: &str| node.get(key).and_then(Json::as_str);
    text("Operation")
        .filter(|_| text("Node Type") == Some("ModifyTable"))
        .or(text("Node Type"))
        .unwrap_or_default()
        .to_owned()
}

/// Numbers of rows, of which newer servers tell parts too.
fn whole(number: &Json) -> Option<u64> {
    let exact = number.as_u64();
    exact.or_else(|| format!("{:.0}", number.as_f64()?).parse().ok())
}

/// A step as PostgreSQL's own text has it, without values.
fn line(node: &Map<String, Json>, step: &PlanStep, lines: &mut String) {
    let indent = 2 * step.depth;
    // Writing to a String does not fail.
    let _ = write!(lines, "{:indent$}{}", "", step.operation);
    if let Some(index) = &step.index {
        let _ = write!(lines, " using {index}");
    }
    if let Some(table) = &step.table {
        let _ = write!(lines, " on {table}");
    }
    let cost = |key: &str| node.get(key).and_then(Json::as_f64);
    if let (Some(start), Some(total)) = (cost("Startup Cost"), cost("Total Cost")) {
        let rows = step.estimated_rows.unwrap_or(0);
        let _ = write!(lines, "  (cost={start:.2}..{total:.2} rows={rows})");
    }
    if let Some(rows) = step.rows {
        let time = cost("Actual Total Time").unwrap_or(0.0);
        let loops = node.get("Actual Loops").and_then(whole).unwrap_or(1);
        let _ = write!(lines, " (actual time={time:.3} rows={rows} loops={loops})");
    }
    lines.push('\n');
    let parts = [
        "Index Cond",
        "Recheck Cond",
        "Hash Cond",
        "Merge Cond",
        "Join Filter",
        "Filter",
        "Sort Key",
        "Group Key",
        "Rows Removed by Filter",
    ];
    for part in parts {
        let told = match node.get(part) {
            Some(Json::String(text)) => without_values(text),
            Some(Json::Array(all)) => {
                let all: Vec<&str> = all.iter().filter_map(Json::as_str).collect();
                without_values(&all.join(", "))
            }
            Some(Json::Number(number)) => number.to_string(),
            Some(_) | None => continue,
        };
        let _ = writeln!(lines, "{:indent$}  {part}: {told}", "");
    }
}

/// A condition as PostgreSQL writes it, with `…` for each value.
fn without_values(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => {
                told.push_str("'…'");
                while let Some(inside) = letters.next() {
                    // Two of them are one that belongs to the text.
                    if inside == '\'' && letters.next_if_eq(&'\'').is_none() {
                        break;
                    }
                }
            }
            '"' => {
                told.push('"');
                for inside in letters.by_ref() {
                    told.push(inside);
                    if inside == '"' {
                        break;
                    }
                }
            }
            digit if digit.is_ascii_digit() && !(is_of_name(before) || before == '$') => {
                told.push('…');
                while letters
                    .next_if(|next| next.is_ascii_digit() || *next == '.')
                    .is_some()
                {}
            }
            other => told.push(other),
        }
        before = letter;
    }
    told
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_out_of_conditions_and_names_stay() {
        for (told, shown) in [
            ("(id = '17'::bigint)", "(id = '…'::bigint)"),
            ("(name = 'O''Hara (4)'::text)", "(name = '…'::text)"),
            ("(\"a'1\" > 5.25)", "(\"a'1\" > …)"),
            (
                "(age2 = ANY ('{1,2}'::integer[]))",
                "(age2 = ANY ('…'::integer[]))",
            ),
            ("(t1.id = $1)", "(t1.id = $1)"),
            (
                "(x > '-3'::numeric) AND (y < 17)",
                "(x > '…'::numeric) AND (y < …)",
            ),
        ] {
            assert_eq!(without_values(told), shown);
        }
    }

    #[test]
    fn a_plan_is_read_from_its_json() {
        let plan = read(
            r#"[{"Plan": {"Node Type": "Sort", "Plan Rows": 3, "Sort Key": ["name"], "Plans": [
                {"Node Type": "Bitmap Heap Scan", "Relation Name": "note", "Recheck Cond": "(a = 1)", "Plans": [
                    {"Node Type": "Bitmap Index Scan", "Index Name": "note_a_index", "Index Cond": "(a = 1)"}]},
                {"Node Type": "Seq Scan", "Relation Name": "tag", "Filter": "(b = 'x'::text)"}]}}]"#,
            false,
        )
        .unwrap();
        assert!(plan.sorts() && plan.has_full_scan());
        assert_eq!(plan.indexes().collect::<Vec<_>>(), ["note_a_index"]);
        assert_eq!(plan.steps()[2].table.as_deref(), Some("note"));
        assert_eq!(plan.steps()[0].estimated_rows, Some(3));
        assert_eq!(
            plan.text(),
            "Sort\n  Sort Key: name\n  Bitmap Heap Scan on note\n    Recheck Cond: (a = …)\n    \
             Bitmap Index Scan using note_a_index on note\n      Index Cond: (a = …)\n  \
             Seq Scan on tag\n    Filter: (b = '…'::text)"
        );
    }
}
