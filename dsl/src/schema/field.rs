//! One field of a model or an embedded value, and its options as const methods.

use super::RelationDef;
use super::column::DEPTH;
use crate::error::Refusal;
use crate::value::{ColumnType, FieldValues, Value};
use std::any::Any;
use std::fmt;

/// Makes the values of a field: a default, `on_create` or `on_update`.
pub type Fill = fn(&mut FieldValues<'_>);

/// A field of the same model, named inside an option such as `on(user_id)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldRef(pub u16);

/// What a field's type makes of it.
#[derive(Debug, Clone, Copy)]
pub enum FieldKind {
    /// One column
    Column {
        /// Its type
        ty: ColumnType,
        /// Whether NULL is a value of it
        nullable: bool,
    },
    /// An embedded value: the columns of its fields
    Embed(&'static EmbedDef),
    /// Another model
    Relation(RelationDef),
}

/// What a field's type knows to do with a field whose type is forgotten.
#[derive(Debug, Clone, Copy)]
pub struct FieldInfo {
    /// What the type makes of a field.
    pub kind: FieldKind,
    /// Adds the values of its columns.
    pub write: fn(&dyn Any, &mut Vec<Value>) -> Result<(), Refusal>,
    /// Prints it.
    pub debug: fn(&dyn Any, &mut fmt::Formatter<'_>) -> fmt::Result,
}

/// A struct whose fields become columns of the model that holds it.
#[derive(Debug)]
pub struct EmbedDef {
    /// Its name in Rust.
    pub name: &'static str,
    /// Its fields.
    pub fields: &'static [FieldDef],
}

/// One field of a model, with its options.
#[derive(Debug, Clone, Copy)]
pub struct FieldDef {
    /// Its name in Rust.
    pub name: &'static str,
    /// What its type makes of it.
    pub kind: FieldKind,
    /// What its type knows to do with one.
    pub info: FieldInfo,
    /// The name of its column, where `column("…")` gave another.
    pub column: Option<&'static str>,
    /// `key`
    pub key: bool,
    /// `auto`
    pub auto: bool,
    /// `unique`
    pub unique: bool,
    /// `index`
    pub index: bool,
    /// `version`
    pub version: bool,
    /// `sensitive`
    pub sensitive: bool,
    /// `on(…)`: the fields that hold the key of the other model.
    pub on: &'static [FieldRef],
    /// `pair(…)`: the `BelongsTo` on the other side.
    pub pair: Option<&'static str>,
    /// `= expression`
    pub default: Option<Fill>,
    /// `on_create(expression)`
    pub on_create: Option<Fill>,
    /// `on_update(expression)`
    pub on_update: Option<Fill>,
}

impl FieldDef {
    /// A field without options.
    pub const fn new(name: &'static str, info: FieldInfo) -> Self {
        FieldDef {
            name: super::plain_name(name),
            kind: info.kind,
            info,
            column: None,
            key: false,
            auto: false,
            unique: false,
            index: false,
            version: false,
            sensitive: false,
            on: &[],
            pair: None,
            default: None,
            on_create: None,
            on_update: None,
        }
    }

    /// The field as the rows of a query have it: its type and its name, and nothing that a table does with it.
    #[must_use]
    pub const fn as_read(self) -> Self {
        FieldDef {
            column: self.column,
            sensitive: self.sensitive,
            ..FieldDef::new(self.name, self.info)
        }
    }

    /// `key`: the field is the model's key. For a key of several fields write `key(a, b)` after the model's name.
    #[must_use]
    pub const fn key(mut self) -> Self {
        self.key = true;
        self
    }

    /// `auto`: the database (integers) or the library (UUID v7) makes the value.
    #[must_use]
    pub const fn auto(mut self) -> Self {
        self.auto = true;
        self
    }

    /// `unique`: no two rows have the same value. Gives `get_by_…` and its like.
    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// `index`: rows are found quickly by it. Gives `find_by_…` and its like.
    #[must_use]
    pub const fn index(mut self) -> Self {
        self.index = true;
        self
    }

    /// `column("name")`: another name for the column than the field's; for an embedded value, the prefix of its columns.
    #[must_use]
    pub const fn column(mut self, name: &'static str) -> Self {
        self.column = Some(name);
        self
    }

    /// `on(a, b)`: the fields of this model that hold the key of the one it belongs to.
    #[must_use]
    pub const fn on(mut self, fields: &'static [FieldRef]) -> Self {
        self.on = fields;
        self
    }

    /// `pair(field)`: the `BelongsTo` of the other model that leads back here, where there are several.
    #[must_use]
    pub const fn pair(mut self, field: &'static str) -> Self {
        self.pair = Some(field);
        self
    }

    /// `= expression`: the value where `create!` gives none.
    #[must_use]
    pub const fn default(mut self, fill: Fill) -> Self {
        self.default = Some(fill);
        self
    }

    /// `on_create(expression)`: the value at creation, where none is given.
    #[must_use]
    pub const fn on_create(mut self, fill: Fill) -> Self {
        self.on_create = Some(fill);
        self
    }

    /// `on_update(expression)`: the value at every update that does not set the field, and at creation.
    #[must_use]
    pub const fn on_update(mut self, fill: Fill) -> Self {
        self.on_update = Some(fill);
        self
    }

    /// `version`: counted up at every update; an update of a row that has changed since it was read fails.
    #[must_use]
    pub const fn version(mut self) -> Self {
        self.version = true;
        self
    }

    /// `sensitive`: `Debug` of the struct and of everything else hides the content.
    #[must_use]
    pub const fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// The name of its column, or the prefix of its columns.
    pub const fn column_name(&self) -> &'static str {
        match self.column {
            Some(name) => name,
            None => self.name,
        }
    }

    /// How many columns it makes.
    pub const fn width(&self) -> usize {
        match self.kind {
            FieldKind::Column { .. } => 1,
            FieldKind::Embed(embed) => super::column::count_columns(embed.fields),
            FieldKind::Relation(_) => 0,
        }
    }

    /// The relation that it is, if it is one.
    pub const fn relation(&self) -> Option<&RelationDef> {
        match &self.kind {
            FieldKind::Relation(relation) => Some(relation),
            _ => None,
        }
    }

    const fn nullable(&self) -> bool {
        match self.kind {
            FieldKind::Column { nullable, .. } => nullable,
            _ => false,
        }
    }

    /// Whether `create!` must name it.
    pub const fn is_required(&self) -> bool {
        match self.kind {
            FieldKind::Relation(_) => false,
            _ => {
                !self.nullable()
                    && !self.auto
                    && !self.version
                    && self.default.is_none()
                    && self.on_create.is_none()
                    && self.on_update.is_none()
            }
        }
    }
}

impl EmbedDef {
    /// How many levels of columns it makes, itself included.
    pub const fn depth(&self) -> usize {
        let mut deepest = 0;
        let mut at = 0;
        while at < self.fields.len() {
            if let FieldKind::Embed(inner) = self.fields[at].kind {
                let depth = inner.depth();
                if depth > deepest {
                    deepest = depth;
                }
            }
            at += 1;
        }
        deepest + 1
    }

    /// Whether a model can hold it.
    pub const fn fits(&self) -> bool {
        self.depth() < DEPTH
    }
}
