//! Containers by `testcontainers`: how they are named and labelled, how many processes come to share one, and how the
//! first answer of the server in it is waited for.
//!
//! What may surprise: two processes that ask for a shared container at the same time both try to make it. Its name lets
//! one of them win; the other is told of a conflict, looks again, and finds it. That needs no lock, because a container
//! is whole as soon as it is made: whatever its server needs is in its command and its environment, and no file is
//! copied into it afterwards.

use std::error::Error;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::Path;
use std::time::{Duration, Instant};

use testcontainers::core::ContainerPort;
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, ContainerRequest, GenericImage, ImageExt, ReuseDirective};

/// The label of every container of the tests: [`OF_A_RUN`] or [`KEPT`]. `cargo xtask` removes by it.
const PURPOSE: &str = "toasty.tests";
/// Goes when the run of the tests is over.
const OF_A_RUN: &str = "run";
/// Stays until `cargo xtask servers --stop`; `cargo xtask servers` sets the variable [`KEEP`] for it.
const KEPT: &str = "kept";
const KEEP: &str = "TOASTY_TEST_KEEP";
/// The label with the folder of the repository: two checkouts on one machine do not disturb each other.
const CHECKOUT: &str = "toasty.checkout";

/// How long a server may take until it answers: some seconds on an idle machine, more on one that compiles as well.
const PATIENCE: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(20);

/// What runs in a container, with all that it needs.
#[derive(Hash)]
pub(crate) struct Definition {
    /// Part of the container's name.
    pub server: &'static str,
    /// Name and tag.
    pub image: String,
    pub entrypoint: Option<&'static str>,
    pub environment: &'static [(&'static str, &'static str)],
    pub command: &'static [&'static str],
    pub port: u16,
}

/// Where a port of a container can be reached from here.
pub(crate) struct Address {
    pub host: String,
    pub port: u16,
}

impl Address {
    pub(crate) fn resolve(&self) -> Option<SocketAddr> {
        (self.host.as_str(), self.port)
            .to_socket_addrs()
            .ok()?
            .next()
    }
}

/// The image of a variable, or the official one.
pub(crate) fn image(variable: &str, official: &str) -> String {
    std::env::var(variable)
        .ok()
        .filter(|image| !image.is_empty())
        .unwrap_or_else(|| official.to_owned())
}

