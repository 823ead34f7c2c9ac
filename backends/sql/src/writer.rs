//! The one writer of SQL text.

use crate::dialect::TypeName;
use crate::slot::{Form, Slot, Target};
use crate::{Dialect, check_identifier};
use std::fmt::Write;
use toasty_dsl::schema::ModelDef;
use toasty_dsl::value::ColumnType;
use toasty_dsl::{Error, ErrorKind, Result};

/// Writes SQL text and notes where each value goes.
pub(crate) struct Writer {
    pub(crate) dialect: Dialect,
    sql: String,
    slots: Vec<Slot>,
    /// The first name that cannot be one.
    refused: Option<Error>,
    /// How many of the statement's values have been placed.
    taken: usize,
}

/// A part of a text that stands in several places: its placeholders are the same in each.
pub(crate) struct Fragment(String);

impl Writer {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Writer {
            dialect,
            sql: String::with_capacity(128),
            slots: Vec::new(),
            refused: None,
            taken: 0,
        }
    }

    pub(crate) fn push(&mut self, keywords: &'static str) {
        self.sql.push_str(keywords);
    }

    /// Writes something that is not to stand here, or not only here.
    pub(crate) fn aside(&mut self, write: impl FnOnce(&mut Self)) -> Fragment {
        let before = std::mem::take(&mut self.sql);
        write(self);
        Fragment(std::mem::replace(&mut self.sql, before))
    }

    /// What was written aside.
    pub(crate) fn push_fragment(&mut self, fragment: &Fragment) {
        self.sql.push_str(&fragment.0);
    }

    /// What the dialect has no form for: the statement fails by this error, unless it fails already.
    pub(crate) fn refuse(&mut self, error: impl FnOnce() -> Error) {
        self.refused.get_or_insert_with(error);
    }

    /// Text of the user's own, which they answer for: the only one that is not of this program, and the only way in.
    pub(crate) fn push_own(&mut self, text: &str) {
        self.sql.push_str(text);
    }

    /// A name, quoted, its quotes doubled. Every identifier of every statement goes through here.
    pub(crate) fn push_identifier(&mut self, name: &str) {
        if self.refused.is_none() {
            self.refused = check_identifier(name).err();
        }
        self.sql.push('"');
        for letter in name.chars() {
            if letter == '"' {
                self.sql.push('"');
            }
            self.sql.push(letter);
        }
        self.sql.push('"');
    }

    /// A name that the writer makes itself, such as an alias.
    pub(crate) fn push_alias(&mut self, number: usize) {
        let _ = write!(self.sql, "t{number}");
    }

    /// The name of a value of a part of several, by its number.
    pub(crate) fn push_given(&mut self, number: usize) {
        self.push_identifier(&format!("c{number}"));
    }

    pub(crate) fn push_table(&mut self, model: &ModelDef) {
        self.push_identifier(&model.table_name().to_string());
    }

    pub(crate) fn push_column(&mut self, model: &ModelDef, column: u16) {
        match model.columns.get(usize::from(column)) {
            Some(column) => self.push_identifier(&column.name()),
            None => {
                self.refused.get_or_insert_with(|| {
                    Error::new(
                        ErrorKind::Schema,
                        "the statement names a column that the model does not have",
                    )
                    .on_model(model.name)
                });
            }
        }
    }

    /// The type of a column.
    pub(crate) fn push_type(&mut self, ty: ColumnType) {
        match self.dialect.type_name(ty) {
            TypeName::Known(name) => self.push(name),
            TypeName::Own(_, name) => self.push_identifier(name),
        }
    }

    /// The label of an enum in the definition of its type, quoted, its quotes doubled. It stands in the program's text, and
    /// there is no other way to write one there: nothing else that is quoted so comes into any text.
    pub(crate) fn push_label(&mut self, label: &'static str) {
        self.sql.push('\'');
        for letter in label.chars() {
            if letter == '\'' {
                self.sql.push('\'');
            }
            self.sql.push(letter);
        }
        self.sql.push('\'');
    }

    /// Writes the items with a separator between them.
    pub(crate) fn push_list<T>(
        &mut self,
        separator: &'static str,
        items: impl IntoIterator<Item = T>,
        mut push: impl FnMut(&mut Self, T),
    ) {
        for (number, item) in items.into_iter().enumerate() {
            if number > 0 {
                self.sql.push_str(separator);
            }
            push(self, item);
        }
    }

    /// A placeholder for the statement's next value.
    pub(crate) fn push_next(&mut self, target: Option<Target>) {
        let value = self.take();
        self.push_slot(Form::Plain(value), target);
    }

    /// The number of the statement's next value.
    pub(crate) fn take(&mut self) -> usize {
        self.taken += 1;
        self.taken - 1
    }

    /// A placeholder for a value in some form.
    pub(crate) fn push_slot(&mut self, form: Form, target: Option<Target>) {
        self.slots.push(Slot { form, target });
        let number = self.slots.len();
        match self.dialect {
            Dialect::Sqlite => {
                let _ = write!(self.sql, "?{number}");
            }
            Dialect::PostgreSql => {
                let _ = write!(self.sql, "${number}");
            }
        }
    }

    /// The text, of something that is about no model and has no values.
    pub(crate) fn finish_bare(self) -> Result<String> {
        match self.refused {
            Some(error) => Err(error),
            None => Ok(self.sql),
        }
    }

    pub(crate) fn finish(self, model: &'static str) -> Result<(String, Vec<Slot>)> {
        if let Some(error) = self.refused {
            return Err(error.on_model(model));
        }
        let most = self.dialect.most_slots();
        if self.slots.len() > most {
            return Err(Error::new(
                ErrorKind::TooComplex,
                format!(
                    "the statement has {} values, and {most} is the most",
                    self.slots.len()
                ),
            )
            .on_model(model)
            .with_advice("use `in_list`, which takes any number, or send several statements"));
        }
        Ok((self.sql, self.slots))
    }
}
