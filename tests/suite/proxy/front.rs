//! A server's TLS before PostgreSQL for tests, which has none: it answers the request for TLS, well or badly, and leads what
//! comes out of the encryption to the server. It may as well be somebody in between.

use super::runtime;
use rustls::ServerConfig;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What the request for TLS is answered by.
#[derive(Clone)]
pub enum Answer {
    /// `S`, and TLS
    Tls(Arc<ServerConfig>),
    /// `S` with this behind it in plain text, and TLS
    TlsAfter(&'static [u8], Arc<ServerConfig>),
    /// This in plain text, and then everything in plain text
    Plain(&'static [u8]),
    /// Nothing: it closes
    Nothing,
}

/// The front, which runs until the test process ends.
pub struct Front {
    address: SocketAddr,
    told: Arc<Mutex<Vec<u8>>>,
}

/// The first message of a client that wants TLS ("Message Formats", SSLRequest).
const REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

impl Front {
    /// A front before this server, at a port of this address.
    pub async fn before(server: SocketAddr, at: IpAddr, answer: Answer) -> Self {
        let told = Arc::new(Mutex::default());
        let telling = Arc::clone(&told);
        let address = runtime()
            .spawn(async move {
                let listener = TcpListener::bind((at, 0)).await.expect("a port");
                let address = listener.local_addr().expect("its address");
                tokio::spawn(async move {
                    while let Ok((client, _)) = listener.accept().await {
                        let _ = client.set_nodelay(true);
                        tokio::spawn(serve(client, server, answer.clone(), Arc::clone(&telling)));
                    }
                });
                address
            })
            .await
            .expect("a front");
        Front { address, told }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What clients told it beside the request for TLS and the handshake: with encryption what came out of it.
    pub fn told(&self) -> Vec<u8> {
        self.told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

async fn serve(
    mut client: TcpStream,
    server: SocketAddr,
    answer: Answer,
    told: Arc<Mutex<Vec<u8>>>,
) -> std::io::Result<()> {
    let mut first = [0; REQUEST.len()];
    client.read_exact(&mut first).await?;
    if first != REQUEST {
        return lead(client, server, &first, &told).await;
    }
    match answer {
        Answer::Nothing => Ok(()),
        Answer::Plain(words) => {
            client.write_all(words).await?;
            lead(client, server, &[], &told).await
        }
        Answer::Tls(config) => encrypted(client, server, b"S", config, &told).await,
        Answer::TlsAfter(words, config) => {
            let words = [b"S", words].concat();
            encrypted(client, server, &words, config, &told).await
        }
    }
}

async fn encrypted(
    mut client: TcpStream,
    server: SocketAddr,
    answer: &[u8],
    config: Arc<ServerConfig>,
    told: &Mutex<Vec<u8>>,
) -> std::io::Result<()> {
    // In one packet, so that what stands behind the letter may end up in the same buffer.
    client.write_all(answer).await?;
    let client = TlsAcceptor::from(config).accept(client).await?;
    lead(client, server, &[], told).await
}

/// Leads everything on, after what was read already.
async fn lead(
    client: impl AsyncRead + AsyncWrite,
    server: SocketAddr,
    before: &[u8],
    told: &Mutex<Vec<u8>>,
) -> std::io::Result<()> {
    let note = |bytes: &[u8]| {
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        told.extend_from_slice(bytes);
    };
    note(before);
    let (mut from_server, mut to_server) = TcpStream::connect(server).await?.into_split();
    to_server.write_all(before).await?;
    let (mut from_client, mut to_client) = tokio::io::split(client);
    let up = async {
        let mut buffer = vec![0; 16 * 1024];
        while let count @ 1.. = from_client.read(&mut buffer).await? {
            note(&buffer[..count]);
            to_server.write_all(&buffer[..count]).await?;
        }
        to_server.shutdown().await
    };
    let down = async {
        tokio::io::copy(&mut from_server, &mut to_client).await?;
        to_client.shutdown().await
    };
    let (up, down) = tokio::join!(up, down);
    up.and(down)
}
