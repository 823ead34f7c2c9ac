//! One oracle: whatever is done, the database holds what a plain map would hold.

use super::predicate::{
    Leaves, Predicate, Row, World, cases, number, predicate, predicate_on_one_table, row,
};
use crate::cases::sorted;
use crate::databases::Database;
use crate::models::tree::{Leaf, Node, TREE};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use std::collections::BTreeMap;
use toasty::{Db, Error, ErrorKind, Executor, Model, Query, Tx, create};

/// What a database holds, as plain maps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Maps {
    nodes: BTreeMap<u64, Row>,
    leaves: Leaves,
    ground: Ground,
}

/// What the steps stand on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Ground {
    #[default]
    Sqlite,
    /// A failed statement ends a transaction there, so that each step of one has a savepoint of its own.
    Postgresql,
    /// Without transactions of several steps, foreign keys, joins, and orders of its own choice.
    Dynamodb,
}

impl Ground {
    async fn database(self) -> Database {
        match self {
            Ground::Sqlite => Database::on_file().await,
            Ground::Postgresql => Database::on_postgresql().await,
            Ground::Dynamodb => Database::on_dynamodb().await,
        }
    }

    /// Rows as they can be compared: in their order; where the ground has none, sorted, and only counted where some of them
    /// were left out.
    fn comparable(self, rows: Vec<u64>, some: bool) -> Vec<u64> {
        match (self, some) {
            (Ground::Sqlite | Ground::Postgresql, _) => rows,
            (Ground::Dynamodb, false) => sorted(rows, |id| *id),
            (Ground::Dynamodb, true) => vec![rows.len().try_into().unwrap()],
        }
    }

    fn is_sql(self) -> bool {
        self != Ground::Dynamodb
    }
}

#[derive(Clone, Debug)]
pub enum End {
    Commit,
    Rollback,
    Drop,
}

#[derive(Clone, Debug)]
pub enum Step {
    Insert(u64, Row),
    InsertMany(Vec<(u64, Row)>),
    InsertLeaf(u64, u64, Option<i64>),
    /// Sets `c` and `b`.
    Update(Predicate, i64, Option<i64>),
    /// Sets what must be unique.
    UpdateUnique(Predicate, i64),
    Delete(Predicate),
    DeleteLeaves(u64),
    Select {
        predicate: Predicate,
        descending: bool,
        limit: Option<u64>,
        offset: Option<u64>,
    },
    Include(Predicate, Option<u64>),
    Inside(Vec<Step>, End),
}

/// What a step gives: how many rows it touched, or which it found, or the kind of its error.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    Count(u64),
    Rows(Vec<u64>),
    Trees(Vec<(u64, Vec<u64>)>),
    Error(ErrorKind),
    Inside(Vec<Outcome>),
}

impl Maps {
    /// Everything that is held, whatever it is held by.
    pub fn rows(self) -> (BTreeMap<u64, Row>, Leaves) {
        (self.nodes, self.leaves)
    }

    fn meeting(&self, predicate: &Predicate) -> Vec<u64> {
        let world = World {
            nodes: &self.nodes,
            leaves: &self.leaves,
        };
        self.nodes
            .keys()
            .copied()
            .filter(|id| predicate.evaluate(&world, *id) == Some(true))
            .collect()
    }

    fn insert(&mut self, id: u64, row: &Row) -> Result<(), ErrorKind> {
        let twice = self.nodes.contains_key(&id)
            || row.u.is_some() && self.nodes.values().any(|other| other.u == row.u);
        if twice {
            return Err(ErrorKind::UniqueViolation);
        }
        self.nodes.insert(id, row.clone());
        Ok(())
    }

    /// All of it, or an error and nothing.
    fn all_or_nothing(
        &mut self,
        work: impl FnOnce(&mut Maps) -> Result<Outcome, ErrorKind>,
    ) -> Outcome {
        let mut after = self.clone();
        match work(&mut after) {
            Ok(outcome) => {
                *self = after;
                outcome
            }
            Err(kind) => Outcome::Error(kind),
        }
    }

