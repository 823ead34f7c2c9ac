//! Many new rows by COPY, in its binary form ("COPY", File Formats).
//!
//! Promises: the same rows are written, or none, with the same errors as by INSERT; what a column could not hold is refused before
//! a byte is sent; a table that does not take COPY, or takes it for something else than INSERT, is written by INSERT. Must not
//! know: why the rows are so many.
//!
//! What surprises: a COPY that nobody waits for any more costs the connection, and one that is refused before its data as well.
//! The driver then ends it by a message that is answered a second time, and would give that answer to the next statement.

use crate::bind::{Unbound, write_cell};
use crate::errors::{Fault, On};
use crate::link::{Link, Standing};
use crate::prepared::{CopyShape, PostgresqlPrepared};
use crate::pulse::Status;
use crate::run::Failed;
use crate::session::{PostgresqlConnection, Transaction};
use bytes::{BufMut, Bytes, BytesMut};
use futures_util::SinkExt;
use std::pin::pin;
use std::sync::Arc;
use toasty_dsl::query::Outcome;
use toasty_dsl::value::{Params, Value, Watcher};
use toasty_sql::around;
use tokio_postgres::Statement;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{IsNull, Type};

/// About how many bytes are handed to the driver at once.
const PIECE: usize = 64 * 1024;

/// Rows in COPY's form: a piece of them, and how many rows have ended with it.
struct Piece {
    bytes: Bytes,
    rows: u64,
}

impl PostgresqlConnection {
    /// Writes the rows by COPY; none where the table does not take it.
    pub(crate) async fn copy_once(
        &mut self,
        prepared: &PostgresqlPrepared,
        copy: &CopyShape,
        params: &Params,
    ) -> Result<Option<Outcome>, Fault> {
        let on = On::Statement(prepared, &prepared.one);
        self.ready().await?;
        let written = self.link.pulse.written();
        if let Some(opening) = self.send_waiting() {
            self.opened(opening, written, &on).await?;
        }
        if self.link.pulse.status() == Status::Failed || !self.takes_copy(copy, &on).await? {
            return Ok(None);
        }
        // Its parameters have the types of the table's columns, in which COPY wants the values.
        let insert = self.statement(&prepared.one, &on, &mut None).await?;
        let statement = self.statement(&copy.shape, &on, &mut None).await?;
        let pieces = pieces(prepared, insert.params(), params.values())?;
        let written = self.link.pulse.written();
        self.link.stand(Standing::Loose);
        let unfinished = Unfinished(Some(Arc::clone(&self.link)));
        let mut began = false;
        let work = send(&self.link, &statement, pieces, params.watcher(), &mut began);
        let ran = self.link.timer.within(self.limit, work).await;
        unfinished.has_ended();
        let ended = self.ended(ran, None, written, prepared, &on).await;
        match ended {
            Ok(affected) => Ok(Some(Outcome {
                affected,
                ..Outcome::default()
            })),
            Err(Fault::Rejected(rejected)) if began => {
                // The column's type has changed since it was asked for.
                if *rejected.code() == SqlState::INVALID_BINARY_REPRESENTATION {
                    self.statements.remove(&prepared.one.number);
                    if self.transaction == Transaction::None {
                        return Ok(None);
                    }
                }
                Err(Fault::Rejected(rejected))
            }
            Err(fault) => {
                self.link.abandon();
                Err(fault)
            }
        }
    }

    /// Asks once whether COPY writes into the table what INSERT would.
    async fn takes_copy(&mut self, copy: &CopyShape, on: &On<'_>) -> Result<bool, Fault> {
        if let Some(taken) = copy.taken.get() {
            return Ok(*taken);
        }
        self.link.stand(Standing::Loose);
        let written = self.link.pulse.written();
        let client = &self.link.client;
        let asked = async { client.query_opt(around::TAKES_COPY, &[&copy.table]).await };
        let asked = self.link.timer.within(self.limit, asked).await;
        let answer = self
            .link
            .done(asked, written, on)
            .map_err(|fault| match fault {
                // Of the rows themselves nothing was sent.
                Fault::SentUnknown | Fault::SentReadOnly => Fault::NotSent,
                other => other,
            })?;
        let taken = answer.and_then(|row| row.try_get(0).ok()).unwrap_or(false);
        Ok(*copy.taken.get_or_init(|| taken))
    }
}

/// A COPY that is being sent: where nobody waits for it any more, its connection is closed at once, and with it what it holds.
struct Unfinished(Option<Arc<Link>>);

impl Unfinished {
    fn has_ended(mut self) {
        self.0 = None;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(link) = &self.0 {
            link.abandon();
        }
    }
}

/// Sends a COPY, and then the rows.
async fn send(
    link: &Link,
    statement: &Statement,
    pieces: Vec<Piece>,
    watcher: Option<&Watcher>,
    began: &mut bool,
) -> Result<u64, Failed> {
    let mut sink = pin!(link.client.copy_in::<_, Bytes>(statement).await?);
    *began = true;
    let total = pieces.last().map_or(0, |piece| piece.rows);
    for piece in pieces {
        sink.feed(piece.bytes).await?;
        if let Some(watcher) = watcher
            && piece.rows < total
        {
            watcher.tell(piece.rows, total);
        }
    }
    Ok(sink.finish().await?)
}

/// The rows in COPY's form.
fn pieces(
    prepared: &PostgresqlPrepared,
    types: &[Type],
    values: &[Value],
) -> Result<Vec<Piece>, Fault> {
    let slots = &prepared.one.slots;
    let fields = i16::try_from(slots.len()).unwrap_or(i16::MAX);
    let mut pieces = Vec::new();
    let mut out = BytesMut::with_capacity(PIECE + PIECE / 8);
    out.put_slice(b"PGCOPY\n\xff\r\n\0");
    // No flags, and nothing more in the header.
    out.put_u64(0);
    let mut rows = 0;
    for row in values.chunks(prepared.one.width().max(1)) {
        out.put_i16(fields);
        for (number, (slot, ty)) in slots.iter().zip(types).enumerate() {
            let value = slot.value().and_then(|value| row.get(value));
            cell(number, value.unwrap_or(&Value::Null), ty, &mut out)
                .map_err(|unbound| Fault::Client(unbound.on(prepared, slots)))?;
        }
        rows += 1;
        if out.len() >= PIECE {
            let bytes = out.split().freeze();
            pieces.push(Piece { bytes, rows });
            out.reserve(PIECE + PIECE / 8);
        }
    }
    // The trailer.
    out.put_i16(-1);
    let bytes = out.freeze();
    pieces.push(Piece { bytes, rows });
    Ok(pieces)
}

/// One field: its length, and its bytes.
fn cell(slot: usize, value: &Value, ty: &Type, out: &mut BytesMut) -> Result<(), Unbound> {
    let at = out.len();
    // The length of NULL.
    out.put_i32(-1);
    let from = out.len();
    if let IsNull::No = write_cell(slot, value, ty, out)? {
        // A value of more is refused by the server, as its messages are.
        let length = i32::try_from(out.len() - from).unwrap_or(i32::MAX);
        if let Some(place) = out.get_mut(at..from) {
            place.copy_from_slice(&length.to_be_bytes());
        }
    }
    Ok(())
}
