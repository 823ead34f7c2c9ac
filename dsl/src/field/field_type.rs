//! The trait of field types.

use super::RowReader;
use crate::error::{Refusal, Result};
use crate::schema::{FieldInfo, FieldKind, ModelDef};
use crate::value::{Json, Member, Scalar, Value};
use std::any::Any;
use std::fmt;

/// A type that can stand as a field's: a column, an `Option` of one, an embedded value or a relation.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a model's field",
    label = "not a column, not an embedded value, not a relation",
    note = "columns are bool, i8 to i64, u8 to u64, f32, f64, String, Vec<u8>, Uuid, jiff's Timestamp, Date, Time and DateTime, Decimal, serde_json::Value, Json<T>, arrays as `Vec<T>`, and an `Option` of each; relations are BelongsTo<T>, HasMany<T> and HasOne<T>",
    note = "a type of your own is a column as `Json<{Self}>`, or when it is declared in `toasty!` as `enum` or `embed`"
)]
pub trait FieldType: Sized + 'static {
    /// What it makes of a field.
    const KIND: FieldKind;
    /// The other model, where it is a relation.
    const TARGET: Option<&'static ModelDef> = None;

    /// What a field's description keeps of the type.
    const INFO: FieldInfo = FieldInfo {
        kind: Self::KIND,
        write: write_any::<Self>,
        debug: debug_any::<Self>,
    };

    /// Read from the columns of a row.
    ///
    /// # Errors
    /// `Decode`, naming model and column.
    fn read(row: &mut RowReader<'_>) -> Result<Self>;

    /// Add the values of its columns.
    ///
    /// # Errors
    /// When a value cannot be stored.
    fn write(&self, values: &mut Vec<Value>) -> Result<(), Refusal>;

    /// Print it as `Debug` of the model does.
    ///
    /// # Errors
    /// Those of the formatter.
    fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

fn write_any<T: FieldType>(field: &dyn Any, values: &mut Vec<Value>) -> Result<(), Refusal> {
    match field.downcast_ref::<T>() {
        Some(field) => field.write(values),
        None => Err(Refusal::new("a field of another type than its description")),
    }
}

fn debug_any<T: FieldType>(field: &dyn Any, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match field.downcast_ref::<T>() {
        Some(field) => field.debug(f),
        None => f.write_str("?"),
    }
}

macro_rules! columns {
    ($($type:ty),* $(,)?) => { $(
        #[diagnostic::do_not_recommend]
        impl FieldType for $type {
            const KIND: FieldKind = FieldKind::Column { ty: <$type as Scalar>::TYPE, nullable: false };

            #[inline]
            fn read(row: &mut RowReader<'_>) -> Result<Self> {
                row.scalar()
            }

            fn write(&self, values: &mut Vec<Value>) -> Result<(), Refusal> {
                values.push(self.to_value()?);
                Ok(())
            }

            fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self, f)
            }
        }
    )* };
}

columns!(
    bool,
    i8,
    i16,
    i32,
    i64,
    u8,
    u16,
    u32,
    u64,
    f32,
    f64,
    String,
    Vec<u8>,
    uuid::Uuid,
    jiff::Timestamp,
    jiff::civil::Date,
    jiff::civil::Time,
    jiff::civil::DateTime,
    rust_decimal::Decimal,
    serde_json::Value,
);

#[diagnostic::do_not_recommend]
impl<T: Member + fmt::Debug> FieldType for Vec<T> {
    const KIND: FieldKind = FieldKind::Column {
        ty: <Self as Scalar>::TYPE,
        nullable: false,
    };

    #[inline]
    fn read(row: &mut RowReader<'_>) -> Result<Self> {
        row.scalar()
    }

    fn write(&self, values: &mut Vec<Value>) -> Result<(), Refusal> {
        values.push(self.to_value()?);
        Ok(())
    }

    fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[diagnostic::do_not_recommend]
impl<T> FieldType for Json<T>
where
    T: serde::Serialize + serde::de::DeserializeOwned + Send + Sync + 'static,
{
    const KIND: FieldKind = FieldKind::Column {
        ty: <Self as Scalar>::TYPE,
        nullable: false,
    };

    #[inline]
    fn read(row: &mut RowReader<'_>) -> Result<Self> {
        row.scalar()
    }

    fn write(&self, values: &mut Vec<Value>) -> Result<(), Refusal> {
        values.push(self.to_value()?);
        Ok(())
    }

    fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar + FieldType> FieldType for Option<T> {
    const KIND: FieldKind = FieldKind::Column {
        ty: T::TYPE,
        nullable: true,
    };

    #[inline]
    fn read(row: &mut RowReader<'_>) -> Result<Self> {
        row.nullable()
    }

    fn write(&self, values: &mut Vec<Value>) -> Result<(), Refusal> {
        values.push(match self {
            Some(value) => value.to_value()?,
            None => Value::Null,
        });
        Ok(())
    }

    fn debug(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Some(value) => {
                f.write_str("Some(")?;
                value.debug(f)?;
                f.write_str(")")
            }
            None => f.write_str("None"),
        }
    }
}
