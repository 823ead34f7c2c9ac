//! PostgreSQL's messages in a flow of bytes, however it is cut ("Message Formats" and "Message Flow").
//!
//! Each is a type of one byte, a length of four that counts itself, and a body. The first one of a client has no type; it
//! gets one here that no real message has.

/// The client begins, and says who it is.
pub const STARTUP: u8 = 0;
/// The client asks for a statement of another connection to be stopped.
pub const CANCEL: u8 = 1;
/// The client asks for TLS.
pub const ASKS_FOR_TLS: u8 = 2;

/// How much of a body is kept, to tell one message from another.
const KEPT: usize = 256;

/// One message whose last byte has come.
pub struct Message<'a> {
    pub kind: u8,
    /// How its body begins.
    pub beginning: &'a [u8],
    /// Where it begins in the bytes that were fed last; at their start, where it began before them.
    pub start: usize,
    /// Where it ends in them.
    pub end: usize,
}

/// Where one is in a flow.
pub struct Messages {
    untyped: bool,
    header: Vec<u8>,
    body: Vec<u8>,
    /// How much of the body is still to come. None: the header is not complete.
    left: Option<usize>,
    start: usize,
    /// It is encrypted from here on, or something else than messages.
    opaque: bool,
}

impl Messages {
    pub fn of_a_client() -> Self {
        Messages {
            untyped: true,
            ..Messages::of_a_server()
        }
    }

    pub fn of_a_server() -> Self {
        Messages {
            untyped: false,
            header: Vec::new(),
            body: Vec::new(),
            left: None,
            start: 0,
            opaque: false,
        }
    }

    /// Nothing can be read from here on.
    pub fn becomes_opaque(&mut self) {
        self.opaque = true;
    }

    /// Takes the next bytes, and gives each message that they complete.
    pub fn feed(&mut self, bytes: &[u8], mut complete: impl FnMut(&Message<'_>)) {
        let mut at = 0;
        self.start = 0;
        while at < bytes.len() && !self.opaque {
            let Some(left) = self.left else {
                if self.header.is_empty() {
                    self.start = at;
                }
                self.header.push(bytes[at]);
                at += 1;
                self.begin_body();
                if self.left == Some(0) {
                    self.end(at, &mut complete);
                }
                continue;
            };
            let taken = left.min(bytes.len() - at);
            let kept = taken.min(KEPT - self.body.len());
            self.body.extend_from_slice(&bytes[at..at + kept]);
            at += taken;
            self.left = Some(left - taken);
            if left == taken {
                self.end(at, &mut complete);
            }
        }
    }

    fn begin_body(&mut self) {
        let typed = usize::from(!self.untyped);
        if self.header.len() == 4 + typed {
            let length = u32::from_be_bytes(self.header[typed..].try_into().expect("four bytes"));
            match usize::try_from(length).expect("32 bits").checked_sub(4) {
                Some(left) => self.left = Some(left),
                None => self.opaque = true,
            }
        }
    }

    fn end(&mut self, end: usize, complete: &mut impl FnMut(&Message<'_>)) {
        let kind = if self.untyped {
            match self.body.get(..4) {
                Some([0x04, 0xd2, 0x16, 0x2e]) => CANCEL,
                // What comes after the answer to this begins anew.
                Some([0x04, 0xd2, 0x16, 0x2f]) => ASKS_FOR_TLS,
                Some(_) | None => STARTUP,
            }
        } else {
            self.header[0]
        };
        complete(&Message {
            kind,
            beginning: &self.body,
            start: self.start,
            end,
        });
        self.untyped &= kind != STARTUP;
        self.header.clear();
        self.body.clear();
        self.left = None;
    }
}

#[test]
fn messages_are_told_apart_however_they_are_cut() {
    let flow = b"\0\0\0\x08\x04\xd2\x16\x2f\0\0\0\x09\0\x03\0\0\0Q\0\0\0\x0bCOMMIT\0S\0\0\0\x04";
    for slice in 1..=flow.len() {
        let (mut messages, mut seen) = (Messages::of_a_client(), Vec::new());
        for (number, bytes) in flow.chunks(slice).enumerate() {
            messages.feed(bytes, |message| {
                seen.push((
                    message.kind,
                    message.beginning.to_vec(),
                    number * slice + message.end,
                ));
            });
        }
        assert_eq!(
            seen,
            [
                (ASKS_FOR_TLS, b"\x04\xd2\x16\x2f".to_vec(), 8),
                (STARTUP, b"\0\x03\0\0\0".to_vec(), 17),
                (b'Q', b"COMMIT\0".to_vec(), 29),
                (b'S', Vec::new(), 34)
            ]
        );
    }
}
