//! What an update sets, said by the fields themselves: `post.views.to(post.views + 1)`.
//!
//! Promises: what is set is of the type of the field; a part of an embedded value is set by itself, and the others stay. Must not
//! know: what an update is of.

use super::input::{Input, Slots};
use super::update::Update;
use crate::field::{Field, FieldType, Model};
use crate::query::each_tuple;
use crate::schema::{FieldKind, count_columns};

/// A field of model `M` with what it is set to.
#[must_use = "give it to `.assign(|row| …)` of an update"]
pub struct Assignment<M, T, V> {
    field: Field<M, T>,
    /// How many columns it has
    width: usize,
    value: V,
    /// Fills them. A pointer: that the value fits is asked once, of who gives it.
    fill: fn(V, &mut Slots<'_>),
}

/// # Setting
impl<M: Model, T: FieldType> Field<M, T> {
    /// The field with what it is set to, for `.assign(|row| …)` of an update: a value, another field, or what is computed from
    /// the row as it was.
    ///
    /// ```
    /// use toasty_dsl::toasty;
    ///
    /// toasty! {
    ///     pub model Post { id: u64 [key, auto], title: String, views: i64, place: Place }
    ///     pub embed Place { street: String, city: String }
    /// }
    ///
    /// # fn main() {
    /// let update = Post::update_by_id(7u64)
    ///     .assign(|post| (post.views.to(post.views + 1), post.place.city.to("Basel")))
    ///     .title("News");
    /// # let _ = update;
    /// # }
    /// ```
    pub fn to<V: Input<T>>(self, value: V) -> Assignment<M, T, V> {
        let width = match T::KIND {
            FieldKind::Column { .. } => 1,
            FieldKind::Embed(embed) => count_columns(embed.fields),
            // The update says what to do instead.
            FieldKind::Relation(_) => 0,
        };
        Assignment {
            field: self,
            width,
            value,
            fill: V::fill,
        }
    }
}

/// What `.assign(|row| …)` sets: a field with its value, or a tuple of up to twelve. Nothing implements it by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` sets no field of `{M}`",
    label = "expected fields of `{M}` with what they are set to",
    note = "name a field of the model and what it is set to, or several in a tuple: \
            `.assign(|post| (post.views.to(post.views + 1), post.title.to(\"News\")))`"
)]
pub trait Assignments<M: Model> {
    /// Sets them, one after the other: of what is set twice the later stays.
    #[doc(hidden)]
    fn apply(self, update: &mut Update<M>);
}

#[diagnostic::do_not_recommend]
impl<M: Model, T, V> Assignments<M> for Assignment<M, T, V> {
    fn apply(self, update: &mut Update<M>) {
        let first = self.field.column_number();
        let end = u16::try_from(self.width).map_or(first, |width| first + width);
        let (fill, value) = (self.fill, self.value);
        update.set_columns(self.field.field_number(), first..end, |slots| {
            fill(value, slots);
        });
    }
}

macro_rules! tuples {
    ($( ($($one:ident)+) )*) => { $(
        #[diagnostic::do_not_recommend]
        impl<M: Model, $($one: Assignments<M>),+> Assignments<M> for ($($one,)+) {
            #[allow(non_snake_case, reason = "a variable for each type, by its name")]
            fn apply(self, update: &mut Update<M>) {
                let ($($one,)+) = self;
                $( $one.apply(update); )+
            }
        }
    )* };
}

each_tuple!(tuples);
