//! `create!`: a new row as it would be written down.

use crate::field::Model;
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
    ( $model:path { $($fields:tt)* } ) => {
        $crate::__create! {
            ( $crate::__private::check_given(<$model as $crate::__private::Model>::DEF) )
            ( <$model>::create() ) ( <$model as $crate::__private::Model>::FIELDS ) [] $($fields)*
        }
    };
    ( $model:path [ $( { $($fields:tt)* } ),* $(,)? ] ) => {
        <$model>::create_many([ $( $crate::create!($model { $($fields)* }) ),* ])
    };
    ( $($other:tt)* ) => {
        ::core::compile_error!("create! is written `create!(Model { field: value, … })`, or `create!(Model [{ … }, { … }])` for several rows")
    };
}

/// The fields of a new row, one after the other: `(check) (builder) (handles) [names] fields…`.
#[doc(hidden)]
#[macro_export]
macro_rules! __create {
    ( ( $($check:tt)* ) ( $builder:expr ) $handles:tt [ $( $name:ident )* ] ) => {{
        const { $($check)*.all(&[ $( ::core::stringify!($name) ),* ]) };
        $builder
    }};
    // Four at once where each value is one token, so that rows of many columns stay within the recursion limit.
    ( $check:tt ( $builder:expr ) ( $($handles:tt)* ) [ $( $name:ident )* ]
        $a:ident : $av:tt , $b:ident : $bv:tt , $c:ident : $cv:tt , $d:ident : $dv:tt , $($rest:tt)* ) => {
        $crate::__create! { $check (
            $builder
                .$a($crate::__created!(($($handles)*.$a) $av))
                .$b($crate::__created!(($($handles)*.$b) $bv))
                .$c($crate::__created!(($($handles)*.$c) $cv))
                .$d($crate::__created!(($($handles)*.$d) $dv))
        ) ( $($handles)* ) [ $( $name )* $a $b $c $d ] $($rest)* }
    };
    ( $check:tt ( $builder:expr ) ( $($handles:tt)* ) [ $( $names:ident )* ] $name:ident : { $($inner:tt)* } $(, $($rest:tt)*)? ) => {
        $crate::__create! { $check (
            $builder.$name($crate::__created!(($($handles)*.$name) { $($inner)* }))
        ) ( $($handles)* ) [ $( $names )* $name ] $($($rest)*)? }
    };
    ( $check:tt ( $builder:expr ) ( $($handles:tt)* ) [ $( $names:ident )* ] $name:ident : [ { $($first:tt)* } $($more:tt)* ] $(, $($rest:tt)*)? ) => {
        $crate::__create! { $check (
            $builder.$name($crate::__created!(($($handles)*.$name) [ { $($first)* } $($more)* ]))
        ) ( $($handles)* ) [ $( $names )* $name ] $($($rest)*)? }
    };
    ( $check:tt ( $builder:expr ) ( $($handles:tt)* ) [ $( $names:ident )* ] $name:ident : $value:expr $(, $($rest:tt)*)? ) => {
        $crate::__create! { $check ( $builder.$name($value) ) ( $($handles)* ) [ $( $names )* $name ] $($($rest)*)? }
    };
    ( $check:tt ( $builder:expr ) ( $($handles:tt)* ) [ $( $names:ident )* ] $name:ident $(, $($rest:tt)*)? ) => {
        $crate::__create! { $check ( $builder.$name($name) ) ( $($handles)* ) [ $( $names )* $name ] $($($rest)*)? }
    };
    ( $check:tt ( $builder:expr ) $handles:tt $names:tt $($rest:tt)* ) => {
        ::core::compile_error!("a field in create! is written `name: value`, with a comma after it; rows of a relation are `{ … }` or `[{ … }, { … }]`")
    };
}

/// One value: an expression, a nested row, or several.
#[doc(hidden)]
#[macro_export]
macro_rules! __created {
    ( $handle:tt { $($inner:tt)* } ) => { $crate::__private::New($crate::__created!(row $handle { $($inner)* })) };
    ( row ( $($handle:tt)* ) { $($inner:tt)* } ) => {
        $crate::__create! {
            ( $crate::__private::check_nested($($handle)*) )
            ( $crate::__private::nested($($handle)*) ) ( $crate::__private::handles_of($($handle)*) ) [] $($inner)*
        }
    };
    ( $handle:tt [ { $($first:tt)* } $( , { $($more:tt)* } )* $(,)? ] ) => {
        [ $crate::__created!(row $handle { $($first)* }) $( , $crate::__created!(row $handle { $($more)* }) )* ]
    };
    ( $handle:tt $value:expr ) => { $value };
}

/// What must be given: everything required, but what a parent hands down.
pub struct Given {
    model: &'static ModelDef,
    handed_down: Fields,
}

/// The check of a row.
pub const fn check_given(model: &'static ModelDef) -> Given {
    Given { model, handed_down: Fields::EMPTY }
}

/// The check of a row nested in a relation.
pub const fn check_nested<M: Model, R: Related>(field: crate::field::Field<M, R>) -> Given {
    let handed_down = match M::DEF.paired_with(field.field_number(), R::Target::DEF) {
        Some(back) => back.on,
        None => Fields::EMPTY,
    };
    Given { model: R::Target::DEF, handed_down }
}

/// The builder of a row nested in a relation.
pub fn nested<M: Model, R: Related>(_: crate::field::Field<M, R>) -> <R::Target as Model>::Create {
    <R::Target as Model>::Create::from_inner(Create::new())
}

/// The handles of the other model.
pub const fn handles_of<M: Model, R: Related>(_: crate::field::Field<M, R>) -> <R::Target as Model>::Fields {
    R::Target::FIELDS
}

impl Given {
    /// Fails to compile where a required field is missing or one is given twice.
    #[expect(clippy::panic, reason = "evaluated at compile time only, where it is the error message")]
    pub const fn all(self, given: &[&'static str]) {
        let mut at = 0;
        while at < given.len() {
            if count(given, given[at]) > 1 {
                panic!("{}", Message::new(["field `", plain_name(given[at]), "` of `", self.model.name, "` is given twice"]).text());
            }
            at += 1;
        }
        let mut field = 0;
        while field < self.model.fields.len() {
            let def = &self.model.fields[field];
            if def.is_required() && count(given, def.name) == 0 && !self.is_handed_down(field, given) {
                panic!("{}", Message::new(["missing field `", def.name, "` of `", self.model.name, "`: give it a value here, or a default in the model"]).text());
            }
            field += 1;
        }
    }

    /// Whether a parent gives the value: the one that the row is nested in, or a `BelongsTo` that is given.
    const fn is_handed_down(&self, field: usize, given: &[&'static str]) -> bool {
        if contains(&self.handed_down, field) {
            return true;
        }
        let mut at = 0;
        while at < self.model.fields.len() {
            if self.model.fields[at].relation().is_some() && count(given, self.model.fields[at].name) > 0 {
                #[expect(clippy::cast_possible_truncation, reason = "a model has far fewer fields")]
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
        let mut message = Message { bytes: [0; Message::ROOM], length: 0 };
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
