//! A place in the order of a query as opaque text, to be given to clients of a web API and taken back from them.
//!
//! Promises: what comes back is exactly what was given, or an error of the one kind `InvalidCursor`, whatever the text is:
//! nothing panics, and no error repeats a part of the text. Must not know: queries with types, backends, configuration.
//!
//! What may surprise: a cursor is signed, not encrypted. It holds the values of the order's columns, and whoever decodes
//! base64 can read them.
//!
//! The layout, before base64 with the alphabet for URLs and without padding: one byte with the version, one with flags, 8
//! with the [`Shape`] of the query, the values, and at the end 16 bytes of HMAC-SHA256 or, without a key, 4 of SHA-256: of all
//! this, and of the values that the query holds columns equal to.

mod formulas;
mod key;
mod origin;
mod shape;
mod subqueries;
mod values;
mod windows;

pub use key::CursorKey;
pub use origin::Origin;
pub use shape::Shape;

use crate::error::{Error, ErrorKind, Result};
use crate::value::{ColumnType, Value};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Changed whenever the layout is.
const VERSION: u8 = 1;
const BACK: u8 = 1;
const SIGNED: u8 = 2;
/// Version, flags and shape.
const HEAD: usize = 2 + Shape::LENGTH;
/// How much of a hash keeps an unsigned cursor from being cut or mistyped. It keeps nobody from forging one.
const CHECKSUM: usize = 4;

/// Which way a cursor leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leads {
    /// To the page after it
    On,
    /// To the page before it
    Back,
}

/// A place in the order of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor {
    /// Which way it leads.
    pub leads: Leads,
    /// The values of the order's columns. None: from that end of all rows from which it leads.
    pub place: Vec<Value>,
}

impl Cursor {
    /// As text, signed where there is a key.
    ///
    /// # Errors
    /// `Unsupported` for a value that is no column, such as a list.
    pub fn encode(&self, of: &Origin, key: Option<&CursorKey>) -> Result<String> {
        let mut bytes = Vec::with_capacity(64);
        bytes.push(VERSION);
        let back = if self.leads == Leads::Back { BACK } else { 0 };
        let signed = if key.is_some() { SIGNED } else { 0 };
        bytes.push(back | signed);
        bytes.extend(of.shape.bytes());
        for value in &self.place {
            values::write(&mut bytes, value)?;
        }
        match key {
            Some(key) => bytes.extend(key.sign(&of.with(&bytes))),
            None => bytes.extend(checksum(&of.with(&bytes))),
        }
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a text. `columns` are the types of the order's columns, and whether each may be NULL.
    ///
    /// # Errors
    /// `InvalidCursor` for every text but one that [`Cursor::encode`] made for the same query and with the same key.
    ///
    /// ```
    /// use toasty_dsl::cursor::{Cursor, CursorKey, Leads, Origin, Shape};
    /// use toasty_dsl::value::{ColumnType, Value};
    ///
    /// # fn main() -> toasty_dsl::Result<()> {
    /// let of = Origin::new(Shape::of_bytes([7; 8]), [&Value::Text("tenant 1".into())])?;
    /// let cursor = Cursor { leads: Leads::On, place: vec![Value::Int(42)] };
    /// let key = CursorKey::new(b"a key of thirty-two random bytes");
    /// let text = cursor.encode(&of, Some(&key))?;
    /// let columns = [(ColumnType::Int(64), false)];
    /// assert_eq!(Cursor::decode(&text, &of, &columns, Some(&key))?, cursor);
    /// assert!(Cursor::decode(&text, &of, &columns, None).unwrap_err().is_invalid_cursor());
    /// # Ok(())
    /// # }
    /// ```
    pub fn decode(
        text: &str,
        of: &Origin,
        columns: &[(ColumnType, bool)],
        key: Option<&CursorKey>,
    ) -> Result<Cursor> {
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| invalid("it is no cursor, or only a part of one"))?;
        let [version, flags, rest @ ..] = bytes.as_slice() else {
            return Err(invalid("it is no cursor, or only a part of one"));
        };
        if *version != VERSION {
            return Err(invalid("it is none of this version"));
        }
        if flags & !(BACK | SIGNED) != 0 {
            return Err(invalid("it is no cursor, or only a part of one"));
        }
        let signed = flags & SIGNED != 0;
        let tail = if signed {
            CursorKey::SIGNATURE
        } else {
            CHECKSUM
        };
        let Some(end) = bytes.len().checked_sub(tail).filter(|end| *end >= HEAD) else {
            return Err(invalid("it is no cursor, or only a part of one"));
        };
        let (body, seal) = bytes.split_at(end);
        let sealed = of.with(body);
        match (key, signed) {
            (Some(key), true) if key.signed(&sealed, seal) => {}
            (Some(_), true) => {
                return Err(invalid(
                    "it was changed, signed with another key, or is of a query for other values",
                ));
            }
            (Some(_), false) => return Err(invalid("it is not signed")),
            (None, true) => {
                return Err(invalid("it is signed, and no key is set to check it with"));
            }
            (None, false) if checksum(&sealed) == seal => {}
            (None, false) => {
                return Err(invalid("it was changed, or is of a query for other values"));
            }
        }
        if rest.get(..Shape::LENGTH) != Some(&of.shape.bytes()[..]) {
            return Err(invalid(
                "it is of another query, or of another version of it",
            ));
        }
        let place = values::read(body.get(HEAD..).unwrap_or_default(), columns)
            .ok_or_else(|| invalid("its values are not those of the order"))?;
        Ok(Cursor {
            leads: if flags & BACK == 0 {
                Leads::On
            } else {
                Leads::Back
            },
            place,
        })
    }
}

