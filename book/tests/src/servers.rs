//! Real servers for the examples: what hidden lines of the book use, so that an example that names a server in some data
//! centre runs on the one for tests.
//!
//! Promises: an example has a schema of its own on PostgreSQL, and a table prefix of its own on DynamoDB. What surprises:
//! they stay after an example that failed, to be looked at.

use std::sync::atomic::{AtomicU32, Ordering};
use toasty::Config;

/// Where an example's tables are, apart from those of all others.
#[derive(Debug)]
#[must_use = "remove it at the end of the example"]
pub struct Place(Kind);

#[derive(Debug)]
enum Kind {
    /// Of PostgreSQL
    Schema(String),
    /// Of DynamoDB
    Prefix(String),
}

/// The same configuration, for the PostgreSQL server of the tests.
///
/// # Panics
/// Where there is none, with what to do.
pub async fn on_postgresql(mut config: Config) -> (Config, Place) {
    let schema = unique();
    run_on_postgresql(format!("CREATE SCHEMA {schema}")).await;
    let server = the_server();
    let (ours, theirs) = (&mut config.postgresql, server.postgresql);
    ours.host = theirs.host;
    ours.port = theirs.port;
    ours.user = theirs.user;
    ours.database = theirs.database;
    ours.password = theirs.password;
    ours.tls = theirs.tls;
    ours.ca = theirs.ca;
    ours.client_certificate = theirs.client_certificate;
    ours.client_key = theirs.client_key;
    ours.schema = Some(schema.clone());
    (config, Place(Kind::Schema(schema)))
}

/// The same configuration, for the DynamoDB Local of the tests.
///
/// # Panics
/// Where there is none, with what to do.
pub fn on_dynamodb(mut config: Config) -> (Config, Place) {
    let prefix = format!("{}.", unique());
    config.dynamodb = config
        .dynamodb
        .with_endpoint(toasty_test_servers::dynamodb())
        .with_region("eu-central-1")
        .with_access_key("test", "test")
        .with_table_prefix(&prefix);
    config.dynamodb.profile = None;
    (config, Place(Kind::Prefix(prefix)))
}

impl Place {
    /// Takes away what the example has left.
    ///
    /// # Panics
    /// Where the server does not obey.
    pub async fn remove(self) {
        match self.0 {
            Kind::Schema(schema) => {
                run_on_postgresql(format!("DROP SCHEMA {schema} CASCADE")).await;
            }
            Kind::Prefix(prefix) => drop_tables(&prefix).await,
        }
    }
}

/// A name that no other example has, also not one of another process.
fn unique() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!(
        "book_{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

fn the_server() -> Config {
    Config::postgresql(toasty_test_servers::postgresql()).expect("the URL of the server")
}

async fn run_on_postgresql(text: String) {
    let db = toasty::connect_with(the_server())
        .await
        .expect("the server for tests answers");
    // It takes fixed texts only; an example runs for a moment.
    db.run_sql(text.leak())
        .await
        .expect("the server for tests obeys");
}

async fn drop_tables(prefix: &str) {
    use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Credentials, Region};
    use aws_sdk_dynamodb::Client;
    let config = Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(toasty_test_servers::dynamodb())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "book"))
        .http_client(aws_smithy_http_client::Builder::new().build_http());
    let client = Client::from_conf(config.build());
    // The names come in order: those with the prefix stand together, after the prefix itself.
    let listed = client
        .list_tables()
        .exclusive_start_table_name(prefix)
        .send()
        .await
        .expect("the server for tests answers");
    for name in listed.table_names() {
        if name.starts_with(prefix) {
            client
                .delete_table()
                .table_name(name)
                .send()
                .await
                .expect("the server for tests obeys");
        }
    }
}
