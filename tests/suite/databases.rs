//! The databases that every case runs on.

use crate::proxy::{Pace, Proxy};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use toasty::config::{DynamodbConfig, Execution, LoadingConfig, PoolConfig, Scans};
use toasty::{Config, Db};

/// A database for one test, and what has to be taken away with it.
pub struct Database {
    pub db: Db,
    place: Place,
}

/// Where a test's tables are, apart from those of all other tests.
enum Place {
    Memory,
    Folder(TempDir),
    /// A schema of PostgreSQL.
    Schema(String),
    /// What the names of the tables of DynamoDB begin with.
    Prefix(String),
}

impl Database {
    pub async fn in_memory() -> Self {
        Database::of(Config::sqlite_in_memory(), Place::Memory).await
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
        Database::of(config, Place::Folder(folder)).await
    }

    pub async fn on_postgresql() -> Self {
        Database::on_postgresql_with(|config| config).await
    }

    pub async fn on_postgresql_with(change: impl FnOnce(Config) -> Config) -> Self {
        let schema = unique("test");
        run_on_postgresql(&format!("CREATE SCHEMA {schema}")).await;
        let config = change(postgresql(&schema));
        Database::of(config, Place::Schema(schema)).await
    }

    /// PostgreSQL, through a proxy that slices everything into packets of one byte.
    pub async fn on_postgresql_byte_by_byte() -> Self {
        let proxy = Proxy::before_postgresql().await;
        proxy.pace(Pace::OneByOne);
        Database::on_postgresql_with(|config| proxy.lead(config)).await
    }

    pub async fn on_dynamodb() -> Self {
        Database::on_dynamodb_with(|config| config).await
    }

    pub async fn on_dynamodb_with(change: impl FnOnce(Config) -> Config) -> Self {
        let prefix = unique("test") + ".";
        let config = change(dynamodb(&prefix));
        Database::of(config, Place::Prefix(prefix)).await
    }

    /// The path of its file.
    pub fn path(&self) -> PathBuf {
        match &self.place {
            Place::Folder(folder) => folder.path().join("test.db"),
            Place::Memory | Place::Schema(_) | Place::Prefix(_) => panic!("a database on file"),
        }
    }

    /// The schema of PostgreSQL that its tables are in.
    pub fn schema(&self) -> &str {
        match &self.place {
            Place::Schema(schema) => schema,
            Place::Memory | Place::Folder(_) | Place::Prefix(_) => panic!("a schema of PostgreSQL"),
        }
    }

    /// What the names of its tables on DynamoDB begin with.
    pub fn prefix(&self) -> &str {
        match &self.place {
            Place::Prefix(prefix) => prefix,
            Place::Memory | Place::Folder(_) | Place::Schema(_) => panic!("tables of DynamoDB"),
        }
    }

    /// The names of its tables on DynamoDB, with their prefix.
    pub async fn tables(&self) -> Vec<String> {
        match &self.place {
            Place::Prefix(prefix) => dynamodb_tables(prefix).await,
            Place::Memory | Place::Folder(_) | Place::Schema(_) => panic!("tables of DynamoDB"),
        }
    }

    /// A text without the prefix of its tables.
    pub fn without_prefix(&self, text: &str) -> String {
        match &self.place {
            Place::Prefix(prefix) => text.replace(prefix.as_str(), ""),
            Place::Memory | Place::Folder(_) | Place::Schema(_) => text.to_owned(),
        }
    }

    /// Takes away what the test has left on a server. A test that fails before it comes so far leaves it to `Drop`.
    pub async fn remove(self) {
        let Database { db, place } = self;
        drop(db);
        if let Place::Schema(_) | Place::Prefix(_) = place {
            place.clear().await;
            std::mem::forget(place);
        }
    }

    async fn of(config: Config, place: Place) -> Self {
        let db = toasty::connect_with(config)
            .await
            .expect("a new database can be opened");
        Database { db, place }
    }
}

