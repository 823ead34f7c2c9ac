//! SQLite and PostgreSQL agree: whatever is done to both, what is done and what is found is the same, in the same order.
//!
//! What they may differ in is what one of them refuses: the table [`REFUSED`] has all of it, and every row of it that
//! tells them apart has to be met.

use super::oracle::{Machine, Maps, Step, Tested};
use super::predicate::cases;
use super::values::{REFUSED, Sample, sample};
use crate::cases::Backend;
use crate::databases::Database;
use crate::models::tree::{Node, TREE};
use crate::models::values::{Everything, VALUES};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use proptest_state_machine::ReferenceStateMachine;
use std::cell::RefCell;
use std::collections::BTreeSet;
use toasty::{Db, ErrorKind};

#[derive(Clone, Debug)]
enum Act {
    Step(Step),
    Write(Box<Sample>),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let steps = <Machine<0> as ReferenceStateMachine>::transitions(&Maps::default());
    let act = prop_oneof![
        3 => steps.prop_map(Act::Step),
        1 => sample().prop_map(|sample| Act::Write(Box::new(sample))),
    ];
    prop::collection::vec(act, 1..40)
}

/// Writes the same row to both. Where one of them refuses it, the other one forgets it again.
async fn write(one: &Db, other: &Db, sample: &Sample, met: &RefCell<BTreeSet<&'static str>>) {
    let written = [sample.row().exec(one).await, sample.row().exec(other).await];
    let expected =
        [Backend::Sqlite, Backend::PostgreSql].map(|backend| sample.is_unrepresentable(backend));
    for (written, refused) in written.iter().zip(expected) {
        match written {
            Ok(_) => assert!(!refused, "{sample:?}"),
            Err(error) => {
                assert!(refused, "{error:?} of {sample:?}");
                assert_eq!(error.kind(), ErrorKind::Unrepresentable);
            }
        }
    }
    for (backends, difference, refuses) in REFUSED {
        if apart(backends) && refuses(sample) {
            met.borrow_mut().insert(difference);
        }
    }
    match written {
        [Ok(one), Ok(other)] => assert_eq!(
            Everything { id: 0, ..one },
            Everything { id: 0, ..other },
            "but for the key"
        ),
        [Ok(row), Err(_)] => drop(row.delete().exec(one).await.unwrap()),
        [Err(_), Ok(row)] => drop(row.delete().exec(other).await.unwrap()),
        [Err(_), Err(_)] => {}
    }
}

/// Whether SQLite and PostgreSQL differ in something.
fn apart(refusing: &[Backend]) -> bool {
    refusing.contains(&Backend::Sqlite) != refusing.contains(&Backend::PostgreSql)
}

/// The rows in many orders: of each the keys, or, since keys that are made may have gaps, the rest of the row.
async fn orders(db: &Db) -> Vec<String> {
    let mut all = Vec::new();
    macro_rules! nodes {
        ($($order:expr),* $(,)?) => { $(
            let rows = Node::all().order_by($order).all(db).await.unwrap();
            all.push(format!("{:?}", rows.iter().map(|row| row.id).collect::<Vec<_>>()));
        )* };
    }
    nodes!(
        |n| n.id.desc(),
        |n| (n.a.asc(), n.id.asc()),
        |n| (n.a.desc(), n.id.asc()),
        |n| (n.b.asc().nulls_last(), n.id.desc()),
        |n| (n.b.desc().nulls_first(), n.id.desc()),
        |n| (n.s.asc(), n.c.desc(), n.id.asc()),
        |n| (n.s.desc().nulls_last(), n.id.asc()),
        |n| (n.u.asc(), n.id.asc()),
    );
    macro_rules! everything {
        ($($field:ident),* $(,)?) => { $(
            let rows = Everything::all().order_by(|row| (row.$field.asc(), row.score.asc())).all(db).await.unwrap();
            all.push(format!("{:?}", rows.iter().map(|row| (&row.$field, row.score.0)).collect::<Vec<_>>()));
            let last = Everything::all().order_by(|row| (row.$field.desc(), row.score.asc())).first(db).await.unwrap();
            let above = match &last {
                Some(last) => Everything::filter(|row| row.$field.ge(last.$field.clone())).count(db).await.unwrap(),
                None => 0,
            };
            all.push(format!("{:?} {above}", last.map(|row| row.score.0)));
        )* };
    }
    everything!(
        truth, signed64, unsigned64, float32, float64, text, bytes, uuid, instant, date, time,
        date_time, decimal,
    );
    all
}

#[test]
fn backends_agree() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let met = RefCell::new(BTreeSet::new());
    TestRunner::new(cases(24))
        .run(&acts(), |acts| {
            runtime.block_on(async {
                let (one, other) = (Database::on_file().await, Database::on_postgresql().await);
                for db in [&one.db, &other.db] {
                    db.create_tables_of(TREE).await.unwrap();
                    db.create_tables_of(VALUES).await.unwrap();
                }
                for act in &acts {
                    match act {
                        Act::Step(step) => assert_eq!(
                            Tested::<0>::apply(&one.db, step).await,
                            Tested::<1>::apply(&other.db, step).await,
                            "{step:?}"
                        ),
                        Act::Write(sample) => write(&one.db, &other.db, sample, &met).await,
                    }
                }
                assert_eq!(
                    Tested::<0>::held(&one.db).await.rows(),
                    Tested::<1>::held(&other.db).await.rows()
                );
                assert_eq!(orders(&one.db).await, orders(&other.db).await);
                other.remove().await;
            });
            Ok(())
        })
        .unwrap();
    let differences = REFUSED.iter().filter(|(backends, ..)| apart(backends));
    let all: BTreeSet<_> = differences.map(|(_, difference, _)| *difference).collect();
    assert_eq!(
        met.into_inner(),
        all,
        "every difference was met, and no other"
    );
}
