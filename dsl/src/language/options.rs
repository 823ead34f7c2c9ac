//! The arguments of options, brought into the form of the const methods.
//!
//! A field that is named in one is a variant of the model's `Index`: rustc proposes the right one where it is mistyped, and
//! no field's name is in scope where a type or a default is written.

/// The argument of a field's option.
#[doc(hidden)]
#[macro_export]
macro_rules! __field_argument {
    ( on $type:ty ; $($field:ident),* $(,)? ) => { &[ $( $crate::__private::FieldRef(Index::$field as u16) ),* ] };
    // The closure is never called: it is there for rustc to look the name up in the other model.
    ( pair $type:ty ; $field:ident ) => {{
        let _ = |__other: $crate::__private::HandlesOf<$type>| { let _ = __other.$field; };
        $crate::__private::plain_name(::core::stringify!($field))
    }};
    ( on_create $type:ty ; $($value:tt)* ) => { |__values| $crate::__private::fill_field::<$type>(__values, $($value)*) };
    ( on_update $type:ty ; $($value:tt)* ) => { |__values| $crate::__private::fill_field::<$type>(__values, $($value)*) };
    ( $option:ident $type:ty ; $($other:tt)* ) => { $($other)* };
}

/// The argument of a model's option.
#[doc(hidden)]
#[macro_export]
macro_rules! __model_argument {
    ( key $($field:ident),* $(,)? ) => { &[ $( $crate::__private::FieldRef(Index::$field as u16) ),* ] };
    ( unique $($field:ident),* $(,)? ) => { &[ $( $crate::__private::FieldRef(Index::$field as u16) ),* ] };
    ( index $($field:ident),* $(,)? ) => { &[ $( $crate::__private::FieldRef(Index::$field as u16) ),* ] };
    ( $option:ident $($other:tt)* ) => { $($other)* };
}
