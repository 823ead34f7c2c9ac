//! One way to the server that is open: the driver, the task that reads and writes for it, and what is known of it.
//!
//! The task owns the socket, so that a future that is dropped never leaves half a message. What it leaves is an answer that
//! nobody has read: the link remembers that, and says so before its next use.

use crate::codes::general;
use crate::deadline::{Late, Timer};
use crate::errors::{Fault, On};
use crate::pulse::{Pulse, Status, Watched};
use crate::settings::Settings;
use crate::transport::{Transport, Way};
use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use toasty_dsl::error::{Error, ErrorKind, Result};
use tokio::task::AbortHandle;
use tokio_postgres::config::{SslMode, SslNegotiation};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};
use tokio_postgres::{Client, Config, Error as Driver, SimpleQueryStream};

type Wire = Watched<Transport>;

/// What is known of the answers to what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Standing {
    /// Everything was answered and read
    Clean = 0,
    /// The last answer was an error, whose end may still be on its way
    Failed = 1,
    /// Something was asked whose answer nobody has read to its end
    Loose = 2,
    /// Nothing is asked here any more
    Abandoned = 3,
}

/// One way to the server that is open.
pub(crate) struct Link {
    pub(crate) client: Client,
    pub(crate) pulse: Arc<Pulse>,
    pub(crate) timer: Timer,
    standing: AtomicU8,
    driver: AbortHandle,
    last_words: Arc<OnceLock<String>>,
    way: Arc<Way>,
}

impl Link {
    /// Connects, from the name's resolution to the end of authentication.
    pub(crate) async fn open(way: &Arc<Way>) -> Result<Link> {
        let limit = way.settings.connect_timeout;
        // In a box, with its type hidden: it is nested so deep (TLS, authentication) that a program which holds it by value,
        // as a part of each statement's future, would meet the compiler's recursion limit.
        let opening: Pin<Box<dyn Future<Output = Result<Link>> + Send + '_>> =
            Box::pin(Link::open_in_any_time(way));
        match tokio::time::timeout(limit, opening).await {
            Ok(opened) => opened,
            Err(_) => Err(Error::new(
                ErrorKind::ConnectionLost,
                format!(
                    "no connection to PostgreSQL at {} could be made within {limit:?}",
                    way.settings.place()
                ),
            )
            .with_advice("check that the server can be reached, or make `connect_timeout` longer")),
        }
    }

    async fn open_in_any_time(way: &Arc<Way>) -> Result<Link> {
        let config = config(&way.settings)?;
        let pulse = Arc::new(Pulse::default());
        let wire = Watched::new(way.open().await?, Arc::clone(&pulse));
        let (client, connection) = config
            .connect_raw(wire, AsItIs)
            .await
            .map_err(|error| refused(&error, way))?;
        let last_words = Arc::new(OnceLock::new());
        let words = Arc::clone(&last_words);
        let task = tokio::spawn(async move {
            if let Err(error) = connection.await {
                let said = error
                    .as_db_error()
                    .map_or_else(|| source_of(&error), |said| said.message().to_owned());
                let _ = words.set(said);
            }
        });
        Ok(Link {
            client,
            pulse,
            timer: Timer::default(),
            standing: AtomicU8::new(Standing::Clean as u8),
            driver: task.abort_handle(),
            last_words,
            way: Arc::clone(way),
        })
    }

    pub(crate) fn standing(&self) -> Standing {
        match self.standing.load(Ordering::Acquire) {
            0 => Standing::Clean,
            1 => Standing::Failed,
            2 => Standing::Loose,
            _ => Standing::Abandoned,
        }
    }

    #[inline]
    pub(crate) fn stand(&self, standing: Standing) {
        self.standing.store(standing as u8, Ordering::Release);
    }

    /// Whether statements can be sent.
    #[inline]
    pub(crate) fn is_open(&self) -> bool {
        !self.client.is_closed() && self.standing() != Standing::Abandoned
    }

    /// Whether it is known, without asking, that nothing is open and nothing still runs.
    pub(crate) fn is_idle(&self) -> bool {
        let answered = match self.standing() {
            Standing::Clean => true,
            Standing::Failed => self.pulse.is_settled(),
            Standing::Loose | Standing::Abandoned => false,
        };
        answered && !self.client.is_closed() && self.pulse.status() == Status::Idle
    }

    /// What the server said before it was gone, where it said something.
    pub(crate) fn last_words(&self) -> Option<&str> {
        self.last_words.get().map(String::as_str)
    }

    /// Tells what a failure is, and remembers what it leaves.
    #[cold]
    pub(crate) fn fault(&self, error: Driver, written: u64, on: &On<'_>) -> Fault {
        let sent = self.pulse.written() != written;
        let fault = Fault::of(error, sent, self.client.is_closed(), on);
        match &fault {
            Fault::Rejected(_) => self.stand(Standing::Failed),
            Fault::NotSent | Fault::SentReadOnly | Fault::SentUnknown => self.abandon(),
            // What was asked before, if anything, may still be on its way.
            Fault::Client(_) if !sent => self.stand(Standing::Failed),
            Fault::Client(_) | Fault::Late => {}
        }
        fault
    }

    /// Waits until everything that was asked is answered.
    pub(crate) async fn settle(&self, limit: Option<Duration>) -> Result<(), Fault> {
        let written = self.pulse.written();
        let settled = self
            .timer
            .within(limit, self.client.check_connection())
            .await;
        self.done(settled, written, &On::Text)
    }

    /// Runs a text that gives nothing back.
    pub(crate) async fn run(&self, text: &str, limit: Option<Duration>) -> Result<(), Fault> {
        self.stand(Standing::Loose);
        let written = self.pulse.written();
        let ran = self
            .timer
            .within(limit, self.client.batch_execute(text))
            .await;
        self.done(ran, written, &On::Text)
    }