    fn apply(&mut self, step: &Step) -> Outcome {
        let count = |rows: usize| Outcome::Count(rows.try_into().unwrap());
        match step {
            Step::Insert(id, row) => {
                self.all_or_nothing(|maps| maps.insert(*id, row).map(|()| Outcome::Count(1)))
            }
            Step::InsertMany(rows) => self.all_or_nothing(|maps| {
                rows.iter()
                    .try_for_each(|(id, row)| maps.insert(*id, row))
                    .map(|()| count(rows.len()))
            }),
            Step::InsertLeaf(id, node, v) => self.all_or_nothing(|maps| {
                if maps.leaves.contains_key(id) {
                    return Err(ErrorKind::UniqueViolation);
                }
                if maps.ground.is_sql() && !maps.nodes.contains_key(node) {
                    return Err(ErrorKind::ForeignKeyViolation);
                }
                maps.leaves.insert(*id, (*node, *v));
                Ok(Outcome::Count(1))
            }),
            Step::Update(predicate, c, b) => {
                let ids = self.meeting(predicate);
                for id in &ids {
                    let row = self.nodes.get_mut(id).unwrap();
                    (row.c, row.b) = (*c, *b);
                }
                count(ids.len())
            }
            Step::UpdateUnique(predicate, u) => self.all_or_nothing(|maps| {
                let ids = maps.meeting(predicate);
                let others = maps
                    .nodes
                    .iter()
                    .any(|(id, row)| row.u == Some(*u) && !ids.contains(id));
                if ids.len() > 1 || others && !ids.is_empty() {
                    return Err(ErrorKind::UniqueViolation);
                }
                for id in &ids {
                    maps.nodes.get_mut(id).unwrap().u = Some(*u);
                }
                Ok(count(ids.len()))
            }),
            Step::Delete(predicate) => self.all_or_nothing(|maps| {
                let ids = maps.meeting(predicate);
                let referred = maps.leaves.values().any(|(node, _)| ids.contains(node));
                if maps.ground.is_sql() && referred {
                    return Err(ErrorKind::ForeignKeyViolation);
                }
                maps.nodes.retain(|id, _| !ids.contains(id));
                Ok(count(ids.len()))
            }),
            Step::DeleteLeaves(node) => {
                let before = self.leaves.len();
                self.leaves.retain(|_, (owner, _)| owner != node);
                count(before - self.leaves.len())
            }
            Step::Select {
                predicate,
                descending,
                limit,
                offset,
            } => {
                let mut ids = self.meeting(predicate);
                // By `a`, NULL as the smallest, then by key; where the ground has no order, it is not compared.
                ids.sort_by_key(|id| self.nodes[id].a);
                if *descending {
                    ids.sort_by_key(|id| std::cmp::Reverse(self.nodes[id].a));
                }
                let (from, most) = (offset.unwrap_or(0), limit.unwrap_or(u64::MAX));
                let rows = ids
                    .into_iter()
                    .skip(from.try_into().unwrap())
                    .take(most.try_into().unwrap())
                    .collect();
                Outcome::Rows(self.ground.comparable(rows, limit.or(*offset).is_some()))
            }
            Step::Include(predicate, limit) => Outcome::Trees(
                self.meeting(predicate)
                    .into_iter()
                    .map(|id| {
                        let own = self
                            .leaves
                            .iter()
                            .filter(|(_, (node, _))| *node == id)
                            .map(|(leaf, _)| *leaf);
                        let own = own.take(limit.unwrap_or(u64::MAX).try_into().unwrap());
                        (id, self.ground.comparable(own.collect(), limit.is_some()))
                    })
                    .collect(),
            ),
            Step::Inside(steps, end) => {
                let mut inside = self.clone();
                let outcomes = steps.iter().map(|step| inside.apply(step)).collect();
                if let End::Commit = end {
                    *self = inside;
                }
                Outcome::Inside(outcomes)
            }
        }
    }
}

