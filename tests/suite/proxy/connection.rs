//! One connection through the proxy: a task for each way.

use super::messages::{ASKS_FOR_TLS, Message, Messages};
use super::{Cut, Inner, Pace, State, Way};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::watch;

/// How long a side is still read after the cut: a socket that is closed with something unread is reset, and what the other
/// side has not read by then is lost to it.
const DRAIN: Duration = Duration::from_secs(5);

/// How a connection was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    Ended,
    Reset,
}

/// What the two ways of a connection know of each other.
pub(super) struct Connection {
    end: watch::Sender<End>,
    frozen: AtomicBool,
    /// The next answer is not let through, and the connection is cut.
    doomed: AtomicBool,
    asked_for_tls: AtomicBool,
}

impl Connection {
    pub(super) fn cut(&self, abruptly: bool) {
        let end = if abruptly { End::Reset } else { End::Ended };
        self.end.send_replace(end);
    }

    pub(super) fn freeze(&self, frozen: bool) {
        self.frozen.store(frozen, Ordering::Release);
    }
}

/// Leads a client to the server until one of them is gone, or both are cut off.
pub(super) async fn serve(inner: Arc<Inner>, client: TcpStream) {
    inner.state().opened.push(Instant::now());
    let Ok(server) = TcpStream::connect(inner.server).await else {
        return;
    };
    for stream in [&client, &server] {
        let _ = stream.set_nodelay(true);
    }
    let connection = Arc::new(Connection {
        end: watch::channel(End::Open).0,
        frozen: AtomicBool::new(false),
        doomed: AtomicBool::new(false),
        asked_for_tls: AtomicBool::new(false),
    });
    inner.state().open.push(Arc::clone(&connection));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let carry = |way, from, to| {
        let carrier = Carrier {
            inner: Arc::clone(&inner),
            connection: Arc::clone(&connection),
            way,
            messages: match way {
                Way::Up => Messages::of_a_client(),
                Way::Down => Messages::of_a_server(),
            },
        };
        tokio::spawn(carrier.run(from, to))
    };
    let up = carry(Way::Up, from_client, to_server);
    let down = carry(Way::Down, from_server, to_client);
    let _ = tokio::join!(up, down);
    let mut state = inner.state();
    state.open.retain(|open| !Arc::ptr_eq(open, &connection));
}

/// One way of one connection.
struct Carrier {
    inner: Arc<Inner>,
    connection: Arc<Connection>,
    way: Way,
    messages: Messages,
}

/// What becomes of some bytes: so many of them pass, and then comes a cut or not.
struct Verdict {
    pass: usize,
    cut: Option<bool>,
    pace: Pace,
}

impl Carrier {
    async fn run(mut self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut end = self.connection.end.subscribe();
        let mut buffer = vec![0; 16 * 1024];
        loop {
            let read = tokio::select! {
                biased;
                _ = end.wait_for(|end| *end != End::Open) => break,
                read = from.read(&mut buffer) => read,
            };
            let bytes = match read {
                // One side has ended: the other one is told.
                Ok(0) | Err(_) => {
                    let _ = to.shutdown().await;
                    return;
                }
                Ok(count) => &buffer[..count],
            };
            let verdict = self.judge(bytes);
            if let Pace::Delayed(delay) = verdict.pace
                && self.way == Way::Down
            {
                tokio::time::sleep(delay).await;
            }
            let passing = &bytes[..verdict.pass];
            let written = if verdict.pace == Pace::OneByOne {
                write_one_by_one(&mut to, passing).await
            } else {
                to.write_all(passing).await
            };
            if written.is_err() {
                // Whoever should get it is gone.
                self.connection.cut(false);
            }
            if let Some(abruptly) = verdict.cut {
                self.connection.cut(abruptly);
            }
        }
        let ended = *end.borrow();
        if ended == End::Reset {
            let _ = to.as_ref().set_zero_linger();
            return;
        }
        let _ = to.shutdown().await;
        let draining = async {
            while let Ok(count @ 1..) = from.read(&mut buffer).await {
                self.note(&buffer[..count]);
            }
        };
        let _ = tokio::time::timeout(DRAIN, draining).await;
    }

