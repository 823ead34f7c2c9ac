//! `get_by_…`, `find_by_…`, `update_by_…`, `delete_by_…`: for keys, unique and indexed fields only, so that a finder is
//! never a scan.

/// The finders of one field, by one of its options.
#[doc(hidden)]
#[macro_export]
macro_rules! __finders {
    ( key $field:ident $type:ty ) => { $crate::__finders! { one $field $type } };
    ( unique $field:ident $type:ty ) => { $crate::__finders! { one $field $type } };
    ( index $field:ident $type:ty ) => { $crate::__finders! { several $field $type } };
    ( one $field:ident $type:ty ) => {
        $crate::__private::pastey::paste! {
            #[doc = "The one row with this `" $field "`; `NotFound` where there is none."]
            ///
            /// # Errors
            /// `NotFound`; those of the backend.
            pub fn [<get_by_ $field>](on: &impl $crate::__private::Executor, $field: impl $crate::__private::Input<$type>) -> impl ::core::future::Future<Output = $crate::__private::Result<Self>> {
                $crate::__private::get_by(on, Self::__FIELDS.$field, $field)
            }

            #[doc = "The row with this `" $field "`, if there is one: follow with `.first(&db)`."]
            pub fn [<find_by_ $field>]($field: impl $crate::__private::Input<$type>) -> $crate::__private::Query<Self> {
                $crate::__private::find_one_by(Self::__FIELDS.$field, $field)
            }
        }
        $crate::__finders! { changes $field $type }
    };
    ( several $field:ident $type:ty ) => {
        $crate::__private::pastey::paste! {
            #[doc = "The rows with this `" $field "`."]
            pub fn [<find_by_ $field>]($field: impl $crate::__private::Input<$type>) -> $crate::__private::Query<Self> {
                $crate::__private::find(Self::__FIELDS.$field, $field)
            }
        }
        $crate::__finders! { changes $field $type }
    };
    ( changes $field:ident $type:ty ) => {
        $crate::__private::pastey::paste! {
            #[doc = "Changes the rows with this `" $field "`."]
            pub fn [<update_by_ $field>]($field: impl $crate::__private::Input<$type>) -> <Self as $crate::__private::Model>::Update {
                $crate::__private::update_by(Self::__FIELDS.$field, $field)
            }

            #[doc = "Deletes the rows with this `" $field "`."]
            pub fn [<delete_by_ $field>]($field: impl $crate::__private::Input<$type>) -> $crate::__private::Delete<Self> {
                $crate::__private::delete_by(Self::__FIELDS.$field, $field)
            }
        }
    };
    ( $other:ident $field:ident $type:ty ) => {};
}

/// The finders of each key or index over several fields, option after option.
#[doc(hidden)]
#[macro_export]
macro_rules! __composite_finders {
    ( $name:tt $fields:tt ) => {};
    ( $name:tt $fields:tt key ( $($columns:tt)* ) , $($rest:tt)* ) => {
        $crate::__composite_finders! { @one $name ( $($columns)* ) $fields }
        $crate::__composite_finders! { $name $fields $($rest)* }
    };
    ( $name:tt $fields:tt unique ( $($columns:tt)* ) , $($rest:tt)* ) => {
        $crate::__composite_finders! { @one $name ( $($columns)* ) $fields }
        $crate::__composite_finders! { $name $fields $($rest)* }
    };
    ( $name:tt $fields:tt index ( $($columns:tt)* ) , $($rest:tt)* ) => {
        $crate::__composite_finders! { @several $name ( $($columns)* ) $fields }
        $crate::__composite_finders! { $name $fields $($rest)* }
    };
    ( $name:tt $fields:tt $option:ident $(( $($argument:tt)* ))? , $($rest:tt)* ) => {
        $crate::__composite_finders! { $name $fields $($rest)* }
    };
    ( @one $name:tt ( $first:ident $(, $rest:ident)* $(,)? ) { $( $field:ident : $type:ty, )* } ) => {
        #[allow(clippy::too_many_arguments)]
        const _: () = {
            $crate::__field_lookup! { $name $( $field : $type, )* }
            $crate::__private::pastey::paste! {
                impl $name {
                    /// The one row with these values; `NotFound` where there is none.
                    ///
                    /// # Errors
                    /// `NotFound`; those of the backend.
                    pub async fn [<get_by_ $first $(_and_ $rest)*>](
                        on: &impl $crate::__private::Executor,
                        $first: impl $crate::__private::Input<__field!(type $first)>
                        $(, $rest: impl $crate::__private::Input<__field!(type $rest)>)*
                    ) -> $crate::__private::Result<Self> {
                        Self::[<find_by_ $first $(_and_ $rest)*>]($first $(, $rest)*).known_to_be_single().one(on).await
                    }
                }
            }
        };
        $crate::__composite_finders! { @several $name ( $first $(, $rest)* ) { $( $field: $type, )* } }
    };
    ( @several $name:tt ( $first:ident $(, $rest:ident)* $(,)? ) { $( $field:ident : $type:ty, )* } ) => {
        #[allow(clippy::too_many_arguments)]
        const _: () = {
            $crate::__field_lookup! { $name $( $field : $type, )* }
            $crate::__private::pastey::paste! {
                impl $name {
                    /// The rows with these values.
                    pub fn [<find_by_ $first $(_and_ $rest)*>](
                        $first: impl $crate::__private::Input<__field!(type $first)>
                        $(, $rest: impl $crate::__private::Input<__field!(type $rest)>)*
                    ) -> $crate::__private::Query<Self> {
                        $crate::__private::find(__field!(handle $first), $first)
                            $( .narrowed_by($crate::__private::equal(__field!(handle $rest), $rest)) )*
                    }

                    /// Changes the rows with these values.
                    pub fn [<update_by_ $first $(_and_ $rest)*>](
                        $first: impl $crate::__private::Input<__field!(type $first)>
                        $(, $rest: impl $crate::__private::Input<__field!(type $rest)>)*
                    ) -> <Self as $crate::__private::Model>::Update {
                        Self::[<find_by_ $first $(_and_ $rest)*>]($first $(, $rest)*).update()
                    }

                    /// Deletes the rows with these values.
                    pub fn [<delete_by_ $first $(_and_ $rest)*>](
                        $first: impl $crate::__private::Input<__field!(type $first)>
                        $(, $rest: impl $crate::__private::Input<__field!(type $rest)>)*
                    ) -> $crate::__private::Delete<Self> {
                        Self::[<find_by_ $first $(_and_ $rest)*>]($first $(, $rest)*).delete()
                    }
                }
            }
        };
    };
}

/// The fields of a model by their names, as a macro of its own: `__field!(type name)`, `__field!(handle name)`.
///
/// A name that the model does not have is an error where the index is declared; here it is some type, so that it stays
/// the only one.
#[doc(hidden)]
#[macro_export]
macro_rules! __field_lookup {
    ( $name:tt $( $field:ident : $type:ty, )* ) => {
        macro_rules! __field {
            $(
                ( type $field ) => { $type };
                ( handle $field ) => { $name::__FIELDS.$field };
            )*
            ( type $other:ident ) => { () };
            ( handle $other:ident ) => { $crate::__private::Field::<$name, ()>::at(<$name as $crate::__private::Model>::DEF, 0) };
        }
    };
}
