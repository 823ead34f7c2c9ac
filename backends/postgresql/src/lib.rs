//! PostgreSQL, by tokio-postgres.