    /// Notes how something ended.
    pub(crate) fn done<T>(
        &self,
        ended: Result<Result<T, Driver>, Late>,
        written: u64,
        on: &On<'_>,
    ) -> Result<T, Fault> {
        match ended {
            Ok(Ok(done)) => {
                self.stand(Standing::Clean);
                Ok(done)
            }
            Ok(Err(error)) => Err(self.fault(error, written, on)),
            Err(Late) => {
                self.give_up();
                Err(Fault::Late)
            }
        }
    }

    /// Sends a text without waiting for its answer: it comes before that of whatever is sent next.
    pub(crate) fn send(&self, text: &str) -> Option<SimpleQueryStream> {
        self.stand(Standing::Loose);
        // The driver hands it to its task at the first poll, and does not wait there.
        let sending = pin!(self.client.simple_query_raw(text));
        match sending.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(answer)) => Some(answer),
            Poll::Ready(Err(_)) | Poll::Pending => None,
        }
    }

    /// Closes it at once. What runs at the server ends by itself.
    pub(crate) fn abandon(&self) {
        self.stand(Standing::Abandoned);
        self.driver.abort();
    }

    /// Closes it, and asks the server to stop what it runs. That takes a connection of its own ("Canceling Requests in
    /// Progress"); nobody waits for it, and since this one is not used again, it can stop nothing else.
    pub(crate) fn give_up(&self) {
        let (way, token) = (Arc::clone(&self.way), self.client.cancel_token());
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let cancel = async {
                    let Ok(transport) = way.open().await else {
                        return;
                    };
                    let wire = Watched::new(transport, Arc::default());
                    // A server that does not even take this cannot be told.
                    let _ = token.cancel_query_raw(wire, AsItIs).await;
                };
                let _ = tokio::time::timeout(way.settings.connect_timeout, cancel).await;
            });
        }
        self.abandon();
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // One that is clean says goodbye to the server; another might wait for ever to be answered first.
        match self.standing() {
            Standing::Clean | Standing::Failed => {}
            Standing::Loose | Standing::Abandoned => self.driver.abort(),
        }
    }
}

fn config(settings: &Settings) -> Result<Config> {
    let mut config = Config::new();
    config
        .user(&settings.user)
        .dbname(&settings.database)
        .application_name(&settings.application_name)
        .options(options(settings)?)
        // The wire is encrypted by now, where it is to be: the driver shall neither ask for TLS nor do without.
        .ssl_mode(SslMode::Require)
        .ssl_negotiation(SslNegotiation::Direct);
    if let Some(password) = &settings.password {
        config.password(&password.0);
    }
    Ok(config)
}

/// What the server is told at the start, as options of its command line.
fn options(settings: &Settings) -> Result<String> {
    let mut options = String::new();
    let mut set = |name: &str, value: &str| {
        options.push_str("-c ");
        options.push_str(name);
        options.push('=');
        for letter in value.chars() {
            if letter == '\\' || letter.is_whitespace() {
                options.push('\\');
            }
            options.push(letter);
        }
        options.push(' ');
    };
    set("TimeZone", "UTC");
    set(
        "statement_timeout",
        &milliseconds(settings.statement_timeout),
    );
    set(
        "idle_in_transaction_session_timeout",
        &milliseconds(settings.idle_in_transaction_timeout),
    );
    if let Some(schema) = &settings.schema {
        set("search_path", &toasty_sql::around::search_path(schema)?);
    }
    Ok(options)
}

/// As the server takes it: none is zero, and less than one is one.
fn milliseconds(limit: Option<Duration>) -> String {
    let limit = limit.map_or(0, |limit| {
        i32::try_from(limit.as_millis()).unwrap_or(i32::MAX).max(1)
    });
    limit.to_string()
}

fn source_of(error: &Driver) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

/// Why the server did not let us in.
fn refused(error: &Driver, way: &Way) -> Error {
    let place = way.settings.place();
    let authentication = |message: String| Error::new(ErrorKind::Authentication, message);
    let refused = if let Some(rejected) = error.as_db_error() {
        return general(rejected).with_server_detail(rejected.message());
    } else if error.is_closed() {
        Error::new(
            ErrorKind::ConnectionLost,
            format!("the server at {place} closed the connection before it was made"),
        )
    } else {
        // The driver's errors have no public kind, but these words since its first version.
        match error.to_string().as_str() {
            "invalid configuration" => {
                authentication(format!("the server at {place} asks for a password"))
                    .with_advice("give one by `password`")
            }
            "authentication error" => authentication(format!(
                "the server at {place} and this side could not agree on how to authenticate"
            ))
            .with_advice("let the server ask for the password by `scram-sha-256`"),
            "error communicating with the server" => Error::new(
                ErrorKind::ConnectionLost,
                format!("the connection to the server at {place} was lost before it was made"),
            ),
            _ => Error::new(
                ErrorKind::ConnectionLost,
                format!("what answers at {place} does not speak PostgreSQL's protocol"),
            )
            .with_advice("check host and port"),
        }
    };
    refused.with_server_detail(source_of(error))
}

/// The driver's word for a wire that is as it shall be already.
struct AsItIs;

impl TlsConnect<Wire> for AsItIs {
    type Stream = Wire;
    type Error = Infallible;
    type Future = Ready<Result<Wire, Infallible>>;

    fn connect(self, wire: Wire) -> Self::Future {
        ready(Ok(wire))
    }
}

impl TlsStream for Wire {
    fn channel_binding(&self) -> ChannelBinding {
        self.stream().channel_binding()
    }
}
