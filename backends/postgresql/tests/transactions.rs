//! Transactions on a real server: how they begin and end, and what a dropped future leaves.

#![allow(missing_docs, unreachable_pub, reason = "the models of a test")]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic, in its helper functions too, where clippy.toml does not reach"
)]

mod support;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};
use support::Lone;
use toasty_contract::{Access, Begin, Connection, Control, Isolation};
use toasty_dsl::{ErrorKind, Model, Result, create, toasty};

toasty! {
    pub model Note {
        id: u64 [key, auto],
        text: String [unique],
    }
}

async fn control(db: &Lone, control: Control) -> Result<()> {
    db.lock().await.control(control).await
}

async fn write(db: &Lone, text: &str) -> Result<Note> {
    create!(Note { text: text }).exec(db).await
}

async fn texts(db: &Lone) -> Vec<String> {
    let notes = Note::all()
        .order_by(|n| n.text.asc())
        .all(db)
        .await
        .unwrap();
    notes.into_iter().map(|note| note.text).collect()
}

const BEGIN: Control = Control::Begin(Begin::WRITE);

#[tokio::test]
async fn what_is_committed_is_there_and_what_is_rolled_back_is_not() {
    let db = Lone::with(&[Note::DEF]).await;
    let other = db.another().await;
    control(&db, BEGIN).await.unwrap();
    write(&db, "kept").await.unwrap();
    assert_eq!(texts(&db).await, ["kept"]);
    assert!(texts(&other).await.is_empty());
    control(&db, Control::Commit).await.unwrap();
    assert_eq!(texts(&other).await, ["kept"]);

    control(&db, BEGIN).await.unwrap();
    write(&db, "lost").await.unwrap();
    control(&db, Control::Rollback).await.unwrap();
    assert_eq!(texts(&db).await, ["kept"]);
    assert!(db.lock().await.reset(), "nothing is open");
}

#[tokio::test]
async fn a_transaction_without_a_statement_costs_nothing() {
    let db = Lone::with(&[Note::DEF]).await;
    for end in [Control::Commit, Control::Rollback] {
        control(&db, BEGIN).await.unwrap();
        control(&db, end).await.unwrap();
    }
    let error = control(&db, Control::Commit).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionClosed);
}

#[tokio::test]
async fn savepoint_rollback_keeps_outer() {
    let db = Lone::with(&[Note::DEF]).await;
    control(&db, BEGIN).await.unwrap();
    control(&db, Control::Savepoint(1)).await.unwrap();
    write(&db, "outer").await.unwrap();
    control(&db, Control::Release(1)).await.unwrap();
    control(&db, Control::Savepoint(1)).await.unwrap();
    write(&db, "inner").await.unwrap();
    write(&db, "inner").await.unwrap_err();
    control(&db, Control::RollbackTo(1)).await.unwrap();
    write(&db, "after").await.unwrap();
    control(&db, Control::Commit).await.unwrap();
    assert_eq!(texts(&db).await, ["after", "outer"]);
}

#[tokio::test]
async fn commit_after_statement_error_is_refused() {
    let db = Lone::with(&[Note::DEF]).await;
    control(&db, BEGIN).await.unwrap();
    write(&db, "once").await.unwrap();
    let error = write(&db, "once").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    let error = write(&db, "more").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionClosed);
    let error = control(&db, Control::Commit).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionClosed);
    assert!(db.lock().await.reset(), "nothing is open");
    assert!(texts(&db).await.is_empty());
}

#[tokio::test]
async fn a_transaction_that_reads_refuses_to_write() {
    let db = Lone::with(&[Note::DEF]).await;
    let begin = Begin {
        access: Access::Read,
        isolation: Some(Isolation::Serializable),
        deferrable: true,
    };
    control(&db, Control::Begin(begin)).await.unwrap();
    assert!(texts(&db).await.is_empty());
    let error = write(&db, "no").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    control(&db, Control::Rollback).await.unwrap();
}

