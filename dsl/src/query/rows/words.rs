//! The last words of a query as parts of a batch: what it gives is said, and it is not run yet.

use super::select::Query;
use crate::association::{Asked, Include};
use crate::error::Result;
use crate::field::Model;
use crate::query::run::{AnySink, BatchPart, One, Pending, Single, instances, only, sealed};
use crate::query::values::{count_of, unordered};
use crate::statement::{Output, Select, Statement};
use crate::value::{Params, Scalar};

/// A query that gives something else than all of its rows, as a part of a batch.
#[must_use = "a query does nothing until the batch that it is a part of is run"]
pub struct RowsAsked<M, O> {
    parts: Result<(Select, Params, Vec<Include<M>>)>,
    at_most: usize,
    end: fn(Vec<M>) -> Result<O>,
}

/// A query that gives one value, as a part of a batch.
#[must_use = "a query does nothing until the batch that it is a part of is run"]
pub struct ValueAsked<T> {
    parts: Result<(Select, Params)>,
    /// What it gives where no row can be found, so that nobody has to be asked.
    of_none: T,
}

/// # In a batch
///
/// What a part of [`batch`](crate::query::Batch) gives: a query by itself gives all of its rows.
impl<M: Model, S> Query<M, S> {
    /// The first row, if there is any: as [`Query::first`], in a batch.
    pub fn into_first(mut self) -> RowsAsked<M, Option<M>> {
        self.bound(1);
        RowsAsked {
            parts: self.into_parts(),
            at_most: 1,
            end: |mut rows| Ok(rows.pop()),
        }
    }

    /// The only row: as [`Query::one`], in a batch.
    pub fn into_one(mut self) -> RowsAsked<M, M> {
        self.bound(2);
        RowsAsked {
            parts: self.into_parts(),
            at_most: 2,
            end: |rows| only(rows, M::DEF.name),
        }
    }

    /// How many rows there are: as [`Query::count`], in a batch.
    pub fn into_count(self) -> ValueAsked<u64> {
        ValueAsked {
            parts: self.counting(),
            of_none: 0,
        }
    }

    /// Whether there is any row: as [`Query::exists`], in a batch.
    pub fn into_exists(self) -> ValueAsked<bool> {
        ValueAsked {
            parts: self.existing(),
            of_none: false,
        }
    }

    /// The statement that counts its rows.
    pub(crate) fn counting(self) -> Result<(Select, Params)> {
        let (select, params, _) = self.into_parts()?;
        Ok(count_of(select, params))
    }

    /// The statement that says whether there is any row.
    pub(crate) fn existing(self) -> Result<(Select, Params)> {
        let (mut select, mut params, _) = self.into_parts()?;
        select.output = Output::Exists;
        if !select.offset {
            unordered(&mut select, &mut params);
        }
        Ok((select, params))
    }
}

impl<M: Model, O: Send + 'static> sealed::Part for RowsAsked<M, O> {}

impl<M: Model, O: Send + 'static> BatchPart for RowsAsked<M, O> {
    type Output = O;

    fn begin(self, asked: &mut Vec<Asked>) -> Result<Box<dyn Pending<O>>> {
        Ok(instances(self.parts?, Some(self.at_most), self.end, asked))
    }
}

impl<T: Scalar> sealed::Part for ValueAsked<T> {}

impl<T: Scalar> BatchPart for ValueAsked<T> {
    type Output = T;

    fn begin(self, asked: &mut Vec<Asked>) -> Result<Box<dyn Pending<T>>> {
        let (select, params) = self.parts?;
        if select.filter.known() == Some(false) {
            let of_none = self.of_none;
            return Ok(Single::begin(None, asked, |_| Ok(of_none)));
        }
        let model = select.model.name;
        let one = Asked {
            statement: Statement::Select(select),
            params,
            sink: Some(AnySink::new(One::<T>::new())),
        };
        Ok(Single::begin(
            Some(one),
            asked,
            move |answer| match answer {
                Some(answer) => answer.into_sink::<One<T>>()?.end(model),
                None => One::new().end(model),
            },
        ))
    }
}
