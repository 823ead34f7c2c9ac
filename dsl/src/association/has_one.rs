//! At most one row that holds this one's key.

use super::Origin;
use super::content::Content;
use crate::error::{Refusal, Result};
use crate::field::{FieldType, Model, RowReader};
use crate::schema::{FieldKind, ModelDef, RelationDef, RelationKind};
use crate::value::Value;
use std::fmt;

/// At most one row of model `T` that holds this row's key: not loaded until a query includes it.
///
/// ```
/// use toasty_dsl::{HasOne, toasty};
///
/// toasty! { pub model Word { id: u64 [key, auto], text: String } }
///
/// # fn main() -> toasty_dsl::Result<()> {
/// let word = HasOne::loaded(Some(Word { id: 1, text: "toast".into() }));
/// assert_eq!(word.get()?.map(|word| word.id), Some(1));
/// assert!(HasOne::<Word>::loaded(None).get()?.is_none());
/// assert!(HasOne::<Word>::default().get().is_err());
/// # Ok(())
/// # }
/// ```
pub struct HasOne<T>(State<T>);

enum State<T> {
    Unloaded(Origin),
    Loaded(Option<Content<T>>),
}

impl<T: Model> HasOne<T> {
    /// Loaded, with this row or none.
    pub fn loaded(row: Option<T>) -> Self {
        HasOne(State::Loaded(row.map(Content::new)))
    }

    /// The row, if there is one.
    ///
    /// # Errors
    /// `Unloaded`, naming the include.
    pub fn get(&self) -> Result<Option<&T>> {
        match &self.0 {
            State::Loaded(row) => Ok(row.as_ref().and_then(Content::get)),
            State::Unloaded(origin) => Err(origin.unloaded()),
        }
    }

    /// The row, taken out.
    ///
    /// # Errors
    /// As [`HasOne::get`].
    pub fn into_row(self) -> Result<Option<T>> {
        match self.0 {
            State::Loaded(row) => Ok(row.and_then(Content::take)),
            State::Unloaded(origin) => Err(origin.unloaded()),
        }
    }

    /// Whether it was loaded.
    pub fn is_loaded(&self) -> bool {
        matches!(self.0, State::Loaded(_))
    }
}

/// Not loaded, and made by hand.
impl<T> Default for HasOne<T> {
    fn default() -> Self {
        HasOne(State::Unloaded(Origin::NONE))
    }
}

impl<T: Model + Clone> Clone for HasOne<T> {
    fn clone(&self) -> Self {
        HasOne(match &self.0 {
            State::Unloaded(origin) => State::Unloaded(*origin),
            State::Loaded(row) => State::Loaded(row.clone()),
        })
    }
}

/// Equal when both are unloaded, or both are loaded with equal rows.
impl<T: Model + PartialEq> PartialEq for HasOne<T> {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (State::Unloaded(_), State::Unloaded(_)) => true,
            (State::Loaded(a), State::Loaded(b)) => {
                a.as_ref().map(Content::get) == b.as_ref().map(Content::get)
            }
            _ => false,
        }
    }
}

impl<T: Model + Eq> Eq for HasOne<T> {}

impl<T: Model + fmt::Debug> fmt::Debug for HasOne<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            State::Unloaded(_) => f.write_str("Unloaded"),
            State::Loaded(row) => fmt::Debug::fmt(&row.as_ref().and_then(Content::get), f),
        }
    }
}

impl<T: Model + fmt::Debug> FieldType for HasOne<T> {
    const KIND: FieldKind = FieldKind::Relation(RelationDef::to(
        RelationKind::HasOne,
        || T::DEF,
        T::NAME,
        T::MODULE,
    ));
    const TARGET: Option<&'static ModelDef> = Some(T::DEF);

    #[inline]
    fn read(row: &mut RowReader<'_>) -> Result<Self> {
        let (model, field) = row.place();
        Ok(HasOne(State::Unloaded(Origin::new(model, field))))
    }

    fn write(&self, _: &mut Vec<Value>) -> Result<(), Refusal> {
        Ok(())
    }

    fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
