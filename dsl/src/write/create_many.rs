//! Many new rows.

use super::builder::Builder;
use super::create::Create;
use crate::error::{Error, Result};
use crate::field::Model;
use crate::query::Executor;
use crate::schema::ModelRef;
use crate::statement::{Allowed, Insert, Statement};
use crate::value::Params;

/// Many new rows of one model, written in one transaction: all of them, or none.
///
/// One statement shape serves any number of rows; a backend with a limit on values sends them in chunks.
#[must_use = "nothing is written until `.exec(&db)` is awaited"]
pub struct CreateMany<M> {
    rows: Result<Values>,
    allowed: Allowed,
    model: std::marker::PhantomData<fn() -> M>,
}

#[derive(Default)]
struct Values {
    params: Params,
    count: usize,
    auto: Option<bool>,
}

impl<M: Model> CreateMany<M> {
    /// These rows.
    pub fn new<C: Builder<Inner = Create<M>>>(rows: impl IntoIterator<Item = C>) -> Self {
        let rows = rows.into_iter();
        let mut values = Values {
            params: Params::with_capacity(rows.size_hint().0.saturating_mul(M::DEF.columns.len())),
            ..Values::default()
        };
        let fill = || -> Result<()> {
            for row in rows {
                let row: Create<M> = row.into_inner();
                if row.has_nested() {
                    return Err(Error::unsupported(
                        "rows with nested rows in `create_many`",
                        "create them one by one in a transaction",
                    )
                    .on_model(M::DEF.name));
                }
                let auto = row.resolve(&mut values.params)?;
                if *values.auto.get_or_insert(auto) != auto {
                    return Err(Error::unsupported(
                        "rows with a key of their own beside rows whose key the database makes",
                        "write them by two calls",
                    )
                    .on_model(M::DEF.name));
                }
                if values.params.is_empty() {
                    return Err(Error::unsupported(
                        "`create_many` of a model that has no field but its key",
                        "create the rows one by one",
                    )
                    .on_model(M::DEF.name));
                }
                values.count += 1;
            }
            Ok(())
        };
        let filled: Result<()> = fill();
        CreateMany {
            rows: filled.map(|()| values),
            allowed: Allowed::NOTHING,
            model: std::marker::PhantomData,
        }
    }

    /// May be written in several steps, where the backend cannot write so many rows as one: DynamoDB takes a hundred. A
    /// failure then leaves a part of them written; the error has the kind `Partial` and says how many.
    pub fn in_chunks(mut self) -> Self {
        self.allowed.chunks = true;
        self
    }

    /// Writes the rows, and says how many they were.
    ///
    /// # Errors
    /// As [`Create::exec`]; nothing is written then.
    pub async fn exec(self, on: &impl Executor) -> Result<u64> {
        let rows = self.rows?;
        if rows.count == 0 {
            return Ok(0);
        }
        let (statement, params) = parts::<M>(rows, self.allowed);
        Ok(on.execute(statement, params).await?.affected)
    }

    /// The statement without its values, and the values, one row after the other.
    ///
    /// # Errors
    /// As [`Create::exec`], before anything is sent.
    pub fn statement(self) -> Result<(Statement, Params)> {
        Ok(parts::<M>(self.rows?, self.allowed))
    }
}

fn parts<M: Model>(rows: Values, allowed: Allowed) -> (Statement, Params) {
    (
        Statement::Insert(Insert {
            model: ModelRef(M::DEF),
            auto: rows.auto.unwrap_or(false),
            conflict: None,
            allowed,
        }),
        rows.params,
    )
}
