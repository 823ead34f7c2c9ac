//! Where a relation's value stands, so that it can say what is missing.

use crate::error::{Error, ErrorKind};
use crate::schema::ModelDef;

/// The model and field that a relation's value belongs to.
#[derive(Clone, Copy)]
pub struct Origin {
    model: Option<&'static ModelDef>,
    field: u16,
}

impl Origin {
    /// Made by hand, outside any row.
    pub const NONE: Origin = Origin {
        model: None,
        field: 0,
    };

    /// The field of a model.
    pub const fn new(model: &'static ModelDef, field: u16) -> Self {
        Origin {
            model: Some(model),
            field,
        }
    }

    /// The error of touching what was not loaded.
    #[cold]
    pub(super) fn unloaded(self) -> Error {
        let error = Error::new(ErrorKind::Unloaded, "the relation was not loaded");
        match self
            .model
            .and_then(|model| Some((model, model.fields.get(usize::from(self.field))?)))
        {
            Some((model, field)) => error
                .on_model(model.name)
                .on_fields([field.name])
                .with_advice(format!(
                    "load it with the query: `.include(|row| row.{})`, or ask by `.{}()`",
                    field.name, field.name
                )),
            None => error.with_advice("this value was made by hand, not read from a row"),
        }
    }

    /// The error of a row that must be there and is not.
    #[cold]
    pub(super) fn missing(self) -> Error {
        let error = Error::new(
            ErrorKind::NotFound,
            "the row that it belongs to was looked for and not found",
        );
        match self
            .model
            .and_then(|model| Some((model, model.fields.get(usize::from(self.field))?)))
        {
            Some((model, field)) => error.on_model(model.name).on_fields([field.name]),
            None => error,
        }
    }
}