fn done(outcome: Result<Outcome, Error>) -> Outcome {
    outcome.unwrap_or_else(|error| Outcome::Error(error.kind()))
}

/// One step that is no transaction, on a database or inside one.
async fn run(on: &impl Executor, step: &Step, ground: Ground) -> Outcome {
    let node = <Node as Model>::FIELDS;
    let new = |id: u64, row: &Row| {
        create!(Node {
            id,
            a: row.a,
            b: row.b,
            c: row.c,
            s: &row.s,
            u: row.u
        })
    };
    let query =
        |predicate: &Predicate| -> Query<Node> { Node::all().narrowed_by(predicate.filter(node)) };
    match step {
        Step::Insert(id, row) => done(new(*id, row).exec(on).await.map(|_| Outcome::Count(1))),
        Step::InsertMany(rows) => done(
            Node::create_many(rows.iter().map(|(id, row)| new(*id, row)))
                .exec(on)
                .await
                .map(Outcome::Count),
        ),
        Step::InsertLeaf(id, node_id, v) => done(
            create!(Leaf { id, node_id, v: *v })
                .exec(on)
                .await
                .map(|_| Outcome::Count(1)),
        ),
        Step::Update(predicate, c, b) => done(
            query(predicate)
                .update()
                .c(*c)
                .b(*b)
                .exec(on)
                .await
                .map(Outcome::Count),
        ),
        Step::UpdateUnique(predicate, u) => done(
            query(predicate)
                .update()
                .u(*u)
                .exec(on)
                .await
                .map(Outcome::Count),
        ),
        Step::Delete(predicate) => {
            done(query(predicate).delete().exec(on).await.map(Outcome::Count))
        }
        Step::DeleteLeaves(node) => done(
            Leaf::delete_by_node_id(*node)
                .exec(on)
                .await
                .map(Outcome::Count),
        ),
        Step::Select {
            predicate,
            descending,
            limit,
            offset,
        } => {
            let mut rows = query(predicate);
            rows = match (ground.is_sql(), *descending) {
                (true, true) => rows.order_by(|n| (n.a.desc(), n.id.asc())),
                (true, false) => rows.order_by(|n| (n.a.asc(), n.id.asc())),
                (false, _) => rows,
            };
            rows = limit.iter().fold(rows, |rows, limit| rows.limit(*limit));
            rows = offset
                .iter()
                .fold(rows, |rows, offset| rows.offset(*offset));
            let found = rows.all(on).await;
            done(found.map(|rows| {
                let ids = rows.into_iter().map(|row| row.id).collect();
                Outcome::Rows(ground.comparable(ids, limit.or(*offset).is_some()))
            }))
        }
        Step::Include(predicate, limit) => {
            let nodes = query(predicate);
            let nodes = match (ground.is_sql(), limit) {
                (true, Some(limit)) => {
                    nodes.include(|n| n.leaves.order_by(|leaf| leaf.id.asc()).limit(*limit))
                }
                (true, None) => nodes.include(|n| n.leaves.order_by(|leaf| leaf.id.asc())),
                (false, Some(limit)) => nodes.include(|n| n.leaves.limit(*limit)),
                (false, None) => nodes.include(|n| n.leaves),
            };
            let tree = |node: Node| {
                let leaves = node.leaves.get().unwrap().iter().map(|leaf| leaf.id);
                let leaves = ground.comparable(leaves.collect(), limit.is_some());
                (node.id, leaves)
            };
            let found = nodes.all(on).await;
            done(found.map(|nodes| {
                let trees = nodes.into_iter().map(tree).collect();
                Outcome::Trees(sorted(trees, |(id, _)| *id))
            }))
        }
        Step::Inside(..) => unreachable!("run by its own function"),
    }
}

