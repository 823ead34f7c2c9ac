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

            #[allow(non_camel_case_types, dead_code)]
            #[repr(u16)]
            enum __Index { $( $field, )* }

            // As rows that a query is asked for by its name.
            static DEF: $crate::__private::ModelDef = {
                const NUMBERS: &[u16] = <$name as $crate::__private::View>::FIELDS;
                const FIELDS: [$crate::__private::FieldDef; NUMBERS.len()] =
                    $crate::__private::view_fields(<$model as $crate::__private::Model>::DEF, NUMBERS);
                const COLUMNS: [$crate::__private::ColumnDef; $crate::__private::count_columns(&FIELDS)] =
                    $crate::__private::flatten_columns(&FIELDS);
                const OFFSETS: [u16; FIELDS.len() + 1] = $crate::__private::column_offsets(&FIELDS);
                $crate::__private::ModelDef::of_query(
                    $crate::__private::plain_name(::core::stringify!($name)), ::core::module_path!(), &FIELDS, &COLUMNS, &OFFSETS,
                )
            };

            #[doc(hidden)]
            pub struct __Fields { $( pub $field: $crate::__private::Field<$name, $type>, )* }

            impl ::core::marker::Copy for __Fields {}
            impl ::core::clone::Clone for __Fields {
                fn clone(&self) -> Self {
                    *self
                }
            }

            impl $crate::__private::Model for $name {
                type Fields = __Fields;
                type Create = $crate::__private::Unwritten<$crate::__private::Create<$name>>;
                type Update = $crate::__private::Unwritten<$crate::__private::Update<$name>>;

                const NAME: &'static str = $crate::__private::plain_name(::core::stringify!($name));
                const MODULE: &'static str = ::core::module_path!();
                const DEF: &'static $crate::__private::ModelDef = &DEF;
                const FIELDS: __Fields = __Fields { $( $field: $crate::__private::Field::at(&DEF, __Index::$field as u16), )* };

                fn decode(__row: &mut $crate::__private::RowReader<'_>) -> $crate::__private::Result<Self> {
                    $crate::__private::Result::Ok($name { $( $field: $crate::__private::read_field(__row, <$type as $crate::__private::FieldType>::read)?, )* })
                }

                fn field(&self, __field: u16) -> $crate::__private::Option<&dyn $crate::__private::Any> {
                    let __all: &[&dyn $crate::__private::Any] = &[ $( &self.$field ),* ];
                    __all.get(__field as usize).copied()
                }

                fn field_mut(&mut self, __field: u16) -> $crate::__private::Option<&mut dyn $crate::__private::Any> {
                    let __all: [&mut dyn $crate::__private::Any; <Self as $crate::__private::View>::FIELDS.len()] = [ $( &mut self.$field ),* ];
                    ::core::iter::Iterator::nth(&mut ::core::iter::IntoIterator::into_iter(__all), __field as usize)
                }
            }

            impl $crate::__private::NamedRow for $name {}

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
