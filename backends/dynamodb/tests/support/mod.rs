//! A backend as something that queries run on, without pool, plan cache and log: what the whole crate puts around it is
//! tested there.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by a panic, in its helper functions too, where clippy.toml does not reach"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use toasty_contract::{Access, Backend, Connection, Cost, Prepared};
use toasty_dsl::query::{
    Answer, Executor, ExecutorObject, Future, Independent, Outcome, RowStream, RunNested, Sink,
};
use toasty_dsl::value::{Params, Row};
use toasty_dsl::{Error, ModelDef, Result, Statement};
use toasty_dynamodb::{Credentials, Dynamodb, DynamodbConnection, Scans, Settings};
use tokio::sync::Mutex;

/// DynamoDB Local, with tables of its own.
pub(crate) struct Db {
    pub(crate) backend: Dynamodb,
    pub(crate) connection: Mutex<DynamodbConnection>,
}

pub(crate) fn settings() -> Settings {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let endpoint = toasty_test_servers::dynamodb().to_owned();
    let since = std::time::UNIX_EPOCH.elapsed().expect("a clock after 1970");
    Settings {
        endpoint: Some(endpoint),
        region: Some("eu-central-1".into()),
        credentials: Some(Credentials {
            access_key_id: "test".into(),
            secret_access_key: "test".into(),
            session_token: None,
        }),
        table_prefix: format!(
            "t{}_{}_",
            since.as_nanos(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        ),
        ..Settings::default()
    }
}

impl Db {
    /// With these tables.
    pub(crate) async fn with(models: &[&'static ModelDef]) -> Db {
        Db::of(settings(), models).await
    }

    /// With these tables, and scans allowed.
    pub(crate) async fn scanning(models: &[&'static ModelDef]) -> Db {
        let settings = Settings {
            scans: Scans::Allow,
            ..settings()
        };
        Db::of(settings, models).await
    }

    pub(crate) async fn of(settings: Settings, models: &[&'static ModelDef]) -> Db {
        let backend = Dynamodb::new(settings);
        let mut connection = backend
            .connect(Access::Write)
            .await
            .expect("DynamoDB Local");
        connection.create_tables(models).await.expect("new tables");
        connection.take_cost();
        Db {
            backend,
            connection: Mutex::new(connection),
        }
    }

    /// What was spent since this was last asked.
    pub(crate) async fn cost(&self) -> Cost {
        self.connection.lock().await.take_cost()
    }

    /// The request of a statement, as the log shows it.
    pub(crate) fn text(&self, statement: &Statement) -> Result<String> {
        Ok(self.backend.prepare(statement)?.text().to_owned())
    }
}

impl Executor for Db {
    async fn fetch<S: Sink>(&self, statement: Statement, params: Params, sink: S) -> Result<S> {
        let prepared = Arc::new(self.backend.prepare(&statement)?);
        self.connection
            .lock()
            .await
            .fetch(&prepared, params, sink)
            .await
    }

    async fn execute(&self, statement: Statement, params: Params) -> Result<Outcome> {
        let prepared = Arc::new(self.backend.prepare(&statement)?);
        self.connection
            .lock()
            .await
            .execute(&prepared, params)
            .await
    }

    fn stream<T: Send + 'static>(
        &self,
        statement: Statement,
        params: Params,
        decode: fn(&dyn Row) -> Result<T>,
    ) -> RowStream<T> {
        let prepared = match self.backend.prepare(&statement) {
            Ok(prepared) => Arc::new(prepared),
            Err(error) => return RowStream::failed(error),
        };
        let mut connection = self.connection.try_lock().expect("nothing else runs");
        let rows = connection.stream(&prepared, params, decode);
        // Opening a stream sends nothing yet, so that it is ready at once.
        let mut rows = std::pin::pin!(rows);
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match rows.as_mut().poll(&mut context) {
            std::task::Poll::Ready(rows) => rows,
            std::task::Poll::Pending => panic!("a stream waits before it is read"),
        }
    }

    fn atomically<'a, T: Send + 'a>(&'a self, _: RunNested<'a, T>) -> Future<'a, Result<T>> {
        Box::pin(async {
            Err(Error::unsupported(
                "nested rows in these tests",
                "write them one by one",
            ))
        })
    }

    fn as_of_one_moment<'a, T: Send + 'a>(
        &'a self,
        _: Option<&'static str>,
        _: RunNested<'a, T>,
    ) -> Future<'a, Result<T>> {
        Box::pin(async {
            Err(Error::unsupported(
                "reads as of one moment in these tests",
                "read one by one",
            ))
        })
    }

    fn object(&self) -> &dyn ExecutorObject {
        self
    }
}

impl ExecutorObject for Db {
    fn each_together<'a>(
        &'a self,
        statements: Vec<Independent<Statement>>,
    ) -> Future<'a, Result<Vec<Result<Answer>>>> {
        Box::pin(async move {
            let asked = statements
                .into_iter()
                .map(|each| {
                    each.try_map(|statement| self.backend.prepare(&statement).map(Arc::new))
                })
                .collect::<Result<Vec<_>>>()?;
            Ok(self.connection.lock().await.together(asked).await)
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
        1_000
    }

    fn cursor_key(&self) -> Option<&toasty_dsl::cursor::CursorKey> {
        None
    }
}
