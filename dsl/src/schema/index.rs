//! Lists of fields that make a key or an index.

use super::FieldRef;

/// A short list of fields, in order: a key.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    items: [u16; Fields::MOST],
    len: usize,
}

impl Fields {
    /// The most fields that a key can have.
    pub const MOST: usize = 8;
    /// None.
    pub const EMPTY: Fields = Fields {
        items: [0; Fields::MOST],
        len: 0,
    };

    /// These fields.
    pub const fn of(fields: &[FieldRef]) -> Self {
        let mut list = Fields::EMPTY;
        let mut at = 0;
        while at < fields.len() && at < Fields::MOST {
            list.items[at] = fields[at].0;
            at += 1;
        }
        list.len = at;
        list
    }

    /// One more, where there is room.
    #[must_use]
    pub const fn with(mut self, field: u16) -> Self {
        if self.len < Fields::MOST {
            self.items[self.len] = field;
            self.len += 1;
        }
        self
    }

    /// The numbers of the fields.
    pub const fn as_slice(&self) -> &[u16] {
        self.items.split_at(self.len).0
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// An index over one or more fields.
#[derive(Debug, Clone, Copy)]
pub struct IndexDef {
    /// The fields, in order.
    pub fields: &'static [FieldRef],
    /// Whether no two rows may have the same values.
    pub unique: bool,
}

/// The indexes that stand after a model's name.
#[derive(Debug, Clone, Copy)]
pub struct IndexList {
    items: [IndexDef; IndexList::MOST],
    len: usize,
}

impl IndexList {
    /// The most indexes over several fields that a model can have.
    pub const MOST: usize = 16;
    /// None.
    pub const EMPTY: IndexList = IndexList {
        items: [IndexDef {
            fields: &[],
            unique: false,
        }; IndexList::MOST],
        len: 0,
    };

    /// One more, where there is room.
    #[must_use]
    pub const fn with(mut self, index: IndexDef) -> Self {
        if self.len < IndexList::MOST {
            self.items[self.len] = index;
            self.len += 1;
        }
        self
    }

    /// The indexes, in the order they were declared.
    pub const fn as_slice(&self) -> &[IndexDef] {
        self.items.split_at(self.len).0
    }
}
