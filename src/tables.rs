//! Tables for the models: a new database's first step.

use crate::Db;
use crate::db::with_engine;
use toasty_contract::{Access, Connection};
use toasty_dsl::schema::{ModelDef, models};
use toasty_dsl::{Error, ErrorKind, Result};

impl Db {
    /// Creates the tables, indexes and foreign keys of every model of the program, in one transaction.
    ///
    /// Models register themselves: there is no list to keep.
    ///
    /// # Errors
    /// `Schema` where two models share a table, a name cannot be one, or a table is there already.
    ///
    /// ```standalone_crate
    /// # use toasty::{create, toasty};
    /// toasty! { pub model Note { id: u64 [key, auto], text: String } }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toasty::Result<()> {
    /// let db = toasty::connect_with(toasty::Config::sqlite_in_memory()).await?;
    /// db.create_tables().await?;
    /// create!(Note { text: "Buy flour" }).exec(&db).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create_tables(&self) -> Result<()> {
        self.create_tables_of(&models()).await
    }

    /// Creates the tables of these models only. They must include those that they refer to.
    ///
    /// # Errors
    /// As [`Db::create_tables`].
    ///
    /// ```
    /// use toasty::Model;
    /// # use toasty::toasty;
    /// # toasty! { pub model Note { id: u64 [key, auto], text: String } }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toasty::Result<()> {
    /// # let db = toasty::connect_with(toasty::Config::sqlite_in_memory()).await?;
    /// db.create_tables_of(&[Note::DEF]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create_tables_of(&self, models: &[&'static ModelDef]) -> Result<()> {
        check_shared_tables(models)?;
        with_engine!(&self.engine, engine => {
            let mut lease = engine.lasting(Access::Write, None).await?;
            let connection = lease.connection()?;
            let created = connection.create_tables(models).await;
            // It is no part of what the next statement costs.
            let cost = connection.take_cost();
            if let Some(meter) = &self.meter {
                meter.add_more(0, &cost);
            }
            match created {
                Ok(()) => lease.finish(),
                Err(_) => drop(lease),
            }
            created.map_err(|error| on_its_model(error, models))
        })
    }

    /// Runs SQL of your own, several statements at once, outside any model. What it says is up to you: it is not checked,
    /// it can hold no values, and it must not leave a transaction open.
    ///
    /// # Errors
    /// Those of the database.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toasty::Result<()> {
    /// # let db = toasty::connect_with(toasty::Config::sqlite_in_memory()).await?;
    /// db.run_sql("CREATE TABLE visit (at TEXT NOT NULL) STRICT; CREATE INDEX visit_at ON visit (at)").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run_sql(&self, text: &'static str) -> Result<()> {
        with_engine!(&self.engine, engine => {
            let mut lease = engine.lasting(Access::Write, None).await?;
            lease.connection()?.run_text(text).await
        })
    }
}

/// Databases name the table that is there already in their own words only: which model it is of has to be read off them.
#[cold]
fn on_its_model(error: Error, models: &[&'static ModelDef]) -> Error {
    let named = |model: &&&'static ModelDef| {
        let table = model.table_name().to_string();
        error.server_detail().is_some_and(|said| {
            said.split(|letter: char| letter.is_whitespace() || letter == '"')
                .any(|word| word == table)
        })
    };
    match models.iter().find(named) {
        Some(model) if error.kind() == ErrorKind::Schema && error.model().is_none() => {
            error.on_model(model.name)
        }
        Some(_) | None => error,
    }
}

fn check_shared_tables(models: &[&'static ModelDef]) -> Result<()> {
    for (number, model) in models.iter().enumerate() {
        let table = model.table_name().to_string();
        if let Some(other) = models[..number]
            .iter()
            .find(|other| other.table_name().to_string().eq_ignore_ascii_case(&table))
        {
            return Err(Error::new(ErrorKind::Schema, format!("the model has the same table as `{}` in `{}`: {table:?}", other.name, other.module))
                .on_model(model.name)
                .with_advice("give one of them another by `[table(\"…\")]`, or create the tables by `create_tables_of`"));
        }
    }
    Ok(())
}
