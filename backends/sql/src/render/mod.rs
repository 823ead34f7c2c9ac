//! From a statement to SQL text.

mod filter;
mod select;
mod write;

use crate::Dialect;
use crate::slot::Slot;
use crate::writer::Writer;
use toasty_dsl::{Result, Statement};

/// A statement as SQL text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The text. No value stands in it.
    pub sql: String,
    /// Where each value goes, placeholder by placeholder.
    pub slots: Vec<Slot>,
}

/// Renders a statement. The text depends on its shape alone.
///
/// # Errors
/// `Schema` for a name that cannot be one; `TooComplex` for more values than the dialect takes.
pub fn render(statement: &Statement, dialect: Dialect) -> Result<Rendered> {
    let mut writer = Writer::new(dialect);
    match statement {
        Statement::Select(select) => select::render(&mut writer, select),
        Statement::Insert(insert) => write::insert(&mut writer, insert),
        Statement::Update(update) => write::update(&mut writer, update),
        Statement::Delete(delete) => write::delete(&mut writer, delete),
    }
    let (sql, slots) = writer.finish(statement.model().name)?;
    Ok(Rendered { sql, slots })
}
