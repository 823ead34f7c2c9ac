//! The Rust items of a model.

/// A model: its struct, its handles, its builders, its description.
#[doc(hidden)]
#[macro_export]
macro_rules! __model {
    (
        { $(#[$meta:meta])* } { $vis:vis } $name:ident $user_name:tt $fields:ident $create:ident $update:ident
        [ $($model_option:ident $(( $($model_argument:tt)* ))? ),* $(,)? ]
        { $(
            $(#[$field_meta:meta])* $field:ident : $type:ty
            $([ $($option:ident $(( $($argument:tt)* ))? ),* $(,)? ])?
            $(= $default:expr)?
        ),* $(,)? }
    ) => {
        $(#[$meta])*
        #[allow(missing_docs)]
        $vis struct $name { $( $(#[$field_meta])* pub $field: $type, )* }

        #[doc = ::core::concat!("The fields of [`", ::core::stringify!($name), "`] as handles: what the closures of its queries are given.")]
        #[allow(missing_docs)]
        $vis struct $fields { $( pub $field: $crate::__private::Field<$name, $type>, )* }

        #[doc = ::core::concat!("A new [`", ::core::stringify!($name), "`], field by field; `create!` is the short way to it.")]
        #[must_use = "nothing is written until `.exec(&db)` is awaited"]
        $vis struct $create($crate::__private::Create<$name>);

        #[doc = ::core::concat!("Changes to one [`", ::core::stringify!($name), "`] or several, field by field.")]
        #[must_use = "nothing is written until `.exec(&db)` is awaited"]
        $vis struct $update($crate::__private::Update<$name>);

        #[allow(clippy::all, clippy::pedantic, unused_qualifications)]
        const _: () = {
            #[allow(non_camel_case_types, dead_code)]
            #[repr(u16)]
            enum Index { $( $field, )* }

            #[allow(unused_imports)]
            use $crate::__private::functions::*;

            const FIELDS: &[$crate::__private::FieldDef] = &[ $(
                $crate::__private::FieldDef::new(::core::stringify!($field), <$type as $crate::__private::FieldType>::INFO)
                    $($( .$option( $( $crate::__field_argument!($option $type; $($argument)*) )? ) )*)?
                    $( .default(|__values| $crate::__private::fill_field::<$type>(__values, $default)) )?
            ),* ];

            static DEF: $crate::__private::ModelDef = {
                const COLUMNS: [$crate::__private::ColumnDef; $crate::__private::count_columns(FIELDS)] =
                    $crate::__private::flatten_columns($crate::__private::flat_enough(FIELDS));
                const OFFSETS: [u16; FIELDS.len() + 1] = $crate::__private::column_offsets(FIELDS);
                $crate::__private::ModelDef::new(::core::stringify!($name), ::core::module_path!(), FIELDS, &COLUMNS, &OFFSETS)
                    $( .$model_option( $( $crate::__model_argument!($model_option $($model_argument)*) )? ) )*
            };

            $crate::__private::inventory::submit! { $crate::__private::ModelRegistration(&DEF) }

            $crate::__rules! { $user_name { $( $field: $type, )* } }

            impl $name {
                #[doc(hidden)]
                pub const __FIELDS: $fields = $fields { $( $field: $crate::__private::Field::at(&DEF, Index::$field as u16), )* };
            }

            impl $crate::__private::Model for $name {
                type Fields = $fields;
                type Create = $create;
                type Update = $update;

                const NAME: &'static str = $crate::__private::plain_name(::core::stringify!($name));
                const MODULE: &'static str = ::core::module_path!();
                const DEF: &'static $crate::__private::ModelDef = &DEF;
                const FIELDS: $fields = $name::__FIELDS;

                fn decode(__row: &mut $crate::__private::RowReader<'_>) -> $crate::__private::Result<Self> {
                    $crate::__private::Result::Ok($name { $( $field: $crate::__private::read_field(__row, <$type as $crate::__private::FieldType>::read)?, )* })
                }

                fn field(&self, __field: u16) -> $crate::__private::Option<&dyn $crate::__private::Any> {
                    let __all: [&dyn $crate::__private::Any; FIELDS.len()] = [ $( &self.$field ),* ];
                    __all.get(__field as usize).copied()
                }

                fn field_mut(&mut self, __field: u16) -> $crate::__private::Option<&mut dyn $crate::__private::Any> {
                    let __all: [&mut dyn $crate::__private::Any; FIELDS.len()] = [ $( &mut self.$field ),* ];
                    ::core::iter::Iterator::nth(&mut ::core::iter::IntoIterator::into_iter(__all), __field as usize)
                }
            }

            impl ::core::fmt::Debug for $name {
                fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    $crate::__private::debug_model(self, __f)
                }
            }

            impl ::core::marker::Copy for $fields {}
            impl ::core::clone::Clone for $fields {
                fn clone(&self) -> Self {
                    *self
                }
            }
        };

        $crate::__builders! { $name $create $update { $( $field: $type, )* } }

        impl $name {
            #[doc = ::core::concat!("All rows of [`", ::core::stringify!($name), "`], to be narrowed by `.filter(…)`.")]
            pub fn all() -> $crate::__private::Query<Self, $crate::__private::All> {
                $crate::__private::Query::all_of_model()
            }

            /// The rows that meet a condition.
            pub fn filter(filter: impl ::core::ops::FnOnce($fields) -> $crate::__private::Filter<Self>) -> $crate::__private::Query<Self> {
                $crate::__private::Query::with_filter(filter(Self::__FIELDS))
            }

            /// Which parameters of a request may narrow and order a query, to be named one by one.
            pub fn filterable() -> $crate::__private::Filterable<Self> {
                $crate::__private::Filterable::new()
            }

            /// A new row, field by field; `create!` is the short way to it.
            pub fn create() -> $create {
                $create($crate::__private::Create::new())
            }

            /// Many new rows in one call: all of them, or none.
            pub fn create_many<C: $crate::__private::Builder<Inner = $crate::__private::Create<Self>>>(
                rows: impl ::core::iter::IntoIterator<Item = C>,
            ) -> $crate::__private::CreateMany<Self> {
                $crate::__private::CreateMany::new(rows)
            }

            /// Different changes of many rows in one call, each of an instance: all of them, or none.
            pub fn update_many<U: $crate::__private::Builder<Inner = $crate::__private::Update<Self>>>(
                updates: impl ::core::iter::IntoIterator<Item = U>,
            ) -> $crate::__private::UpdateMany<Self> {
                $crate::__private::UpdateMany::new(updates)
            }

            /// Many instances to delete, all of them or none. Finish with `.exec(&db)`.
            pub fn delete_many<R: $crate::__private::Removal<Self>>(
                removals: impl ::core::iter::IntoIterator<Item = R>,
            ) -> $crate::__private::DeleteMany<Self> {
                $crate::__private::DeleteMany::new(removals)
            }

            /// Changes this row: follow with the fields to set and `.exec(&db)`. The struct itself stays as it is.
            pub fn update(&self) -> $update {
                $update($crate::__private::Update::of(self))
            }

            /// Deletes this row: follow with `.exec(&db)`.
            pub fn delete(&self) -> $crate::__private::Delete<Self> {
                $crate::__private::Delete::of(self)
            }

            /// A condition on this row that the other parts of `db.atomic((…))` depend on.
            pub fn check(
                &self,
                condition: impl ::core::ops::FnOnce($fields) -> $crate::__private::Filter<Self>,
            ) -> $crate::__private::Check<Self> {
                $crate::__private::Check::of(self, condition(Self::__FIELDS))
            }

            $(
                #[doc = ::core::concat!("`", ::core::stringify!($field), "` of this row; for a relation also the query for its rows.")]
                pub fn $field(&self) -> $crate::__private::Access<'_, Self, $type> {
                    $crate::__private::Access::new(self, Self::__FIELDS.$field, &self.$field)
                }

                $($( $crate::__finders! { $option $field $type } )*)?
            )*
        }

        $crate::__composite_finders! { $name { $( $field: $type, )* } $( $model_option $(( $($model_argument)* ))? , )* }
    };

    // Something in the body is not as it should be: find out what, and say so at its token.
    ( $meta:tt $vis:tt $name:ident $user_name:tt $fields:ident $create:ident $update:ident $options:tt { $($body:tt)* } ) => {
        $crate::__trouble! { $name [] $($body)* }
    };
}

/// The setters of the two builders.
#[doc(hidden)]
#[macro_export]
macro_rules! __builders {
    ( $name:ident $create:ident $update:ident { $( $field:ident : $type:ty, )* } ) => {
        impl $create {
            $(
                #[doc = ::core::concat!("Sets `", ::core::stringify!($field), "`.")]
                pub fn $field(mut self, value: impl $crate::__private::Input<$type>) -> Self {
                    $crate::__private::set_created(&mut self.0, $name::__FIELDS.$field, value);
                    self
                }
            )*

            /// The row may be there already: one with the same values in these fields, which are the key or unique. Follow
            /// with `.ignore()`, `.update(…)` or `.update_all()`.
            pub fn on_conflict<__F: $crate::__private::FieldList<$name>>(
                self,
                by: impl ::core::ops::FnOnce(<$name as $crate::__private::Model>::Fields) -> __F,
            ) -> $crate::__private::OnConflict<$name, $crate::__private::Create<$name>> {
                self.0.on_conflict(by)
            }

            /// Writes the row and gives it back as it was stored.
            ///
            /// # Errors
            /// A violated constraint, naming model and fields; `MissingField` and `Unrepresentable` before anything is sent.
            pub fn exec(self, on: &impl $crate::__private::Executor) -> impl ::core::future::Future<Output = $crate::__private::Result<$name>> {
                self.0.exec(on)
            }
        }

        impl $update {
            $(
                #[doc = ::core::concat!("Sets `", ::core::stringify!($field), "`.")]
                pub fn $field(mut self, value: impl $crate::__private::Input<$type>) -> Self {
                    $crate::__private::set_updated(&mut self.0, $name::__FIELDS.$field, value);
                    self
                }
            )*

            /// Sets fields by what the closure says of them: `.assign(|row| row.number.to(row.number + 1))`, several in a tuple.
            pub fn assign<__A: $crate::__private::Assignments<$name>>(
                mut self,
                set: impl ::core::ops::FnOnce(<$name as $crate::__private::Model>::Fields) -> __A,
            ) -> Self {
                $crate::__private::assign_updated(&mut self.0, set);
                self
            }

            /// Changes the rows, and says how many they were.
            ///
            /// # Errors
            /// For one instance `NotFound` or `ConditionFailed`; a violated constraint, naming model and fields.
            pub fn exec(self, on: &impl $crate::__private::Executor) -> impl ::core::future::Future<Output = $crate::__private::Result<u64>> {
                self.0.exec(on)
            }

            /// Changes the rows, and gives them back as they are now.
            ///
            /// # Errors
            /// As `exec`.
            pub fn returning(self, on: &impl $crate::__private::Executor) -> impl ::core::future::Future<Output = $crate::__private::Result<$crate::__private::Vec<$name>>> {
                self.0.returning(on)
            }
        }

        impl $crate::__private::Builder for $create {
            type Inner = $crate::__private::Create<$name>;

            fn from_inner(inner: $crate::__private::Create<$name>) -> Self {
                $create(inner)
            }

            fn into_inner(self) -> $crate::__private::Create<$name> {
                self.0
            }
        }

        impl $crate::__private::Builder for $update {
            type Inner = $crate::__private::Update<$name>;

            fn from_inner(inner: $crate::__private::Update<$name>) -> Self {
                $update(inner)
            }

            fn into_inner(self) -> $crate::__private::Update<$name> {
                self.0
            }
        }
    };
}
