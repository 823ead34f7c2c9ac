//! Many new rows by PostgreSQL's COPY ("COPY"): their values do not stand in a statement, but follow it.

use super::write::written;
use crate::Dialect;
use crate::writer::Writer;
use toasty_dsl::Result;
use toasty_dsl::statement::Insert;

/// What begins a COPY, and what is asked before the first one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copying {
    /// The statement after which the rows are sent, in binary form; their columns are those of the insert, in its order.
    pub sql: String,
    /// The table, as a name in SQL.
    pub table: String,
}

/// The COPY that writes what an insert of many rows would write; none where it would not be the same: where something is done
/// about rows that are there already, where keys come back, or where there is no column to write.
///
/// # Errors
/// `Schema` for a name that cannot be one.
pub fn copy_rows(insert: &Insert) -> Result<Option<Copying>> {
    if insert.conflict.is_some() || insert.returning || written(insert).next().is_none() {
        return Ok(None);
    }
    let mut writer = Writer::new(Dialect::PostgreSql);
    writer.push("COPY ");
    writer.push_table(&insert.model);
    writer.push(" (");
    writer.push_list(", ", written(insert), |writer, column| {
        writer.push_column(&insert.model, column)
    });
    writer.push(") FROM STDIN (FORMAT binary)");
    let (sql, _) = writer.finish(insert.model.name)?;
    let mut writer = Writer::new(Dialect::PostgreSql);
    writer.push_table(&insert.model);
    let (table, _) = writer.finish(insert.model.name)?;
    Ok(Some(Copying { sql, table }))
}
