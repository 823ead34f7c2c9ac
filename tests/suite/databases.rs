//! The databases that every case runs on, and the macro that makes one test of each for every case.

use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;
use toasty::config::{Execution, LoadingConfig, PoolConfig};
use toasty::{Config, Db};

/// A database for one test. The folder of a file goes with it.
pub struct Database {
    pub db: Db,
    folder: Option<TempDir>,
}

impl Database {
    pub async fn in_memory() -> Self {
        Database::of(Config::sqlite_in_memory(), None).await
    }

    pub async fn on_file() -> Self {
        Database::on_file_with(|config| config).await
    }

    pub async fn on_thread() -> Self {
        Database::on_file_with(on_thread).await
    }

    pub async fn on_file_with(change: impl FnOnce(Config) -> Config) -> Self {
        let folder = TempDir::new().expect("a folder for the test");
        let config = change(Config::sqlite(folder.path().join("test.db")));
        Database::of(config, Some(folder)).await
    }

    /// The path of its file.
    pub fn path(&self) -> PathBuf {
        self.folder
            .as_ref()
            .expect("a database on file")
            .path()
            .join("test.db")
    }

    async fn of(config: Config, folder: Option<TempDir>) -> Self {
        let db = toasty::connect_with(config)
            .await
            .expect("a new database can be opened");
        Database { db, folder }
    }
}

pub fn on_thread(mut config: Config) -> Config {
    config.sqlite.execution = Execution::Thread;
    config
}

/// A short wait for connections, for tests in which none becomes free.
pub fn impatient(config: Config) -> Config {
    config.with_pool(PoolConfig::default().with_acquire_timeout(Duration::from_millis(300)))
}

pub fn in_batches_of(parents: usize) -> impl FnOnce(Config) -> Config {
    move |config| config.with_loading(LoadingConfig::default().with_batch(parents))
}

/// Makes of each case a test on every database. A case is an `async fn(&Db) -> toasty::Result<()>`; the models whose
/// tables it finds stand before the list.
macro_rules! on_every_database {
    ( $models:ident; $( $case:ident ),* $(,)? ) => { $(
        mod $case {
            use $crate::databases::Database;

            async fn run(database: Database) {
                database.db.create_tables_of(super::$models).await.expect("the tables can be created");
                if let Err(error) = super::$case(&database.db).await {
                    panic!("{error:?}");
                }
            }

            #[tokio::test]
            async fn in_memory() {
                run(Database::in_memory().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_file() {
                run(Database::on_file().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_a_thread() {
                run(Database::on_thread().await).await;
            }
        }
    )* };
}
pub(crate) use on_every_database;
