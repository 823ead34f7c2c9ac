//! What must hold of a model, as const functions. The language turns each into a compile-time error at the user's token.

use super::column::names_are_distinct;
use super::{FieldKind, FieldRef, Fields, ModelDef, RelationKind};

impl ModelDef {
    /// A model has a key.
    pub const fn has_key(&self) -> bool {
        self.keys_declared > 0
    }

    /// A model has one key only.
    pub const fn has_one_key(&self) -> bool {
        self.keys_declared < 2
    }

    /// No two columns have the same name.
    pub const fn has_distinct_columns(&self) -> bool {
        names_are_distinct(self.columns)
    }

    /// `auto` stands only on what can be made: 64-bit integers and UUIDs, and an integer only where it is the whole key.
    pub const fn auto_is_possible(&self, field: u16) -> bool {
        let def = &self.fields[field as usize];
        match def.kind {
            _ if !def.auto => true,
            FieldKind::Column {
                ty,
                nullable: false,
            } if ty.can_be_auto() => {
                !ty.is_integer() || (self.key.len() == 1 && self.key.as_slice()[0] == field)
            }
            _ => false,
        }
    }

    /// Keys and indexes are made of columns: not of relations, and a key not of what may be NULL.
    pub const fn is_indexable(&self, field: u16) -> bool {
        let def = &self.fields[field as usize];
        let marked = def.key || def.unique || def.index || def.sensitive || def.column.is_some();
        match def.kind {
            FieldKind::Relation(_) => !marked && !self.is_in_an_index(field),
            FieldKind::Column { nullable: true, .. } => !self.is_in_the_key(field),
            _ => true,
        }
    }

    /// Whether the field stands in a key or an index.
    pub const fn is_looked_up(&self, field: u16) -> bool {
        let def = &self.fields[field as usize];
        def.key || def.unique || def.index || self.is_in_an_index(field)
    }

    const fn is_in_the_key(&self, field: u16) -> bool {
        let mut at = 0;
        while at < self.key.len() {
            if self.key.as_slice()[at] == field {
                return true;
            }
            at += 1;
        }
        false
    }

    const fn is_in_an_index(&self, field: u16) -> bool {
        let indexes = self.indexes.as_slice();
        let mut at = 0;
        while at < indexes.len() {
            if holds(indexes[at].fields, field) {
                return true;
            }
            at += 1;
        }
        self.is_in_the_key(field)
    }

    /// A `BelongsTo` has fields for the whole key of the other model, of the same types.
    pub const fn belongs_to_fits(&self, field: u16, target: Option<&ModelDef>) -> bool {
        let FieldKind::Relation(relation) = self.fields[field as usize].kind else {
            return true;
        };
        let RelationKind::BelongsTo { optional } = relation.kind else {
            return true;
        };
        match (self.belongs_to(field), target) {
            (Some(def), Some(target)) => {
                self.key_types_agree(&def.on, target) && optional == self.any_nullable(&def.on)
            }
            _ => false,
        }
    }

    const fn any_nullable(&self, fields: &Fields) -> bool {
        let mut at = 0;
        while at < fields.len() {
            if let FieldKind::Column { nullable: true, .. } =
                self.fields[fields.as_slice()[at] as usize].kind
            {
                return true;
            }
            at += 1;
        }
        false
    }

    const fn key_types_agree(&self, on: &Fields, target: &ModelDef) -> bool {
        let (mut mine, mut theirs) = (KeyTypes::new(self, on), KeyTypes::new(target, &target.key));
        loop {
            match (mine.next(), theirs.next()) {
                (None, None) => return true,
                (Some(a), Some(b)) if a.agrees_with(b) => {}
                _ => return false,
            }
        }
    }
}

const fn holds(fields: &[FieldRef], field: u16) -> bool {
    let mut at = 0;
    while at < fields.len() {
        if fields[at].0 == field {
            return true;
        }
        at += 1;
    }
    false
}

/// The column types of a list of fields, one after the other.
struct KeyTypes<'a> {
    model: &'a ModelDef,
    fields: &'a Fields,
    field: usize,
    part: usize,
}

impl<'a> KeyTypes<'a> {
    const fn new(model: &'a ModelDef, fields: &'a Fields) -> Self {
        KeyTypes {
            model,
            fields,
            field: 0,
            part: 0,
        }
    }

    const fn next(&mut self) -> Option<crate::value::ColumnType> {
        while self.field < self.fields.len() {
            let number = self.fields.as_slice()[self.field];
            if self.part < self.model.fields[number as usize].width() {
                let column = self.model.first_column(number) as usize + self.part;
                self.part += 1;
                return Some(self.model.columns[column].ty);
            }
            self.field += 1;
            self.part = 0;
        }
        None
    }
}
