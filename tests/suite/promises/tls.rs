//! Whom PostgreSQL's connections trust: every kind of server that shows something else than it should, in every mode, and
//! what the default does about somebody in between.

use crate::proxy::certificates::{Authority, Identity, Valid};
use crate::proxy::front::{Answer, Front};
use crate::proxy::{Proxy, address_of};
use crate::snapshots::compare;
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use toasty::config::Tls;
use toasty::{Config, Error, ErrorKind};

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const MODES: [Tls; 4] = [
    Tls::VerifyFull,
    Tls::VerifyCa,
    Tls::EncryptWithoutVerification,
    Tls::Off,
];

/// A message that a server could send in plain text: what it says would be believed by whoever reads it as if it had come
/// out of the encryption (CVE-2021-23222).
const INJECTED: &[u8] = b"EU\0\0\0\x0aSFATAL\0\0";

async fn server() -> SocketAddr {
    address_of(toasty_test_servers::postgresql()).await
}

/// The files that a configuration names.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Files(TempDir::new().unwrap())
    }

    fn write(&self, name: &str, content: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

/// The role that proves its password, at this host and port.
fn config(host: &str, port: u16) -> Config {
    let mut config = Config::postgresql(&toasty_test_servers::postgresql_with_password()).unwrap();
    host.clone_into(&mut config.postgresql.host);
    config.postgresql.port = port;
    config
}

fn password() -> Vec<u8> {
    let url = toasty_test_servers::postgresql_with_password();
    let parsed: tokio_postgres::Config = url.parse().unwrap();
    parsed.get_password().expect("a password").to_vec()
}

/// Connects, and uses the connection.
async fn connect(config: Config) -> Result<(), Error> {
    let db = toasty::connect_with(config).await?;
    db.run_sql("SELECT 1").await
}

struct Scenario {
    name: &'static str,
    answer: Answer,
}

fn scenarios(trusted: &Authority) -> Vec<Scenario> {
    let other = Authority::new("An authority that nobody named");
    let good = trusted.issue("localhost", Valid::Now);
    let tls = |identity: &Identity| Answer::Tls(identity.server());
    let scenario = |name, answer| Scenario { name, answer };
    vec![
        scenario("a good certificate", tls(&good)),
        scenario(
            "for another name",
            tls(&trusted.issue("db.example.com", Valid::Now)),
        ),
        scenario(
            "for an address and not the name",
            tls(&trusted.issue("127.0.0.1", Valid::Now)),
        ),
        scenario("expired", tls(&trusted.issue("localhost", Valid::NoMore))),
        scenario(
            "expired, and for another name",
            tls(&trusted.issue("db.example.com", Valid::NoMore)),
        ),
        scenario(
            "not valid yet",
            tls(&trusted.issue("localhost", Valid::NotYet)),
        ),
        scenario("signed by itself", tls(&Identity::self_signed("localhost"))),
        scenario(
            "of another authority",
            tls(&other.issue("localhost", Valid::Now)),
        ),
        scenario(
            "of another authority, and for another name",
            tls(&other.issue("db.example.com", Valid::Now)),
        ),
        scenario(
            "a good one without its key",
            tls(&Identity::stolen_from(&good)),
        ),
        scenario("TLS refused", Answer::Plain(b"N")),
        scenario("an error in place of an answer", Answer::Plain(INJECTED)),
        scenario(
            "plain text behind the answer",
            Answer::TlsAfter(INJECTED, good.server()),
        ),
        scenario("closed without an answer", Answer::Nothing),
    ]
}

/// One cell of the table, and whether the server was told anything.
async fn cell(scenario: &Scenario, mode: Tls, files: &Files, ca: &str) -> String {
    let front = Front::before(server().await, LOOPBACK, scenario.answer.clone()).await;
    let mut config = config("localhost", front.address().port());
    config.postgresql.tls = Some(mode);
    if matches!(mode, Tls::VerifyFull | Tls::VerifyCa) {
        config.postgresql.ca = Some(files.write("ca.pem", ca));
    }
    match connect(config).await {
        Ok(()) if mode == Tls::Off => "connected, in plain text".to_owned(),
        Ok(()) => "connected".to_owned(),
        Err(error) => {
            assert_eq!(
                front.told(),
                b"",
                "{}, {mode:?}: nothing is told to it",
                scenario.name
            );
            assert!(
                error.advice().is_some(),
                "{}, {mode:?}: {error:?}",
                scenario.name
            );
            let port = front.address().port().to_string();
            format!(
                "{:?}: {}",
                error.kind(),
                error.message().replace(&port, "…")
            )
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tls_matrix_is_as_its_snapshot_shows() {
    let files = Files::new();
    let trusted = Authority::new("The authority of the test");
    let mut table = String::new();
    for scenario in scenarios(&trusted) {
        let _ = writeln!(table, "{}", scenario.name);
        for mode in MODES {
            let cell = cell(&scenario, mode, &files, &trusted.pem()).await;
            let _ = writeln!(table, "  {:30}{cell}", mode.as_str());
        }
    }
    compare(
        "tls",
        "every kind of server in every mode",
        table.trim_end(),
    );
}

/// An address of this machine that is not its loopback, and no packet is sent for it.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

/// Somebody in between has a certificate for the very host, of an authority of their own, and leads to the real server.
/// Whoever says nothing of TLS is safe from them: they learn nothing, the password least of all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn default_config_rejects_mitm() {
    let own = own_address();
    let host = own.unwrap_or(LOOPBACK);
    let mut between = Vec::new();
    let authority = Authority::new("The authority of somebody in between");
    let identity = authority.issue(&host.to_string(), Valid::Now);
    between.push(("their own authority", Answer::Tls(identity.server())));
    let itself = Identity::self_signed(&host.to_string());
    between.push(("signed by itself", Answer::Tls(itself.server())));
    between.push(("no TLS here", Answer::Plain(b"N")));
    let files = Files::new();
    let root = files.write("other.pem", &Authority::new("Another authority").pem());
    for (what, answer) in between {
        for ca in [None, Some(&root)] {
            let front = Front::before(server().await, LOOPBACK, answer.clone()).await;
            // And somebody who writes down every byte.
            let tap = Proxy::before(front.address(), host).await;
            let mut config = config(&host.to_string(), tap.address().port());
            config.postgresql.ca = ca.cloned();
            if own.is_none() {
                eprintln!(
                    "this machine has no address but its loopback: the default for others is set by its word"
                );
                config.postgresql.tls = Some(Tls::VerifyFull);
            }
            let error = connect(config).await.expect_err(what);
            // A machine without any root of its own trusts nobody either, and says why.
            let trusts_nobody = error.kind() == ErrorKind::Configuration
                && error.to_string().contains("no root certificate");
            assert!(
                error.kind() == ErrorKind::Untrusted || (ca.is_none() && trusts_nobody),
                "{what}: {error:?}"
            );
            assert!(!error.is_retryable(), "{what}: {error:?}");
            assert_eq!(front.told(), b"", "{what}");
            assert!(!tap.was_sent(&password()), "{what}: the password");
            assert!(!tap.was_sent(b"scram"), "{what}: not even who it is");
        }
    }
    // The same host, with the authority that is to be trusted: it is not the test that cannot connect.
    let front = Front::before(server().await, LOOPBACK, Answer::Tls(identity.server())).await;
    let tap = Proxy::before(front.address(), host).await;
    let mut config = config(&host.to_string(), tap.address().port());
    config.postgresql.ca = Some(files.write("right.pem", &authority.pem()));
    if own.is_none() {
        config.postgresql.tls = Some(Tls::VerifyFull);
    }
    connect(config).await.unwrap();
    assert!(!front.told().is_empty());
    assert!(
        !tap.was_sent(b"scram"),
        "who it is goes through the encryption only"
    );
}

/// After `N` there is neither a word in plain text nor a second attempt without TLS.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_refuses_tls_is_never_spoken_to_in_plain_text() {
    for mode in MODES.into_iter().filter(|mode| *mode != Tls::Off) {
        let front = Front::before(server().await, LOOPBACK, Answer::Plain(b"N")).await;
        let tap = Proxy::before(front.address(), LOOPBACK).await;
        let mut config = config("localhost", tap.address().port());
        config.postgresql.tls = Some(mode);
        let error = connect(config).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Untrusted, "{mode:?}: {error:?}");
        assert_eq!(tap.opened().len(), 1, "{mode:?}: one attempt");
        assert_eq!(front.told(), b"", "{mode:?}");
    }
}

/// A server that wants to know who comes is shown the certificate that the configuration names.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_shows_its_certificate_where_it_has_one() {
    let (files, authority) = (Files::new(), Authority::new("The authority of both"));
    let identity = authority.issue("localhost", Valid::Now);
    let client = authority.issue("a client", Valid::Now);
    let answer = Answer::Tls(identity.server_for_clients_of(&authority));
    let front = Front::before(server().await, LOOPBACK, answer).await;
    let mut config = config("localhost", front.address().port());
    config.postgresql.tls = Some(Tls::VerifyFull);
    config.postgresql.ca = Some(files.write("ca.pem", &authority.pem()));
    assert!(connect(config.clone()).await.is_err(), "without one");
    assert_eq!(front.told(), b"");
    let certificate = files.write("client.pem", &client.certificate.pem());
    let key = files.write("client.key", &client.key.serialize_pem());
    config.postgresql.client_certificate = Some(certificate.clone());
    config.postgresql.client_key = Some(key);
    connect(config.clone()).await.unwrap();

    // Another one's key.
    let other = Arc::new(authority.issue("another client", Valid::Now));
    let key = files.write("other.key", &other.key.serialize_pem());
    config.postgresql.client_key = Some(key);
    let error = connect(config.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error:?}");
    // No key at all.
    config.postgresql.client_key = Some(certificate);
    let error = connect(config).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration, "{error:?}");
    assert!(error.to_string().contains("private key"), "{error}");
}

/// A file of roots that is none is told before anything is opened.
#[tokio::test]
async fn roots_that_cannot_be_read_are_a_configuration_error() {
    let files = Files::new();
    for (name, content) in [
        ("empty.pem", String::new()),
        ("text.pem", "certificates".to_owned()),
        ("key.pem", Identity::self_signed("x").key.serialize_pem()),
    ] {
        let front = Front::before(server().await, LOOPBACK, Answer::Nothing).await;
        let mut config = config("localhost", front.address().port());
        config.postgresql.tls = Some(Tls::VerifyFull);
        config.postgresql.ca = Some(files.write(name, &content));
        let error = connect(config).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{name}: {error:?}");
        assert!(error.to_string().contains(name), "{error}");
    }
}
