//! The plan cache: what each statement shape became, found by the shape itself.
//!
//! Promises: bounded; nothing is prepared, rendered or hashed as text for a shape that is in it.

use hashlink::LruCache;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use toasty_dsl::statement::Lookup;
use toasty_dsl::{Result, Statement};

pub(crate) struct Plans<P> {
    cache: Mutex<Cache<P>>,
}

struct Cache<P> {
    shapes: LruCache<Statement, Arc<P>, FxBuildHasher>,
    /// Plans of `shapes` by a name that is found sooner; as many at most as the program has unique columns.
    lookups: FxHashMap<Lookup, Arc<P>>,
    capacity: usize,
    misses: u64,
    evictions: u64,
}

/// What the plan cache has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PlanCounts {
    pub(crate) shapes: usize,
    pub(crate) misses: u64,
    pub(crate) evictions: u64,
}

impl<P> Plans<P> {
    pub(crate) fn new(capacity: usize) -> Self {
        let shapes = LruCache::with_hasher(capacity, FxBuildHasher);
        Plans {
            cache: Mutex::new(Cache {
                shapes,
                lookups: FxHashMap::default(),
                capacity,
                misses: 0,
                evictions: 0,
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Cache<P>> {
        // A panic while it was held cannot leave it half changed: each change is one call.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the shape became; `prepare` is asked where that is not known.
    #[inline]
    pub(crate) fn get(
        &self,
        statement: &Statement,
        prepare: impl FnOnce(&Statement) -> Result<P>,
    ) -> Result<Arc<P>> {
        if let Some(plan) = self.lock().shapes.get(statement) {
            return Ok(Arc::clone(plan));
        }
        // Without the lock: two tasks that meet a shape for the first time both prepare it, and one of the two is kept.
        let plan = Arc::new(prepare(statement)?);
        let mut cache = self.lock();
        cache.misses += 1;
        if cache.shapes.len() >= cache.capacity && !cache.shapes.contains_key(statement) {
            cache.evictions += 1;
        }
        cache.shapes.insert(statement.clone(), Arc::clone(&plan));
        Ok(plan)
    }

    /// What a lookup's statement became.
    #[inline]
    pub(crate) fn look_up(
        &self,
        lookup: Lookup,
        prepare: impl FnOnce(&Statement) -> Result<P>,
    ) -> Result<Arc<P>> {
        if let Some(plan) = self.lock().lookups.get(&lookup) {
            return Ok(Arc::clone(plan));
        }
        self.look_up_shape(lookup, prepare)
    }

    #[cold]
    fn look_up_shape(
        &self,
        lookup: Lookup,
        prepare: impl FnOnce(&Statement) -> Result<P>,
    ) -> Result<Arc<P>> {
        let plan = self.get(&lookup.statement(), prepare)?;
        self.lock().lookups.insert(lookup, Arc::clone(&plan));
        Ok(plan)
    }

    pub(crate) fn counts(&self) -> PlanCounts {
        let cache = self.lock();
        PlanCounts {
            shapes: cache.shapes.len(),
            misses: cache.misses,
            evictions: cache.evictions,
        }
    }
}
