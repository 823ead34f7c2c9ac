//! The way to the server: a socket, and TLS on it.

use crate::settings::{Settings, Tls};
use crate::trust;
use std::io;
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll};
use toasty_dsl::error::{Error, ErrorKind, Result};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres_rustls::MakeRustlsConnect;

type Encrypted = <MakeRustlsConnect as MakeTlsConnect<TcpStream>>::Stream;

/// A socket, encrypted or not.
pub(crate) enum Transport {
    Plain(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
    Tls(Box<Encrypted>),
}

/// Settings, and what is made of them once for all connections.
pub(crate) struct Way {
    pub(crate) settings: Settings,
    tls: OnceLock<MakeRustlsConnect>,
}

impl Way {
    pub(crate) fn new(settings: Settings) -> Self {
        Way {
            settings,
            tls: OnceLock::new(),
        }
    }

    fn connector(&self) -> Result<MakeRustlsConnect> {
        if let Some(tls) = self.tls.get() {
            return Ok(tls.clone());
        }
        let made = MakeRustlsConnect::new(trust::client_config(&self.settings)?);
        Ok(self.tls.get_or_init(|| made).clone())
    }

    /// Opens a socket, and has it encrypted where the settings say so.
    pub(crate) async fn open(&self) -> Result<Transport> {
        let settings = &self.settings;
        #[cfg(unix)]
        if settings.is_unix_socket() {
            return UnixStream::connect(settings.place())
                .await
                .map(Transport::Unix)
                .map_err(|error| self.unreachable(&error));
        }
        let socket = TcpStream::connect((settings.host.as_str(), settings.port))
            .await
            .map_err(|error| self.unreachable(&error))?;
        socket
            .set_nodelay(true)
            .map_err(|error| self.unreachable(&error))?;
        match settings.tls {
            Tls::Off => Ok(Transport::Plain(socket)),
            Tls::VerifyFull | Tls::VerifyCa | Tls::EncryptWithoutVerification => {
                self.encrypt(socket).await
            }
        }
    }

    async fn encrypt(&self, mut socket: TcpStream) -> Result<Transport> {
        let mut connector = self.connector()?;
        // "Message Formats", SSLRequest.
        socket
            .write_all(&[0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
            .await
            .map_err(|error| self.unreachable(&error))?;
        // One byte and no more: what somebody in between adds to it in plain text ends up in the handshake, which fails
        // by it (CVE-2021-23222).
        let mut answer = [0];
        socket
            .read_exact(&mut answer)
            .await
            .map_err(|error| self.unreachable(&error))?;
        if answer != *b"S" {
            return Err(Error::new(
                ErrorKind::Untrusted,
                format!("the server at {} does not offer TLS, or somebody in between says so", self.settings.place()),
            )
            .with_advice("switch TLS on at the server; where the network can be trusted, say `tls = \"off\"`"));
        }
        let connect =
            MakeTlsConnect::<TcpStream>::make_tls_connect(&mut connector, &self.settings.host);
        let connect = match connect {
            Ok(connect) => connect,
            Err(never) => match never {},
        };
        match connect.connect(socket).await {
            Ok(stream) => Ok(Transport::Tls(Box::new(stream))),
            Err(error) => Err(self.handshake_failed(&error)),
        }
    }

    pub(crate) fn unreachable(&self, error: &io::Error) -> Error {
        Error::new(
            ErrorKind::ConnectionLost,
            format!(
                "PostgreSQL cannot be reached at {}: {}",
                self.settings.place(),
                error.kind()
            ),
        )
        .with_advice("check that it runs there, and that host and port are right")
        .with_server_detail(error.to_string())
    }

    fn handshake_failed(&self, error: &io::Error) -> Error {
        let place = self.settings.place();
        let Some(reason) = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<rustls::Error>())
        else {
            if error.kind() == io::ErrorKind::InvalidInput {
                return Error::new(
                    ErrorKind::Configuration,
                    "the host is neither a name nor an address that a certificate could be for",
                );
            }
            return self.unreachable(error);
        };
        let failed = match reason {
            rustls::Error::InvalidCertificate(why) => trust::refused(why, &place),
            _ => Error::new(
                ErrorKind::Untrusted,
                format!("no TLS could be agreed on with the server at {place}"),
            )
            .with_advice("check the server's TLS settings, and what is between here and there"),
        };
        failed.with_server_detail(reason.to_string())
    }
}

impl Transport {
    /// What ties the authentication to this very encryption, so that nobody can pass it on.
    pub(crate) fn channel_binding(&self) -> ChannelBinding {
        match self {
            Transport::Plain(_) => ChannelBinding::none(),
            #[cfg(unix)]
            Transport::Unix(_) => ChannelBinding::none(),
            Transport::Tls(stream) => stream.channel_binding(),
        }
    }
}

impl AsyncRead for Transport {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut *self {
            Transport::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            #[cfg(unix)]
            Transport::Unix(stream) => Pin::new(stream).poll_read(cx, buffer),
            Transport::Tls(stream) => Pin::new(&mut **stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Transport {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut *self {
            Transport::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            #[cfg(unix)]
            Transport::Unix(stream) => Pin::new(stream).poll_write(cx, bytes),
            Transport::Tls(stream) => Pin::new(&mut **stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Transport::Plain(stream) => Pin::new(stream).poll_flush(cx),
            #[cfg(unix)]
            Transport::Unix(stream) => Pin::new(stream).poll_flush(cx),
            Transport::Tls(stream) => Pin::new(&mut **stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Transport::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            #[cfg(unix)]
            Transport::Unix(stream) => Pin::new(stream).poll_shutdown(cx),
            Transport::Tls(stream) => Pin::new(&mut **stream).poll_shutdown(cx),
        }
    }
}
