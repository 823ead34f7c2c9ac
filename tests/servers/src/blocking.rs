//! Waits for a future from anywhere, also from a task of a runtime: on a thread that belongs to no runtime.
//!
//! One runtime serves the whole process, since the connection to the Docker engine lives on the runtime that made it.

use std::io;
use std::sync::OnceLock;

use tokio::runtime::{Builder, Runtime};

/// Runs the future to its end, and gives what it gave.
pub(crate) fn wait_for<T: Send>(
    future: impl Future<Output = Result<T, String>> + Send,
) -> Result<T, String> {
    static RUNTIME: OnceLock<io::Result<Runtime>> = OnceLock::new();
    let runtime = RUNTIME
        .get_or_init(|| {
            Builder::new_multi_thread()
                .worker_threads(1)
                .thread_name("test-servers")
                .enable_all()
                .build()
        })
        .as_ref()
        .map_err(|error| format!("no runtime could be made ({error})"))?;
    let outcome = std::thread::scope(|scope| scope.spawn(|| runtime.block_on(future)).join());
    match outcome {
        Ok(outcome) => outcome,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}
