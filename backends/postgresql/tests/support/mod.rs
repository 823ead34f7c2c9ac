//! A connection on which queries of the language can be run, in a schema of its own.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test fails by a panic, in its support too, where clippy.toml does not reach"
)]

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use toasty_contract::{Access, Backend, Connection};
use toasty_dsl::query::{
    Answer, Executor, ExecutorObject, Future, Independent, Outcome, RowStream, RunNested, Sink,
};
use toasty_dsl::schema::ModelDef;
use toasty_dsl::value::Row;
use toasty_dsl::{Error, Params, Result, Statement};
use toasty_postgresql::{Password, Postgresql, PostgresqlConnection, PostgresqlPrepared, Settings};
use tokio::sync::{Mutex, MutexGuard};
use tokio_postgres::config::Host;

/// The settings of the server that the tests share.
pub(crate) fn settings() -> Settings {
    let config = tokio_postgres::Config::from_str(toasty_test_servers::postgresql()).unwrap();
    let host = match &config.get_hosts()[0] {
        Host::Tcp(host) => host.clone(),
        Host::Unix(folder) => folder.display().to_string(),
    };
    Settings {
        host,
        port: config.get_ports().first().copied().unwrap_or(5432),
        user: config.get_user().unwrap().to_owned(),
        password: config
            .get_password()
            .map(|password| Password::from(std::str::from_utf8(password).unwrap())),
        database: config.get_dbname().unwrap().to_owned(),
        ..Settings::default()
    }
}

/// One connection, in a schema of its own.
pub(crate) struct Lone {
    pub(crate) backend: Arc<Postgresql>,
    connection: Arc<Mutex<PostgresqlConnection>>,
    prepared: std::sync::Mutex<HashMap<Statement, Arc<PostgresqlPrepared>>>,
}

impl Lone {
    /// With the tables of these models.
    pub(crate) async fn with(models: &[&'static ModelDef]) -> Lone {
        Lone::with_settings(models, settings()).await
    }

    pub(crate) async fn with_settings(models: &[&'static ModelDef], settings: Settings) -> Lone {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let schema = format!(
            "lone {} {}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let mut first = Postgresql::new(settings.clone())
            .connect(Access::Write)
            .await
            .unwrap();
        first
            .run_text(&format!("CREATE SCHEMA \"{schema}\""))
            .await
            .unwrap();
        let settings = Settings {
            schema: Some(schema),
            ..settings
        };
        let lone = Lone::open(settings).await;
        lone.lock().await.create_tables(models).await.unwrap();
        lone
    }

    pub(crate) async fn open(settings: Settings) -> Lone {
        let backend = Postgresql::new(settings);
        let connection = backend.connect(Access::Write).await.unwrap();
        Lone {
            backend: Arc::new(backend),
            connection: Arc::new(Mutex::new(connection)),
            prepared: std::sync::Mutex::default(),
        }
    }

    /// Another connection to the same tables.
    pub(crate) async fn another(&self) -> Lone {
        let connection = self.backend.connect(Access::Write).await.unwrap();
        Lone {
            backend: Arc::clone(&self.backend),
            connection: Arc::new(Mutex::new(connection)),
            prepared: std::sync::Mutex::default(),
        }
    }

    pub(crate) async fn lock(&self) -> MutexGuard<'_, PostgresqlConnection> {
        self.connection.lock().await
    }

    pub(crate) fn prepare(&self, statement: &Statement) -> Result<Arc<PostgresqlPrepared>> {
        let mut all = self.prepared.lock().unwrap();
        if let Some(prepared) = all.get(statement) {
            return Ok(Arc::clone(prepared));
        }
        let prepared = Arc::new(self.backend.prepare(statement)?);
        all.insert(statement.clone(), Arc::clone(&prepared));
        Ok(prepared)
    }
}

impl Executor for Lone {
    async fn fetch<S: Sink>(&self, statement: Statement, params: Params, sink: S) -> Result<S> {
        let prepared = self.prepare(&statement)?;
        self.lock().await.fetch(&prepared, params, sink).await
    }

    async fn execute(&self, statement: Statement, params: Params) -> Result<Outcome> {
        let prepared = self.prepare(&statement)?;
        self.lock().await.execute(&prepared, params).await
    }

    fn stream<T: Send + 'static>(
        &self,
        statement: Statement,
        params: Params,
        decode: fn(&dyn Row) -> Result<T>,
    ) -> RowStream<T> {
        let (connection, prepared) = (Arc::clone(&self.connection), self.prepare(&statement));
        RowStream::starting(async move {
            let stream = connection
                .lock()
                .await
                .stream(&prepared?, params, decode)
                .await;
            let held: Box<dyn std::any::Any + Send> = Box::new(());
            Ok((stream, held))
        })
    }

    fn atomically<'a, T: Send + 'a>(&'a self, _: RunNested<'a, T>) -> Future<'a, Result<T>> {
        Box::pin(async { Err(Error::unsupported("nested rows here", "")) })
    }

    fn as_of_one_moment<'a, T: Send + 'a>(
        &'a self,
        _: Option<&'static str>,
        _: RunNested<'a, T>,
    ) -> Future<'a, Result<T>> {
        Box::pin(async { Err(Error::unsupported("reads as of one moment here", "")) })
    }

    fn object(&self) -> &dyn ExecutorObject {
        self
    }
}

impl ExecutorObject for Lone {
    fn each_together<'a>(
        &'a self,
        statements: Vec<Independent<Statement>>,
    ) -> Future<'a, Result<Vec<Result<Answer>>>> {
        Box::pin(async move {
            let asked = statements
                .into_iter()
                .map(|each| each.try_map(|statement| self.prepare(&statement)))
                .collect::<Result<Vec<_>>>()?;
            Ok(self.lock().await.together(asked).await)
        })
    }

    fn keeps_each(&self) -> bool {
        true
    }

    fn execute_boxed<'a>(
        &'a self,
        statement: Statement,
        params: Params,
    ) -> Future<'a, Result<Outcome>> {
        Box::pin(self.execute(statement, params))
    }

    fn association_batch(&self) -> usize {
        1000
    }

    fn cursor_key(&self) -> Option<&toasty_dsl::cursor::CursorKey> {
        None
    }
}
