//! A PostgreSQL that says what no real one does: short rows, absent values, bytes that are no message. It takes every
//! connection and every statement, and answers each query by what the test wrote for it.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use toasty::Config;

/// A fake, which runs until the test process ends.
pub struct FakePostgresql {
    address: SocketAddr,
}

/// What every query is answered by.
#[derive(Clone, Default)]
pub struct Script {
    /// The types of what a statement is given
    pub parameters: &'static [u32],
    /// The columns that it says there are
    pub columns: Vec<u8>,
    /// What stands where the rows and their end belong
    pub rows: Vec<u8>,
    /// Whether BEGIN is refused, as a server that stands by refuses some
    pub begins_nothing: bool,
}

impl FakePostgresql {
    pub fn with(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
        let address = listener.local_addr().expect("its address");
        let script = Arc::new(script);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let script = Arc::clone(&script);
                // A client that goes is no concern of ours.
                std::thread::spawn(move || drop(serve(stream, &script)));
            }
        });
        FakePostgresql { address }
    }

    pub fn config(&self) -> Config {
        let url = format!("postgresql://nobody@{}/nothing", self.address);
        Config::postgresql(&url).expect("a URL")
    }
}

/// A message: its type, its length, its body.
pub fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).expect("a short message");
    [&[kind][..], &length.to_be_bytes(), body].concat()
}

/// RowDescription, of columns with their types by OID.
pub fn columns(columns: &[(&str, u32)]) -> Vec<u8> {
    let mut body = count(columns.len());
    for (name, oid) in columns {
        body.extend_from_slice(name.as_bytes());
        // No table, no column of one; the type, its length and modifier; in text until it is asked for.
        body.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0]);
        body.extend_from_slice(&oid.to_be_bytes());
        body.extend_from_slice(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0]);
    }
    message(b'T', &body)
}

/// DataRow.
pub fn row(cells: &[Option<&[u8]>]) -> Vec<u8> {
    let mut body = count(cells.len());
    for cell in cells {
        match cell {
            Some(bytes) => {
                body.extend_from_slice(&u32::try_from(bytes.len()).expect("short").to_be_bytes());
                body.extend_from_slice(bytes);
            }
            None => body.extend_from_slice(&[0xff; 4]),
        }
    }
    message(b'D', &body)
}

/// CommandComplete.
pub fn complete(tag: &str) -> Vec<u8> {
    message(b'C', &[tag.as_bytes(), b"\0"].concat())
}

fn count(count: usize) -> Vec<u8> {
    u16::try_from(count).expect("few").to_be_bytes().to_vec()
}

fn serve(mut stream: TcpStream, script: &Script) -> io::Result<()> {
    let length = read_length(&mut stream)?;
    io::copy(&mut (&mut stream).take(length), &mut io::sink())?;
    let ready = message(b'Z', b"I");
    stream.write_all(&message(b'R', &[0; 4]))?;
    stream.write_all(&message(b'K', &[0, 0, 0, 1, 0, 0, 0, 2]))?;
    stream.write_all(&ready)?;
    let mut answer = Vec::new();
    loop {
        let mut kind = [0];
        stream.read_exact(&mut kind)?;
        let length = read_length(&mut stream)?;
        let mut body = Vec::new();
        (&mut stream).take(length).read_to_end(&mut body)?;
        match kind[0] {
            b'P' => answer.extend(message(b'1', b"")),
            b'D' => {
                let mut types = count(script.parameters.len());
                let oids = script.parameters.iter();
                types.extend(oids.flat_map(|oid| oid.to_be_bytes()));
                answer.extend(message(b't', &types));
                answer.extend(&script.columns);
            }
            b'B' => answer.extend(message(b'2', b"")),
            b'E' => answer.extend(&script.rows),
            b'C' => answer.extend(message(b'3', b"")),
            b'Q' => {
                if script.begins_nothing && body.starts_with(b"BEGIN") {
                    answer.extend(message(b'E', b"SERROR\0VERROR\0C0A000\0Mnot here\0\0"));
                } else {
                    answer.extend(complete("OK"));
                }
                answer.extend(&ready);
            }
            b'S' => answer.extend(&ready),
            b'X' => return Ok(()),
            _ => {}
        }
        if matches!(kind[0], b'Q' | b'S' | b'H') {
            stream.write_all(&answer)?;
            answer.clear();
        }
    }
}

/// The length of a body.
fn read_length(stream: &mut TcpStream) -> io::Result<u64> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    Ok(u64::from(u32::from_be_bytes(length)).saturating_sub(4))
}
