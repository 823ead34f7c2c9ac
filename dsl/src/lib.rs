//! The language of Toasty: models, typed queries and statements.
//!
//! This crate is pure: no I/O, no async runtime, no backend. Applications use the crate `toasty`, which re-exports it.
//!
//! The layers, each of which knows only those before it: [`error`], [`value`], [`schema`], [`statement`], [`cursor`]; then the typed
//! layer of [`field`], [`query`], [`association`] and [`write`](mod@write), which know each other; and the macros of
//! [`language`].

// The macros name this crate by `$crate`, and its own tests and examples use them.
extern crate self as toasty_dsl;

pub mod association;
pub mod cursor;
pub mod error;
pub mod field;
pub mod language;
pub mod query;
pub mod schema;
pub mod statement;
pub mod value;
pub mod write;

pub use association::{BelongsTo, HasMany, HasOne};
pub use error::{Error, ErrorKind, Result};
pub use field::{Field, Model, View};
pub use query::functions as expr;
pub use query::{Executor, Filter, Query, RowStream};
pub use schema::ModelDef;
pub use statement::Statement;
pub use value::{Cell, Json, Member, Params, Scalar, Value};
pub use write::New;

/// What generated code uses. Not for hand-written code: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use crate::association::Access;
    pub use crate::error::{DecodeError, Refusal, Result};
    pub use crate::field::{
        Embed, Field, FieldType, Model, RowReader, View, debug_embed, debug_model, debug_view,
        embedded, read_view_field, view_field, view_fields,
    };
    pub use crate::language::*;
    pub use crate::query::functions::Ordered;
    pub use crate::query::{
        All, Executor, Filter, Filterable, NamedRow, Operand, Query, Selection, Side, Unwritten,
    };
    pub use crate::schema::{
        ColumnDef, EmbedDef, FieldDef, FieldKind, FieldRef, ModelDef, ModelRegistration,
        column_offsets, count_columns, flatten_columns, plain_name,
    };
    pub use crate::statement::Term;
    pub use crate::value::{Cell, ColumnType, EnumType, Member, Scalar, Value};
    pub use crate::write::{
        Assignments, Builder, Check, Create, CreateMany, Delete, DeleteMany, FieldList, Input, New,
        OnConflict, Removal, Slots, Update, UpdateMany,
    };
    pub use inventory;
    pub use pastey;
    pub use std::any::Any;
    pub use std::option::Option;
    pub use std::vec::Vec;

    /// The kinds of item that `toasty!` knows.
    #[allow(
        non_camel_case_types,
        missing_docs,
        reason = "looked up by the user's word, so that rustc can suggest the right one"
    )]
    pub mod kind_of_item {
        pub type model = ();
        pub type embed = ();
        pub type view = ();
    }

    /// The options that a variant knows.
    #[allow(
        non_camel_case_types,
        missing_docs,
        reason = "looked up by the user's word, so that rustc can suggest the right one"
    )]
    pub mod the_only_option_of_a_variant {
        pub type rename = ();
    }

    macro_rules! messages {
        ($($name:ident)*) => { $(
            #[allow(missing_docs)]
            pub mod $name {}
        )* };
    }

    // Empty modules whose names are what rustc's error will say about the user's token.
    messages! {
        a_view_has_no_options
        a_view_has_no_options_and_no_defaults
        an_embed_has_no_defaults
        an_embed_has_no_options
        an_enum_variant_holds_no_data_here
        an_item_has_no_generics
        fields_are_public_so_leave_out_the_pub_before_this
        only_a_view_is_of_a_model
        the_options_stand_after_the_type_of_this
        write_a_colon_after_this
        write_a_colon_and_a_type_after_this
        write_a_colon_and_a_value_after_this
        write_a_comma_after_this
        write_a_comma_and_no_pub_before_this
        write_a_comma_before_this
        write_a_comma_before_this_and_a_colon_after_it
        write_a_name_after_this
        write_a_value_after_this
        write_braces_after_this
        write_fields_in_the_braces_after_this
        write_model_or_embed_instead_of_struct_before_this
        write_of_and_a_model_after_this
        write_options_in_brackets_and_then_the_body_in_braces_after_this
        write_rename_in_brackets_after_this
        write_the_argument_in_parentheses_after_this
        write_the_body_in_braces_after_this
        write_the_label_as_text_in_the_rename_of_this
        write_this_as_name_and_value
        write_this_field_as_name_type_options_default
    }
}