impl Place {
    /// Removes its tables.
    async fn clear(&self) {
        match self {
            Place::Schema(schema) => {
                run_on_postgresql(&format!("DROP SCHEMA {schema} CASCADE")).await;
            }
            Place::Prefix(prefix) => {
                let client = raw_dynamodb();
                for name in dynamodb_tables(prefix).await {
                    // One that is gone by now is what was wanted.
                    let _ = client.delete_table().table_name(name).send().await;
                }
            }
            Place::Memory | Place::Folder(_) => {}
        }
    }
}

/// After a test that failed too: a server for tests holds no more than some thousand tables. Where `TOASTY_TEST_KEEP` is set
/// they stay, to be looked at.
impl Drop for Place {
    fn drop(&mut self) {
        if let Place::Memory | Place::Folder(_) = self {
            return;
        }
        if std::env::var_os("TOASTY_TEST_KEEP").is_some() {
            return;
        }
        // On a thread of its own, since this one may have a runtime already. Whether it goes well is not what is tested.
        std::thread::scope(|scope| {
            let clearing = scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime");
                runtime.block_on(async {
                    drop(tokio::time::timeout(Duration::from_secs(20), self.clear()).await);
                });
            });
            drop(clearing.join());
        });
    }
}

/// A name that no other test has, also not one of another process.
fn unique(what: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!(
        "{what}_{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

/// The configuration of the server for tests, with the tables in this schema.
pub fn postgresql(schema: &str) -> Config {
    let mut config =
        Config::postgresql(toasty_test_servers::postgresql()).expect("the URL of the server");
    config.postgresql.schema = Some(schema.to_owned());
    config
}

/// The configuration of the server for tests, with the tables under this prefix. Cases read whole tables to see what is
/// there, which DynamoDB else refuses to do.
pub fn dynamodb(prefix: &str) -> Config {
    Config::dynamodb().with_dynamodb(
        DynamodbConfig::default()
            .with_endpoint(toasty_test_servers::dynamodb())
            .with_region("eu-central-1")
            .with_access_key("test", "test")
            .with_table_prefix(prefix)
            .with_scans(Scans::Allow),
    )
}

/// A connection beside Toasty's, to see what the server sees.
pub async fn raw_postgresql() -> tokio_postgres::Client {
    let (client, connection) =
        tokio_postgres::connect(toasty_test_servers::postgresql(), tokio_postgres::NoTls)
            .await
            .expect("the server for tests answers");
    tokio::spawn(connection);
    client
}

/// A statement that a test has given up may still run, and be in the way: the server then says so, and is asked again.
async fn run_on_postgresql(text: &str) {
    let client = raw_postgresql().await;
    for _ in 0..20 {
        let done = client.batch_execute(text).await;
        let deadlock = done.as_ref().err().and_then(tokio_postgres::Error::code)
            == Some(&tokio_postgres::error::SqlState::T_R_DEADLOCK_DETECTED);
        if !deadlock {
            return done.expect("the server for tests obeys");
        }
    }
    panic!("what a test has given up does not end");
}

/// A client beside Toasty's, to see what the server sees.
pub fn raw_dynamodb() -> aws_sdk_dynamodb::Client {
    use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Credentials, Region};
    let config = Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(toasty_test_servers::dynamodb())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    aws_sdk_dynamodb::Client::from_conf(config)
}

/// The tables of DynamoDB whose names begin so.
async fn dynamodb_tables(prefix: &str) -> Vec<String> {
    let client = raw_dynamodb();
    // The names come in order: those with the prefix stand together, after the prefix without its dot. A page has a
    // hundred.
    let before = prefix.trim_end_matches('.').to_owned();
    let (mut names, mut after) = (Vec::new(), Some(before));
    while let Some(start) = after {
        let listed = client.list_tables().exclusive_start_table_name(start);
        let listed = listed.send().await.expect("the server for tests answers");
        let ours = listed.table_names().iter();
        names.extend(ours.filter(|name| name.starts_with(prefix)).cloned());
        after = listed
            .last_evaluated_table_name
            .filter(|last| last.starts_with(prefix));
    }
    names
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
