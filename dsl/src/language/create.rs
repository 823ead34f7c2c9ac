//! `create!`: a new row as it would be written down.

use crate::association::{BelongsTo, HasMany, HasOne};
use crate::field::{Field, FieldType, Model};
use crate::schema::{Fields, ModelDef, plain_name, same_text};
use crate::write::{Builder, Create, Related};

/// A new row, with its relations' rows inside it.
///
/// Gives the model's builder; await `.exec(&db)` to write it. A missing, an unknown, a doubled field and a value of the
/// wrong type are compile-time errors.
///
/// ```
/// # use toasty_dsl::{toasty, create, BelongsTo, HasMany};
/// # toasty! {
/// #     pub model User { id: u64 [key, auto], name: String, todos: HasMany<Todo> }
/// #     pub model Todo { id: u64 [key, auto], user_id: u64 [index], user: BelongsTo<User>, title: String }
/// # }
/// # fn main() {
/// let name = "Ann";
/// let ann = create!(User { name, todos: [{ title: "Make pizza" }, { title: "Sleep" }] });
/// let many = create!(User [{ name: "Bob" }, { name: "Cy" }]);
/// # let _ = (ann, many);
/// # }
/// ```
#[macro_export]
macro_rules! create {
    ( $model:ident ( $($fields:tt)* ) ) => {
        ::core::compile_error!(::core::concat!("a new row is written with braces: `create!(", ::core::stringify!($model), " { field: value, … })`"))
    };
    ( $model:ty { $($fields:tt)* } ) => {
        $crate::__create! {
            ( $crate::__private::check_given(<$model as $crate::__private::Model>::DEF) )
            ( $crate::__private::new_row::<<$model as $crate::__private::Model>::Create, _>() )
            ( <$model as $crate::__private::Model>::FIELDS ) [] $($fields)*
        }
    };
    ( $model:ty [ $( { $($fields:tt)* } ),* $(,)? ] ) => {
        <$model>::create_many([ $( $crate::create!($model { $($fields)* }) ),* ])
    };
    ( $($other:tt)* ) => {
        ::core::compile_error!("create! is written `create!(Model { field: value, … })`, or `create!(Model [{ … }, { … }])` for several rows")
    };
}

/// The fields of a new row, one after the other: `(check) (builder) (handles) [names] fields…`.
///
/// What is checked stands in a const argument: rustc evaluates that already when it checks, an inline `const` only when
/// it makes code.
#[doc(hidden)]
#[macro_export]
macro_rules! __create {
    ( ( $($check:tt)* ) ( $builder:expr ) $handles:tt [ $( $name:ident )* ] ) => {{
        $crate::__private::given::<{
            // A name that stands twice is rustc's own error, at the second one.
            #[allow(unused_variables, non_snake_case)]
            match $crate::__private::NO_NAMES { [ $( $name ),* ] => {} _ => {} }
            $($check)*.all(&[ $( ::core::stringify!($name) ),* ])
        }>();
        $builder
    }};
    // Four at once where each value is one token, so that rows of many columns stay within the recursion limit.
    ( $check:tt ( $builder:expr ) ( $($handles:tt)* ) [ $( $name:ident )* ]
        $a:tt : $av:tt , $b:tt : $bv:tt , $c:tt : $cv:tt , $d:tt : $dv:tt , $($rest:tt)* ) => {
        $crate::__create! { $check (
            $builder
                .$a($crate::__created!($a ($($handles)*) $av))
                .$b($crate::__created!($b ($($handles)*) $bv))
                .$c($crate::__created!($c ($($handles)*) $cv))
                .$d($crate::__created!($d ($($handles)*) $dv))
        ) ( $($handles)* ) [ $( $name )* $a $b $c $d ] $($rest)* }
    };
    ( $check:tt ( $builder:expr ) $handles:tt [ $( $names:ident )* ] $name:tt : { $($inner:tt)* } $(, $($rest:tt)*)? ) => {
        $crate::__create! { $check (
            $builder.$name($crate::__created!($name $handles { $($inner)* }))
        ) $handles [ $( $names )* $name ] $($($rest)*)? }
    };
    ( $check:tt ( $builder:expr ) $handles:tt [ $( $names:ident )* ] $name:tt : [ { $($first:tt)* } $($more:tt)* ] $(, $($rest:tt)*)? ) => {
        $crate::__create! { $check (
            $builder.$name($crate::__created!($name $handles [ { $($first)* } $($more)* ]))
        ) $handles [ $( $names )* $name ] $($($rest)*)? }
    };
    ( $check:tt ( $builder:expr ) $handles:tt [ $( $names:ident )* ] $name:ident : $value:expr $(, $($rest:tt)*)? ) => {
        $crate::__create! { $check ( $builder.$name($value) ) $handles [ $( $names )* $name ] $($($rest)*)? }
    };
    ( $check:tt ( $builder:expr ) $handles:tt [ $( $names:ident )* ] $name:ident $(, $($rest:tt)*)? ) => {
        $crate::__create! { $check ( $builder.$name($name) ) $handles [ $( $names )* $name ] $($($rest)*)? }
    };
    ( $check:tt $builder:tt $handles:tt $names:tt $($rest:tt)* ) => {
        $crate::__create_trouble! { $builder [] $($rest)* }
    };
}

