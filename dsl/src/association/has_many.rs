//! Many rows that hold this one's key.

use super::Origin;
use super::content::Content;
use crate::error::{Refusal, Result};
use crate::field::{FieldType, Model, RowReader};
use crate::schema::{FieldKind, ModelDef, RelationDef, RelationKind};
use crate::value::Value;
use std::fmt;

/// Many rows of model `T` that hold this row's key: not loaded until a query includes them.
///
/// [`get`](HasMany::get) is an error until then, and its message names the include that is missing.
///
/// ```
/// use toasty_dsl::{HasMany, toasty};
///
/// toasty! { pub model Word { id: u64 [key, auto], text: String } }
///
/// # fn main() -> toasty_dsl::Result<()> {
/// let words = HasMany::loaded(vec![Word { id: 1, text: "toast".into() }]);
/// assert_eq!(words.get()?[0].text, "toast");
/// assert!(words.is_complete());
/// assert!(HasMany::<Word>::default().get().is_err());
/// # Ok(())
/// # }
/// ```
pub struct HasMany<T>(State<T>);

enum State<T> {
    Unloaded(Origin),
    Loaded {
        rows: Content<Vec<T>>,
        complete: bool,
    },
}

impl<T: Model> HasMany<T> {
    /// Loaded, with these rows.
    pub fn loaded(rows: Vec<T>) -> Self {
        HasMany(State::Loaded {
            rows: Content::new(rows),
            complete: true,
        })
    }

    /// Loaded with some of the rows, because the include had a filter or a limit.
    pub fn partly_loaded(rows: Vec<T>) -> Self {
        HasMany(State::Loaded {
            rows: Content::new(rows),
            complete: false,
        })
    }

    /// The rows.
    ///
    /// # Errors
    /// `Unloaded`, naming the include.
    pub fn get(&self) -> Result<&[T]> {
        match &self.0 {
            State::Loaded { rows, .. } => rows
                .get()
                .map(Vec::as_slice)
                .ok_or_else(|| Origin::NONE.unloaded()),
            State::Unloaded(origin) => Err(origin.unloaded()),
        }
    }

    /// The rows, to be changed in place. The database is not told.
    ///
    /// # Errors
    /// As [`HasMany::get`].
    pub fn get_mut(&mut self) -> Result<&mut Vec<T>> {
        match &mut self.0 {
            State::Loaded { rows, .. } => rows.get_mut().ok_or_else(|| Origin::NONE.unloaded()),
            State::Unloaded(origin) => Err(origin.unloaded()),
        }
    }

    /// The rows, taken out.
    ///
    /// # Errors
    /// As [`HasMany::get`].
    pub fn into_rows(self) -> Result<Vec<T>> {
        match self.0 {
            State::Loaded { rows, .. } => rows.take().ok_or_else(|| Origin::NONE.unloaded()),
            State::Unloaded(origin) => Err(origin.unloaded()),
        }
    }

    /// Whether they were loaded.
    pub fn is_loaded(&self) -> bool {
        matches!(self.0, State::Loaded { .. })
    }

    /// Whether all of them were loaded: not so where the include had a filter, a limit or an offset.
    pub fn is_complete(&self) -> bool {
        matches!(self.0, State::Loaded { complete: true, .. })
    }
}

/// Not loaded, and made by hand.
impl<T> Default for HasMany<T> {
    fn default() -> Self {
        HasMany(State::Unloaded(Origin::NONE))
    }
}

impl<T: Model + Clone> Clone for HasMany<T> {
    fn clone(&self) -> Self {
        HasMany(match &self.0 {
            State::Unloaded(origin) => State::Unloaded(*origin),
            State::Loaded { rows, complete } => State::Loaded {
                rows: rows.clone(),
                complete: *complete,
            },
        })
    }
}

/// Equal when both are unloaded, or both are loaded with equal rows.
impl<T: Model + PartialEq> PartialEq for HasMany<T> {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (State::Unloaded(_), State::Unloaded(_)) => true,
            (State::Loaded { rows: a, .. }, State::Loaded { rows: b, .. }) => a.get() == b.get(),
            _ => false,
        }
    }
}

impl<T: Model + Eq> Eq for HasMany<T> {}

impl<T: Model + fmt::Debug> fmt::Debug for HasMany<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            State::Unloaded(_) => f.write_str("Unloaded"),
            State::Loaded { rows, .. } => {
                fmt::Debug::fmt(rows.get().map_or(&[][..], Vec::as_slice), f)
            }
        }
    }
}

impl<T: Model + fmt::Debug> FieldType for HasMany<T> {
    const KIND: FieldKind = FieldKind::Relation(RelationDef::to(
        RelationKind::HasMany,
        || T::DEF,
        T::NAME,
        T::MODULE,
    ));
    const TARGET: Option<&'static ModelDef> = Some(T::DEF);

    #[inline]
    fn read(row: &mut RowReader<'_>) -> Result<Self> {
        let (model, field) = row.place();
        Ok(HasMany(State::Unloaded(Origin::new(model, field))))
    }

    fn write(&self, _: &mut Vec<Value>) -> Result<(), Refusal> {
        Ok(())
    }

    fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
