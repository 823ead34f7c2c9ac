//! The tuples that are parts and rows: up to twelve members.

/// Gives a macro the names of the types of each tuple.
macro_rules! each_tuple {
    ($tuples:ident) => {
        $tuples! {
            (A)
            (A B)
            (A B C)
            (A B C D)
            (A B C D E)
            (A B C D E F)
            (A B C D E F G)
            (A B C D E F G H)
            (A B C D E F G H I)
            (A B C D E F G H I J)
            (A B C D E F G H I J K)
            (A B C D E F G H I J K L)
        }
    };
}
pub(crate) use each_tuple;