/// One value: an expression, a nested row, or several. `name (handles) value`.
///
/// The handle is bound to the user's own name before the call that asks whether it is a relation: rustc blames the
/// argument, and the argument is then the user's token.
#[doc(hidden)]
#[macro_export]
macro_rules! __created {
    ( $name:tt ( $($handles:tt)* ) { $($inner:tt)* } ) => {
        $crate::__private::New($crate::__create! {
            ( $crate::__private::check_nested($($handles)*.$name) )
            ( { let $name = $($handles)*.$name; $crate::__private::nested_one($name) } )
            ( $crate::__private::handles_of($($handles)*.$name) ) [] $($inner)*
        })
    };
    ( $name:tt $handles:tt [ { $($first:tt)* } $( , { $($more:tt)* } )* $(,)? ] ) => {
        [ $crate::__created_in_list!($name $handles { $($first)* }) $( , $crate::__created_in_list!($name $handles { $($more)* }) )* ]
    };
    ( $name:tt $handles:tt $value:expr ) => { $value };
}

/// One of the rows of a relation to many: `name (handles) { … }`.
#[doc(hidden)]
#[macro_export]
macro_rules! __created_in_list {
    ( $name:tt ( $($handles:tt)* ) { $($inner:tt)* } ) => {
        $crate::__create! {
            ( $crate::__private::check_nested($($handles)*.$name) )
            ( { let $name = $($handles)*.$name; $crate::__private::nested_in_list($name) } )
            ( $crate::__private::handles_of($($handles)*.$name) ) [] $($inner)*
        }
    };
}

/// No names, to be matched with those that are given.
pub const NO_NAMES: &[()] = &[];

/// All that must be given is given: the argument says so by being evaluated.
#[inline]
pub const fn given<const ALL: bool>() {}

/// The builder of a new row.
#[inline]
pub fn new_row<C: Builder<Inner = Create<M>>, M: Model>() -> C {
    C::from_inner(Create::new())
}

/// A relation to many: its rows stand in `[…]`.
#[diagnostic::on_unimplemented(
    message = "rows in `[…]` are given for `{Self}`",
    label = "holds no list of rows",
    note = "a relation to one row takes it without the brackets: `{{ field: value, … }}`; a column takes a value"
)]
pub trait RelatedList {
    /// The builder of a row of the other model.
    type Create;

    /// A row without content.
    fn row() -> Self::Create;
}

#[diagnostic::do_not_recommend]
impl<T: Model> RelatedList for HasMany<T> {
    type Create = T::Create;

    fn row() -> T::Create {
        new_row()
    }
}

/// A relation to one: its row stands in `{…}`.
#[diagnostic::on_unimplemented(
    message = "one row in `{{…}}` is given for `{Self}`",
    label = "holds no single row",
    note = "a relation to many takes a list of rows: `[{{ field: value, … }}]`; an embedded value is written as its struct: `address: Address {{ … }}`"
)]
pub trait RelatedOne {
    /// The builder of a row of the other model.
    type Create;

    /// A row without content.
    fn row() -> Self::Create;
}

#[diagnostic::do_not_recommend]
impl<T: Model> RelatedOne for BelongsTo<T> {
    type Create = T::Create;

