//! Where a connection's driver comes back to, when it was lent to a thread.

use rusqlite::{Connection as Driver, InterruptHandle};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// The place to which a thread brings the driver back, whether or not anybody still waits for it.
#[derive(Default)]
pub(crate) struct Home {
    returned: Mutex<Option<Box<Driver>>>,
    arrived: Notify,
}

impl Home {
    /// Takes the driver, if it is back.
    pub(crate) fn take(&self) -> Option<Box<Driver>> {
        self.returned
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// Waits until the driver is back, and takes it.
    pub(crate) async fn wait(&self) -> Box<Driver> {
        loop {
            let arrived = self.arrived.notified();
            if let Some(driver) = self.take() {
                return driver;
            }
            arrived.await;
        }
    }
}

/// The driver while it is on a thread. However the thread's work ends, it brings the driver home.
pub(crate) struct Lent {
    driver: Option<Box<Driver>>,
    home: Arc<Home>,
}

impl Lent {
    pub(crate) fn new(driver: Box<Driver>, home: Arc<Home>) -> Self {
        Lent {
            driver: Some(driver),
            home,
        }
    }

    pub(crate) fn driver(&self) -> Option<&Driver> {
        self.driver.as_deref()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        *self
            .home
            .returned
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = self.driver.take();
        self.home.arrived.notify_one();
    }
}

/// Tells the thread to stop when the future that waits for it is dropped.
pub(crate) struct StopOnDrop {
    pub(crate) interrupt: Arc<InterruptHandle>,
    pub(crate) armed: bool,
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        if self.armed {
            self.interrupt.interrupt();
        }
    }
}