/// Finds or makes the container that all test processes share, and waits until its server answers.
pub(crate) async fn shared(
    definition: Definition,
    answers: impl Fn(SocketAddr) -> bool,
) -> Result<Address, String> {
    let purpose = match std::env::var(KEEP) {
        Ok(keep) if !keep.is_empty() => KEPT,
        _ => OF_A_RUN,
    };
    // The name has what would make another container of it; the engine takes a part of a name for the name, so its end
    // is the number, which is equally long in all of them.
    let mut hasher = DefaultHasher::new();
    (checkout(), &definition).hash(&mut hasher);
    let name = format!(
        "toasty-{purpose}-{}-{:016x}",
        definition.server,
        hasher.finish()
    );
    let begin = Instant::now();
    let container = loop {
        let request = request(&definition, purpose, 0)
            .with_container_name(&name)
            .with_reuse(ReuseDirective::Always);
        match request.start().await {
            Ok(container) => break container,
            // Another process was quicker to make it, or is about to remove it.
            Err(error) if begin.elapsed() < PATIENCE && is_conflict(&error) => {
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(not_started(&definition, &error)),
        }
    };
    first_answer(&container, &definition, answers).await
}

/// Makes a container for one test, on a port of the host that stays the same when the container is restarted.
pub(crate) async fn private(
    definition: &Definition,
    name: &str,
    host_port: u16,
) -> Result<ContainerAsync<GenericImage>, String> {
    request(definition, OF_A_RUN, host_port)
        .with_container_name(name)
        .start()
        .await
        .map_err(|error| not_started(definition, &error))
}

/// Waits until the server in the container answers.
pub(crate) async fn first_answer(
    container: &ContainerAsync<GenericImage>,
    definition: &Definition,
    answers: impl Fn(SocketAddr) -> bool,
) -> Result<Address, String> {
    let begin = Instant::now();
    let mut address = None;
    loop {
        if address.is_none() {
            address = mapped(container, definition).await;
        }
        if let Some(reached) = address.take_if(|address| address.resolve().is_some_and(&answers)) {
            return Ok(reached);
        }
        let runs = container.is_running().await.unwrap_or(false);
        if !runs || begin.elapsed() > PATIENCE {
            let seconds = begin.elapsed().as_secs();
            let how = if runs { "does not answer" } else { "has ended" };
            return Err(format!(
                "its container {} {how} after {seconds} s; its last words: {}",
                container.id(),
                last_words(container).await
            ));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// A container that another process has made and not yet started has no port: that is no error but a reason to wait.
async fn mapped(
    container: &ContainerAsync<GenericImage>,
    definition: &Definition,
) -> Option<Address> {
    let host = if is_local() {
        // Not `localhost`: the ports are bound on IPv4.
        "127.0.0.1".to_owned()
    } else {
        container.get_host().await.ok()?.to_string()
    };
    let port = container
        .get_host_port_ipv4(ContainerPort::Tcp(definition.port))
        .await
        .ok()?;
    Some(Address { host, port })
}

fn request(
    definition: &Definition,
    purpose: &str,
    host_port: u16,
) -> ContainerRequest<GenericImage> {
    let (name, tag) = definition
        .image
        .rsplit_once(':')
        .filter(|(_, tag)| !tag.contains('/'))
        .unwrap_or((&definition.image, "latest"));
    let mut image = GenericImage::new(name, tag);
    if let Some(entrypoint) = definition.entrypoint {
        image = image.with_entrypoint(entrypoint);
    }
    let mut request = image
        .with_cmd(definition.command.iter().copied())
        .with_label(PURPOSE, purpose)
        .with_label(CHECKOUT, checkout())
        .with_mapped_port(host_port, ContainerPort::Tcp(definition.port))
        .with_startup_timeout(PATIENCE);
    for (name, value) in definition.environment {
        request = request.with_env_var(*name, *value);
    }
    if is_local() {
        // The servers of the tests trust whoever comes, so nobody from outside may come.
        request = request.with_host_config_modifier(|host| {
            let bindings = host
                .port_bindings
                .iter_mut()
                .flat_map(|map| map.values_mut());
            for binding in bindings.flatten().flatten() {
                binding.host_ip = Some("127.0.0.1".to_owned());
            }
        });
    }
    request
}

/// Whether the ports of a container are reached over the loopback interface. Not so where the engine is another
/// machine's, and not in a container that was only lent the engine's socket: such a one has no bridge of the engine.
fn is_local() -> bool {
    let remote = std::env::var("DOCKER_HOST").is_ok_and(|host| !host.starts_with("unix:"));
    let in_a_container = Path::new("/.dockerenv").exists();
    let has_the_bridge = Path::new("/sys/class/net/docker0").exists();
    !remote && (!in_a_container || has_the_bridge)
}

/// The root of the repository, written as `cargo xtask` writes it.
fn checkout() -> String {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().and_then(Path::parent).unwrap_or(here);
    root.display().to_string()
}

fn is_conflict(error: &(dyn Error + 'static)) -> bool {
    let words = chain(error);
    words.contains("409") || words.contains("Conflict") || words.contains("is marked for removal")
}

fn not_started(definition: &Definition, error: &(dyn Error + 'static)) -> String {
    format!(
        "a container of the image {} could not be started ({})",
        definition.image,
        chain(error)
    )
}

/// The error and its causes, each once.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_words = cause.to_string();
        if !words.contains(&cause_words) {
            words.push_str(": ");
            words.push_str(&cause_words);
        }
        next = cause.source();
    }
    words
}

async fn last_words(container: &ContainerAsync<GenericImage>) -> String {
    let mut log = container.stdout_to_vec().await.unwrap_or_default();
    log.extend(container.stderr_to_vec().await.unwrap_or_default());
    let log = String::from_utf8_lossy(&log);
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(10)..].join(" | ")
}
