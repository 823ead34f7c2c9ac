//! The servers themselves, as the tests of Toasty rely on them.
//!
//! A server that a URL names is whatever its owner made of it; what is asserted here of shared servers holds for such a
//! one too, except where a test says otherwise.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by a panic, in its helper functions too, where clippy.toml does not reach"
)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use toasty_test_servers::{PrivatePostgres, without_docker};
use tokio_postgres::{Client, Error, NoTls};

async fn connect(url: &str) -> Result<Client, Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

async fn text(client: &Client, query: &str) -> String {
    client.query_one(query, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn the_shared_postgresql_gives_a_superuser_and_room_for_many_connections() {
    let client = connect(toasty_test_servers::postgresql()).await.unwrap();
    assert_eq!(
        text(&client, "select current_setting('is_superuser')").await,
        "on"
    );
    let limit = text(&client, "select current_setting('max_connections')").await;
    assert!(limit.parse::<u32>().unwrap() >= 300, "{limit}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_user_with_a_password_has_to_prove_it() {
    let url = toasty_test_servers::postgresql_with_password();
    let client = connect(&url).await.unwrap();
    assert_eq!(text(&client, "select current_user::text").await, "scram");
    assert_eq!(
        text(&client, "select current_setting('is_superuser')").await,
        "off"
    );

    let login = url.split_once("://").unwrap().1;
    let place = login.rsplit_once('@').unwrap().1;
    let wrong = connect(&format!("postgresql://scram:wrong@{place}"))
        .await
        .unwrap_err();
    assert_eq!(wrong.code().unwrap().code(), "28P01");
}

#[test]
fn dynamodb_local_takes_any_credentials() {
    let url = toasty_test_servers::dynamodb();
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
    let request = "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\n\
        Content-Type: application/x-amz-json-1.0\r\nAuthorization: AWS4-HMAC-SHA256 Credential=anyone/20260101/anywhere/dynamodb/\
        aws4_request, SignedHeaders=host, Signature=none\r\nContent-Length: 2\r\n\r\n{}";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("TableNames"), "{answer}");
}

/// A server that a variable names would be one for all in any case, so the variables are taken away.
#[test]
fn processes_that_start_at_the_same_time_share_one_server_of_each_kind() {
    if without_docker() {
        return;
    }
    let processes: Vec<_> = (0..4)
        .map(|_| {
            Command::new(env!("CARGO_BIN_EXE_toasty-test-servers"))
                .env_remove("TOASTY_TEST_POSTGRESQL_URL")
                .env_remove("TOASTY_TEST_DYNAMODB_URL")
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut lines = Vec::new();
    for process in processes {
        let output = process.wait_with_output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{complaint}");
        lines.push(String::from_utf8(output.stdout).unwrap());
    }
    assert!(lines[0].contains("export TOASTY_TEST_POSTGRESQL_URL='postgresql://postgres:"));
    assert!(lines[0].contains("export TOASTY_TEST_DYNAMODB_URL='http://"));
    assert!(lines.iter().all(|line| line == &lines[0]), "{lines:?}");
}

#[test]
fn without_any_server_the_failure_says_what_to_do() {
    let output = Command::new(env!("CARGO_BIN_EXE_toasty-test-servers"))
        .env_remove("TOASTY_TEST_POSTGRESQL_URL")
        .env_remove("TOASTY_TEST_DYNAMODB_URL")
        .env("DOCKER_HOST", "unix:///no/such/socket")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    for advice in [
        "There is no PostgreSQL for this test",
        "There is no DynamoDB Local for this test",
        "`cargo xtask test`",
        "TOASTY_TEST_POSTGRESQL_URL",
        "TOASTY_TEST_DYNAMODB_URL",
    ] {
        assert!(complaint.contains(advice), "{complaint}");
    }
}

#[tokio::test]
async fn a_private_server_keeps_its_url_and_what_was_committed_over_a_restart() {
    if without_docker() {
        return;
    }
    let server = PrivatePostgres::start();
    let url = server.url().to_owned();
    let before = connect(&url).await.unwrap();
    before
        .batch_execute("create table kept (id int); insert into kept values (7)")
        .await
        .unwrap();

    server.restart_immediately();
    assert_eq!(server.url(), url);
    assert!(before.query_one("select 1", &[]).await.is_err());
    let after = connect(&url).await.unwrap();
    assert_eq!(text(&after, "select id::text from kept").await, "7");

    server.stop_immediately();
    assert!(connect(&url).await.is_err());
    server.start_again();
    let again = connect(&url).await.unwrap();
    assert_eq!(text(&again, "select id::text from kept").await, "7");

    drop(server);
    assert!(connect(&url).await.is_err());
}

#[tokio::test]
async fn a_frozen_server_answers_nothing_and_goes_on_where_it_was() {
    if without_docker() {
        return;
    }
    let server = PrivatePostgres::start();
    let client = connect(server.url()).await.unwrap();
    server.pause();
    let frozen = tokio::time::timeout(
        Duration::from_millis(300),
        client.query_one("select 1", &[]),
    )
    .await;
    assert!(frozen.is_err(), "{frozen:?}");
    let begin = Instant::now();
    server.unpause();
    assert_eq!(text(&client, "select 'awake'::text").await, "awake");
    assert!(begin.elapsed() < Duration::from_secs(10));
}
