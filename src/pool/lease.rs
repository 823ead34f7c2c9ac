//! A connection while somebody uses it.

use super::{Idle, Pool};
use std::ops::Deref;
use toasty_contract::Connection;
use toasty_dsl::{Error, ErrorKind, Result};

/// A connection and the turn that goes with it. Dropped, it rolls back what is open and gives both back.
pub(crate) struct Lease<C: Connection, P: Deref<Target = Pool<C>>> {
    connection: Option<C>,
    pool: P,
    /// Nothing is open: it can go back as it is.
    clean: bool,
}

impl<C: Connection, P: Deref<Target = Pool<C>>> Lease<C, P> {
    #[inline]
    pub(super) fn new(pool: P, connection: Option<C>) -> Self {
        Lease {
            connection,
            pool,
            clean: false,
        }
    }

    pub(super) fn pool(&self) -> &Pool<C> {
        &self.pool
    }

    pub(super) fn hold(&mut self, connection: C) {
        self.connection = Some(connection);
    }

    /// The connection.
    ///
    /// # Errors
    /// `ConnectionLost`, where there is none: the lease was never filled.
    #[inline]
    pub(crate) fn connection(&mut self) -> Result<&mut C> {
        self.connection
            .as_mut()
            .ok_or_else(|| Error::new(ErrorKind::ConnectionLost, "the connection is gone"))
    }

    /// Gives the connection back, nothing being open on it.
    #[inline]
    pub(crate) fn finish(mut self) {
        self.clean = true;
    }
}

impl<C: Connection, P: Deref<Target = Pool<C>>> Drop for Lease<C, P> {
    #[inline]
    fn drop(&mut self) {
        let idle = self.connection.take().map(|mut connection| {
            let ready = self.clean || connection.reset();
            Idle { connection, ready }
        });
        self.pool.give_back(idle);
    }
}
