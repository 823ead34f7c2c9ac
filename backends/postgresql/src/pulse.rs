//! What the protocol itself says of a connection, read off its bytes as they pass.
//!
//! The driver keeps the status of the transaction to itself. Each message that ends an answer carries it ("Message Formats",
//! ReadyForQuery), so that it costs nothing to know: no statement asks for it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What is known of a connection at any time.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    status: AtomicU8,
    asked: AtomicU32,
    answered: AtomicU32,
    written: AtomicU64,
}

/// Whether a transaction is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// None is
    Idle,
    /// One is
    Open,
    /// One is, and the server takes nothing more in it: a statement failed
    Failed,
    /// The server has not said, or something else
    Unknown,
}

impl Pulse {
    /// As the last answer had it.
    pub(crate) fn status(&self) -> Status {
        match self.status.load(Ordering::Acquire) {
            b'I' => Status::Idle,
            b'T' => Status::Open,
            b'E' => Status::Failed,
            _ => Status::Unknown,
        }
    }

    /// Whether every request that went out was answered to its end.
    pub(crate) fn is_settled(&self) -> bool {
        self.asked.load(Ordering::Acquire) == self.answered.load(Ordering::Acquire)
    }

    /// How many bytes went out so far.
    pub(crate) fn written(&self) -> u64 {
        self.written.load(Ordering::Acquire)
    }
}

/// A stream whose messages are counted.
pub(crate) struct Watched<S> {
    stream: S,
    pulse: Arc<Pulse>,
    reading: Messages,
    writing: Messages,
}

impl<S> Watched<S> {
    /// A stream on which nothing was said yet.
    pub(crate) fn new(stream: S, pulse: Arc<Pulse>) -> Self {
        Watched {
            stream,
            pulse,
            reading: Messages::typed(),
            // The first message of a client has no type ("Message Formats", StartupMessage).
            writing: Messages::untyped_first(),
        }
    }

    pub(crate) fn stream(&self) -> &S {
        &self.stream
    }
}

/// Where one is in a flow of messages: each is a type, a length of four bytes that counts itself, and a body.
struct Messages {
    header: [u8; 5],
    filled: usize,
    body: usize,
    /// The flow is none of messages: nothing is made of it any more. The driver will say what is wrong.
    broken: bool,
}

impl Messages {
    fn typed() -> Self {
        Messages {
            header: [0; 5],
            filled: 0,
            body: 0,
            broken: false,
        }
    }

    fn untyped_first() -> Self {
        Messages {
            filled: 1,
            ..Messages::typed()
        }
    }

    /// Takes the next bytes, and tells the type of each message that they complete, with the last byte of its body.
    fn feed(&mut self, mut bytes: &[u8], mut complete: impl FnMut(u8, u8)) {
        while let (Some(first), false) = (bytes.first(), self.broken) {
            if self.filled < self.header.len() {
                self.header[self.filled] = *first;
                self.filled += 1;
                bytes = &bytes[1..];
                if self.filled < self.header.len() {
                    continue;
                }
                let [kind, length @ ..] = self.header;
                match usize::try_from(u32::from_be_bytes(length)) {
                    Ok(length) if length > 4 => self.body = length - 4,
                    Ok(4) => {
                        complete(kind, 0);
                        self.filled = 0;
                    }
                    Ok(_) | Err(_) => self.broken = true,
                }
                continue;
            }
            let taken = self.body.min(bytes.len());
            self.body -= taken;
            if self.body == 0 {
                complete(self.header[0], bytes[taken - 1]);
                self.filled = 0;
            }
            bytes = &bytes[taken..];
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        let done = Pin::new(&mut this.stream).poll_read(cx, buffer);
        if let Poll::Ready(Ok(())) = done {
            let pulse = &this.pulse;
            this.reading.feed(&buffer.filled()[before..], |kind, last| {
                if kind == b'Z' {
                    pulse.status.store(last, Ordering::Release);
                }
                // CopyInResponse: the Sync that the driver sends with the statement is not answered by itself ("COPY
                // Operations": ignored until the data has ended).
                if matches!(kind, b'Z' | b'G') {
                    pulse.answered.fetch_add(1, Ordering::AcqRel);
                }
            });
        }
        done
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let this = &mut *self;
        let done = Pin::new(&mut this.stream).poll_write(cx, bytes);
        if let Poll::Ready(Ok(count)) = done {
            let pulse = &this.pulse;
            pulse
                .written
                .fetch_add(u64::try_from(count).unwrap_or(u64::MAX), Ordering::AcqRel);
            this.writing
                .feed(bytes.get(..count).unwrap_or(bytes), |kind, _| {
                    // What the server ends with ReadyForQuery: the first message, Sync, and Query.
                    if matches!(kind, 0 | b'S' | b'Q') {
                        pulse.asked.fetch_add(1, Ordering::AcqRel);
                    }
                });
        }
        done
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(messages: &mut Messages, flow: &[u8], slice: usize) -> Vec<(u8, u8)> {
        let mut seen = Vec::new();
        for bytes in flow.chunks(slice) {
            messages.feed(bytes, |kind, last| seen.push((kind, last)));
        }
        seen
    }

    #[test]
    fn messages_are_told_apart_however_they_are_cut() {
        let flow = b"C\0\0\0\x0dSELECT 1\0Z\0\0\0\x05T1\0\0\0\x04Z\0\0\0\x05I";
        let whole = [(b'C', 0), (b'Z', b'T'), (b'1', 0), (b'Z', b'I')];
        for slice in 1..=flow.len() {
            assert_eq!(seen(&mut Messages::typed(), flow, slice), whole, "{slice}");
        }
    }

    #[test]
    fn the_first_message_of_a_client_has_no_type() {
        let flow = b"\0\0\0\x09\0\x03\0\0\0Q\0\0\0\x05\0S\0\0\0\x04";
        let whole = [(0, 0), (b'Q', 0), (b'S', 0)];
        assert_eq!(seen(&mut Messages::untyped_first(), flow, 3), whole);
    }

    #[test]
    fn a_length_that_cannot_be_ends_the_count_and_nothing_else() {
        assert_eq!(
            seen(&mut Messages::typed(), b"Z\0\0\0\x03TZ\0\0\0\x05I", 4),
            []
        );
    }
}
