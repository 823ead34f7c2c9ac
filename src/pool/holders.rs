//! Who holds a connection, since when and from where: for the error of those who wait in vain, and for the report of leaks.
//!
//! What may surprise: SQLite's single statements are not entered, since they would feel it. They end by themselves; it is
//! transactions and streams that are held for long.

use coarsetime::Instant;
use std::fmt;
use std::panic::Location;
use std::time::Duration;
use tracing::Level;

/// The line of the program that took a connection, where it is known.
pub(crate) type Site = Option<&'static Location<'static>>;

/// Those who hold a connection. A place is used again when it is free.
#[derive(Default)]
pub(super) struct Holders {
    places: Vec<Option<Holder>>,
    free: Vec<usize>,
}

/// The place of one of them.
#[derive(Clone, Copy)]
pub(super) struct Place(usize);

struct Holder {
    since: Instant,
    site: Site,
    reported: bool,
}

/// A connection that is held, or was until now.
#[derive(Clone, Copy)]
pub(super) struct Held {
    pub(super) age: Duration,
    site: Site,
}

impl Holders {
    pub(super) fn enter(&mut self, site: Site) -> Place {
        let holder = Some(Holder {
            since: Instant::now(),
            site,
            reported: false,
        });
        let free = self.free.pop().unwrap_or_else(|| {
            self.places.push(None);
            self.places.len() - 1
        });
        if let Some(place) = self.places.get_mut(free) {
            *place = holder;
        }
        Place(free)
    }

    /// Takes one out. Says of it whether it was held for too long and nobody has been told yet.
    pub(super) fn leave(&mut self, place: Place, limit: Option<Duration>) -> Option<Held> {
        let holder = self.places.get_mut(place.0)?.take()?;
        self.free.push(place.0);
        let limit = limit?;
        let held = holder.held();
        (!holder.reported && held.age >= limit).then_some(held)
    }

    /// Who has held a connection the longest.
    pub(super) fn longest(&self) -> Option<Held> {
        self.places
            .iter()
            .flatten()
            .map(Holder::held)
            .max_by_key(|held| held.age)
    }

    /// Those who hold one for too long and were not told yet, and how long it takes until the next one does.
    pub(super) fn leaks(&mut self, limit: Duration) -> (Vec<Held>, Option<Duration>) {
        let (mut leaks, mut next) = (Vec::new(), None::<Duration>);
        for holder in self.places.iter_mut().flatten() {
            if holder.reported {
                continue;
            }
            let held = holder.held();
            if held.age >= limit {
                holder.reported = true;
                leaks.push(held);
            } else {
                let left = limit - held.age;
                next = Some(next.map_or(left, |next| next.min(left)));
            }
        }
        (leaks, next)
    }
}

impl Holder {
    fn held(&self) -> Held {
        Held {
            age: self.since.elapsed().into(),
            site: self.site,
        }
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Milliseconds are as fine as the coarse clock is.
        write!(
            f,
            "held for {:?}",
            Duration::from_millis(u64::try_from(self.age.as_millis()).unwrap_or(u64::MAX))
        )?;
        match self.site {
            Some(site) => write!(f, ", taken at {site}"),
            None => f.write_str(" by a statement"),
        }
    }
}

impl Held {
    /// Tells of a connection that is held for long.
    #[cold]
    pub(super) fn report(&self, still: bool) {
        tracing::event!(
            target: "toasty::pool",
            Level::WARN,
            code.file.path = self.site.map(Location::file),
            code.line.number = self.site.map(Location::line),
            held = self.age.as_secs_f64(),
            still,
            "a connection is held for longer than `leak_report`: end the transaction, or drop the stream, that was begun there"
        );
    }
}
