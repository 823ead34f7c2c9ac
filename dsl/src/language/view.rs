//! The Rust items of a view.

/// A view: its struct, and how it is read.
#[doc(hidden)]
#[macro_export]
macro_rules! __view {
    (
        { $(#[$meta:meta])* } { $vis:vis } $name:ident [ $model:ty ]
        { $( $(#[$field_meta:meta])* $field:ident : $type:ty ),+ $(,)? }
    ) => {
        $(#[$meta])*
        #[allow(missing_docs)]
        $vis struct $name { $( $(#[$field_meta])* pub $field: $type, )* }

        #[allow(clippy::all, clippy::pedantic, unused_qualifications)]
        const _: () = {
            impl $crate::__private::View for $name {
                type Model = $model;

                const FIELDS: &'static [u16] = &[ $( <$model as $crate::__private::Model>::FIELDS.$field.field_number() ),* ];

                fn decode(__row: &mut $crate::__private::RowReader<'_>) -> $crate::__private::Result<Self> {
                    let mut __fields = <Self as $crate::__private::View>::FIELDS.iter();
                    $crate::__private::Result::Ok($name { $(
                        $field: $crate::__private::read_view_field::<Self, $type>(__row, &mut __fields)?,
                    )* })
                }
            }

            impl ::core::fmt::Debug for $name {
                fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    $crate::__private::debug_view::<$name>(::core::stringify!($name), &[ $( &self.$field ),* ], __f)
                }
            }
        };

        impl $name {
            /// All rows of the model as this view.
            pub fn all() -> $crate::__private::Selection<$model, Self> {
                $crate::__private::Query::<$model, $crate::__private::All>::all_of_model().select_as::<Self>()
            }

            /// The rows of the model that meet a condition, as this view.
            pub fn filter(
                filter: impl ::core::ops::FnOnce(<$model as $crate::__private::Model>::Fields) -> $crate::__private::Filter<$model>,
            ) -> $crate::__private::Selection<$model, Self> {
                $crate::__private::Query::with_filter(filter(<$model as $crate::__private::Model>::FIELDS)).select_as::<Self>()
            }
        }
    };
    ( $meta:tt $vis:tt $name:ident $model:tt {} ) => {
        const _: $crate::__private::write_fields_in_the_braces_after_this::$name = ();
    };
    // What would be right as a field of a model.
    ( $meta:tt $vis:tt $name:ident $model:tt { $(
        $(#[$field_meta:meta])* $field:ident : $type:ty
        $([ $($option:ident $(( $($argument:tt)* ))? ),* $(,)? ])? $(= $default:expr)?
    ),* $(,)? } ) => {
        $( $crate::__view_trouble! { $field $([ $($option)* ])? $($default)? } )*
    };
    ( $meta:tt $vis:tt $name:ident $model:tt { $($body:tt)* } ) => {
        $crate::__trouble! { $name [] $($body)* }
    };
}

/// Whether the fields of a view have the types of the model's. Each handle has a name of its own, and that is matched as `tt`,
/// so that a wrong type is an error at the user's word.
#[doc(hidden)]
#[macro_export]
macro_rules! __view_types {
    ( [ $model:ty ] $( $field:tt : $type:ty ),* $(,)? ) => {
        const _: () = { $( {
            let $field = <$model as $crate::__private::Model>::FIELDS.$field;
            $crate::__private::view_field::<$model, $type>($field)
        } )* };
    };
    // One with attributes, by itself.
    ( $model:tt #[$($meta:tt)*] $($rest:tt)* ) => {
        $crate::__view_types! { $model $($rest)* }
    };
    ( $model:tt $field:tt : $type:ty , $($rest:tt)* ) => {
        $crate::__view_types! { $model $field : $type }
        $crate::__view_types! { $model $($rest)* }
    };
    // What has another form is told of where the view itself is made.
    ( $($other:tt)* ) => {};
}

/// What is wrong with a field of a view that would be right as a field of a model: it has options or a default.
#[doc(hidden)]
#[macro_export]
macro_rules! __view_trouble {
    ( $field:ident ) => {};
    ( $field:ident $($other:tt)+ ) => {
        const _: $crate::__private::a_view_has_no_options_and_no_defaults::$field = ();
    };
}
