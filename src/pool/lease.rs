//! A connection while somebody uses it.

use super::age::Age;
use super::holders::Place;
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
    /// Of a connection that becomes old.
    age: Option<Box<Age>>,
    /// Where it is entered among those that hold one.
    place: Option<Place>,
}

impl<C: Connection, P: Deref<Target = Pool<C>>> Lease<C, P> {
    #[inline]
    pub(super) fn new(pool: P, place: Option<Place>) -> Self {
        Lease {
            connection: None,
            pool,
            clean: false,
            age: None,
            place,
        }
    }

    /// With a connection that is ready.
    #[inline]
    pub(super) fn filled(pool: P, place: Option<Place>, idle: Idle<C>) -> Self {
        Lease {
            connection: Some(idle.connection),
            pool,
            clean: false,
            age: idle.age,
            place,
        }
    }

    pub(crate) fn pool(&self) -> &Pool<C> {
        &self.pool
    }

    pub(super) fn entered_at(&mut self, place: Option<Place>) {
        self.place = place;
    }

    pub(super) fn hold(&mut self, connection: C, age: Option<Box<Age>>) {
        self.connection = Some(connection);
        self.age = age;
    }

    /// Closes the connection, which cannot be used any more.
    pub(super) fn let_go(&mut self) {
        (self.connection, self.age) = (None, None);
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
        let (age, pool) = (self.age.take(), &*self.pool);
        let idle = self.connection.take().map(|mut connection| {
            // Where it is cheap to ask the server's own word, it is asked every time.
            let ready = (self.clean && !pool.asks_always()) || connection.reset();
            if !self.clean {
                // What a dropped future spent is nobody's.
                let _ = connection.take_cost();
            }
            Idle {
                connection,
                ready,
                age,
            }
        });
        pool.give_back(idle, self.place);
    }
}
