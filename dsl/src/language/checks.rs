//! The rules of the language as trait bounds on a const condition: where a rule is broken, rustc's error stands at the
//! user's own token and says what to do.
//!
//! The technique: `fn rule<T: Rule<OK>, const OK: bool>()` with `impl<T> Rule<true> for T` only. Called as
//! `rule::<UserType, { condition }>()`, a broken rule is an unsatisfied bound on the type argument that the user wrote.

/// What a type as a whole must be: `BROKEN` is the number of the rule that it breaks, or 0. One bound serves all rules,
/// because each bound is paid for at every model.
pub trait Whole<const BROKEN: u8> {}

impl<T: ?Sized> Whole<0> for T {}

/// Demands [`Whole`] of the type that the user wrote.
pub const fn whole<T: ?Sized + Whole<BROKEN>, const BROKEN: u8>() {}

/// The rules of a type as a whole, each a trait that nothing implements.
macro_rules! rules {
    ($( $(#[$doc:meta])* $number:ident, $trait:ident; )*) => { $(
        $(#[$doc])*
        pub trait $trait {}
        impl<T: ?Sized + $trait> Whole<{ crate::schema::$number }> for T {}
    )* };
}

rules! {
    /// A model has a key.
    #[diagnostic::on_unimplemented(
        message = "model `{Self}` has no key",
        label = "no field is the key",
        note = "mark one: `id: u64 [key, auto]`; or, for a key of several fields, write `[key(a, b)]` after the model's name"
    )]
    KEY_RULE, Keyed;

    /// A model has one key only.
    #[diagnostic::on_unimplemented(
        message = "model `{Self}` has more than one key",
        label = "more than one key is declared",
        note = "keep one `[key]`; for a key of several fields write `[key(a, b)]` after the model's name instead"
    )]
    ONE_KEY_RULE, KeyedOnce;

    /// No two columns have the same name.
    #[diagnostic::on_unimplemented(
        message = "two columns of `{Self}` have the same name",
        label = "two columns have the same name",
        note = "give one of them another: `name: String [column(\"other_name\")]`"
    )]
    COLUMN_RULE, Distinct;

    /// No two variants have the same label.
    #[diagnostic::on_unimplemented(
        message = "two variants of `{Self}` have the same label",
        label = "two variants have the same label",
        note = "give one of them another: `Variant [rename(\"other\")]`"
    )]
    LABEL_RULE, DistinctLabels;
}

/// What a field of model `M` must be: `BROKEN` is the number of the rule that it breaks, or 0. One bound serves all rules,
/// because each bound is paid for at every field of every model.
pub trait Sound<M, const BROKEN: u8> {}

impl<T: ?Sized, M> Sound<M, 0> for T {}

/// Demands [`Sound`] of the type that the user wrote.
pub const fn sound<T: ?Sized + Sound<M, BROKEN>, M, const BROKEN: u8>() {}

/// The rules of a field, each a trait that nothing implements.
macro_rules! field_rules {
    ($( $(#[$doc:meta])* $number:ident, $trait:ident; )*) => { $(
        $(#[$doc])*
        pub trait $trait<M> {}
        impl<T: ?Sized + $trait<M>, M> Sound<M, { crate::schema::$number }> for T {}
    )* };
}

field_rules! {
    /// `auto` stands on what can be made.
    #[diagnostic::on_unimplemented(
        message = "`auto` cannot make a value of type `{Self}` here",
        label = "not a type that `auto` can make",
        note = "`auto` makes `Uuid`, and `i64` or `u64` where the field is the whole key; for others write a default: `= expression`"
    )]
    AUTO_RULE, AutoPossible;

    /// `version` stands on one 64-bit integer.
    #[diagnostic::on_unimplemented(
        message = "a `{Self}` cannot count versions here",
        label = "not a version",
        note = "`version` stands on one field of type `u64` or `i64` that is not the key"
    )]
    VERSION_RULE, VersionPossible;

    /// Keys and indexes are made of columns.
    #[diagnostic::on_unimplemented(
        message = "a field of type `{Self}` cannot be in this key or index",
        label = "not a column that can be in a key or index",
        note = "a relation is no column: name the field that holds its key; and no part of a key can be an `Option`"
    )]
    INDEX_RULE, Indexable;

    /// Embedded values nest no deeper than columns can be named.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` nests embedded values too deeply",
        label = "more than three levels of embedded values",
        note = "flatten one level"
    )]
    EMBED_RULE, Embeddable;

    /// A `BelongsTo` has fields for the whole key of the other model.
    #[diagnostic::on_unimplemented(
        message = "model `{M}` has no fields that hold the key for `{Self}`",
        label = "no fields of the right types hold the other model's key",
        note = "name them: `user: BelongsTo<User> [on(user_id)]`; without `on` the field `<name>_id` is taken; their types must be those of the other model's key",
        note = "where the fields are `Option`s, and only there, the relation is an `Option<BelongsTo<…>>`"
    )]
    ANCHOR_RULE, Anchored;

    /// A `HasMany` or `HasOne` has exactly one `BelongsTo` on the other side.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` in model `{M}` has no single way back",
        label = "the other model has no `BelongsTo<{M}>`, or several",
        note = "add `BelongsTo<{M}>` to the other model; where there are several, say which: `[pair(field)]`"
    )]
    PAIR_RULE, Paired;
}

