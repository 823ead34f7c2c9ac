//! What is said around statements: transactions, savepoints, cursors, plans. What has no word for a dialect is PostgreSQL's.

use crate::Dialect;
use crate::writer::Writer;
use toasty_contract::{Access, Begin, Isolation};
use toasty_dsl::Result;

/// What begins a transaction ("SET TRANSACTION").
pub fn begin(begin: Begin) -> String {
    let mut text = String::from("BEGIN");
    match begin.isolation {
        None => {}
        Some(Isolation::ReadCommitted) => text.push_str(" ISOLATION LEVEL READ COMMITTED"),
        Some(Isolation::RepeatableRead) => text.push_str(" ISOLATION LEVEL REPEATABLE READ"),
        Some(Isolation::Serializable) => text.push_str(" ISOLATION LEVEL SERIALIZABLE"),
    }
    match begin.access {
        Access::Write => {}
        Access::Read => text.push_str(" READ ONLY"),
    }
    if begin.deferrable {
        text.push_str(" DEFERRABLE");
    }
    text
}

/// Marks a place in a transaction.
pub fn savepoint(depth: usize) -> String {
    format!("SAVEPOINT toasty_{depth}")
}

/// Forgets a mark, and keeps what was done since.
pub fn release(depth: usize) -> String {
    format!("RELEASE SAVEPOINT toasty_{depth}")
}

/// Forgets what was done since a mark, and the mark.
pub fn roll_back_to(depth: usize) -> String {
    format!("ROLLBACK TO SAVEPOINT toasty_{depth}; RELEASE SAVEPOINT toasty_{depth}")
}

/// Opens a cursor over the rows of a statement, which has the same placeholders. There is one a connection.
pub fn open_cursor(select: &str) -> String {
    format!("DECLARE toasty_rows NO SCROLL CURSOR FOR {select}")
}

/// Takes the next rows of the cursor.
pub fn fetch_cursor(rows: usize) -> String {
    format!("FETCH FORWARD {rows} FROM toasty_rows")
}

/// Closes the cursor.
pub const CLOSE_CURSOR: &str = "CLOSE toasty_rows";

/// Asks for the plan of a statement, which has the same placeholders; where it is measured, by running it.
pub fn explain(statement: &str, measured: bool) -> String {
    let measured = if measured { "ANALYZE, " } else { "" };
    format!("EXPLAIN ({measured}FORMAT JSON) {statement}")
}

/// Until the end of the transaction, or of the part of it since a mark, the planner takes an index wherever one serves: what
/// it does else depends on how many rows there are.
pub const PREFER_INDEXES: &str = "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; \
     SET LOCAL enable_mergejoin = off";

/// Asks SQLite for the plan of a statement, which has the same placeholders.
pub fn explain_query_plan(statement: &str) -> String {
    format!("EXPLAIN QUERY PLAN {statement}")
}

/// The labels of the types of these names that are there already, one row a label, in the order of the type.
pub const OWN_TYPES: &str = "SELECT t.typname::text, e.enumlabel::text FROM pg_catalog.pg_type t \
     JOIN pg_catalog.pg_enum e ON e.enumtypid = t.oid \
     WHERE t.typname::text = ANY($1) AND pg_catalog.pg_type_is_visible(t.oid) \
     ORDER BY t.typname, e.enumsortorder";

/// Whether COPY writes into a table of this name what INSERT would: it knows no rules ("COPY", Notes), and refuses views and
/// tables with row security.
pub const TAKES_COPY: &str = "SELECT c.relkind IN ('r', 'p') AND NOT c.relhasrules \
     AND NOT pg_catalog.row_security_active(c.oid) \
     FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass($1::text)";

/// The value of the setting `search_path` that makes a schema the place of all tables.
///
/// # Errors
/// `Schema` for a name that cannot be one.
pub fn search_path(schema: &str) -> Result<String> {
    let mut writer = Writer::new(Dialect::PostgreSql);
    writer.push_identifier(schema);
    writer.finish_bare()
}