    fn row() -> T::Create {
        new_row()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Model> RelatedOne for Option<BelongsTo<T>> {
    type Create = T::Create;

    fn row() -> T::Create {
        new_row()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Model> RelatedOne for HasOne<T> {
    type Create = T::Create;

    fn row() -> T::Create {
        new_row()
    }
}

/// The builder of one row nested in a relation. Its type is an argument: as a projection it would be a second error.
#[inline]
pub fn nested_one<M: Model, R: RelatedOne<Create = C>, C>(_: Field<M, R>) -> C {
    R::row()
}

/// The builder of one of the rows nested in a relation.
#[inline]
pub fn nested_in_list<M: Model, R: RelatedList<Create = C>, C>(_: Field<M, R>) -> C {
    R::row()
}

/// What must be given: everything required, but what a parent hands down.
pub struct Given {
    model: &'static ModelDef,
    handed_down: Fields,
}

/// The check of a row.
pub const fn check_given(model: &'static ModelDef) -> Given {
    Given {
        model,
        handed_down: Fields::EMPTY,
    }
}

/// The check of a row nested in a relation. Of what is no relation nothing is checked: the error stands elsewhere.
pub const fn check_nested<M: Model, R: FieldType>(field: Field<M, R>) -> Given {
    match R::TARGET {
        Some(target) => Given {
            model: target,
            handed_down: match M::DEF.paired_with(field.field_number(), target) {
                Some(back) => back.on,
                None => Fields::EMPTY,
            },
        },
        None => Given {
            model: &NOTHING,
            handed_down: Fields::EMPTY,
        },
    }
}

/// A model that demands nothing.
static NOTHING: ModelDef = ModelDef::new("", "", &[], &[], &[]);

/// The handles of the other model.
pub const fn handles_of<M: Model, R: Related>(_: Field<M, R>) -> <R::Target as Model>::Fields {
    R::Target::FIELDS
}

impl Given {
    /// Fails to compile where a required field is missing. The error stands at the caller.
    #[track_caller]
    #[expect(
        clippy::panic,
        reason = "evaluated at compile time only, where it is the error message"
    )]
    pub const fn all(self, given: &[&'static str]) -> bool {
        let mut at = 0;
        while at < given.len() {
            if !self.is_a_field(given[at]) {
                // A mistyped name: rustc says which one is meant, and nothing more needs to be said.
                return true;
            }
            at += 1;
        }
        let mut field = 0;
        while field < self.model.fields.len() {
            let def = &self.model.fields[field];
            if def.is_required()
                && count(given, def.name) == 0
                && !self.is_handed_down(field, given)
            {
                panic!(
                    "{}",
                    Message::new([
                        "missing field `",
                        def.name,
                        "` of `",
                        self.model.name,
                        "`: give it a value here, or a default in the model"
                    ])
                    .text()
                );
            }
            field += 1;
        }
        true
    }

    const fn is_a_field(&self, name: &'static str) -> bool {
        let mut at = 0;
        while at < self.model.fields.len() {
            if same_text(self.model.fields[at].name, plain_name(name)) {
                return true;
            }
            at += 1;
        }
        false
    }

    /// Whether a parent gives the value: the one that the row is nested in, or a `BelongsTo` that is given.
    const fn is_handed_down(&self, field: usize, given: &[&'static str]) -> bool {
        if contains(&self.handed_down, field) {
            return true;
        }
        let mut at = 0;
        while at < self.model.fields.len() {
            if self.model.fields[at].relation().is_some()
                && count(given, self.model.fields[at].name) > 0
            {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "a model has far fewer fields"
                )]
                if let Some(belongs) = self.model.belongs_to(at as u16)
                    && contains(&belongs.on, field)
                {
                    return true;
                }
            }
            at += 1;
        }
        false
    }
}

const fn contains(fields: &Fields, field: usize) -> bool {
    let mut at = 0;
    while at < fields.len() {
        if fields.as_slice()[at] as usize == field {
            return true;
        }
        at += 1;
    }
    false
}

const fn count(given: &[&'static str], name: &'static str) -> usize {
    let mut count = 0;
    let mut at = 0;
    while at < given.len() {
        if same_text(plain_name(given[at]), plain_name(name)) {
            count += 1;
        }
        at += 1;
    }
    count
}

/// A message put together at compile time.
struct Message {
    bytes: [u8; Message::ROOM],
    length: usize,
}

impl Message {
    const ROOM: usize = 512;

    const fn new(parts: [&str; 5]) -> Self {
        let mut message = Message {
            bytes: [0; Message::ROOM],
            length: 0,
        };
        let mut part = 0;
        while part < parts.len() {
            let bytes = parts[part].as_bytes();
            let mut at = 0;
            while at < bytes.len() && message.length < Message::ROOM {
                message.bytes[message.length] = bytes[at];
                message.length += 1;
                at += 1;
            }
            part += 1;
        }
        message
    }

    const fn text(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "a field is missing or given twice",
        }
    }
}
