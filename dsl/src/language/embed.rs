//! Embedded values: structs whose fields are columns, and newtypes of one column.

/// A struct whose fields are columns of the model that holds it.
#[doc(hidden)]
#[macro_export]
macro_rules! __embed {
    (
        { $(#[$meta:meta])* } { $vis:vis } $name:ident $fields:ident
        { $(
            $(#[$field_meta:meta])* $field:ident : $type:ty
            $([ $($option:ident $(( $($argument:tt)* ))? ),* $(,)? ])?
        ),* $(,)? }
    ) => {
        $(#[$meta])*
        #[allow(missing_docs)]
        $vis struct $name { $( $(#[$field_meta])* pub $field: $type, )* }

        #[doc = ::core::concat!("The fields of [`", ::core::stringify!($name), "`] inside model `M`, as handles.")]
        #[allow(missing_docs)]
        $vis struct $fields<M> { $( pub $field: $crate::__private::Field<M, $type>, )* }

        #[allow(clippy::all, clippy::pedantic, unused_qualifications)]
        const _: () = {
            #[allow(non_camel_case_types)]
            #[repr(u16)]
            enum Index { $( $field, )* }

            static DEF: $crate::__private::EmbedDef = $crate::__private::EmbedDef {
                name: ::core::stringify!($name),
                fields: &[ $(
                    $crate::__private::PartOfAnEmbed::new(::core::stringify!($field), <$type as $crate::__private::FieldType>::INFO)
                        $($( .$option( $($($argument)*)? ) )*)? .definition()
                ),* ],
            };

            $( <$type as $crate::__private::Sound<$name, { $crate::__private::judge_part(<$type as $crate::__private::FieldType>::KIND) }>>::OK; )*

            impl<M> ::core::marker::Copy for $fields<M> {}
            impl<M> ::core::clone::Clone for $fields<M> {
                fn clone(&self) -> Self {
                    *self
                }
            }

            impl $crate::__private::Embed for $name {
                type Fields<M: $crate::__private::Model> = $fields<M>;

                const DEF: &'static $crate::__private::EmbedDef = &DEF;

                fn fields<M: $crate::__private::Model>(__column: u16, __field: u16) -> $fields<M> {
                    $fields { $( $field: $crate::__private::embedded(&DEF, Index::$field as u16, __column, __field), )* }
                }
            }

            impl $crate::__private::FieldType for $name {
                const KIND: $crate::__private::FieldKind = $crate::__private::FieldKind::Embed(&DEF);

                fn read(__row: &mut $crate::__private::RowReader<'_>) -> $crate::__private::Result<Self> {
                    $crate::__private::Result::Ok($name { $( $field: <$type as $crate::__private::FieldType>::read(__row)?, )* })
                }

                fn write(&self, __values: &mut $crate::__private::Vec<$crate::__private::Value>) -> $crate::__private::Result<(), $crate::__private::Refusal> {
                    $( <$type as $crate::__private::FieldType>::write(&self.$field, __values)?; )*
                    $crate::__private::Result::Ok(())
                }

                fn debug(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    $crate::__private::debug_embed(__f, &DEF, &[ $( &self.$field ),* ])
                }
            }

            impl ::core::fmt::Debug for $name {
                fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    $crate::__private::FieldType::debug(self, __f)
                }
            }

            impl $crate::__private::Input<$name> for $name {
                fn fill(self, __slots: &mut $crate::__private::Slots<'_>) {
                    $crate::__private::fill_embed(__slots, &self);
                }
            }

            impl $crate::__private::Input<$name> for &$name {
                fn fill(self, __slots: &mut $crate::__private::Slots<'_>) {
                    $crate::__private::fill_embed(__slots, self);
                }
            }
        };
    };
    ( $meta:tt $vis:tt $name:ident $fields:ident { $type:ty } ) => {
        $crate::__newtype! { $meta $vis $name { $type } }
    };
    ( $meta:tt $vis:tt $name:ident $fields:ident { $(
        $(#[$field_meta:meta])* $field:ident : $type:ty
        $([ $($option:ident $(( $($argument:tt)* ))? ),* $(,)? ])? $(= $default:expr)?
    ),* $(,)? } ) => {
        $( $crate::__part_trouble! { $field $($default)? } )*
    };
    ( $meta:tt $vis:tt $name:ident $fields:ident { $($body:tt)* } ) => {
        $crate::__trouble! { $name [] $($body)* }
    };
}

/// A struct around one scalar: one column, with a type of its own.
#[doc(hidden)]
#[macro_export]
macro_rules! __newtype {
    ( { $(#[$meta:meta])* } { $vis:vis } $name:ident { $type:ty } ) => {
        $(#[$meta])*
        #[allow(missing_docs)]
        $vis struct $name(pub $type);

        #[allow(clippy::all, clippy::pedantic, unused_qualifications)]
        const _: () = {
            impl ::core::fmt::Debug for $name {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.debug_tuple(::core::stringify!($name)).field(&self.0).finish()
                }
            }

            impl $crate::__private::Scalar for $name {
                const TYPE: $crate::__private::ColumnType = <$type as $crate::__private::Scalar>::TYPE;

                fn to_value(&self) -> $crate::__private::Result<$crate::__private::Value, $crate::__private::Refusal> {
                    <$type as $crate::__private::Scalar>::to_value(&self.0)
                }

                fn into_value(self) -> $crate::__private::Result<$crate::__private::Value, $crate::__private::Refusal> {
                    <$type as $crate::__private::Scalar>::into_value(self.0)
                }

                fn decode(cell: $crate::__private::Cell<'_>) -> $crate::__private::Result<Self, $crate::__private::DecodeError> {
                    $crate::__private::Result::Ok($name(<$type as $crate::__private::Scalar>::decode(cell)?))
                }
            }

            impl ::core::convert::From<$type> for $name {
                fn from(inner: $type) -> Self {
                    $name(inner)
                }
            }

            $crate::__scalar_column! { $name }
        };
    };
}
