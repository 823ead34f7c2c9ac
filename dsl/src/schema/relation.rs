//! Relations between models.

use super::{Fields, ModelDef};

/// How many there are on the other side, and who holds the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationKind {
    /// This model holds the other's key.
    BelongsTo {
        /// `Option<BelongsTo<T>>`: there may be none.
        optional: bool,
    },
    /// Many of the other model hold this one's key.
    HasMany,
    /// At most one of the other model holds this one's key.
    HasOne,
}

/// A relation as its field's type declares it.
///
/// It names the other model and knows how to reach it, but does not hold it: two models that refer to each other could
/// not be constants then.
#[derive(Debug, Clone, Copy)]
pub struct RelationDef {
    /// How many, and who holds the key.
    pub kind: RelationKind,
    target: fn() -> &'static ModelDef,
    target_name: &'static str,
    target_module: &'static str,
}

impl RelationDef {
    /// A relation to another model: how it is reached, and its name and module.
    pub const fn to(
        kind: RelationKind,
        target: fn() -> &'static ModelDef,
        target_name: &'static str,
        target_module: &'static str,
    ) -> Self {
        RelationDef {
            kind,
            target,
            target_name,
            target_module,
        }
    }

    /// The other model.
    pub fn target(&self) -> &'static ModelDef {
        (self.target)()
    }

    /// Whether it leads to this model.
    pub const fn leads_to(&self, model: &ModelDef) -> bool {
        super::same_text(self.target_name, model.name)
            && super::same_text(self.target_module, model.module)
    }
}

/// Where the two sides of a relation meet: fields, or columns, that have the same values, in the order of the key.
#[derive(Debug, Clone)]
pub struct Join {
    /// The other model.
    pub other: &'static ModelDef,
    /// The numbers of those of the model that has the relation.
    pub ours: Vec<u16>,
    /// The numbers of the other model's.
    pub theirs: Vec<u16>,
}

/// A `BelongsTo` with the fields that hold the key.
#[derive(Debug, Clone, Copy)]
pub struct BelongsToDef {
    /// The number of the relation's field in the model that holds the key.
    pub field: u16,
    /// The fields that hold the key, in the order of the other model's key.
    pub on: Fields,
}
