//! Arrays: a `Vec` of one type in one column.
//!
//! Promises: order, duplicates and emptiness come back as they were; no member is NULL. What surprises: a backend lends an array
//! not as a list but as something that gives its members one by one, so that nothing is collected in between; and one that
//! has no arrays lends the text of a JSON array.

use super::scalar::mismatch;
use super::{Cell, ColumnType, Scalar, Value};
use crate::error::{DecodeError, Refusal};

/// A type of which a column can hold several: all that are columns by themselves but bytes, JSON and arrays.
///
/// `u8` is none, since `Vec<u8>` is bytes.
#[diagnostic::on_unimplemented(
    message = "a column cannot hold an array of `{Self}`",
    label = "not a member of an array",
    note = "arrays hold bool, i8 to i64, u16 to u64, f32, f64, String, Uuid, jiff's types, Decimal, and enums of `toasty!`; none of them as an `Option`",
    note = "several rows that belong to one are a relation: `HasMany<T>`; anything else is one column as `Json<Vec<{Self}>>`"
)]
pub trait Member: Scalar {}

macro_rules! members {
    ($($type:ty),* $(,)?) => { $(
        #[diagnostic::do_not_recommend]
        impl Member for $type {}
    )* };
}

members!(
    bool,
    i8,
    i16,
    i32,
    i64,
    u16,
    u32,
    u64,
    f32,
    f64,
    String,
    uuid::Uuid,
    jiff::Timestamp,
    jiff::civil::Date,
    jiff::civil::Time,
    jiff::civil::DateTime,
    rust_decimal::Decimal,
);