/// The steps of a transaction, and its end. One that is to be dropped waits for ever instead.
async fn steps(
    tx: &Tx,
    steps: &[Step],
    end: &End,
    ground: Ground,
    finished: tokio::sync::oneshot::Sender<Vec<Outcome>>,
) -> toasty::Result<()> {
    let mut outcomes = Vec::new();
    for step in steps {
        outcomes.push(match step {
            Step::Inside(inner, end) => {
                let (sender, receiver) = tokio::sync::oneshot::channel();
                inside(
                    Box::pin(tx.transaction(async |tx| {
                        Box::pin(self::steps(tx, inner, end, ground, sender)).await
                    })),
                    receiver,
                )
                .await
            }
            step if ground == Ground::Postgresql => in_savepoint(tx, step).await,
            step => run(tx, step, ground).await,
        });
    }
    let _ = finished.send(outcomes);
    match end {
        End::Commit => Ok(()),
        End::Rollback => Err(Error::new(ErrorKind::Database, "rolled back on purpose")),
        End::Drop => std::future::pending().await,
    }
}

/// A step whose failure leaves what was before it.
async fn in_savepoint(tx: &Tx, step: &Step) -> Outcome {
    let mut outcome = None;
    let done = tx
        .transaction(async |tx| {
            let ran = outcome.insert(run(tx, step, Ground::Postgresql).await);
            match ran {
                Outcome::Error(kind) => Err(Error::new(*kind, "the step failed")),
                _ => Ok(()),
            }
        })
        .await;
    let outcome = outcome.expect("it was run");
    assert_eq!(
        done.is_err(),
        matches!(outcome, Outcome::Error(_)),
        "{done:?}"
    );
    outcome
}

/// Runs a transaction until it ends, or until it waits for ever: then it is dropped.
async fn inside(
    mut transaction: impl Future<Output = toasty::Result<()>> + Unpin,
    mut finished: tokio::sync::oneshot::Receiver<Vec<Outcome>>,
) -> Outcome {
    let outcomes = tokio::select! {
        biased;
        _ = &mut transaction => finished.try_recv().expect("it told its outcomes before its end"),
        outcomes = &mut finished => {
            let outcomes = outcomes.expect("it told its outcomes");
            // What is not over by then is one that waits for ever.
            let _ = tokio::time::timeout(std::time::Duration::from_millis(20), &mut transaction).await;
            outcomes
        }
    };
    Outcome::Inside(outcomes)
}

/// The steps for one ground, which a number tells from the others: 0 for SQLite, 1 for PostgreSQL, 2 for DynamoDB.
pub struct Machine<const GROUND: usize>;

const fn ground(number: usize) -> Ground {
    match number {
        0 => Ground::Sqlite,
        1 => Ground::Postgresql,
        _ => Ground::Dynamodb,
    }
}

impl<const GROUND: usize> ReferenceStateMachine for Machine<GROUND> {
    type State = Maps;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Maps> {
        Just(Maps {
            ground: ground(GROUND),
            ..Maps::default()
        })
        .boxed()
    }

    fn transitions(_: &Maps) -> BoxedStrategy<Step> {
        let sql = ground(GROUND).is_sql();
        let predicate = move || {
            if sql {
                predicate()
            } else {
                predicate_on_one_table()
            }
        };
        let id = || 0..30u64;
        let end =
            || prop_oneof![3 => Just(End::Commit), 2 => Just(End::Rollback), 1 => Just(End::Drop)];
        let simple = prop_oneof![
            6 => (id(), row()).prop_map(|(id, row)| Step::Insert(id, row)),
            3 => prop::collection::vec((id(), row()), 0..6).prop_map(Step::InsertMany),
            4 => (0..40u64, id(), prop::option::of(number())).prop_map(|(id, node, v)| Step::InsertLeaf(id, node, v)),
            3 => (predicate(), number(), prop::option::of(number())).prop_map(|(predicate, c, b)| Step::Update(predicate, c, b)),
            2 => (predicate(), 0..40i64).prop_map(|(predicate, u)| Step::UpdateUnique(predicate, u)),
            1 => predicate().prop_map(Step::Delete),
            1 => id().prop_map(Step::DeleteLeaves),
            6 => (predicate(), any::<bool>(), prop::option::of(0..8u64), prop::option::of(0..4u64))
                .prop_map(|(predicate, descending, limit, offset)| Step::Select { predicate, descending, limit, offset }),
            2 => (predicate(), prop::option::of(0..3u64)).prop_map(|(predicate, limit)| Step::Include(predicate, limit)),
        ];
        let nested = simple.clone().prop_recursive(2, 12, 5, move |inner| {
            (prop::collection::vec(inner, 0..5), end())
                .prop_map(|(steps, end)| Step::Inside(steps, end))
        });
        if sql {
            prop_oneof![5 => simple, 2 => nested].boxed()
        } else {
            simple.boxed()
        }
    }

