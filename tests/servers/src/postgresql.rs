//! What PostgreSQL for tests is: its image, its settings, its users, and how one sees that it is ready.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::blocking::wait_for;
use crate::container::{self, Address, Definition};

/// The role that has to prove its password. It may make schemas in the database of the tests, and is no superuser.
pub(crate) const USER_WITH_PASSWORD: &str = "scram";

const PORT: u16 = 5432;

/// Whoever comes is trusted, which is quicker for a thousand connections than to prove a password, except for the role
/// [`USER_WITH_PASSWORD`]: the first line of `pg_hba.conf` that fits decides, so its line goes to the top.
///
/// The collation is linguistic, as on most servers. Nothing is flushed to the disk (`fsync`, `full_page_writes`): the
/// data needs to outlive the server's processes, not the machine. `synchronous_commit` stays on, so that what was
/// committed is there after a crash of the server.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("POSTGRES_USER", "postgres"),
    ("POSTGRES_PASSWORD", "for-tests-only"),
    ("POSTGRES_DB", "toasty"),
    ("POSTGRES_HOST_AUTH_METHOD", "trust"),
    (
        "POSTGRES_INITDB_ARGS",
        "--no-sync --encoding=UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US",
    ),
    (
        "ON_FIRST_START",
        r#"sed -i '1i host all scram all scram-sha-256' "$PGDATA/pg_hba.conf"
psql -v ON_ERROR_STOP=1 --username postgres --dbname toasty \
  -c "CREATE ROLE scram LOGIN PASSWORD 'for-tests-only'" -c "GRANT ALL ON DATABASE toasty TO scram""#,
    ),
];

/// The image runs the scripts of this folder once, on a server that does not listen yet.
const COMMAND: &[&str] = &[
    "-c",
    r#"printf '%s\n' "$ON_FIRST_START" > /docker-entrypoint-initdb.d/roles.sh && exec docker-entrypoint.sh "$@""#,
    "bash",
    "postgres",
    "-c",
    "listen_addresses=*",
    "-c",
    "max_connections=300",
    "-c",
    "shared_buffers=128MB",
    "-c",
    "fsync=off",
    "-c",
    "full_page_writes=off",
    "-c",
    "jit=off",
];

pub(crate) fn definition() -> Definition {
    Definition {
        server: "postgresql",
        image: container::image("TOASTY_TEST_POSTGRES_IMAGE", "postgres:17"),
        entrypoint: Some("bash"),
        environment: ENVIRONMENT,
        command: COMMAND,
        port: PORT,
    }
}

/// The URL of the shared server.
pub(crate) fn shared() -> Result<String, String> {
    let address = wait_for(container::shared(definition(), answers))?;
    Ok(url(&address))
}

pub(crate) fn url(address: &Address) -> String {
    let Address { host, port } = address;
    format!("postgresql://postgres:for-tests-only@{host}:{port}/toasty")
}

/// The URL with another user in the place of its own.
pub(crate) fn as_user(url: &str, user: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgresql", url));
    match rest.rsplit_once('@') {
        Some((login, place)) => {
            let password = login.split_once(':').map_or("", |(_, password)| password);
            format!("{scheme}://{user}:{password}@{place}")
        }
        None => format!("{scheme}://{user}@{rest}"),
    }
}

/// Whether the server takes a connection: it answers the startup message with a question for a password, or with none,
/// and not with an error, as it does while it starts.
pub(crate) fn answers(address: SocketAddr) -> bool {
    first_byte(address).is_ok_and(|byte| byte == b'R')
}

/// The type of the first message that comes back, after the chapter "Message Formats" of the manual.
fn first_byte(address: SocketAddr) -> io::Result<u8> {
    const LIMIT: Duration = Duration::from_secs(5);
    let mut stream = TcpStream::connect_timeout(&address, LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.write_all(b"\0\0\0\x27\0\x03\0\0user\0postgres\0database\0toasty\0\0")?;
    let mut byte = [0];
    stream.read_exact(&mut byte)?;
    Ok(byte[0])
}

#[cfg(test)]
mod tests {
    use super::as_user;

    #[test]
    fn the_user_of_a_url_is_exchanged_and_the_password_stays() {
        assert_eq!(
            as_user("postgresql://me:secret@db:1/name", "scram"),
            "postgresql://scram:secret@db:1/name"
        );
        assert_eq!(
            as_user("postgres://db/name", "scram"),
            "postgres://scram@db/name"
        );
    }
}
