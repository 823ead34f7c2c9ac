//! PostgreSQL.

use crate::config::Config;
use crate::db::AnyEngine;
use toasty_dsl::Result;

#[cfg(feature = "postgresql")]
pub(super) async fn engine(config: &Config) -> Result<AnyEngine> {
    use crate::config::Tls;
    use crate::engine::Engine;
    use std::sync::Arc;

    let postgresql = &config.postgresql;
    let settings = toasty_postgresql::Settings {
        host: postgresql.host.clone(),
        port: postgresql.port,
        user: postgresql.user.clone(),
        password: postgresql
            .password
            .as_ref()
            .map(|password| password.expose().into()),
        database: postgresql.database_name().to_owned(),
        schema: postgresql.schema.clone(),
        application_name: postgresql.application_name.clone(),
        tls: match postgresql.tls_in_force() {
            Tls::VerifyFull => toasty_postgresql::Tls::VerifyFull,
            Tls::VerifyCa => toasty_postgresql::Tls::VerifyCa,
            Tls::EncryptWithoutVerification => toasty_postgresql::Tls::EncryptWithoutVerification,
            Tls::Off => toasty_postgresql::Tls::Off,
        },
        ca: postgresql.ca.clone(),
        client_certificate: postgresql.client_certificate.clone(),
        client_key: postgresql.client_key.clone(),
        connect_timeout: postgresql.connect_timeout,
        statement_timeout: postgresql.statement_timeout,
        idle_in_transaction_timeout: postgresql.idle_in_transaction_timeout,
        statements: config.cache.statements,
    };
    Ok(AnyEngine::Postgresql(Arc::new(
        Engine::open(toasty_postgresql::Postgresql::new(settings), config).await?,
    )))
}

#[cfg(not(feature = "postgresql"))]
pub(super) async fn engine(_: &Config) -> Result<AnyEngine> {
    Err(super::not_compiled(crate::config::BackendName::PostgreSql))
}
