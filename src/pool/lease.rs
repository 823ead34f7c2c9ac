//! A connection while somebody uses it.

use super::holders::Place;
use super::{Pool, Pooled};
use std::ops::Deref;
use toasty_contract::Connection;
use toasty_dsl::{Error, ErrorKind, Result};

/// A connection and the turn that goes with it. Dropped, it rolls back what is open and gives both back.
pub(crate) struct Lease<C: Connection, P: Deref<Target = Pool<C>>> {
    lent: Option<Box<Pooled<C>>>,
    pool: P,
    /// Nothing is open: it can go back as it is.
    clean: bool,
    /// Where it is entered among those that hold one.
    place: Option<Place>,
}

impl<C: Connection, P: Deref<Target = Pool<C>>> Lease<C, P> {
    #[inline]
    pub(super) fn new(pool: P, place: Option<Place>) -> Self {
        Lease {
            lent: None,
            pool,
            clean: false,
            place,
        }
    }

    /// With a connection that is ready.
    #[inline]
    pub(super) fn filled(pool: P, place: Option<Place>, idle: Box<Pooled<C>>) -> Self {
        Lease {
            lent: Some(idle),
            pool,
            clean: false,
            place,
        }
    }

    pub(crate) fn pool(&self) -> &Pool<C> {
        &self.pool
    }

    pub(super) fn entered_at(&mut self, place: Option<Place>) {
        self.place = place;
    }

    pub(super) fn hold(&mut self, idle: Box<Pooled<C>>) {
        self.lent = Some(idle);
    }

    /// Closes the connection, which cannot be used any more.
    pub(super) fn let_go(&mut self) {
        self.lent = None;
    }

    /// The connection.
    ///
    /// # Errors
    /// `ConnectionLost`, where there is none: the lease was never filled.
    #[inline]
    pub(crate) fn connection(&mut self) -> Result<&mut C> {
        match &mut self.lent {
            Some(lent) => Ok(&mut lent.connection),
            None => Err(Error::new(
                ErrorKind::ConnectionLost,
                "the connection is gone",
            )),
        }
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
        let (mut lent, pool) = (self.lent.take(), &*self.pool);
        if let Some(lent) = &mut lent {
            // Where it is cheap to ask the server's own word, it is asked every time.
            lent.ready = (self.clean && !pool.asks_always()) || lent.connection.reset();
            if !self.clean {
                // What a dropped future spent is nobody's.
                let _ = lent.connection.take_cost();
            }
        }
        pool.give_back(lent, self.place);
    }
}
