//! What is wrong in a text that fits no form of the language: a comma that is missing, a field without a type.
//!
//! The error is an unresolved name in an empty module whose name says what to do, because that is an error at the user's
//! token. What is right is skipped many pieces at a time, so that the recursion limit does not hide a mistake far down.

/// What is wrong with an item.
#[doc(hidden)]
#[macro_export]
macro_rules! __item_trouble {
    ( $(#[$meta:meta])* $vis:vis $kind:ident $name:ident $(of $of:ty)? $([ $($options:tt)* ])? { $($body:tt)* }
      $(#[$meta2:meta])* $vis2:vis $kind2:ident $name2:ident $(of $of2:ty)? $([ $($options2:tt)* ])? { $($body2:tt)* }
      $(#[$meta3:meta])* $vis3:vis $kind3:ident $name3:ident $(of $of3:ty)? $([ $($options3:tt)* ])? { $($body3:tt)* }
      $(#[$meta4:meta])* $vis4:vis $kind4:ident $name4:ident $(of $of4:ty)? $([ $($options4:tt)* ])? { $($body4:tt)* } $($rest:tt)* ) => {
        $crate::__item_trouble! { $($rest)* }
    };
    ( $(#[$meta:meta])* $vis:vis $kind:ident $name:ident $(of $of:ty)? $([ $($options:tt)* ])? { $($body:tt)* } $($rest:tt)* ) => {
        $crate::__item_trouble! { $($rest)* }
    };
    ( $(#[$meta:meta])* $vis:vis $kind:ident $name:ident < $($rest:tt)* ) => {
        const _: $crate::__private::an_item_has_no_generics::$name = ();
    };
    ( $(#[$meta:meta])* $vis:vis $kind:ident $name:ident ( $($body:tt)* ) $($rest:tt)* ) => {
        const _: $crate::__private::write_the_body_in_braces_after_this::$name = ();
    };
    ( $(#[$meta:meta])* $vis:vis $kind:ident $name:ident $($rest:tt)* ) => {
        const _: $crate::__private::write_options_in_brackets_and_then_the_body_in_braces_after_this::$name = ();
    };
    ( $(#[$meta:meta])* $vis:vis $kind:ident { $($body:tt)* } $($rest:tt)* ) => {
        const _: $crate::__private::write_a_name_after_this::$kind = ();
    };
    ( $($other:tt)* ) => {
        ::core::compile_error!("toasty! holds items of the form `model Name [options] { field: Type [options] = default, … }`, `view Name of Model { field: Type, … }`, `enum Name { Variant, … }`, `embed Name { field: Type, … }` or `embed Name { Type }`");
    };
}

/// What is wrong in the body of a model or an embedded value.
#[doc(hidden)]
#[macro_export]
macro_rules! __trouble {
    // Fields that are right.
    ( $name:tt [] $( #[$meta:meta] )* $field:ident : $type:ty $([ $( $option:ident $(( $($argument:tt)* ))? ),* $(,)? ])? $(= $default:expr)? ,
      $( #[$meta2:meta] )* $field2:ident : $type2:ty $([ $( $option2:ident $(( $($argument2:tt)* ))? ),* $(,)? ])? $(= $default2:expr)? ,
      $( #[$meta3:meta] )* $field3:ident : $type3:ty $([ $( $option3:ident $(( $($argument3:tt)* ))? ),* $(,)? ])? $(= $default3:expr)? ,
      $( #[$meta4:meta] )* $field4:ident : $type4:ty $([ $( $option4:ident $(( $($argument4:tt)* ))? ),* $(,)? ])? $(= $default4:expr)? ,
      $($rest:tt)* ) => {
        $crate::__trouble! { $name [] $($rest)* }
    };
    ( $name:tt [] $( #[$meta:meta] )* $field:ident : $type:ty $([ $( $option:ident $(( $($argument:tt)* ))? ),* $(,)? ])? $(= $default:expr)? , $($rest:tt)* ) => {
        $crate::__trouble! { $name [] $($rest)* }
    };

    // The first that is not.
    ( $name:tt [] #[$($meta:tt)*] $($rest:tt)* ) => { $crate::__trouble! { $name [] $($rest)* } };
    ( $name:tt [] pub $(( $($scope:tt)* ))? $field:ident $($rest:tt)* ) => {
        const _: $crate::__private::fields_are_public_so_leave_out_the_pub_before_this::$field = ();
    };
    ( $name:tt [] $field:ident : $($rest:tt)* ) => { $crate::__trouble! { $name [in $field] $($rest)* } };
    ( $name:tt [] $field:ident [ $($options:tt)* ] : $($rest:tt)* ) => {
        const _: $crate::__private::the_options_stand_after_the_type_of_this::$field = ();
    };
    ( $name:tt [] $field:ident $($rest:tt)* ) => {
        const _: $crate::__private::write_a_colon_and_a_type_after_this::$field = ();
    };
    ( $name:tt [in $field:ident] , $($rest:tt)* ) => { $crate::__trouble! { $name [] $($rest)* } };
    ( $name:tt [in $field:ident] pub $(( $($scope:tt)* ))? $next:ident : $($rest:tt)* ) => {
        const _: $crate::__private::write_a_comma_and_no_pub_before_this::$next = ();
    };
    ( $name:tt [in $field:ident] $next:ident : $($rest:tt)* ) => {
        const _: $crate::__private::write_a_comma_before_this::$next = ();
    };
    ( $name:tt [in $field:ident] $next:ident { $($body:tt)* } $($rest:tt)* ) => {
        const _: $crate::__private::write_a_comma_before_this::$next = ();
    };
    ( $name:tt [in $field:ident] #[$($meta:tt)*] $($rest:tt)* ) => {
        const _: $crate::__private::write_a_comma_after_this::$field = ();
    };
    ( $name:tt [in $field:ident] [ $option:ident $(( $($argument:tt)* ))? , $($options:tt)* ] $($rest:tt)* ) => {
        $crate::__trouble! { $name [in $field] [ $($options)* ] $($rest)* }
    };
    ( $name:tt [in $field:ident] [ $option:ident $(( $($argument:tt)* ))? $next:ident $($options:tt)* ] $($rest:tt)* ) => {
        const _: $crate::__private::write_a_comma_before_this::$next = ();
    };
    ( $name:tt [in $field:ident] [ $option:ident = $($options:tt)* ] $($rest:tt)* ) => {
        const _: $crate::__private::write_the_argument_in_parentheses_after_this::$option = ();
    };
    ( $name:tt [in $field:ident] $other:tt $($rest:tt)* ) => { $crate::__trouble! { $name [in $field] $($rest)* } };
    ( $name:tt [in $field:ident] ) => {
        const _: $crate::__private::write_this_field_as_name_type_options_default::$field = ();
    };
    ( $name:tt [] $($rest:tt)* ) => {
        ::core::compile_error!(::core::concat!("in `", ::core::stringify!($name), "`: each field is `name: Type [options] = default`, with a comma after it"));
    };
}

/// What is wrong with a part of an embedded value that would be right as a field of a model: it has a default.
#[doc(hidden)]
#[macro_export]
macro_rules! __part_trouble {
    ( $field:ident ) => {};
    ( $field:ident $default:expr ) => {
        const _: $crate::__private::an_embed_has_no_defaults::$field = ();
    };
}

/// What is wrong in an enum.
#[doc(hidden)]
#[macro_export]
macro_rules! __enum_trouble {
    // Variants that are right.
    ( $name:ident $( #[$meta:meta] )* $variant:ident $([ rename($label:literal) ])? , $( #[$meta2:meta] )* $variant2:ident $([ rename($label2:literal) ])? ,
      $( #[$meta3:meta] )* $variant3:ident $([ rename($label3:literal) ])? , $( #[$meta4:meta] )* $variant4:ident $([ rename($label4:literal) ])? , $($rest:tt)* ) => {
        $crate::__enum_trouble! { $name $($rest)* }
    };

    // The first that is not.
    ( $name:ident #[$($meta:tt)*] $($rest:tt)* ) => { $crate::__enum_trouble! { $name $($rest)* } };
    ( $name:ident $variant:ident ( $($data:tt)* ) $($rest:tt)* ) => {
        const _: $crate::__private::an_enum_variant_holds_no_data_here::$variant = ();
    };
    ( $name:ident $variant:ident { $($data:tt)* } $($rest:tt)* ) => {
        const _: $crate::__private::an_enum_variant_holds_no_data_here::$variant = ();
    };
    ( $name:ident $variant:ident = $($rest:tt)* ) => {
        const _: $crate::__private::write_rename_in_brackets_after_this::$variant = ();
    };
    ( $name:ident $variant:ident [ rename ( $label:literal ) ] , $($rest:tt)* ) => { $crate::__enum_trouble! { $name $($rest)* } };
    ( $name:ident $variant:ident [ rename ( $label:literal ) ] $next:ident $($rest:tt)* ) => {
        const _: $crate::__private::write_a_comma_before_this::$next = ();
    };
    ( $name:ident $variant:ident [ rename $($argument:tt)* ] $($rest:tt)* ) => {
        const _: $crate::__private::write_the_label_as_text_in_the_rename_of_this::$variant = ();
    };
    ( $name:ident $variant:ident [ $option:ident $($other:tt)* ] $($rest:tt)* ) => {
        const _: $crate::__private::the_only_option_of_a_variant::$option = ();
    };
    ( $name:ident $variant:ident , $($rest:tt)* ) => { $crate::__enum_trouble! { $name $($rest)* } };
    ( $name:ident $variant:ident $next:ident $($rest:tt)* ) => {
        const _: $crate::__private::write_a_comma_before_this::$next = ();
    };
    ( $name:ident $($rest:tt)* ) => {
        ::core::compile_error!(::core::concat!("in `", ::core::stringify!($name), "`: each variant is `Name` or `Name [rename(\"label\")]`, with a comma after it"));
    };
}

/// What is wrong in a row of `create!`: `(builder) [] fields…`. Gives the builder, so that what follows has its type.
#[doc(hidden)]
#[macro_export]
macro_rules! __create_trouble {
    ( $builder:tt [] $name:ident = $($rest:tt)* ) => {
        $crate::__create_trouble! { @say $builder write_a_colon_after_this $name }
    };
    ( $builder:tt [] $name:ident : , $($rest:tt)* ) => {
        $crate::__create_trouble! { @say $builder write_a_value_after_this $name }
    };
    ( $builder:tt [] $name:ident : $($rest:tt)* ) => {
        $crate::__create_trouble! { $builder [in $name] $($rest)* }
    };
    ( $builder:tt [] $name:ident $next:ident $($rest:tt)* ) => {
        $crate::__create_trouble! { @say $builder write_a_comma_before_this $next }
    };
    ( $builder:tt [] $name:ident $($rest:tt)* ) => {
        $crate::__create_trouble! { @say $builder write_a_colon_and_a_value_after_this $name }
    };
    ( $builder:tt [in $name:ident] $next:ident : $($rest:tt)* ) => {
        $crate::__create_trouble! { @say $builder write_a_comma_before_this $next }
    };
    ( $builder:tt [in $name:ident] $next:ident = $($rest:tt)* ) => {
        $crate::__create_trouble! { @say $builder write_a_comma_before_this_and_a_colon_after_it $next }
    };
    ( $builder:tt [in $name:ident] $other:tt $($rest:tt)* ) => {
        $crate::__create_trouble! { $builder [in $name] $($rest)* }
    };
    ( $builder:tt [in $name:ident] ) => {
        $crate::__create_trouble! { @say $builder write_this_as_name_and_value $name }
    };
    ( @say ( $builder:expr ) $message:ident $name:ident ) => {{
        const _: $crate::__private::$message::$name = ();
        $builder
    }};
    ( $builder:tt $($other:tt)* ) => {
        ::core::compile_error!("a field in create! is written `name: value`, with a comma after it; rows of a relation are `{ … }` or `[{ … }, { … }]`")
    };
}
