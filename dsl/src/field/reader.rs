//! The reader that walks the columns of one row in the order of the model's fields.

use crate::error::{DecodeError, Error, ErrorKind, Result};
use crate::schema::ModelDef;
use crate::value::{Cell, Row, Scalar};

/// Walks the columns of a row in the order of the model's fields.
pub struct RowReader<'row> {
    row: &'row dyn Row,
    model: &'static ModelDef,
    column: usize,
    field: u16,
}

impl<'row> RowReader<'row> {
    /// A reader at the first column of a row.
    #[inline]
    pub fn new(row: &'row dyn Row, model: &'static ModelDef) -> Self {
        RowReader {
            row,
            model,
            column: 0,
            field: 0,
        }
    }

    /// The next column.
    ///
    /// # Errors
    /// `DecodeError` when the row ends early.
    #[inline]
    pub fn next_cell(&mut self) -> Result<Cell<'row>, DecodeError> {
        // Counted before it is read, so that an error names this column and not the one before it.
        self.column += 1;
        self.row.cell(self.column - 1)
    }

    /// Whether any of these columns of the model is NULL.
    pub(crate) fn any_null(&self, columns: impl IntoIterator<Item = u16>) -> bool {
        columns
            .into_iter()
            .any(|column| matches!(self.row.cell(column.into()), Ok(Cell::Null)))
    }

    /// The next scalar.
    ///
    /// # Errors
    /// `Decode`, naming model and column.
    #[inline]
    pub fn scalar<T: Scalar>(&mut self) -> Result<T> {
        match self.next_cell().and_then(T::decode) {
            Ok(value) => Ok(value),
            Err(why) => Err(self.wrong(why)),
        }
    }

    /// The next scalar, or none where the column is NULL.
    ///
    /// # Errors
    /// `Decode`, naming model and column.
    #[inline]
    pub fn nullable<T: Scalar>(&mut self) -> Result<Option<T>> {
        let read = match self.next_cell() {
            Ok(Cell::Null) => return Ok(None),
            Ok(cell) => T::decode(cell),
            Err(why) => Err(why),
        };
        match read {
            Ok(value) => Ok(Some(value)),
            Err(why) => Err(self.wrong(why)),
        }
    }

    /// Nothing is left to be read.
    ///
    /// # Errors
    /// `Decode`, where the row goes on.
    pub(crate) fn end(&self) -> Result<()> {
        match self.row.name(self.column) {
            None => Ok(()),
            Some(_) => Err(self.longer()),
        }
    }

    #[cold]
    fn longer(&self) -> Error {
        let read = self.column;
        Error::new(
            ErrorKind::Decode,
            format!("the row has more columns than the {read} that are read"),
        )
        .on_model(self.model.name)
        .with_advice("name in the SQL those that are read, or read all of them")
    }

    #[cold]
    fn wrong(&self, why: DecodeError) -> Error {
        let at = self.column.saturating_sub(1);
        let column = self.model.columns.get(at).map_or_else(
            || match self.row.name(at) {
                Some(name) => name.to_owned(),
                None => format!("column {at}"),
            },
            |column| column.name(),
        );
        why.on(self.model.name, column)
    }

    /// The next field of the model; relations learn by it where they stand.
    ///
    /// # Errors
    /// Those of `read`.
    #[inline]
    pub fn field<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.field += 1;
        read(self)
    }

    /// Goes to a field, whose first column is this one.
    pub(super) fn seek(&mut self, column: u16, field: u16) {
        (self.column, self.field) = (column.into(), field);
    }

    /// The model and the number of the field that is read now.
    #[inline]
    pub(crate) fn place(&self) -> (&'static ModelDef, u16) {
        (self.model, self.field.saturating_sub(1))
    }
}