    /// Writes down what a client sent that nobody gets any more.
    fn note(&mut self, bytes: &[u8]) {
        let mut state = self.inner.state();
        if self.way == Way::Up {
            state.sent.extend_from_slice(bytes);
            self.messages
                .feed(bytes, |message| state.count(Way::Up, message));
        }
    }

    fn judge(&mut self, bytes: &[u8]) -> Verdict {
        let mut guard = self.inner.state();
        let state = &mut *guard;
        let abruptly = state.abruptly;
        let mut verdict = Verdict {
            pass: bytes.len(),
            cut: None,
            pace: state.pace,
        };
        let way = self.way;
        if way == Way::Up {
            state.sent.extend_from_slice(bytes);
        } else {
            if self.connection.doomed.load(Ordering::Acquire) {
                (verdict.pass, verdict.cut) = (0, Some(abruptly));
                return verdict;
            }
            if self.connection.frozen.load(Ordering::Acquire) {
                verdict.pass = 0;
                return verdict;
            }
        }
        if self.connection.asked_for_tls.load(Ordering::Acquire) {
            // What follows is encrypted. Where TLS is refused, nothing is read from here on either.
            self.messages.becomes_opaque();
        }
        let connection = &self.connection;
        let mut strikes = false;
        self.messages.feed(bytes, |message| {
            state.count(way, message);
            if way == Way::Up && message.kind == ASKS_FOR_TLS {
                connection.asked_for_tls.store(true, Ordering::Release);
            }
            let is = |at, kind, beginning: &str| {
                !strikes
                    && at == way
                    && kind == message.kind
                    && message.beginning.starts_with(beginning.as_bytes())
            };
            match state.cut {
                Some(Cut::After(at, kind, beginning)) if is(at, kind, beginning) => {
                    (verdict.pass, strikes) = (message.end, true);
                }
                Some(Cut::Before(at, kind, beginning)) if is(at, kind, beginning) => {
                    (verdict.pass, strikes) = (message.start, true);
                }
                Some(Cut::InsteadOfAnswer(kind, beginning)) if is(Way::Up, kind, beginning) => {
                    connection.doomed.store(true, Ordering::Release);
                    state.strikes();
                }
                Some(_) | None => {}
            }
        });
        let passed = &mut state.passed[usize::from(way == Way::Down)];
        if let Some(Cut::AfterBytes(at, most)) = state.cut
            && at == way
            && *passed + to_u64(verdict.pass) >= most
        {
            verdict.pass = usize::try_from(most - *passed).expect("not more than there is");
            strikes = true;
        }
        *passed += to_u64(verdict.pass);
        if strikes {
            verdict.cut = Some(abruptly);
            state.strikes();
        }
        verdict
    }
}

impl State {
    fn count(&mut self, way: Way, message: &Message<'_>) {
        *self.counts.entry((way, message.kind)).or_default() += 1;
        let counted = |way, kind: &u8| self.counts.get(&(way, *kind)).copied().unwrap_or(0);
        // Each ends what was asked, and is answered by a ReadyForQuery ("Message Flow").
        let asked: u32 = [b'S', b'Q'].iter().map(|kind| counted(Way::Up, kind)).sum();
        self.at_once = self
            .at_once
            .max(asked.saturating_sub(counted(Way::Down, &b'Z')));
        let text = match (way, message.kind) {
            (Way::Up, b'Q') => message.beginning,
            // The name comes first.
            (Way::Up, b'P') => match message.beginning.iter().position(|byte| *byte == 0) {
                Some(name) => &message.beginning[name + 1..],
                None => return,
            },
            (Way::Up | Way::Down, _) => return,
        };
        let end = text.iter().position(|byte| *byte == 0);
        let text = &text[..end.unwrap_or(text.len())];
        self.texts.push(String::from_utf8_lossy(text).into_owned());
    }
}

async fn write_one_by_one(to: &mut OwnedWriteHalf, bytes: &[u8]) -> std::io::Result<()> {
    for byte in bytes {
        to.write_all(&[*byte]).await?;
        tokio::task::yield_now().await;
    }
    Ok(())
}

fn to_u64(count: usize) -> u64 {
    u64::try_from(count).expect("64 bits")
}