    fn apply(mut state: Maps, step: &Step) -> Maps {
        state.apply(step);
        state
    }
}

pub struct Tested<const GROUND: usize> {
    runtime: tokio::runtime::Runtime,
    database: Database,
    maps: Maps,
}

impl<const GROUND: usize> Tested<GROUND> {
    /// Does one step.
    pub async fn apply(db: &Db, step: &Step) -> Outcome {
        let ground = ground(GROUND);
        match step {
            Step::Inside(inner, end) => {
                let (sender, receiver) = tokio::sync::oneshot::channel();
                inside(
                    Box::pin(
                        db.transaction_once(async |tx| steps(tx, inner, end, ground, sender).await),
                    ),
                    receiver,
                )
                .await
            }
            step => run(db, step, ground).await,
        }
    }

    /// What the database holds.
    pub async fn held(db: &Db) -> Maps {
        let node = |node: Node| {
            (
                node.id,
                Row {
                    a: node.a,
                    b: node.b,
                    c: node.c,
                    s: node.s,
                    u: node.u,
                },
            )
        };
        Maps {
            ground: ground(GROUND),
            nodes: Node::all()
                .all(db)
                .await
                .unwrap()
                .into_iter()
                .map(node)
                .collect(),
            leaves: Leaf::all()
                .all(db)
                .await
                .unwrap()
                .into_iter()
                .map(|leaf| (leaf.id, (leaf.node_id, leaf.v)))
                .collect(),
        }
    }
}

impl<const GROUND: usize> StateMachineTest for Tested<GROUND> {
    type SystemUnderTest = Self;
    type Reference = Machine<GROUND>;

    fn init_test(maps: &Maps) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let database = runtime.block_on(async {
            let database = ground(GROUND).database().await;
            database.db.create_tables_of(TREE).await.unwrap();
            database
        });
        Tested {
            runtime,
            database,
            maps: maps.clone(),
        }
    }

    fn apply(mut tested: Self, after: &Maps, step: Step) -> Self {
        let expected = tested.maps.apply(&step);
        let held = tested.runtime.block_on(async {
            assert_eq!(
                Self::apply(&tested.database.db, &step).await,
                expected,
                "{step:?}"
            );
            Self::held(&tested.database.db).await
        });
        assert_eq!(&held, after, "{step:?}");
        tested
    }

    fn teardown(tested: Self, _: Maps) {
        tested.runtime.block_on(tested.database.remove());
    }
}

proptest_state_machine::prop_state_machine! {
    #![proptest_config(cases(64))]

    #[test]
    fn orm_behaves_like_a_map(sequential 1..40 => Tested<0>);
}

proptest_state_machine::prop_state_machine! {
    #![proptest_config(cases(12))]

    #[test]
    fn orm_behaves_like_a_map_on_postgresql(sequential 1..30 => Tested<1>);
}

proptest_state_machine::prop_state_machine! {
    #![proptest_config(cases(12))]

    #[test]
    fn orm_behaves_like_a_map_on_dynamodb(sequential 1..30 => Tested<2>);
}
