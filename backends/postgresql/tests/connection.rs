//! Connections on a real server: how they are made, lost, given up and made again.

#![allow(missing_docs, unreachable_pub, reason = "the models of a test")]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by a panic, in its helper functions too, where clippy.toml does not reach"
)]

mod support;

use std::time::{Duration, Instant};
use support::{Lone, settings};
use toasty_contract::{Access, Backend, Begin, Connection, Control};
use toasty_dsl::{Error, ErrorKind, Model, create, toasty};
use toasty_postgresql::{Password, Postgresql, Settings, Tls};

toasty! {
    pub model Note {
        id: u64 [key, auto],
        text: String [unique],
        rank: u8 = 0,
    }
}

/// A connection beside the one under test, without this crate.
async fn beside() -> tokio_postgres::Client {
    let url = toasty_test_servers::postgresql();
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    client
}

/// The server's processes of the connections with a name.
async fn processes(name: &str) -> Vec<i32> {
    let text = "SELECT pid FROM pg_stat_activity WHERE application_name = $1 ORDER BY pid";
    let rows = beside().await.query(text, &[&name]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn kill(name: &str) {
    let text =
        "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE application_name = $1";
    let killed = beside().await.query(text, &[&name]).await.unwrap();
    assert!(!killed.is_empty(), "there was one to kill");
    // The end of the socket arrives a little later than the end of the process.
    tokio::time::sleep(Duration::from_millis(100)).await;
}

fn named(name: &str) -> Settings {
    Settings {
        application_name: name.to_owned(),
        ..settings()
    }
}

async fn refused(settings: Settings) -> Error {
    match Postgresql::new(settings).connect(Access::Write).await {
        Ok(_) => panic!("it connects"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn client_error_keeps_connection() {
    let db = Lone::with_settings(&[Note::DEF], named("client error")).await;
    let before = processes("client error").await;
    let error = create!(Note { text: "a\0b" }).exec(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unrepresentable);
    assert_eq!(error.model(), Some("Note"));
    assert_eq!(error.fields(), ["text"]);
    assert!(db.lock().await.reset());
    create!(Note { text: "fine" }).exec(&db).await.unwrap();
    // Once in a transaction, which goes on.
    db.lock()
        .await
        .control(Control::Begin(Begin::WRITE))
        .await
        .unwrap();
    create!(Note { text: "a\0b" }).exec(&db).await.unwrap_err();
    create!(Note { text: "too" }).exec(&db).await.unwrap();
    db.lock().await.control(Control::Commit).await.unwrap();
    // A row that is not what the model says.
    db.lock()
        .await
        .run_text("UPDATE note SET rank = 300")
        .await
        .unwrap();
    let error = Note::all().all(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let mut connection = db.lock().await;
    connection.make_ready().await.unwrap();
    drop(connection);
    assert_eq!(Note::all().count(&db).await.unwrap(), 2);
    assert_eq!(processes("client error").await, before);
}

#[tokio::test]
async fn a_connection_that_was_killed_while_idle_is_replaced_in_silence() {
    let db = Lone::with_settings(&[Note::DEF], named("killed idle")).await;
    create!(Note { text: "one" }).exec(&db).await.unwrap();
    kill("killed idle").await;
    assert_eq!(Note::all().count(&db).await.unwrap(), 1);
    kill("killed idle").await;
    create!(Note { text: "two" }).exec(&db).await.unwrap();
    kill("killed idle").await;
    db.lock()
        .await
        .control(Control::Begin(Begin::WRITE))
        .await
        .unwrap();
    create!(Note { text: "three" }).exec(&db).await.unwrap();
    db.lock().await.control(Control::Commit).await.unwrap();
    assert_eq!(Note::all().count(&db).await.unwrap(), 3);
}

#[tokio::test]
async fn a_transaction_is_lost_with_its_connection() {
    let db = Lone::with_settings(&[Note::DEF], named("killed open")).await;
    for statement_first in [true, false] {
        db.lock()
            .await
            .control(Control::Begin(Begin::WRITE))
            .await
            .unwrap();
        create!(Note { text: "gone" }).exec(&db).await.unwrap();
        kill("killed open").await;
        if statement_first {
            let error = create!(Note { text: "more" }).exec(&db).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ConnectionLost);
        }
        let error = db.lock().await.control(Control::Commit).await.unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::ConnectionLost,
            "not unknown: it was never sent"
        );
        assert_eq!(Note::all().count(&db).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_given_up() {
    let limited = Settings {
        statement_timeout: Some(Duration::from_millis(200)),
        ..named("slow")
    };
    let db = Lone::with_settings(&[Note::DEF], limited).await;
    let since = Instant::now();
    let error = db
        .lock()
        .await
        .run_text("SELECT pg_sleep(5)")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(since.elapsed() < Duration::from_secs(2));
    assert_eq!(Note::all().count(&db).await.unwrap(), 0);
}

#[tokio::test]
async fn what_a_dropped_future_left_running_is_stopped_and_its_connection_given_up() {
    let db = Lone::with_settings(&[Note::DEF], named("left running")).await;
    let mut connection = db.lock().await;
    let sleeping = connection.run_text("SELECT pg_sleep(60)");
    assert!(
        tokio::time::timeout(Duration::from_millis(200), sleeping)
            .await
            .is_err()
    );
    assert!(!connection.reset());
    let error = connection.make_ready().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionLost);
    drop(connection);
    let since = Instant::now();
    while !processes("left running").await.is_empty() {
        assert!(since.elapsed() < Duration::from_secs(5), "it still runs");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_table_that_changed_is_prepared_anew() {
    let db = Lone::with(&[Note::DEF]).await;
    create!(Note { text: "one" }).exec(&db).await.unwrap();
    assert_eq!(Note::all().all(&db).await.unwrap().len(), 1);
    let wider = "ALTER TABLE note ALTER COLUMN rank TYPE integer";
    db.lock().await.run_text(wider).await.unwrap();
    assert_eq!(Note::all().all(&db).await.unwrap().len(), 1);
    db.lock().await.run_text("DEALLOCATE ALL").await.unwrap();
    assert_eq!(Note::all().all(&db).await.unwrap().len(), 1);
    create!(Note { text: "two" }).exec(&db).await.unwrap();
}

#[tokio::test]
async fn a_password_that_is_wrong_is_not_accepted_and_not_shown() {
    let scram = |password: Option<&str>| Settings {
        user: "scram".to_owned(),
        password: password.map(Password::from),
        ..settings()
    };
    let error = refused(scram(Some("CANARY-7f3a"))).await;
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert!(!format!("{error:?} {error} {:?}", error.server_detail()).contains("CANARY"));
    assert!(!format!("{:?}", Postgresql::new(scram(Some("CANARY-7f3a")))).contains("CANARY"));
    assert_eq!(refused(scram(None)).await.kind(), ErrorKind::Authentication);
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_named() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = nobody.local_addr().unwrap().port();
    let there = Settings {
        host: "127.0.0.1".to_owned(),
        port,
        connect_timeout: Duration::from_millis(200),
        ..settings()
    };
    // It takes the connection, and never says a word.
    let since = Instant::now();
    let error = refused(there.clone()).await;
    assert_eq!(error.kind(), ErrorKind::ConnectionLost);
    assert!(
        error.message().contains(&format!("127.0.0.1:{port}")),
        "{error}"
    );
    assert!(since.elapsed() < Duration::from_secs(2));
    drop(nobody);
    let error = refused(there).await;
    assert_eq!(error.kind(), ErrorKind::ConnectionLost);
    assert!(
        error.message().contains(&format!("127.0.0.1:{port}")),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_without_tls_is_not_trusted_where_tls_is_demanded() {
    for tls in [
        Tls::VerifyFull,
        Tls::VerifyCa,
        Tls::EncryptWithoutVerification,
    ] {
        let error = refused(Settings { tls, ..settings() }).await;
        assert_eq!(error.kind(), ErrorKind::Untrusted, "{tls:?}: {error}");
    }
}

#[tokio::test]
async fn a_database_that_is_not_there_is_said_to_be_missing() {
    let error = refused(Settings {
        database: "no such database".to_owned(),
        ..settings()
    })
    .await;
    assert_eq!(error.kind(), ErrorKind::Configuration);
}
