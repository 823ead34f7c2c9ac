//! What `select` takes: a field, a computed value, or a tuple of them, and how its rows are read.

use crate::error::{DecodeError, Result};
use crate::field::{Field, Model};
use crate::query::expression::{Expression, Kind, OfRow, Projected};
use crate::statement::Formula;
use crate::value::{Params, Row};

/// What a `select` takes: one value, or a tuple of up to eight. All are values of rows, or all are values of groups.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value of `{K}`",
    label = "neither grouped nor aggregated, or aggregated beside columns of single rows",
    note = "after `.group_by(|row| row.user_id)` the closure is given the group: `group.key` is what the rows are grouped by, and other columns stand in aggregates, such as `max(group.row.title)`",
    note = "without `group_by` either all values are of single rows, or all are aggregates of all rows; whole rows come where nothing is selected"
)]
pub trait Projection<M, K> {
    /// What each row becomes.
    type Output: Send + 'static;

    /// Adds the values to the list of a select.
    fn add_to(self, list: &mut Vec<Formula>, params: &mut Params);

    /// Reads the values from a row, `at` being the next column.
    ///
    /// # Errors
    /// `Decode`, naming the model.
    fn read(row: &dyn Row, at: &mut usize) -> Result<Self::Output>;
}

/// Reads the next value of a row.
#[inline]
fn next<M: Model, T: Projected>(row: &dyn Row, at: &mut usize) -> Result<T> {
    *at += 1;
    match row.cell(*at - 1).and_then(T::read) {
        Ok(value) => Ok(value),
        Err(why) => Err(wrong::<M>(why, *at)),
    }
}

#[cold]
fn wrong<M: Model>(why: DecodeError, at: usize) -> crate::Error {
    crate::Error::new(
        crate::ErrorKind::Decode,
        format!(
            "value {at} of the projection is {}, and not {}",
            why.found, why.expected
        ),
    )
    .on_model(M::DEF.name)
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: Projected> Projection<M, OfRow> for Field<M, T> {
    type Output = T;

    fn add_to(self, list: &mut Vec<Formula>, _: &mut Params) {
        list.push(Formula::Column(self.column_number()));
    }

    #[inline]
    fn read(row: &dyn Row, at: &mut usize) -> Result<T> {
        next::<M, T>(row, at)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: Projected, K: Kind> Projection<M, K> for Expression<M, T, K> {
    type Output = T;

    fn add_to(self, list: &mut Vec<Formula>, params: &mut Params) {
        let (formula, more) = self.into_parts();
        list.push(formula);
        params.append(more);
    }

    #[inline]
    fn read(row: &dyn Row, at: &mut usize) -> Result<T> {
        next::<M, T>(row, at)
    }
}

macro_rules! tuples {
    ($( ($($name:ident),+) )*) => { $(
        impl<M, K, $($name: Projection<M, K>),+> Projection<M, K> for ($($name,)+) {
            type Output = ($($name::Output,)+);

            fn add_to(self, list: &mut Vec<Formula>, params: &mut Params) {
                #[allow(non_snake_case, reason = "one name serves as type and as variable")]
                let ($($name,)+) = self;
                $( $name.add_to(list, params); )+
            }

            #[inline]
            fn read(row: &dyn Row, at: &mut usize) -> Result<Self::Output> {
                Ok(($($name::read(row, at)?,)+))
            }
        }
    )* };
}

tuples!((A)(A, B)(A, B, C)(A, B, C, D)(A, B, C, D, E)(
    A, B, C, D, E, F
)(A, B, C, D, E, F, G)(A, B, C, D, E, F, G, H));
