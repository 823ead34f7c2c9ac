//! A PostgreSQL of a test's own, which may be restarted, stopped and frozen without harm to other tests.
//!
//! Its port on the host is chosen before it starts, so that its URL stays the same over a restart.

use std::fmt;
use std::net::{Ipv4Addr, TcpListener};
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, Ordering};

use testcontainers::{ContainerAsync, GenericImage, TestcontainersError};

use crate::blocking::wait_for;
use crate::container::{self, Definition};
use crate::postgresql;

type Answer<'a> = Pin<Box<dyn Future<Output = Result<(), TestcontainersError>> + Send + 'a>>;

/// How often another free port is tried, where somebody took the one that was free a moment ago.
const ATTEMPTS: u32 = 5;

/// A PostgreSQL server that belongs to one test, and goes with this value. It takes about two seconds to start and
/// needs Docker, whatever URL the shared server has; see [`without_docker`](crate::without_docker).
///
/// The methods wait until what they promise is so, and fail the test where it cannot be.
pub struct PrivatePostgres {
    definition: Definition,
    container: Option<ContainerAsync<GenericImage>>,
    url: String,
}

impl PrivatePostgres {
    /// Starts a server and waits until it takes connections.
    ///
    /// # Panics
    ///
    /// Where no container can be started, with what to do.
    #[must_use]
    pub fn start() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let definition = postgresql::definition();
        let mut last = String::new();
        for _ in 0..ATTEMPTS {
            let name = format!(
                "toasty-private-postgresql-{}-{}",
                std::process::id(),
                COUNT.fetch_add(1, Ordering::Relaxed)
            );
            let started = free_port().and_then(|port| {
                wait_for(async {
                    let container = container::private(&definition, &name, port).await?;
                    let address =
                        container::first_answer(&container, &definition, postgresql::answers)
                            .await?;
                    Ok((container, postgresql::url(&address)))
                })
            });
            match started {
                Ok((container, url)) => {
                    return Self {
                        definition,
                        container: Some(container),
                        url,
                    };
                }
                Err(error) => {
                    let another_port_may_help = error.contains("port is already allocated")
                        || error.contains("address already in use");
                    last = error;
                    if !another_port_may_help {
                        break;
                    }
                }
            }
        }
        panic!(
            "This test needs a PostgreSQL of its own, to restart it: {last}. Run the tests by `cargo xtask test`, which \
             sets up Docker and the image, or leave such tests out by TOASTY_TEST_WITHOUT_DOCKER=1."
        )
    }

    /// A URL with a superuser and a database that exists. A restart does not change it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Kills the server, as a loss of power to its processes would, starts it again, and waits until it takes
    /// connections. What was committed is there; whoever was connected is not.
    ///
    /// # Panics
    ///
    /// Where the server does not come back.
    pub fn restart_immediately(&self) {
        self.stop_immediately();
        self.start_again();
    }

    /// Kills the server. Connecting is refused until [`start_again`](Self::start_again).
    ///
    /// # Panics
    ///
    /// Where the container cannot be stopped.
    pub fn stop_immediately(&self) {
        self.ask("be killed", |container| {
            Box::pin(container.stop_with_timeout(Some(0)))
        });
    }

    /// Starts the server after [`stop_immediately`](Self::stop_immediately), and waits until it takes connections.
    ///
    /// # Panics
    ///
    /// Where the server does not come back.
    pub fn start_again(&self) {
        self.ask("be started again", |container| Box::pin(container.start()));
        let ready = wait_for(async {
            match &self.container {
                Some(container) => {
                    container::first_answer(container, &self.definition, postgresql::answers).await
                }
                None => Err("its container is gone".to_owned()),
            }
        });
        if let Err(error) = ready {
            panic!("The PostgreSQL of this test did not come back: {error}.");
        }
    }

    /// Freezes the server: connections stay open, and nothing answers.
    ///
    /// # Panics
    ///
    /// Where the container cannot be frozen.
    pub fn pause(&self) {
        self.ask("be frozen", |container| Box::pin(container.pause()));
    }

    /// Lets a frozen server go on where it was.
    ///
    /// # Panics
    ///
    /// Where the container cannot be unfrozen.
    pub fn unpause(&self) {
        self.ask("go on", |container| Box::pin(container.unpause()));
    }

    fn ask(&self, what: &str, order: fn(&ContainerAsync<GenericImage>) -> Answer<'_>) {
        let done = wait_for(async {
            match &self.container {
                Some(container) => order(container)
                    .await
                    .map_err(|error| container::chain(&error)),
                None => Err("its container is gone".to_owned()),
            }
        });
        if let Err(error) = done {
            panic!("The PostgreSQL of this test could not {what}: {error}.");
        }
    }
}

impl fmt::Debug for PrivatePostgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivatePostgres")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        if let Some(container) = self.container.take() {
            // Where this fails, `cargo xtask test` removes the container with all others of its run.
            let _ = wait_for(async {
                container
                    .rm()
                    .await
                    .map_err(|error| container::chain(&error))
            });
        }
    }
}

fn free_port() -> Result<u16, String> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("no port of this machine is free ({error})"))
}