/// The rules of a model.
#[doc(hidden)]
#[macro_export]
macro_rules! __rules {
    ( $name:ident { $( $field:ident : $type:ty, )* } ) => {
        $crate::__private::whole::<$name, { DEF.broken_model_rule() }>();
        $( $crate::__private::sound::<$type, $name, { DEF.broken_rule(Index::$field as u16, <$type as $crate::__private::FieldType>::TARGET) }>(); )*
    };
}

/// What is wrong in a body that matched no form: a comma that is missing, a field without a type. The error is an
/// unresolved name in a module that says what to do, because that is an error at the user's token.
#[doc(hidden)]
#[macro_export]
macro_rules! __trouble {
    ( $name:ident [] ) => {
        ::core::compile_error!(::core::concat!("in `", ::core::stringify!($name), "`: each field is `name: Type [options] = default`, with a comma after it"));
    };
    ( $name:ident [] $(#[$meta:meta])* pub $($rest:tt)* ) => {
        ::core::compile_error!(::core::concat!("in `", ::core::stringify!($name), "`: fields are public already; leave `pub` out"));
    };
    ( $name:ident [] #[$($meta:tt)*] $($rest:tt)* ) => { $crate::__trouble! { $name [] $($rest)* } };
    ( $name:ident [] $field:ident : $($rest:tt)* ) => { $crate::__trouble! { $name [in $field] $($rest)* } };
    ( $name:ident [] $field:ident $($rest:tt)* ) => {
        const _: $crate::__private::this_field_needs_a_type_after_a_colon::$field = ();
    };
    ( $name:ident [in $field:ident] , $($rest:tt)* ) => { $crate::__trouble! { $name [] $($rest)* } };
    ( $name:ident [in $field:ident] $next:ident : $($rest:tt)* ) => {
        const _: $crate::__private::write_a_comma_before_this::$next = ();
    };
    ( $name:ident [in $field:ident] $next:ident { $($body:tt)* } $($rest:tt)* ) => {
        const _: $crate::__private::write_a_comma_before_this::$next = ();
    };
    ( $name:ident [in $field:ident] #[$($meta:tt)*] $($rest:tt)* ) => {
        const _: $crate::__private::write_a_comma_after_this::$field = ();
    };
    ( $name:ident [in $field:ident] $other:tt $($rest:tt)* ) => { $crate::__trouble! { $name [in $field] $($rest)* } };
    ( $name:ident [in $field:ident] ) => {
        const _: $crate::__private::write_this_field_as_name_type_options_default::$field = ();
    };
    ( $name:ident [] $($rest:tt)* ) => {
        ::core::compile_error!(::core::concat!("in `", ::core::stringify!($name), "`: each field is `name: Type [options] = default`, with a comma after it"));
    };
}

/// What is wrong in an enum.
#[doc(hidden)]
#[macro_export]
macro_rules! __enum_trouble {
    ( $name:ident #[$($meta:tt)*] $($rest:tt)* ) => { $crate::__enum_trouble! { $name $($rest)* } };
    ( $name:ident $variant:ident ( $($data:tt)* ) $($rest:tt)* ) => {
        const _: $crate::__private::an_enum_variant_holds_no_data_here::$variant = ();
    };
    ( $name:ident $variant:ident { $($data:tt)* } $($rest:tt)* ) => {
        const _: $crate::__private::an_enum_variant_holds_no_data_here::$variant = ();
    };
    ( $name:ident $variant:ident = $($rest:tt)* ) => {
        const _: $crate::__private::write_rename_in_brackets_after_this::$variant = ();
    };
    ( $name:ident $variant:ident [ rename ( $label:literal ) ] , $($rest:tt)* ) => { $crate::__enum_trouble! { $name $($rest)* } };
    ( $name:ident $variant:ident [ rename ( $label:literal ) ] $next:ident $($rest:tt)* ) => {
        const _: $crate::__private::write_a_comma_before_this::$next = ();
    };
    ( $name:ident $variant:ident [ $option:ident $($other:tt)* ] $($rest:tt)* ) => {
        const _: $crate::__private::the_only_option_of_a_variant::$option = ();
    };
    ( $name:ident $variant:ident , $($rest:tt)* ) => { $crate::__enum_trouble! { $name $($rest)* } };
    ( $name:ident $variant:ident $next:ident $($rest:tt)* ) => {
        const _: $crate::__private::write_a_comma_before_this::$next = ();
    };
    ( $name:ident $($rest:tt)* ) => {
        ::core::compile_error!(::core::concat!("in `", ::core::stringify!($name), "`: each variant is `Name` or `Name [rename(\"label\")]`, with a comma after it"));
    };
}
