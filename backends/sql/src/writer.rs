//! The one writer of SQL text.

use crate::dialect::TypeName;
use crate::slot::{Form, Slot, Target};
use crate::{Dialect, check_identifier};
use std::fmt::Write;
use toasty_dsl::schema::ModelDef;
use toasty_dsl::statement::NamedQuery;
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
    /// The tables that were named
    tables: Vec<String>,
    /// The queries that have a name, in the order in which they stand before the statement
    named: Vec<(NamedQuery, Fragment)>,
    /// What aliases begin with
    alias: String,
}

/// A part of a text that stands in several places: its placeholders are the same in each.
pub(crate) struct Fragment(String);

/// What aliases begin with, unless a table has such a name.
const ALIAS: &str = "t";

/// Whether a name is one of the aliases that begin so.
fn is_alias(name: &str, alias: &str) -> bool {
    let number = name
        .get(..alias.len())
        .filter(|start| start.eq_ignore_ascii_case(alias))
        .and_then(|_| name.get(alias.len()..));
    number.is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|letter| letter.is_ascii_digit())
    })
}

impl Writer {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Writer {
            dialect,
            sql: String::with_capacity(128),
            slots: Vec::new(),
            refused: None,
            taken: 0,
            tables: Vec::new(),
            named: Vec::new(),
            alias: ALIAS.to_owned(),
        }
    }

    /// One whose aliases are not those of this one: none of them is the name of a table that this one has named. Nothing,
    /// where none of this one's is either.
    pub(crate) fn renamed(&self) -> Option<Self> {
        let queries = self.named.iter().map(|(named, _)| named.name);
        let names: Vec<&str> = self
            .tables
            .iter()
            .map(String::as_str)
            .chain(queries)
            .collect();
        let mut alias = self.alias.clone();
        while names.iter().any(|name| is_alias(name, &alias)) {
            alias.push('_');
        }
        (alias != self.alias).then(|| Writer {
            alias,
            ..Writer::new(self.dialect)
        })
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
        let _ = write!(self.sql, "{}{number}", self.alias);
    }

    /// The name of a value of a part of several, by its number.
    pub(crate) fn push_given(&mut self, number: usize) {
        self.push_identifier(&format!("c{number}"));
    }

    pub(crate) fn push_table(&mut self, model: &ModelDef) {
        let name = model.table_name().to_string();
        self.push_identifier(&name);
        if !self.tables.contains(&name) {
            self.tables.push(name);
        }
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

    /// The name of a query, which is written once, before the statement: by `write`, where it is not there yet.
    pub(crate) fn push_named(&mut self, named: &NamedQuery, write: impl FnOnce(&mut Self)) {
        let alike = |one: &&(NamedQuery, Fragment)| one.0.name.eq_ignore_ascii_case(named.name);
        match self.named.iter().find(alike) {
            // Its values are those that are there already: the language sees to it.
            Some((known, _)) if known == named => self.taken += named.query.slots(),
            Some(_) => self.refuse(|| Error::two_of_a_name(named.name)),
            None => {
                if let Err(error) = check_identifier(named.name) {
                    let reason = error.message().to_owned();
                    self.refuse(|| {
                        Error::new(ErrorKind::Schema, reason)
                            .with_advice("give the query another name: `.named(\"…\")`")
                    });
                }
                let text = self.aside(write);
                // Those that it reads stand before it.
                self.named.push((named.clone(), text));
            }
        }
        self.push_identifier(named.name);
    }

    /// The queries that have a name, before the statement that reads them.
    fn with_named(&mut self) {
        if self.named.is_empty() {
            return;
        }
        let statement = std::mem::take(&mut self.sql);
        let named = std::mem::take(&mut self.named);
        self.push("WITH ");
        self.push_list(", ", &named, |writer, (_, text)| writer.push_fragment(text));
        self.push(" ");
        self.sql.push_str(&statement);
        let taken = |(named, _): &&(NamedQuery, Fragment)| {
            self.tables
                .iter()
                .any(|table| table.eq_ignore_ascii_case(named.name))
        };
        if let Some((named, _)) = named.iter().find(taken) {
            let name = named.name;
            self.refuse(|| {
                Error::unsupported(
                    format!(
                        "a query named `{name}` in a statement that reads a table of that name"
                    ),
                    "give the query another name: `.named(\"…\")`",
                )
            });
        }
    }

    /// The text, of something that is about no model and has no values.
    pub(crate) fn finish_bare(self) -> Result<String> {
        match self.refused {
            Some(error) => Err(error),
            None => Ok(self.sql),
        }
    }

    pub(crate) fn finish(mut self, model: &'static str) -> Result<(String, Vec<Slot>)> {
        self.with_named();
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
