//! The rules of the language: where one is broken, rustc's error stands at the user's own token and says what to do.
//!
//! The technique: a const function judges a field, or the whole model, and gives the number of the first rule that is
//! broken, zero for none. `<Type as Sound<Model, { number }>>::OK` then holds for zero; for any other number it asks for
//! that rule's trait, which nothing implements, and whose `on_unimplemented` is the message. So one field is one
//! constant and one bound, however many rules there are.

/// Sound is what breaks no rule: where `BROKEN` is zero.
#[diagnostic::on_unimplemented(
    message = "`{Self}` breaks a rule of `toasty!`",
    label = "breaks rule {BROKEN}"
)]
pub trait Sound<M: ?Sized, const BROKEN: u8> {
    /// Named in generated code, so that the bound is checked.
    const OK: () = ();
}

impl<T: ?Sized, M: ?Sized> Sound<M, 0> for T {}

/// What the rules' traits are asked of, and do not hold for. Another type than the user's, so that rustc's error is about
/// the rule and not about [`Sound`].
pub struct Broken;

/// What the rules' traits do hold for, so that rustc does not propose to implement one.
pub struct Kept;

macro_rules! rules {
    ($( $(#[$meta:meta])* $number:literal $constant:ident $rule:ident; )*) => { $(
        pub(super) const $constant: u8 = $number;

        $(#[$meta])*
        pub trait $rule<T: ?Sized, M: ?Sized> {}

        #[diagnostic::do_not_recommend]
        impl<T: ?Sized, M: ?Sized> $rule<T, M> for Kept {}

        impl<T: ?Sized, M: ?Sized> Sound<M, $number> for T where Broken: $rule<T, M> {}
    )* };
}

/// No rule is broken.
pub(super) const SOUND: u8 = 0;

rules! {
    /// A model has a key.
    #[diagnostic::on_unimplemented(
        message = "model `{T}` has no key",
        label = "no field is the key",
        note = "mark one: `id: u64 [key, auto]`; or, for a key of several fields, write `[key(a, b)]` after the model's name"
    )]
    1 NO_KEY HasKey;

    /// A model has one key only.
    #[diagnostic::on_unimplemented(
        message = "model `{T}` has more than one `key(…)`",
        label = "several keys after the model's name",
        note = "keep one `key(…)`; what else is to be unique goes into `unique(…)`"
    )]
    2 TWO_KEYS HasOneKey;

    /// A field is not a second key.
    #[diagnostic::on_unimplemented(
        message = "this field is a second key of model `{M}`",
        label = "the model has a key already",
        note = "keep one `[key]`; for a key of several fields write `[key(a, b)]` after the model's name instead"
    )]
    3 SECOND_KEY IsTheOnlyKey;

    /// No part of a key may be absent.
    #[diagnostic::on_unimplemented(
        message = "a key cannot be an `Option`",
        label = "part of the key of model `{M}`",
        note = "give the field the type without `Option`: a row without a key cannot be found again"
    )]
    4 OPTIONAL_KEY IsNeverAbsent;

    /// Two fields do not share a column.
    #[diagnostic::on_unimplemented(
        message = "the column of this field has the name of another column of model `{M}`",
        label = "a second column of the same name",
        note = "give it another: `[column(\"other_name\")]`; upper and lower case are the same to databases"
    )]
    5 SAME_COLUMN HasItsOwnColumn;

    /// The columns of embedded values have names of their own.
    #[diagnostic::on_unimplemented(
        message = "two columns of model `{T}` have the same name",
        label = "a column of an embedded value has the name of another column",
        note = "the columns of `address: Address` are `address_…`; give one of the two another name: `[column(\"other_name\")]`"
    )]
    6 SAME_COLUMNS HasDistinctColumns;

    /// `auto` stands on what can be made.
    #[diagnostic::on_unimplemented(
        message = "`auto` cannot make a value of type `{T}` here",
        label = "not a type that `auto` can make",
        note = "`auto` makes `Uuid`, and `i64` or `u64` where the field is the whole key; for others write a default: `= expression`"
    )]
    7 NOT_AUTO CanBeMade;

    /// `version` stands on a 64-bit integer.
    #[diagnostic::on_unimplemented(
        message = "a `{T}` cannot count versions here",
        label = "not a version",
        note = "`version` stands on a field of type `u64` or `i64` that is not the key"
    )]
    8 NO_VERSION CanCountVersions;

    /// A model has one version only.
    #[diagnostic::on_unimplemented(
        message = "this field is a second version of model `{M}`",
        label = "the model has a version already",
        note = "keep one `[version]`: every update counts it up"
    )]
    9 SECOND_VERSION IsTheOnlyVersion;

    /// Keys and indexes are made of columns.
    #[diagnostic::on_unimplemented(
        message = "a relation cannot be in a key or an index",
        label = "not a column",
        note = "a relation is no column: name the field that holds its key, such as `user_id`"
    )]
    10 RELATION_IN_INDEX IsAColumn;

    /// Options of columns stand on columns.
    #[diagnostic::on_unimplemented(
        message = "a relation has no column, so that `column` and `sensitive` mean nothing here",
        label = "not a column",
        note = "put the option on the field that holds the relation's key, such as `user_id`"
    )]
    11 RELATION_IS_NO_COLUMN HasAColumn;

    /// Embedded values nest no deeper than columns can be named.
    #[diagnostic::on_unimplemented(
        message = "`{T}` nests embedded values too deeply",
        label = "more than three levels of embedded values",
        note = "flatten one level"
    )]
    12 TOO_DEEP IsFlatEnough;

    /// Embedded values hold columns.
    #[diagnostic::on_unimplemented(
        message = "an embedded value cannot hold a relation",
        label = "not a column",
        note = "declare the relation in the models that hold `{M}`"
    )]
    13 RELATION_IN_EMBED IsNoRelation;

    /// `on` stands on a `BelongsTo`.
    #[diagnostic::on_unimplemented(
        message = "`on` means nothing on a `{T}`",
        label = "not a `BelongsTo`",
        note = "`on(user_id)` names the fields that hold the key of the other model, so it stands on the `BelongsTo`"
    )]
    14 STRAY_ON IsABelongsTo;

    /// `pair` stands on the other side of a `BelongsTo`.
    #[diagnostic::on_unimplemented(
        message = "`pair` means nothing on a `{T}`",
        label = "neither a `HasMany` nor a `HasOne`",
        note = "`pair(user)` names the `BelongsTo` of the other model, so it stands on the `HasMany` or `HasOne`"
    )]
    15 STRAY_PAIR IsTheOtherSide;

    /// A `BelongsTo` has fields that hold the key.
    #[diagnostic::on_unimplemented(
        message = "no field of model `{M}` holds the key for this `{T}`",
        label = "no `on(…)`, and no field with the name of this one and `_id`",
        note = "add the field: `user_id: u64` for `user: BelongsTo<User>`, of the type of the other model's key; or name it: `[on(owner)]`"
    )]
    16 NO_KEY_FIELD HasAKeyField;

    /// The fields that hold the key are of its types.
    #[diagnostic::on_unimplemented(
        message = "the fields that hold the key for this `{T}` do not have the types of that key",
        label = "another key than the other model's",
        note = "`on(…)` names as many fields as the other model's key has, in the same order and of the same types"
    )]
    17 OTHER_KEY_TYPES HasTheTypesOfTheKey;

    /// A relation whose key may be absent is optional.
    #[diagnostic::on_unimplemented(
        message = "the field that holds the key for this `{T}` is an `Option`, but the relation is not",
        label = "always there, though its key may be absent",
        note = "write `Option<{T}>`, or give the field that holds the key the type without `Option`"
    )]
    18 KEY_IS_OPTIONAL IsAsOptionalAsItsKey;

    /// A relation whose key is always there is not optional.
    #[diagnostic::on_unimplemented(
        message = "this `{T}` is an `Option`, but the field that holds its key is not",
        label = "may be absent, though its key is always there",
        note = "make the field that holds the key an `Option`, or leave it out here"
    )]
    19 KEY_IS_NOT_OPTIONAL IsAsRequiredAsItsKey;

    /// A `HasMany` or `HasOne` has a `BelongsTo` on the other side.
    #[diagnostic::on_unimplemented(
        message = "the other model of this `{T}` does not belong to `{M}`",
        label = "no way back from the other model",
        note = "add the way back there: `user_id: u64 [index]` and `user: BelongsTo<{M}>`"
    )]
    20 NO_WAY_BACK HasAWayBack;

    /// Where there are several ways back, one is named.
    #[diagnostic::on_unimplemented(
        message = "the other model of this `{T}` belongs to `{M}` in several ways",
        label = "several ways back from the other model",
        note = "say which one is meant: `[pair(field)]`, with the name of the `BelongsTo<{M}>` there"
    )]
    21 SEVERAL_WAYS_BACK HasOneWayBack;

    /// `pair` names a way back.
    #[diagnostic::on_unimplemented(
        message = "`pair` names no `BelongsTo<{M}>` of the other model",
        label = "the named field does not lead back",
        note = "name the field of the other model whose type is `BelongsTo<{M}>`"
    )]
    22 PAIR_LEADS_ELSEWHERE PairLeadsBack;

    /// Two variants do not share a label.
    #[diagnostic::on_unimplemented(
        message = "two variants of `{T}` have the same label",
        label = "two variants have the same label",
        note = "give one of them another: `Variant [rename(\"other\")]`"
    )]
    23 SAME_LABEL HasDistinctLabels;

    /// Keys and indexes are made of single values.
    #[diagnostic::on_unimplemented(
        message = "an array cannot be in a key or an index",
        label = "several values in one column of model `{M}`",
        note = "what is looked up by its members is a model of its own: a `HasMany` of rows with one value each"
    )]
    24 ARRAY_IN_INDEX IsOneValue;
}

/// The rules of a model.
#[doc(hidden)]
#[macro_export]
macro_rules! __rules {
    ( $name:tt { $( $field:ident : $type:ty, )* } ) => {
        const DISTINCT: bool = $crate::__private::has_distinct_columns(&DEF);
        <$name as $crate::__private::Sound<(), { $crate::__private::judge_model(&DEF, DISTINCT) }>>::OK;
        $(
            <$type as $crate::__private::Sound<$name, {
                $crate::__private::judge_field(&DEF, DISTINCT, Index::$field as u16, <$type as $crate::__private::FieldType>::TARGET)
            }>>::OK;
        )*
    };
}
