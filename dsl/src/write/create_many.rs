//! Many new rows.

use super::builder::Builder;
use super::create::{Create, instances};
use crate::error::{Error, Result};
use crate::field::Model;
use crate::query::{Executor, Outcome};
use crate::schema::ModelRef;
use crate::statement::{Allowed, Insert, Statement};
use crate::value::{Params, Progress, Watcher};

/// Many new rows of one model, written in one transaction: all of them, or none.
///
/// One statement shape serves any number of rows; a backend with a limit on values sends them in chunks.
#[must_use = "nothing is written until `.exec(&db)` is awaited"]
pub struct CreateMany<M> {
    rows: Result<Values>,
    allowed: Allowed,
    watcher: Option<Watcher>,
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
            watcher: None,
            model: std::marker::PhantomData,
        }
    }

    /// May be written in several steps, where the backend cannot write so many rows as one: DynamoDB takes a hundred. A
    /// failure then leaves a part of them written; the error has the kind `Partial` and says how many.
    pub fn in_chunks(mut self) -> Self {
        self.allowed.chunks = true;
        self
    }

    /// Tells a function how far the rows have come: after every slice of them, or request, and at the end. It runs in between, so
    /// it should be short; how often it is told is up to the database.
    ///
    /// In a `toasty::batch` or `atomic` it is told only where the database takes the rows in slices.
    pub fn on_progress(mut self, tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.watcher = Some(Watcher::new(tell));
        self
    }

    /// Writes the rows, and says how many they were.
    ///
    /// # Errors
    /// As [`Create::exec`]; nothing is written then.
    pub async fn exec(self, on: &impl Executor) -> Result<u64> {
        let Some(done) = self.run(false, on).await? else {
            return Ok(0);
        };
        Ok(done.affected)
    }

    /// Writes the rows, and gives them back as they were stored, in their order, with their defaults and the keys that the
    /// database made.
    ///
    /// # Errors
    /// As [`Create::exec`]; nothing is written then.
    pub async fn returning(self, on: &impl Executor) -> Result<Vec<M>> {
        let auto = matches!(
            &self.rows,
            Ok(Values {
                auto: Some(true),
                ..
            })
        );
        match self.run(true, on).await? {
            Some(done) => instances(auto, &done),
            None => Ok(Vec::new()),
        }
    }

    async fn run(self, returning: bool, on: &impl Executor) -> Result<Option<Outcome>> {
        let rows = self.rows?;
        if rows.count == 0 {
            return Ok(None);
        }
        let total = u64::try_from(rows.count).unwrap_or(u64::MAX);
        let watcher = self.watcher.clone();
        let (statement, params) = parts::<M>(rows, returning, self.allowed, self.watcher);
        let done = on.execute(statement, params).await?;
        if let Some(watcher) = watcher {
            watcher.end(total);
        }
        Ok(Some(done))
    }

    /// The statement without its values, and the values, one row after the other.
    ///
    /// # Errors
    /// As [`Create::exec`], before anything is sent.
    pub fn statement(self) -> Result<(Statement, Params)> {
        Ok(parts::<M>(self.rows?, false, self.allowed, self.watcher))
    }
}

fn parts<M: Model>(
    mut rows: Values,
    returning: bool,
    allowed: Allowed,
    watcher: Option<Watcher>,
) -> (Statement, Params) {
    if let Some(watcher) = watcher {
        rows.params.watch(watcher);
    }
    let auto = rows.auto.unwrap_or(false);
    let insert = Insert {
        model: ModelRef(M::DEF),
        auto,
        // Else all that comes back was sent.
        returning: returning && auto,
        conflict: None,
        allowed,
    };
    (Statement::Insert(insert), rows.params)
}
