//! A proxy on loopback before PostgreSQL, which does what networks do: it cuts connections at a byte or after a message,
//! swallows answers, slices what passes into single bytes, and makes it wait. It understands the protocol far enough to
//! count what was sent.
//!
//! What may surprise: it runs on threads of its own, so that it goes on whatever the runtime of the test does. A cut is for
//! one time, unless it is said for how many: what comes afterwards passes.

pub mod certificates;
mod connection;
pub mod front;
pub mod messages;

use connection::Connection;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use toasty::Config;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// From the client to the server
    Up,
    /// From the server to the client
    Down,
}

/// When a connection is cut, which is the one that it happens on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// As soon as so many bytes have passed in this way since it was armed
    AfterBytes(Way, u64),
    /// Right after a message of this type with this beginning
    After(Way, u8, &'static str),
    /// Right before it
    Before(Way, u8, &'static str),
    /// A message of the client reaches the server, and the answer to it comes no more
    InsteadOfAnswer(u8, &'static str),
}

/// How bytes pass that pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    AsTheyCome,
    /// In packets of one byte
    OneByOne,
    /// What the server says comes so much later
    Delayed(Duration),
}

/// A proxy, which runs until the test process ends.
pub struct Proxy {
    address: SocketAddr,
    inner: Arc<Inner>,
}

struct Inner {
    server: SocketAddr,
    state: Mutex<State>,
}

struct State {
    cut: Option<Cut>,
    /// How often it is still to come to be.
    times: u32,
    /// The connection is reset, and not ended.
    abruptly: bool,
    struck: u32,
    pace: Pace,
    passed: [u64; 2],
    counts: BTreeMap<(Way, u8), u32>,
    /// How many requests of one packet or more waited for their answers at the same time, at most.
    at_once: u32,
    /// The texts of simple queries and of statements that were to be prepared.
    texts: Vec<String>,
    /// What the clients sent, byte by byte.
    sent: Vec<u8>,
    opened: Vec<Instant>,
    open: Vec<Arc<Connection>>,
}

/// The threads of all proxies.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("threads")
    })
}

impl Proxy {
    /// A proxy before the server for tests.
    pub async fn before_postgresql() -> Self {
        Proxy::before_url(toasty_test_servers::postgresql()).await
    }

    pub async fn before_url(url: &str) -> Self {
        Proxy::before(address_of(url).await, IpAddr::V4(Ipv4Addr::LOCALHOST)).await
    }

    /// A proxy before this server, at a port of this address.
    pub async fn before(server: SocketAddr, at: IpAddr) -> Self {
        let inner = Arc::new(Inner {
            server,
            state: Mutex::new(State {
                cut: None,
                times: 0,
                abruptly: false,
                struck: 0,
                pace: Pace::AsTheyCome,
                passed: [0; 2],
                counts: BTreeMap::new(),
                at_once: 0,
                texts: Vec::new(),
                sent: Vec::new(),
                opened: Vec::new(),
                open: Vec::new(),
            }),
        });
        let accepting = Arc::clone(&inner);
        let address = runtime()
            .spawn(async move {
                let listener = TcpListener::bind((at, 0)).await.expect("a port");
                let address = listener.local_addr().expect("its address");
                tokio::spawn(async move {
                    while let Ok((client, _)) = listener.accept().await {
                        tokio::spawn(connection::serve(Arc::clone(&accepting), client));
                    }
                });
                address
            })
            .await
            .expect("a proxy");
        Proxy { address, inner }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same configuration, but through this proxy.
    pub fn lead(&self, mut config: Config) -> Config {
        config.postgresql.host = self.address.ip().to_string();
        config.postgresql.port = self.address.port();
        config
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state()
    }

    /// Forgets what was counted, and cuts once, as soon as this comes to be: by an end, or by a reset.
    pub fn arm(&self, cut: Cut, abruptly: bool) {
        self.arm_for(1, cut, abruptly);
    }

    /// The same so many times.
    pub fn arm_for(&self, times: u32, cut: Cut, abruptly: bool) {
        self.forget();
        let mut state = self.state();
        (state.cut, state.times, state.abruptly) = (Some(cut), times, abruptly);
    }

    /// Takes back a cut that has not come to be, and says whether it has.
    pub fn disarm(&self) -> bool {
        self.state().cut.take().is_none()
    }

    /// Forgets what was counted.
    pub fn forget(&self) {
        let mut state = self.state();
        state.passed = [0; 2];
        state.counts.clear();
        state.at_once = 0;
        state.texts.clear();
        state.sent.clear();
        state.opened.clear();
        state.struck = 0;
    }

    pub fn pace(&self, pace: Pace) {
        self.state().pace = pace;
    }

    /// From now on the answers to those who are connected are swallowed. Whoever connects anew is served.
    pub fn freeze(&self) {
        let state = self.state();
        state
            .open
            .iter()
            .for_each(|connection| connection.freeze(true));
    }

    /// Cuts all connections, and waits until the clients have closed their sides.
    pub async fn cut_all(&self) {
        self.state()
            .open
            .iter()
            .for_each(|connection| connection.cut(false));
        self.wait_until("the clients to close", || self.open() == 0)
            .await;
    }

    /// How many messages of this type passed or were sent, since it was last forgotten.
    pub fn count(&self, way: Way, kind: u8) -> u32 {
        self.state().counts.get(&(way, kind)).copied().unwrap_or(0)
    }

    /// How many requests were sent before the first of them was answered, at most.
    pub fn at_once(&self) -> u32 {
        self.state().at_once
    }

    /// How many bytes passed in this way.
    pub fn passed(&self, way: Way) -> u64 {
        self.state().passed[usize::from(way == Way::Down)]
    }

    /// How many texts begin so: simple queries, and statements that were to be prepared.
    pub fn texts(&self, beginning: &str) -> usize {
        let state = self.state();
        let texts = state.texts.iter();
        texts.filter(|text| text.starts_with(beginning)).count()
    }

    /// Whether what the clients sent holds these bytes.
    pub fn was_sent(&self, bytes: &[u8]) -> bool {
        let state = self.state();
        state.sent.windows(bytes.len()).any(|sent| sent == bytes)
    }

    /// When clients connected.
    pub fn opened(&self) -> Vec<Instant> {
        self.state().opened.clone()
    }

    /// How many connections are open.
    pub fn open(&self) -> usize {
        self.state().open.len()
    }

    /// How often a cut has come to be.
    pub fn struck(&self) -> u32 {
        self.state().struck
    }

    /// Waits until something is so, for some seconds.
    pub async fn wait_until(&self, what: &str, is_so: impl Fn() -> bool) {
        let patience = Instant::now() + Duration::from_secs(10);
        while !is_so() {
            assert!(Instant::now() < patience, "waited in vain for {what}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

impl State {
    /// The cut has come to be.
    fn strikes(&mut self) {
        self.struck += 1;
        self.times = self.times.saturating_sub(1);
        if self.times == 0 {
            self.cut = None;
        }
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the server of a URL is.
pub async fn address_of(url: &str) -> SocketAddr {
    let config: tokio_postgres::Config = url.parse().expect("a URL");
    let (Some(tokio_postgres::config::Host::Tcp(host)), Some(port)) =
        (config.get_hosts().first(), config.get_ports().first())
    else {
        panic!("a proxy leads to a host and a port: {config:?}");
    };
    let mut found = tokio::net::lookup_host((host.as_str(), *port))
        .await
        .expect("an address");
    found.next().expect("an address")
}
