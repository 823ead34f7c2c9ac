//! Conditions mean in the database what they mean in plain Rust.

use super::predicate::{
    Leaves, Predicate, Row, World, cases, number, predicate, predicate_on_one_table, row,
};
use crate::cases::sorted;
use crate::databases::Database;
use crate::models::tree::{Leaf, Node, TREE};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;
use toasty::{Db, create};

async fn fill(db: &Db, nodes: &BTreeMap<u64, Row>, leaves: &Leaves) {
    let rows = nodes.iter().map(|(id, row)| {
        create!(Node {
            id,
            a: row.a,
            b: row.b,
            c: row.c,
            s: &row.s,
            u: row.u
        })
    });
    Node::create_many(rows).exec(db).await.unwrap();
    let rows = leaves
        .iter()
        .map(|(id, (node_id, v))| create!(Leaf { id, node_id, v: *v }));
    Leaf::create_many(rows).exec(db).await.unwrap();
}

async fn found(db: &Db, filter: toasty::Filter<Node>) -> Vec<u64> {
    let rows = Node::all().narrowed_by(filter).all(db).await.unwrap();
    sorted(rows.into_iter().map(|node| node.id).collect(), |id| *id)
}

/// The answer is that of the evaluator, and the condition, its opposite and the rest part the table in three.
async fn check(db: &Db, nodes: &BTreeMap<u64, Row>, leaves: &Leaves, predicate: &Predicate) {
    let world = World { nodes, leaves };
    let expect = |wanted| {
        nodes
            .keys()
            .copied()
            .filter(|id| predicate.evaluate(&world, *id) == wanted)
            .collect::<Vec<_>>()
    };
    let filter = predicate.filter(<Node as toasty::Model>::FIELDS);
    let (yes, no) = (
        found(db, filter.clone()).await,
        found(db, !filter.clone()).await,
    );
    assert_eq!(yes, expect(Some(true)), "{predicate:?}");
    assert_eq!(no, expect(Some(false)), "not {predicate:?}");
    let known = found(db, filter.clone() | !filter.clone()).await;
    assert_eq!(known.len(), yes.len() + no.len(), "{predicate:?}");
    assert_eq!(known.len() + expect(None).len(), nodes.len());
    let count = Node::all().narrowed_by(filter).count(db).await.unwrap();
    assert_eq!(count, u64::try_from(yes.len()).unwrap());
}

/// Random tables, and for each so many random conditions.
fn check_many(
    tables: u32,
    conditions: usize,
    predicate: BoxedStrategy<Predicate>,
    database: impl AsyncFn() -> Database,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let rows = (
        prop::collection::vec(row(), 30),
        prop::collection::vec((0..30u64, prop::option::weighted(0.7, number())), 40),
    );
    let predicates = prop::collection::vec(predicate, conditions);
    TestRunner::new(cases(tables))
        .run(&(rows, predicates), |((rows, leaves), predicates)| {
            let mut nodes: BTreeMap<u64, Row> = (0..).zip(rows).collect();
            for (id, row) in &mut nodes {
                row.u = row.u.map(|_| id.cast_signed());
            }
            let leaves: Leaves = (0..).zip(leaves).collect();
            runtime.block_on(async {
                let database = database().await;
                database.db.create_tables_of(TREE).await.unwrap();
                fill(&database.db, &nodes, &leaves).await;
                for predicate in &predicates {
                    check(&database.db, &nodes, &leaves, predicate).await;
                }
                database.remove().await;
            });
            Ok(())
        })
        .unwrap();
}

#[test]
fn filters_evaluate_like_rust() {
    check_many(32, 60, predicate(), Database::in_memory);
}

#[test]
fn filters_evaluate_like_rust_on_postgresql() {
    check_many(8, 60, predicate(), Database::on_postgresql);
}

/// Those of one table: what leads to another one is refused.
#[test]
fn filters_evaluate_like_rust_on_dynamodb() {
    check_many(6, 50, predicate_on_one_table(), Database::on_dynamodb);
}
