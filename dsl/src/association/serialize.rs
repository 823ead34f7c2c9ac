//! Relations in serde: what was loaded, else nothing.

use super::{BelongsTo, HasMany, HasOne};
use crate::field::Model;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The rows as a sequence, or `null` where they were not loaded.
impl<T: Model + Serialize> Serialize for HasMany<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().ok().serialize(serializer)
    }
}

/// A sequence is loaded rows; `null` is not loaded.
impl<'de, T: Model + Deserialize<'de>> Deserialize<'de> for HasMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<Vec<T>>::deserialize(deserializer)?
            .map_or_else(HasMany::default, HasMany::loaded))
    }
}

/// The row, or `null` where there is none or it was not loaded.
impl<T: Model + Serialize> Serialize for HasOne<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().ok().flatten().serialize(serializer)
    }
}

/// A row is loaded; `null` is not loaded.
impl<'de, T: Model + Deserialize<'de>> Deserialize<'de> for HasOne<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?
            .map_or_else(HasOne::default, |row| HasOne::loaded(Some(row))))
    }
}

/// The row, or `null` where it was not loaded.
impl<T: Model + Serialize> Serialize for BelongsTo<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().ok().serialize(serializer)
    }
}

/// A row is loaded; `null` is not loaded.
impl<'de, T: Model + Deserialize<'de>> Deserialize<'de> for BelongsTo<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?
            .map_or_else(BelongsTo::default, BelongsTo::loaded))
    }
}
