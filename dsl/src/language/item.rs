//! The entry, and what an item is.

/// Declares models, views, enums and embedded values.
///
/// `#[…]` is Rust's and goes to the struct as it is; `[…]` is the database's.
///
/// ```
/// toasty_dsl::toasty! {
///     /// A person who can sign in.
///     pub model User [table("users")] {
///         id: u64 [key, auto],
///         email: String [unique],
///         name: String,
///         role: Role = Role::Member,
///         todos: HasMany<Todo>,
///     }
///
///     pub model Todo {
///         id: u64 [key, auto],
///         user_id: u64 [index],
///         user: BelongsTo<User>,
///         title: String,
///     }
///
///     /// What a list of people shows.
///     pub view Contact of User { id: u64, name: String }
///
///     pub enum Role { Admin, Member }
/// }
/// # use toasty_dsl::{BelongsTo, HasMany};
/// # fn main() {
/// let admins = User::filter(|user| user.role.eq(Role::Admin) & user.email.ends_with("@example.com"));
/// # let _ = admins;
/// # }
/// ```
#[macro_export]
macro_rules! toasty {
    ( $(
        $(#[$meta:meta])* $vis:vis $kind:ident $name:tt
        $(of $of:ty)?
        $([ $($options:tt)* ])?
        { $($body:tt)* }
    )* ) => {
        $( $crate::__item! { $kind { $(#[$meta])* } { $vis } $name [ $($($options)*)? ] { $($body)* } $([ $of ])? } )*
    };
    ( $($other:tt)* ) => {
        $crate::__item_trouble! { $($other)* }
    };
}

/// What kind of item it is.
#[doc(hidden)]
#[macro_export]
macro_rules! __item {
    ( model $meta:tt $vis:tt $name:tt $options:tt { $($body:tt)* } ) => {
        $crate::__private::pastey::paste! {
            $crate::__model! { $meta $vis $name $name [<$name Fields>] [<Create $name>] [<Update $name>] $options { $($body)* } }
        }
    };
    ( enum $meta:tt $vis:tt $name:tt $options:tt { $($body:tt)* } ) => {
        $crate::__enum! { $meta $vis $name $options { $($body)* } }
    };
    ( view $meta:tt $vis:tt $name:tt [] { $($body:tt)* } $model:tt ) => {
        $crate::__view! { $meta $vis $name $model { $($body)* } }
        $crate::__view_types! { $model $($body)* }
    };
    ( view $meta:tt $vis:tt $name:tt [] $body:tt ) => {
        const _: $crate::__private::write_of_and_a_model_after_this::$name = ();
    };
    ( view $meta:tt $vis:tt $name:tt [ $($options:tt)* ] $($rest:tt)* ) => {
        const _: $crate::__private::a_view_has_no_options::$name = ();
    };
    ( $kind:ident $meta:tt $vis:tt $name:tt $options:tt { $($body:tt)* } $model:tt ) => {
        const _: $crate::__private::only_a_view_is_of_a_model::$name = ();
    };
    ( embed $meta:tt $vis:tt $name:tt [] { $($body:tt)* } ) => {
        $crate::__private::pastey::paste! {
            $crate::__embed! { $meta $vis $name [<$name Fields>] { $($body)* } }
        }
    };
    ( embed $meta:tt $vis:tt $name:tt [ $($options:tt)* ] $($rest:tt)* ) => {
        const _: $crate::__private::an_embed_has_no_options::$name = ();
    };
    ( struct $meta:tt $vis:tt $name:tt $($rest:tt)* ) => {
        const _: $crate::__private::write_model_or_embed_instead_of_struct_before_this::$name = ();
    };
    ( $kind:ident $($rest:tt)* ) => {
        const _: $crate::__private::kind_of_item::$kind = ();
    };
}
