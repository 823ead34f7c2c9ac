//! The one row whose key this one holds.

use super::Origin;
use super::content::Content;
use crate::error::{Refusal, Result};
use crate::field::{FieldType, Model, RowReader};
use crate::schema::{FieldKind, ModelDef, RelationDef, RelationKind};
use crate::value::Value;
use std::fmt;

/// The row of model `T` whose key this row holds: not loaded until a query includes it.
///
/// Where the key may be NULL the field's type is `Option<BelongsTo<T>>`, which is `None` where it is.
///
/// ```
/// use toasty_dsl::{BelongsTo, ErrorKind, toasty};
///
/// toasty! { pub model Word { id: u64 [key, auto], text: String } }
///
/// # fn main() -> toasty_dsl::Result<()> {
/// let word = BelongsTo::loaded(Word { id: 1, text: "toast".into() });
/// assert_eq!(word.get()?.text, "toast");
/// assert_eq!(BelongsTo::<Word>::default().get().unwrap_err().kind(), ErrorKind::Unloaded);
/// # Ok(())
/// # }
/// ```
pub struct BelongsTo<T>(State<T>);

enum State<T> {
    Unloaded(Origin),
    Loaded(Content<T>),
    Missing(Origin),
}

impl<T: Model> BelongsTo<T> {
    /// Loaded, with this row.
    pub fn loaded(row: T) -> Self {
        BelongsTo(State::Loaded(Content::new(row)))
    }

    pub(super) fn missing(origin: Origin) -> Self {
        BelongsTo(State::Missing(origin))
    }

    /// The row.
    ///
    /// # Errors
    /// `Unloaded`, naming the include; `NotFound` where it was looked for and is not there.
    pub fn get(&self) -> Result<&T> {
        match &self.0 {
            State::Loaded(row) => row.get().ok_or_else(|| Origin::NONE.unloaded()),
            State::Unloaded(origin) => Err(origin.unloaded()),
            State::Missing(origin) => Err(origin.missing()),
        }
    }

    /// The row, taken out.
    ///
    /// # Errors
    /// As [`BelongsTo::get`].
    pub fn into_row(self) -> Result<T> {
        match self.0 {
            State::Loaded(row) => row.take().ok_or_else(|| Origin::NONE.unloaded()),
            State::Unloaded(origin) => Err(origin.unloaded()),
            State::Missing(origin) => Err(origin.missing()),
        }
    }

    /// Whether it was loaded.
    pub fn is_loaded(&self) -> bool {
        matches!(self.0, State::Loaded(_))
    }
}

/// Not loaded, and made by hand.
impl<T> Default for BelongsTo<T> {
    fn default() -> Self {
        BelongsTo(State::Unloaded(Origin::NONE))
    }
}

impl<T: Model + Clone> Clone for BelongsTo<T> {
    fn clone(&self) -> Self {
        BelongsTo(match &self.0 {
            State::Unloaded(origin) => State::Unloaded(*origin),
            State::Missing(origin) => State::Missing(*origin),
            State::Loaded(row) => State::Loaded(row.clone()),
        })
    }
}

/// Equal when both are unloaded, or both are loaded with equal rows.
impl<T: Model + PartialEq> PartialEq for BelongsTo<T> {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (State::Loaded(a), State::Loaded(b)) => a.get() == b.get(),
            (State::Loaded(_), _) | (_, State::Loaded(_)) => false,
            _ => true,
        }
    }
}

impl<T: Model + Eq> Eq for BelongsTo<T> {}

impl<T: Model + fmt::Debug> fmt::Debug for BelongsTo<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            State::Unloaded(_) => f.write_str("Unloaded"),
            State::Missing(_) => f.write_str("Missing"),
            State::Loaded(row) => match row.get() {
                Some(row) => row.fmt(f),
                None => f.write_str("Missing"),
            },
        }
    }
}

impl<T: Model + fmt::Debug> FieldType for BelongsTo<T> {
    const KIND: FieldKind = FieldKind::Relation(RelationDef::to(
        RelationKind::BelongsTo { optional: false },
        || T::DEF,
        T::NAME,
        T::MODULE,
    ));
    const TARGET: Option<&'static ModelDef> = Some(T::DEF);

    #[inline]
    fn read(row: &mut RowReader<'_>) -> Result<Self> {
        let (model, field) = row.place();
        Ok(BelongsTo(State::Unloaded(Origin::new(model, field))))
    }

    fn write(&self, _: &mut Vec<Value>) -> Result<(), Refusal> {
        Ok(())
    }

    fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl<T: Model + fmt::Debug> FieldType for Option<BelongsTo<T>> {
    const KIND: FieldKind = FieldKind::Relation(RelationDef::to(
        RelationKind::BelongsTo { optional: true },
        || T::DEF,
        T::NAME,
        T::MODULE,
    ));
    const TARGET: Option<&'static ModelDef> = Some(T::DEF);

    fn read(row: &mut RowReader<'_>) -> Result<Self> {
        let (model, field) = row.place();
        let none = match model.belongs_to(field) {
            Some(def) => def
                .on
                .as_slice()
                .iter()
                .any(|field| row.any_null(model.columns_of(*field))),
            None => false,
        };
        Ok(if none {
            None
        } else {
            Some(BelongsTo(State::Unloaded(Origin::new(model, field))))
        })
    }

    fn write(&self, _: &mut Vec<Value>) -> Result<(), Refusal> {
        Ok(())
    }

    fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
