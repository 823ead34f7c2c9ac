//! Two small models for the oracle: a node with leaves.

use toasty::{BelongsTo, HasMany, Model, ModelDef, toasty};

toasty! {
    #[derive(Clone, PartialEq)]
    pub model Node {
        id: u64 [key],
        a: Option<i64> [index],
        b: Option<i64>,
        c: i64,
        s: Option<String>,
        u: Option<i64> [unique],
        leaves: HasMany<Leaf>,
    }

    #[derive(Clone, PartialEq)]
    pub model Leaf {
        id: u64 [key],
        node_id: u64 [index],
        node: BelongsTo<Node>,
        v: Option<i64>,
    }
}

pub const TREE: &[&ModelDef] = &[Node::DEF, Leaf::DEF];
