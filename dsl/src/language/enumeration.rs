//! Enums without data: text in the database, or a type of the database's own.

/// An enum without data.
#[doc(hidden)]
#[macro_export]
macro_rules! __enum {
    ( { $(#[$meta:meta])* } { $vis:vis } $name:tt [ $( $option:ident $( ( $($argument:tt)* ) )? ),* $(,)? ] { $( $(#[$variant_meta:meta])* $variant:ident $([ rename($label:literal) ])? ),* $(,)? } ) => {
        $(#[$meta])*
        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::marker::Copy, ::core::cmp::PartialEq, ::core::cmp::Eq, ::core::hash::Hash)]
        #[allow(missing_docs)]
        $vis enum $name { $( $(#[$variant_meta])* $variant, )* }

        #[allow(clippy::all, clippy::pedantic, unused_qualifications)]
        const _: () = {
            const LABELS: &[&str] = &[ $( $crate::__label!($variant $($label)?) ),* ];
            <$name as $crate::__private::Sound<(), { $crate::__private::judge_labels(LABELS) }>>::OK;

            impl $crate::__private::Scalar for $name {
                const TYPE: $crate::__private::ColumnType = $crate::__private::ColumnType::Enum(
                    $crate::__private::EnumType::of(LABELS)$( .$option( $($($argument)*)? ) )*
                );

                fn to_value(&self) -> $crate::__private::Result<$crate::__private::Value, $crate::__private::Refusal> {
                    $crate::__private::Result::Ok($crate::__private::Value::Label(match *self { $( $name::$variant => $crate::__label!($variant $($label)?), )* }))
                }

                #[allow(unreachable_patterns)]
                fn decode(cell: $crate::__private::Cell<'_>) -> $crate::__private::Result<Self, $crate::__private::DecodeError> {
                    match $crate::__private::label_of(cell, ::core::stringify!($name))? {
                        $( $crate::__label!($variant $($label)?) => $crate::__private::Result::Ok($name::$variant), )*
                        _ => $crate::__private::unknown_label(::core::stringify!($name)),
                    }
                }
            }

            impl $crate::__private::Member for $name {}

            $crate::__scalar_column! { $name }
        };
    };
    ( $meta:tt $vis:tt $name:tt $options:tt { $($body:tt)* } ) => {
        $crate::__enum_trouble! { $name $($body)* }
    };
}

/// The label of a variant: its name, or what `rename("…")` says.
#[doc(hidden)]
#[macro_export]
macro_rules! __label {
    ( $variant:ident ) => {
        ::core::stringify!($variant)
    };
    ( $variant:ident $label:literal ) => {
        $label
    };
}

/// What every scalar that the language declares has: it is a column, an input and an operand.
#[doc(hidden)]
#[macro_export]
macro_rules! __scalar_column {
    ( $name:ident ) => {
        impl $crate::__private::FieldType for $name {
            const KIND: $crate::__private::FieldKind = $crate::__private::FieldKind::Column {
                ty: <$name as $crate::__private::Scalar>::TYPE,
                nullable: false,
            };

            fn read(row: &mut $crate::__private::RowReader<'_>) -> $crate::__private::Result<Self> {
                row.scalar()
            }

            fn write(
                &self,
                values: &mut $crate::__private::Vec<$crate::__private::Value>,
            ) -> $crate::__private::Result<(), $crate::__private::Refusal> {
                values.push($crate::__private::Scalar::to_value(self)?);
                $crate::__private::Result::Ok(())
            }

            fn debug(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(self, f)
            }
        }

        impl $crate::__private::Input<$name> for $name {
            fn fill(self, slots: &mut $crate::__private::Slots<'_>) {
                slots.push_scalar(self);
            }
        }

        impl<M> $crate::__private::Operand<M, $name> for $name {
            fn into_term(
                self,
            ) -> (
                $crate::__private::Term,
                $crate::__private::Option<
                    $crate::__private::Result<$crate::__private::Value, $crate::__private::Refusal>,
                >,
            ) {
                (
                    $crate::__private::Term::Slot,
                    $crate::__private::Option::Some($crate::__private::Scalar::to_value(&self)),
                )
            }
        }

        impl<M> $crate::__private::Operand<M, $name> for &$name {
            fn into_term(
                self,
            ) -> (
                $crate::__private::Term,
                $crate::__private::Option<
                    $crate::__private::Result<$crate::__private::Value, $crate::__private::Refusal>,
                >,
            ) {
                (
                    $crate::__private::Term::Slot,
                    $crate::__private::Option::Some($crate::__private::Scalar::to_value(self)),
                )
            }
        }

        impl $crate::__private::Input<$name> for &$name {
            fn fill(self, slots: &mut $crate::__private::Slots<'_>) {
                slots.push($crate::__private::Scalar::to_value(self));
            }
        }
    };
}
