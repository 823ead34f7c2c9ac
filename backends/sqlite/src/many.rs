//! Many rows by one statement.
//!
//! Promises: all of them are written, or none; other tasks get their turns in between.

use crate::connection::SqliteConnection;
use crate::prepared::SqlitePrepared;
use crate::run::execute_rows;
use crate::transaction::still_open;
use std::sync::Arc;
use toasty_contract::{Begin, Connection, Control};
use toasty_dsl::error::Result;
use toasty_dsl::query::Outcome;
use toasty_dsl::value::Params;

/// How many rows are written before other tasks get their turn.
const ROWS: usize = 512;

impl SqliteConnection {
    /// Many rows by one statement, run row by row: all of them, or none.
    pub(crate) async fn write_rows(
        &mut self,
        prepared: &Arc<SqlitePrepared>,
        params: Params,
        width: usize,
    ) -> Result<Outcome> {
        let begun = self.begun;
        still_open(begun, self.driver().await)?;
        let alone = !begun;
        let (begin, keep, forget) = if alone {
            (
                Control::Begin(Begin::WRITE),
                Control::Commit,
                Control::Rollback,
            )
        } else {
            (
                Control::Savepoint(usize::MAX),
                Control::Release(usize::MAX),
                Control::RollbackTo(usize::MAX),
            )
        };
        self.control(begin).await?;
        let (mut affected, mut missed, mut before) = (0, None, 0);
        let mut keys = Vec::new();
        for rows in params.values().chunks(ROWS * width.max(1)) {
            match execute_rows(self.driver().await, prepared, rows, width, &mut keys) {
                Ok((count, row)) => {
                    affected += count;
                    missed = row.map(|row| before + row);
                }
                Err(error) => {
                    self.control(forget).await?;
                    return Err(error);
                }
            }
            if missed.is_some() {
                break;
            }
            before += rows.len() / width.max(1);
            if let Some(watcher) = params.watcher() {
                watcher.tell_rows(before, params.len() / width.max(1));
            }
            tokio::task::yield_now().await;
        }
        self.control(if missed.is_some() { forget } else { keep })
            .await?;
        Ok(Outcome {
            affected,
            key: keys.last().cloned(),
            keys,
            values: params,
            missed,
        })
    }
}
