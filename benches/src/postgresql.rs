//! The PostgreSQL server of a run: one seeded database, and a copy of it for each peer.
//!
//! The URL of the server is in `TOASTY_TEST_POSTGRESQL_URL`; its user has to be allowed to make databases. All of them are
//! named `toasty_benches_…`.

use tokio::task::JoinHandle;
use tokio_postgres::{Client, NoTls};

use crate::databases::Database;
use crate::peer::{Failure, Outcome};
use crate::schema;

const VARIABLE: &str = "TOASTY_TEST_POSTGRESQL_URL";
const SEED: &str = "seed";

/// The server's own word for its version.
pub async fn version() -> Outcome<String> {
    let (client, _task) = connect(&server()?).await?;
    Ok(client.query_one("SHOW server_version", &[]).await?.get(0))
}

/// Makes the database that the others are copies of.
pub async fn seed(users: i64) -> Outcome<()> {
    let (server_client, _task) = connect(&server()?).await?;
    recreate(&server_client, SEED, "").await?;
    let (client, task) = connect(&url_of(SEED)?).await?;
    for statement in schema::seed(Database::Postgresql, users) {
        client.batch_execute(&statement).await?;
    }
    client.batch_execute(&schema::next_keys(users)).await?;
    for statement in schema::VACUUM {
        client.batch_execute(statement).await?;
    }
    // A database that somebody is connected to cannot be copied.
    drop(client);
    let _ = task.await;
    Ok(())
}

/// A peer's own copy of the seed: its URL, and a connection to it that is not the peer's.
pub async fn copy(peer: &str) -> Outcome<(String, Client)> {
    let (server_client, _task) = connect(&server()?).await?;
    recreate(
        &server_client,
        peer,
        &format!(" TEMPLATE {}", database_of(SEED)),
    )
    .await?;
    let url = url_of(peer)?;
    let (beside, _task) = connect(&url).await?;
    Ok((url, beside))
}

/// Puts the server's processes of this run on the cores that this process may use, where they are on this machine and
/// this user may. On one core a round trip is the work of both ends; on two it is mostly the time that it takes to wake
/// an idle core, which differs from connection to connection.
pub fn keep_together() {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return;
    };
    for process in processes.flatten() {
        let name = process.file_name();
        let Some(id) = name
            .to_str()
            .and_then(|name| name.parse::<libc::pid_t>().ok())
        else {
            continue;
        };
        let title = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        let title = String::from_utf8_lossy(&title);
        if title.starts_with("postgres: ") && title.contains(&database_of("")) {
            take_along(id);
        }
    }
}

fn take_along(process: libc::pid_t) {
    // SAFETY: `cores` is a plain set of bits, for which all zeros is a value, and both calls are given its size.
    unsafe {
        let mut cores: libc::cpu_set_t = std::mem::zeroed();
        let size = size_of::<libc::cpu_set_t>();
        if libc::sched_getaffinity(0, size, &mut cores) == 0 {
            // Where it is not allowed, the process stays where it is.
            libc::sched_setaffinity(process, size, &cores);
        }
    }
}

/// Drops the databases of these peers, and the seed.
pub async fn remove(peers: impl Iterator<Item = &str>) -> Outcome<()> {
    let (client, _task) = connect(&server()?).await?;
    for name in peers.chain([SEED]) {
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", database_of(name));
        client.batch_execute(&drop).await?;
    }
    Ok(())
}

async fn recreate(client: &Client, name: &str, how: &str) -> Outcome<()> {
    let database = database_of(name);
    let drop = format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)");
    client.batch_execute(&drop).await?;
    let create = format!("CREATE DATABASE {database}{how}");
    Ok(client.batch_execute(&create).await?)
}

/// A connection, and the task that drives it.
pub async fn connect(
    url: &str,
) -> Outcome<(Client, JoinHandle<Result<(), tokio_postgres::Error>>)> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    Ok((client, tokio::spawn(connection)))
}

fn server() -> Outcome<String> {
    std::env::var(VARIABLE).map_err(|_| {
        Failure(format!(
            "{VARIABLE} is not set: it is the URL of a server, which `cargo xtask servers` starts"
        ))
    })
}

fn database_of(name: &str) -> String {
    format!("toasty_benches_{}", name.replace('-', "_"))
}

/// The server's URL with another database.
fn url_of(name: &str) -> Outcome<String> {
    let server = server()?;
    let (before, _) = server
        .rsplit_once('/')
        .ok_or_else(|| Failure(format!("{VARIABLE} is no URL")))?;
    Ok(format!("{before}/{}", database_of(name)))
}
