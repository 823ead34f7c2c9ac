//! A cursor that comes from anywhere is read or refused, and never anything else.
//!
//! The first bytes say which columns the order has; the rest is tried as a text, and as the inside of a cursor whose head and
//! checksum are right, since nothing else would come so far by chance.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use toasty_dsl::cursor::{Cursor, CursorKey, Shape};
use toasty_dsl::value::ColumnType;

type Columns = Vec<(ColumnType, bool)>;

const SHAPE: Shape = Shape::of_bytes(*b"a shape!");
/// Version and flags of a cursor that is not signed.
const HEADS: [[u8; 2]; 2] = [[1, 0], [1, 1]];

const TYPES: [ColumnType; 16] = [
    ColumnType::Bool,
    ColumnType::Int(8),
    ColumnType::Int(64),
    ColumnType::UInt(32),
    ColumnType::UInt(64),
    ColumnType::Float(32),
    ColumnType::Float(64),
    ColumnType::Text,
    ColumnType::Bytes,
    ColumnType::Uuid,
    ColumnType::Timestamp,
    ColumnType::Date,
    ColumnType::Time,
    ColumnType::DateTime,
    ColumnType::Decimal,
    ColumnType::Json,
];

/// Tries these bytes. What must not happen is a panic.
pub fn try_bytes(bytes: &[u8]) {
    let (columns, rest) = columns(bytes);
    let key = CursorKey::new(b"a key of thirty-two random bytes");
    let text = String::from_utf8_lossy(rest);
    for key in [None, Some(&key)] {
        read(&text, &columns, key);
        read(&URL_SAFE_NO_PAD.encode(rest), &columns, key);
    }
    for head in HEADS {
        let text = sealed(head, rest);
        read(&text, &columns, None);
        // A checksum is no signature.
        assert!(Cursor::decode(&text, &SHAPE.into(), &columns, Some(&key)).is_err());
    }
}

/// The first byte is their number, of four at most; each byte after it is a type, and whether it may be NULL.
fn columns(bytes: &[u8]) -> (Columns, &[u8]) {
    let Some((number, rest)) = bytes.split_first() else {
        return (Columns::new(), bytes);
    };
    let (types, rest) = rest.split_at(rest.len().min(usize::from(number % 5)));
    let column = |byte: &u8| (TYPES[usize::from(byte & 15)], byte & 16 != 0);
    (types.iter().map(column).collect(), rest)
}

fn sealed(head: [u8; 2], inside: &[u8]) -> String {
    let mut bytes = head.to_vec();
    bytes.extend(b"a shape!");
    bytes.extend(inside);
    // Before what is in it stands the length of the values that its query is for: here there are none.
    let hash: [u8; 32] = Sha256::digest([&[0; 8], bytes.as_slice()].concat()).into();
    bytes.extend(&hash[..4]);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn read(text: &str, columns: &Columns, key: Option<&CursorKey>) {
    let of = SHAPE.into();
    match Cursor::decode(text, &of, columns, key) {
        Ok(cursor) => {
            assert_eq!(
                cursor.place.len(),
                if cursor.place.is_empty() {
                    0
                } else {
                    columns.len()
                }
            );
            // What was read can be given out again, and is then the same for ever.
            let given = cursor.encode(&of, key).expect("what was read is written");
            let again =
                Cursor::decode(&given, &of, columns, key).expect("what was written is read");
            assert_eq!(
                again.encode(&of, key).expect("what was read is written"),
                given
            );
        }
        Err(error) => assert!(error.is_invalid_cursor(), "{error:?}"),
    }
}
