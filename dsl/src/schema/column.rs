//! One column of a table: a field, or a part of an embedded one.

use super::{EmbedDef, FieldDef, FieldKind};
use crate::value::ColumnType;

/// How deep embedded values may nest; a model's field is the first level.
pub(crate) const DEPTH: usize = 4;

/// One column of a table.
#[derive(Debug, Clone, Copy)]
pub struct ColumnDef {
    path: [&'static str; DEPTH],
    depth: usize,
    /// Its type.
    pub ty: ColumnType,
    /// Whether NULL is a value of it.
    pub nullable: bool,
    /// Whether its content must not be printed.
    pub sensitive: bool,
    /// The number of the model's field that it belongs to.
    pub field: u16,
}

impl ColumnDef {
    const EMPTY: ColumnDef = ColumnDef {
        path: [""; DEPTH],
        depth: 0,
        ty: ColumnType::Bool,
        nullable: false,
        sensitive: false,
        field: 0,
    };

    /// The parts of its name: one for a plain field, several for an embedded one.
    pub fn path(&self) -> &[&'static str] {
        &self.path[..self.depth]
    }

    /// Its name in the table: the parts joined by `_`.
    pub fn name(&self) -> String {
        self.path().join("_")
    }

    const fn same_name(&self, other: &ColumnDef) -> bool {
        // Names are compared as they will be joined, so that `a_b` and `a` with a part `b` are the same.
        let (mut a, mut b) = (Joined::new(self), Joined::new(other));
        loop {
            match (a.next(), b.next()) {
                (None, None) => return true,
                (Some(x), Some(y)) if x == y => {}
                _ => return false,
            }
        }
    }
}

struct Joined<'a> {
    column: &'a ColumnDef,
    part: usize,
    at: usize,
}

impl<'a> Joined<'a> {
    const fn new(column: &'a ColumnDef) -> Self {
        Joined {
            column,
            part: 0,
            at: 0,
        }
    }

    const fn next(&mut self) -> Option<u8> {
        if self.part >= self.column.depth {
            return None;
        }
        let part = self.column.path[self.part].as_bytes();
        if self.at < part.len() {
            self.at += 1;
            return Some(part[self.at - 1].to_ascii_lowercase());
        }
        self.part += 1;
        self.at = 0;
        if self.part < self.column.depth {
            Some(b'_')
        } else {
            None
        }
    }
}

/// How many columns the fields make.
pub const fn count_columns(fields: &[FieldDef]) -> usize {
    let mut count = 0;
    let mut at = 0;
    while at < fields.len() {
        count += fields[at].width();
        at += 1;
    }
    count
}

/// The number of the first column of each field, and at the end the number of all columns: `N` is one more than the fields.
pub const fn column_offsets<const N: usize>(fields: &[FieldDef]) -> [u16; N] {
    let mut offsets = [0; N];
    let mut at = 0;
    while at < fields.len() && at + 1 < N {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a model has far fewer columns"
        )]
        {
            offsets[at + 1] = offsets[at] + fields[at].width() as u16;
        }
        at += 1;
    }
    offsets
}

/// The columns of a model, in the order of its fields.
pub const fn flatten_columns<const N: usize>(fields: &[FieldDef]) -> [ColumnDef; N] {
    let mut columns = [ColumnDef::EMPTY; N];
    let mut next = 0;
    let mut at = 0;
    while at < fields.len() {
        let mut template = ColumnDef::EMPTY;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a model has far fewer fields"
        )]
        {
            template.field = at as u16;
        }
        next = push_field(&mut columns, next, template, &fields[at]);
        at += 1;
    }
    columns
}

const fn push_field(
    columns: &mut [ColumnDef],
    next: usize,
    mut template: ColumnDef,
    field: &FieldDef,
) -> usize {
    template.path[template.depth] = field.column_name();
    template.depth += 1;
    template.sensitive = template.sensitive || field.sensitive;
    match field.kind {
        FieldKind::Column { ty, nullable } => {
            template.ty = ty;
            template.nullable = nullable;
            columns[next] = template;
            next + 1
        }
        FieldKind::Embed(EmbedDef { fields, .. }) => {
            let mut next = next;
            let mut at = 0;
            while at < fields.len() {
                next = push_field(columns, next, template, &fields[at]);
                at += 1;
            }
            next
        }
        FieldKind::Relation(_) => next,
    }
}

/// Whether no two columns have the same name, upper and lower case taken as one.
pub(crate) const fn names_are_distinct(columns: &[ColumnDef]) -> bool {
    let mut at = 0;
    while at < columns.len() {
        let mut other = at + 1;
        while other < columns.len() {
            if columns[at].same_name(&columns[other]) {
                return false;
            }
            other += 1;
        }
        at += 1;
    }
    true
}
