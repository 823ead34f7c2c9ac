//! From a statement to SQL text.

mod arrays;
mod copy;
mod filter;
mod formula;
mod fragment;
mod json;
mod raw;
mod scope;
mod seek;
mod select;
mod source;
mod subquery;
mod times;
mod window;
mod write;

pub use copy::{Copying, copy_rows};

use crate::Dialect;
use crate::slot::Slot;
use crate::writer::Writer;
use toasty_dsl::statement::Insert;
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
    whole(&mut writer, statement)?;
    // A table may be named as an alias is: then all of it is written once more, with other aliases.
    if let Some(renamed) = writer.renamed() {
        writer = renamed;
        whole(&mut writer, statement)?;
    }
    let (sql, slots) = writer.finish(statement.model().name)?;
    Ok(Rendered { sql, slots })
}

fn whole(writer: &mut Writer, statement: &Statement) -> Result<()> {
    match statement {
        Statement::Select(select) => select::render(writer, select),
        Statement::Insert(insert) => write::insert(writer, insert),
        Statement::Update(update) if update.many => write::update_rows(writer, update),
        Statement::Update(update) => write::update(writer, update),
        Statement::Delete(delete) if delete.many => write::delete_rows(writer, delete),
        Statement::Delete(delete) => write::delete(writer, delete),
        Statement::Raw(raw) => raw::render(writer, raw)?,
    }
    Ok(())
}

/// Renders an insert of any number of rows as one statement, where the dialect has such a form: each slot is then a whole
/// column, whose values are the first row's and those that stand the width of a row after one another. Where it has none,
/// the statement of [`render`] is run once a row.
///
/// # Errors
/// As [`render`].
pub fn render_rows(insert: &Insert, dialect: Dialect) -> Result<Option<Rendered>> {
    match dialect {
        Dialect::Sqlite => Ok(None),
        Dialect::PostgreSql => {
            let mut writer = Writer::new(dialect);
            if !write::insert_rows(&mut writer, insert) {
                return Ok(None);
            }
            let (sql, slots) = writer.finish(insert.model.name)?;
            Ok(Some(Rendered { sql, slots }))
        }
    }
}