#[tokio::test]
async fn two_that_cannot_be_put_in_a_row_conflict() {
    let db = Lone::with(&[Note::DEF]).await;
    let other = db.another().await;
    let begin = Control::Begin(Begin {
        isolation: Some(Isolation::Serializable),
        ..Begin::WRITE
    });
    for (one, text) in [(&db, "a"), (&other, "b")] {
        control(one, begin).await.unwrap();
        assert!(texts(one).await.is_empty());
        write(one, text).await.unwrap();
    }
    control(&db, Control::Commit).await.unwrap();
    let error = control(&other, Control::Commit).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(texts(&other).await, ["a"]);
}

#[tokio::test]
async fn a_transaction_that_is_left_open_is_rolled_back_at_once() {
    let db = Lone::with(&[Note::DEF]).await;
    control(&db, BEGIN).await.unwrap();
    write(&db, "left").await.unwrap();
    let mut connection = db.lock().await;
    assert!(!connection.reset());
    connection.make_ready().await.unwrap();
    assert!(connection.reset());
    drop(connection);
    assert!(texts(&db).await.is_empty());
}

/// Every future is dropped after every number of polls; what it leaves is never a transaction.
#[tokio::test]
async fn cancel_at_every_poll() {
    let db = Lone::with(&[Note::DEF]).await;
    for step in 0..5 {
        for polls in 0.. {
            let finished = {
                let mut work = pin!(async {
                    control(&db, BEGIN).await.unwrap();
                    if step > 0 {
                        write(&db, "one").await.unwrap();
                    }
                    if step > 1 {
                        control(&db, Control::Savepoint(1)).await.unwrap();
                        write(&db, "two").await.unwrap();
                    }
                    if step > 2 {
                        control(&db, Control::RollbackTo(1)).await.unwrap();
                    }
                    if step > 3 {
                        control(&db, Control::Commit).await.unwrap();
                    }
                });
                polled(&mut work, polls).await
            };
            let mut connection = db.lock().await;
            if !connection.reset() {
                connection.make_ready().await.unwrap();
            }
            assert!(connection.reset(), "step {step}, after {polls} polls");
            drop(connection);
            let there = texts(&db).await;
            assert!(
                there.is_empty() || there == ["one"],
                "step {step}, after {polls} polls: {there:?}"
            );
            if step < 4 {
                assert!(there.is_empty(), "step {step}, after {polls} polls");
            }
            Note::all().all_rows().delete().exec(&db).await.unwrap();
            if finished {
                break;
            }
        }
    }
}

/// Polls a future so many times, as often as there is something to poll it for; whether it ended.
async fn polled(work: &mut std::pin::Pin<&mut impl Future<Output = ()>>, polls: usize) -> bool {
    for _ in 0..polls {
        let mut cx = Context::from_waker(Waker::noop());
        if work.as_mut().poll(&mut cx).is_ready() {
            return true;
        }
        // The driver's task gets its turn, and the server its time.
        tokio::time::sleep(std::time::Duration::from_micros(300)).await;
    }
    false
}

#[tokio::test]
async fn drop_of_stream_half_way_then_reuse() {
    let db = Lone::with(&[Note::DEF]).await;
    let rows = (0..2000).map(|n| {
        create!(Note {
            text: format!("{n:04}")
        })
    });
    Note::create_many(rows).exec(&db).await.unwrap();
    for inside in [false, true] {
        for taken in [0, 1, 256, 257, 1999, 2000] {
            if inside {
                control(&db, BEGIN).await.unwrap();
            }
            let mut stream = Note::all().order_by(|n| n.text.asc()).stream(&db);
            for number in 0..taken {
                let row = stream.next().await.unwrap().unwrap();
                assert_eq!(row.text, format!("{number:04}"));
            }
            if taken == 2000 {
                assert!(stream.next().await.is_none());
            }
            drop(stream);
            if inside {
                write(&db, "x").await.unwrap();
                control(&db, Control::Rollback).await.unwrap();
            }
            let mut connection = db.lock().await;
            if !connection.reset() {
                connection.make_ready().await.unwrap();
            }
            drop(connection);
            assert_eq!(Note::all().count(&db).await.unwrap(), 2000);
        }
    }
}
