//! The rows of SQL of the user's own.

use crate::association::Asked;
use crate::error::{DecodeError, Error, ErrorKind, Result};
use crate::field::{FieldType, Model, RowReader, View, view_columns};
use crate::query::run::{AnySink, Decoded, Executor, RowStream, only};
use crate::query::{BatchPart, Pending, Single, each_tuple, sealed};
use crate::schema::{FieldKind, ModelDef};
use crate::statement::{SQL, Statement};
use crate::value::{Cell, ColumnType, Params, Row};
use crate::write::IntoStatement;

/// A row of SQL as a tuple of up to twelve columns. Nothing implements it by hand.
#[diagnostic::on_unimplemented(
    message = "a row of SQL cannot be read as `{Self}`",
    label = "no tuple of columns",
    note = "give a tuple with one type a column, also for a single one: `.as_rows::<(String, Option<i64>)>()`, \
            `.as_rows::<(i64,)>()`; instances of a model come by `.as_model::<User>()`"
)]
pub trait SqlRow: Sized + Send + 'static {
    /// Reads it.
    #[doc(hidden)]
    fn decode(row: &dyn Row) -> Result<Self>;

    /// The types of its columns; text for what is no column.
    #[doc(hidden)]
    fn types() -> Vec<ColumnType>;
}

macro_rules! tuples {
    ($( ($($cell:ident)+) )*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($cell: FieldType + Send),+> SqlRow for ($($cell,)+) {
            fn decode(row: &dyn Row) -> Result<Self> {
                let mut reader = RowReader::new(row, &SQL);
                let read = ($($cell::read(&mut reader)?,)+);
                reader.end()?;
                Ok(read)
            }

            fn types() -> Vec<ColumnType> {
                vec![$(type_of::<$cell>()),+]
            }
        }
    )* };
}

each_tuple!(tuples);

fn type_of<T: FieldType>() -> ColumnType {
    match T::KIND {
        FieldKind::Column { ty, .. } => ty,
        FieldKind::Embed(_) | FieldKind::Relation(_) => ColumnType::Text,
    }
}

/// Reads an instance whose columns stand in whichever order.
pub(crate) fn decode_model<M: Model>(row: &dyn Row) -> Result<M> {
    let row = ByName { row, model: M::DEF };
    for index in 0..M::DEF.columns.len() {
        row.place(index)?;
    }
    M::decode(&mut RowReader::new(&row, M::DEF))
}

/// Reads a view whose columns stand in whichever order.
pub(crate) fn decode_view_by_name<V: View>(row: &dyn Row) -> Result<V> {
    let model = V::Model::DEF;
    let row = ByName { row, model };
    for column in view_columns::<V>() {
        row.place(column.into())?;
    }
    V::decode(&mut RowReader::new(&row, model))
}

/// A row with its columns in the order of a model.
struct ByName<'a> {
    row: &'a dyn Row,
    model: &'static ModelDef,
}

impl ByName<'_> {
    /// Where the model's column stands: mostly where the model has it.
    fn place(&self, index: usize) -> Result<usize> {
        let Some(column) = self.model.columns.get(index) else {
            return Ok(index);
        };
        let name = column.name();
        if self.row.name(index) == Some(&name) {
            return Ok(index);
        }
        (0..)
            .map_while(|place| self.row.name(place))
            .position(|other| other == name)
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::Decode,
                    format!("the rows of the SQL have no column \"{name}\""),
                )
                .on_model(self.model.name)
                .on_fields([column.path().join(".")])
                .with_advice("name every column of the model, or read tuples by `.as_rows()`")
            })
    }
}

impl Row for ByName<'_> {
    fn cell(&self, index: usize) -> Result<Cell<'_>, DecodeError> {
        self.row.cell(self.place(index).unwrap_or(index))
    }
}

/// SQL of the user's own whose rows are read as `R`.
#[must_use = "nothing is sent until `.all(&db)` or another last word is awaited"]
pub struct SqlRows<R> {
    parts: Result<(Statement, Params)>,
    decode: fn(&dyn Row) -> Result<R>,
}

impl<R: Send + 'static> SqlRows<R> {
    pub(crate) fn new(
        parts: Result<(Statement, Params)>,
        decode: fn(&dyn Row) -> Result<R>,
    ) -> Self {
        SqlRows { parts, decode }
    }

    async fn rows(self, on: &impl Executor, at_most: Option<usize>) -> Result<Vec<R>> {
        let (statement, params) = self.parts?;
        let sink = Decoded::new(at_most, self.decode);
        Ok(on.fetch(statement, params, sink).await?.rows)
    }

    /// All rows.
    ///
    /// # Errors
    /// `Decode` where a row is not of this form; `Unsupported` on DynamoDB; those of the database.
    pub async fn all(self, on: &impl Executor) -> Result<Vec<R>> {
        self.rows(on, None).await
    }

    /// The first row, if there is any. Nothing is added to the text: a `limit` in it keeps the database from finding more.
    ///
    /// # Errors
    /// As [`SqlRows::all`].
    pub async fn first(self, on: &impl Executor) -> Result<Option<R>> {
        Ok(self.rows(on, Some(1)).await?.pop())
    }

    /// The only row.
    ///
    /// # Errors
    /// `NotFound` where there is none, `TooManyRows` where there are several; as [`SqlRows::all`].
    pub async fn one(self, on: &impl Executor) -> Result<R> {
        let model = self
            .parts
            .as_ref()
            .map_or(SQL.name, |(s, _)| s.model().0.name);
        only(self.rows(on, Some(2)).await?, model)
    }

    /// The rows one after the other, in constant memory; the stream holds a connection until it is at its end or dropped.
    /// On PostgreSQL the text has to be one that a cursor can have: a `SELECT`, `VALUES` or `TABLE`.
    #[track_caller]
    pub fn stream(self, on: &impl Executor) -> RowStream<R> {
        match self.parts {
            Ok((statement, params)) => on.stream(statement, params, self.decode),
            Err(error) => RowStream::failed(error),
        }
    }
}

impl<R> IntoStatement for SqlRows<R> {
    fn into_statement(self) -> Result<(Statement, Params)> {
        self.parts
    }
}

impl<R: Send + 'static> sealed::Part for SqlRows<R> {}

impl<R: Send + 'static> BatchPart for SqlRows<R> {
    type Output = Vec<R>;

    fn begin(self, asked: &mut Vec<Asked>) -> Result<Box<dyn Pending<Vec<R>>>> {
        let (statement, params) = self.parts?;
        let one = Asked {
            statement,
            params,
            sink: Some(AnySink::new(Decoded::new(None, self.decode))),
        };
        Ok(Single::begin(Some(one), asked, |answer| match answer {
            Some(answer) => Ok(answer.into_sink::<Decoded<R>>()?.rows),
            None => Ok(Vec::new()),
        }))
    }
}
