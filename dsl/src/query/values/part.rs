//! A query for values as a part of a batch, and again.

use super::selection::Selection;
use crate::association::Asked;
use crate::error::Result;
use crate::field::Model;
use crate::query::run::{AnySink, BatchPart, Decoded, Pending, Single, sealed};
use crate::statement::Statement;

impl<M: Model, T: Send + 'static> sealed::Part for Selection<M, T> {}

impl<M: Model, T: Send + 'static> BatchPart for Selection<M, T> {
    type Output = Vec<T>;

    fn begin(self, asked: &mut Vec<Asked>) -> Result<Box<dyn Pending<Vec<T>>>> {
        let taken = self.into_asked()?;
        let one = taken.map(|(select, params, decode)| Asked {
            statement: Statement::Select(select),
            params,
            sink: Some(AnySink::new(Decoded::new(None, decode))),
        });
        Ok(Single::begin(one, asked, |answer| match answer {
            Some(answer) => Ok(answer.into_sink::<Decoded<T>>()?.rows),
            None => Ok(Vec::new()),
        }))
    }
}
