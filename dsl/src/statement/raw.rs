//! SQL or PartiQL of the user's own, in parts: text, and places for names and values.

use crate::schema::{ModelDef, ModelRef};
use crate::value::ColumnType;
use std::borrow::Cow;

/// SQL of the user's own. The parts are its shape: text of the program, or text that was made at run time by a word that says
/// so; never a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Raw {
    /// The model that its rows are, else [`SQL`]
    pub model: ModelRef,
    /// What it is written in
    pub language: RawLanguage,
    /// Its parts, in order
    pub parts: Vec<RawPart>,
}

/// What a statement of the user's own is written in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RawLanguage {
    /// SQL
    Sql,
    /// The PartiQL of DynamoDB. Its rows do not say of which type a number is: the types of their columns, where they are no
    /// model's, stand here
    PartiQl(Vec<ColumnType>),
}

/// One part of SQL of the user's own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RawPart {
    /// As it stands
    Text(Cow<'static, str>),
    /// The value of the next slot
    Value,
    /// Being among the members of a list, which takes one slot: what stands after a column
    Among,
    /// A name, to be quoted
    Name(String),
}

/// What stands for the model of a statement that is about none in particular.
pub static SQL: ModelDef = ModelDef::new("sql", "", &[], &[], &[]);
