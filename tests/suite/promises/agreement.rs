//! SQLite and PostgreSQL agree: whatever is done to both, what is done and what is found is the same, in the same order.
//!
//! What they may differ in is what one of them refuses: the table [`REFUSED`] has all of it, and every row of it that
//! tells them apart has to be met.

use super::oracle::{Machine, Maps, Step, Tested};
use super::predicate::cases;
use super::values::{REFUSED, Sample, sample};
use crate::cases::{Backend, sorted};
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

/// The keys of the rows in many orders; of rows whose keys are made, and may have gaps, a number of their own.
async fn orders(db: &Db) -> Vec<(&'static str, Vec<i64>)> {
    let mut all = Vec::new();
    macro_rules! nodes {
        ($($order:expr),* $(,)?) => { $(
            let rows = Node::all().order_by($order).all(db).await.unwrap();
            let keys = rows.iter().map(|row| row.id.cast_signed());
            all.push((stringify!($order), keys.collect()));
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
            all.push((stringify!($field), rows.iter().map(|row| row.score.0).collect()));
            if let Some(middle) = rows.get(rows.len() / 2) {
                let above = Everything::filter(|row| row.$field.ge(middle.$field.clone())).all(db).await.unwrap();
                let above = sorted(above, |row| row.score.0);
                all.push((concat!("from the middle of ", stringify!($field)), above.iter().map(|row| row.score.0).collect()));
            }
        )* };
    }
    everything!(
        truth, signed64, unsigned64, float32, float64, text, bytes, uuid, instant, date, time,
        date_time, decimal,
    );
    all
}

/// What was written, but for the keys that were made.
async fn written(db: &Db) -> Vec<Everything> {
    let rows = Everything::all().all(db).await.unwrap();
    let rows = rows.into_iter().map(|row| Everything { id: 0, ..row });
    sorted(rows.collect(), |row| row.score.0)
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
                assert_eq!(written(&one.db).await, written(&other.db).await);
                for (one, other) in orders(&one.db).await.iter().zip(&orders(&other.db).await) {
                    assert_eq!(one, other);
                }
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