fn checksum(body: &[u8]) -> [u8; CHECKSUM] {
    let hash: [u8; 32] = Sha256::digest(body).into();
    let [a, b, c, d, ..] = hash;
    [a, b, c, d]
}

/// A cursor that is not accepted, and why: never with a part of it.
///
/// ```
/// let error = toasty_dsl::cursor::invalid("it is of another query");
/// assert!(error.is_invalid_cursor());
/// ```
#[cold]
pub fn invalid(why: &str) -> Error {
    Error::new(
        ErrorKind::InvalidCursor,
        format!("the cursor is not accepted: {why}"),
    )
    .with_advice("answer with HTTP 400, or begin at the first page")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape::of_bytes([1, 2, 3, 4, 5, 6, 7, 8]);
    const COLUMNS: &[(ColumnType, bool)] =
        &[(ColumnType::Text, true), (ColumnType::UInt(64), false)];

    fn cursor() -> Cursor {
        Cursor {
            leads: Leads::Back,
            place: vec![Value::Text("CANARY".into()), Value::Big(u64::MAX)],
        }
    }

    fn keys() -> [Option<CursorKey>; 2] {
        [
            None,
            Some(CursorKey::new(b"a key of thirty-two random bytes")),
        ]
    }

    #[test]
    fn no_changed_bit_and_no_missing_letter_is_accepted() {
        for key in keys() {
            let text = cursor().encode(&SHAPE.into(), key.as_ref()).unwrap();
            let read = |text: &str| Cursor::decode(text, &SHAPE.into(), COLUMNS, key.as_ref());
            assert_eq!(read(&text).unwrap(), cursor());
            let bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
            for bit in 0..bytes.len() * 8 {
                let mut changed = bytes.clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                let error = read(&URL_SAFE_NO_PAD.encode(changed)).unwrap_err();
                assert!(error.is_invalid_cursor(), "bit {bit}: {error:?}");
                assert!(!format!("{error:?}").contains("CANARY"));
            }
            for end in 0..text.len() {
                assert!(read(&text[..end]).unwrap_err().is_invalid_cursor());
            }
            assert!(read(&format!("{text}A")).unwrap_err().is_invalid_cursor());
            assert!(read(&format!("{text}=")).unwrap_err().is_invalid_cursor());
        }
    }

    #[test]
    fn another_shape_key_or_order_is_not_accepted() {
        let [none, key] = keys();
        let other = Some(CursorKey::new(b"another key of 32 random bytes!!"));
        let signed = cursor().encode(&SHAPE.into(), key.as_ref()).unwrap();
        let plain = cursor().encode(&SHAPE.into(), None).unwrap();
        let refused = |text: &str, shape: Shape, columns: &[_], key: &Option<CursorKey>| {
            let error = Cursor::decode(text, &shape.into(), columns, key.as_ref()).unwrap_err();
            assert!(error.is_invalid_cursor());
            error.message().to_owned()
        };
        assert!(refused(&signed, SHAPE, COLUMNS, &other).contains("another key"));
        assert!(refused(&signed, SHAPE, COLUMNS, &none).contains("no key is set"));
        assert!(refused(&plain, SHAPE, COLUMNS, &key).contains("not signed"));
        let foreign = Shape::of_bytes([0; 8]);
        assert!(refused(&signed, foreign, COLUMNS, &key).contains("another query"));
        assert!(refused(&plain, SHAPE, &COLUMNS[..1], &none).contains("its values"));
    }

    #[test]
    fn one_of_other_values_is_not_accepted_and_holds_none_of_them() {
        let of = |tenant: &str| Origin::new(SHAPE, [&Value::Text(tenant.into())]).unwrap();
        for key in keys() {
            let text = cursor().encode(&of("one"), key.as_ref()).unwrap();
            let read = |of: &Origin| Cursor::decode(&text, of, COLUMNS, key.as_ref());
            assert_eq!(read(&of("one")).unwrap(), cursor());
            for other in [of("two"), of(""), SHAPE.into()] {
                let error = read(&other).unwrap_err();
                assert!(error.message().contains("other values"), "{error}");
            }
            let longer = cursor()
                .encode(&of(&"one".repeat(50)), key.as_ref())
                .unwrap();
            assert_eq!(text.len(), longer.len());
        }
    }

    #[test]
    fn it_is_made_of_letters_that_need_no_escape_in_a_url() {
        let text = cursor().encode(&SHAPE.into(), None).unwrap();
        assert!(
            text.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        );
        assert!(text.len() < 50, "{text}");
    }
}
