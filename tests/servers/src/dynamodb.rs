//! What DynamoDB Local for tests is: its image, its settings, and how one sees that it is ready.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::blocking::wait_for;
use crate::container::{self, Address, Definition};

/// One set of tables for all credentials and regions, in memory. The first compiler of the virtual machine is enough
/// for a server that lives some minutes, and starts sooner.
const COMMAND: &[&str] = &[
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-jar",
    "DynamoDBLocal.jar",
    "-sharedDb",
    "-inMemory",
    "-disableTelemetry",
];

/// The URL of the shared server.
pub(crate) fn shared() -> Result<String, String> {
    let definition = Definition {
        server: "dynamodb",
        image: container::image("TOASTY_TEST_DYNAMODB_IMAGE", "amazon/dynamodb-local:latest"),
        entrypoint: None,
        environment: &[],
        command: COMMAND,
        port: 8000,
    };
    let Address { host, port } = wait_for(container::shared(definition, answers))?;
    Ok(format!("http://{host}:{port}"))
}

/// Whether the server answers a request, which it does some seconds after its first line of output. A request without
/// a signature is refused; that is an answer.
fn answers(address: SocketAddr) -> bool {
    beginning(address).is_ok_and(|beginning| &beginning == b"HTTP/")
}

fn beginning(address: SocketAddr) -> io::Result<[u8; 5]> {
    const LIMIT: Duration = Duration::from_secs(5);
    let mut stream = TcpStream::connect_timeout(&address, LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
    let mut beginning = [0; 5];
    stream.read_exact(&mut beginning)?;
    Ok(beginning)
}
