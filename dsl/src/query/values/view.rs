//! Queries whose rows are views.

use super::selection::Selection;
use crate::field::{Model, View, decode_view, view_columns};
use crate::query::rows::Query;
use crate::statement::{Formula, Output};
use crate::value::Params;

/// # Views
impl<M: Model, S> Query<M, S> {
    /// Some of each row's fields, as a struct that was declared for them: only their columns are read.
    ///
    /// ```
    /// use toasty_dsl::toasty;
    ///
    /// toasty! {
    ///     pub model User { id: u64 [key, auto], name: String, email: String, biography: String }
    ///
    ///     #[derive(Clone, PartialEq)]
    ///     pub view UserName of User { id: u64, name: String }
    /// }
    ///
    /// # fn main() {
    /// let names = User::filter(|user| user.email.ends_with("@example.com"))
    ///     .order_by(|user| user.name.asc())
    ///     .select_as::<UserName>();
    /// let all = UserName::all();
    /// # let _ = (names, all);
    /// # }
    /// ```
    pub fn select_as<V: View<Model = M>>(self) -> Selection<M, V> {
        let mut parts = self.into_plain();
        parts.select.output = Output::Values;
        parts.select.computing().list = view_columns::<V>().map(Formula::Column).collect();
        let mut selection =
            Selection::of_source(parts.select, Params::new(), parts.failed, decode_view::<V>);
        selection.set_values(Params::new(), parts.params, Params::new(), parts.order);
        selection.bound(parts.limit, parts.offset)
    }
}
