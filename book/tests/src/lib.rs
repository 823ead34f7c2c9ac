//! Runs the book: each chapter is the documentation of a module here, so that `cargo test -p toasty-book --doc` compiles
//! and runs every Rust block in it, and those of the README and the examples.
//!
//! What the rest of a page says is checked in `tests/book.rs`. Examples that need a server get one by [`servers`].

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "an example fails by a panic, in what it calls too"
)]

pub mod servers;

macro_rules! chapters {
    ($( $name:ident $file:literal )*) => { $(
        #[cfg(doctest)]
        #[doc = include_str!(concat!("../../src/", $file))]
        pub mod $name {}
    )* };
}

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub mod readme {}

macro_rules! examples {
    ($( $name:ident $file:literal )*) => { $(
        #[cfg(doctest)]
        #[doc = concat!("```rust\n", include_str!(concat!("../../../examples/", $file)), "\n```")]
        pub mod $name {}
    )* };
}

examples! {
    example_chat "chat.rs"
    example_import "import.rs"
    example_library "library.rs"
    example_quickstart "quickstart.rs"
    example_transfer "transfer.rs"
}

chapters! {
    introduction "introduction.md"
    getting_started "getting-started.md"
    models "models.md"
    options "options.md"
    keys "keys.md"
    embedded "embedded.md"
    enums "enums.md"
    relations "relations.md"
    create "create.md"
    find "find.md"
    filters "filters.md"
    text "text.md"
    order "order.md"
    pages "pages.md"
    parameters "parameters.md"
    values "values.md"
    inside "inside.md"
    subqueries "subqueries.md"
    windows "windows.md"
    views "views.md"
    sets "sets.md"
    streams "streams.md"
    change "change.md"
    locking "locking.md"
    row_locks "row-locks.md"
    include "include.md"
    transactions "transactions.md"
    atomic "atomic.md"
    batch "batch.md"
    sql "sql.md"
    choosing "choosing.md"
    sqlite "sqlite.md"
    postgresql "postgresql.md"
    dynamodb "dynamodb.md"
    differences "differences.md"
    differing_cases "differing-cases.md"
    configuration "configuration.md"
    connections "connections.md"
    testing "testing.md"
    errors "errors.md"
    logs "logs.md"
    requests "requests.md"
    plans "plans.md"
    compile_errors "compile-errors.md"
    not_yet "not-yet.md"
}