/// What gives the members of an array that stands in one of its columns.
pub trait Members {
    /// Gives each member, in order.
    ///
    /// # Errors
    /// Those of `take`; where the column holds no array.
    fn each_member(
        &self,
        column: usize,
        take: &mut dyn FnMut(Cell<'_>) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError>;
}

/// The members of a value.
impl Members for Vec<Value> {
    fn each_member(
        &self,
        _: usize,
        take: &mut dyn FnMut(Cell<'_>) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        self.iter().map(Cell::of).try_for_each(take)
    }
}

impl<T: Member> Scalar for Vec<T> {
    const TYPE: ColumnType = ColumnType::Array(&T::TYPE);

    fn to_value(&self) -> Result<Value, Refusal> {
        let members = self.iter().map(Scalar::to_value);
        members.collect::<Result<_, _>>().map(Value::List)
    }

    fn into_value(self) -> Result<Value, Refusal> {
        let members = self.into_iter().map(Scalar::into_value);
        members.collect::<Result<_, _>>().map(Value::List)
    }

    fn decode(cell: Cell<'_>) -> Result<Self, DecodeError> {
        let mut all = Vec::new();
        let mut take = |member: Cell<'_>| {
            all.push(T::decode(member)?);
            Ok(())
        };
        match cell {
            Cell::Array(members, column) => {
                members.each_member(usize::from(column), &mut take)?;
            }
            Cell::Text(text) => each_of_json(text, T::TYPE, &mut take)?,
            other => return mismatch("an array", other),
        }
        Ok(all)
    }
}

/// The members of a JSON array.
fn each_of_json(
    text: &str,
    ty: ColumnType,
    take: &mut dyn FnMut(Cell<'_>) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    if let ColumnType::Float(_) = ty {
        return each_float(text, take);
    }
    let members: Vec<serde_json::Value> = serde_json::from_str(text).map_err(|_| no_array())?;
    for member in &members {
        take(match member {
            serde_json::Value::Bool(x) => Cell::Bool(*x),
            serde_json::Value::String(x) => Cell::Text(x),
            serde_json::Value::Number(x) => match (x.as_i64(), x.as_u64()) {
                (Some(x), _) => Cell::Int(x),
                (None, Some(x)) => Cell::Big(x),
                (None, None) => return Err(no_array()),
            },
            serde_json::Value::Null => Cell::Null,
            serde_json::Value::Array(_) | serde_json::Value::Object(_) => return Err(no_array()),
        })?;
    }
    Ok(())
}

/// Floats are read by the standard library: `serde_json` reads some of them one bit off unless told otherwise by a feature that
/// is the program's to choose.
fn each_float(
    text: &str,
    take: &mut dyn FnMut(Cell<'_>) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    let inner = text
        .trim()
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .ok_or_else(no_array)?;
    if inner.trim().is_empty() {
        return Ok(());
    }
    inner
        .split(',')
        .map(|member| member.trim().parse().map(Cell::Float))
        .try_for_each(|member| take(member.map_err(|_| no_array())?))
}

#[cold]
fn no_array() -> DecodeError {
    DecodeError {
        expected: "an array",
        found: "text that is no JSON array of such members",
    }
}

/// The text of a JSON array of these values: how a backend without arrays keeps one. Members that are neither numbers nor
/// truth values are texts, in the form that `text` gives.
///
/// # Errors
/// For a float that is not finite, which JSON cannot hold; those of `text`.
pub fn json_of<E: From<Refusal>>(
    members: &[Value],
    text: impl Fn(&Value) -> Result<String, E>,
) -> Result<String, E> {
    let mut json = String::from("[");
    for (number, member) in members.iter().enumerate() {
        if number > 0 {
            json.push(',');
        }
        match member {
            Value::Bool(x) => json.push_str(if *x { "true" } else { "false" }),
            Value::Int(x) => json.push_str(&x.to_string()),
            Value::Float(x) if x.is_finite() => json.push_str(&format!("{x:?}")),
            Value::Float(_) => {
                return Err(
                    Refusal::new("NaN or an infinity in an array, kept as JSON here").into(),
                );
            }
            other => json.push_str(&serde_json::Value::String(text(other)?).to_string()),
        }
    }
    json.push(']');
    Ok(json)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(value: &Value) -> Result<String, Refusal> {
        match value {
            Value::Text(text) => Ok(text.clone()),
            _ => Err(Refusal::new("no text")),
        }
    }

    fn back_and_forth<T: Member + PartialEq + std::fmt::Debug + Clone>(members: Vec<T>) {
        let Value::List(values) = members.to_value().unwrap() else {
            panic!("a list");
        };
        let json = json_of(&values, text_of).unwrap();
        assert_eq!(Vec::<T>::decode(Cell::Text(&json)).unwrap(), members);
        let lent = Cell::of_array(&values, 0).unwrap();
        assert_eq!(Vec::<T>::decode(lent).unwrap(), members);
    }

    #[test]
    fn an_array_comes_back_from_json_and_from_values() {
        back_and_forth(vec![1i64, -5, i64::MAX, i64::MIN, 1]);
        back_and_forth(vec![true, false]);
        back_and_forth(vec![0.1f64, -0.0, f64::MAX, f64::MIN_POSITIVE, 1.0 / 3.0]);
        back_and_forth(vec![
            String::new(),
            "a\"b\\c,\n".to_owned(),
            "ü🍕".to_owned(),
        ]);
        back_and_forth(Vec::<u64>::new());
        back_and_forth(Vec::<f32>::new());
    }

    #[test]
    fn what_is_no_array_of_such_members_is_an_error() {
        for text in ["", "{}", "[1", "[[1]]", "[\"a\"]", "[1.5]", "[null]", "1"] {
            assert!(Vec::<i64>::decode(Cell::Text(text)).is_err(), "{text}");
            assert!(Vec::<f64>::decode(Cell::Text(text)).is_err() || text == "[1.5]");
        }
        assert!(Vec::<i64>::decode(Cell::Int(1)).is_err());
        assert!(json_of(&[Value::Float(f64::NAN)], text_of).is_err());
    }

    #[test]
    fn a_cell_is_three_words_wide() {
        assert_eq!(size_of::<Cell<'_>>(), 24);
    }
}
