//! What was loaded into a relation, its type forgotten by the compiler and remembered by us.
//!
//! Whether a struct can go to another thread is asked through all its fields. Through relations that question would run
//! through every model that is connected to the first, and the compiler gives up at some twenty of them (E0275). Here it
//! ends: the content is known to be `Send` and `Sync` when it is put in, and not asked again.

use std::any::Any;
use std::marker::PhantomData;

/// Content of type `C` that is `Send` and `Sync`, whatever `C` holds.
pub(super) struct Content<C> {
    inside: Box<dyn Any + Send + Sync>,
    marker: PhantomData<fn() -> C>,
}

impl<C: Send + Sync + 'static> Content<C> {
    pub(super) fn new(content: C) -> Self {
        Content {
            inside: Box::new(content),
            marker: PhantomData,
        }
    }

    // The three that follow are `None` for another type only, and no other type is ever put in.

    pub(super) fn get(&self) -> Option<&C> {
        self.inside.downcast_ref()
    }

    pub(super) fn get_mut(&mut self) -> Option<&mut C> {
        self.inside.downcast_mut()
    }

    pub(super) fn take(self) -> Option<C> {
        self.inside.downcast().ok().map(|content| *content)
    }
}

impl<C: Clone + Send + Sync + 'static> Clone for Content<C> {
    fn clone(&self) -> Self {
        match self.get() {
            Some(content) => Content::new(content.clone()),
            // Never: see above. An empty content is as good as none.
            None => Content {
                inside: Box::new(()),
                marker: PhantomData,
            },
        }
    }
}
