//! Queries by name that read each other: how much of it a statement may be.

#![allow(missing_docs, clippy::unwrap_used)]

use toasty_dsl::{ErrorKind, toasty};

toasty! { pub model Todo { id: u64 [key, auto], votes: i64 } }

const NAMES: [&str; 24] = [
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s",
    "t", "u", "v", "w", "x",
];

#[test]
fn named_queries_that_read_each_other_once_are_a_statement() {
    let mut last = Todo::all().select(|todo| (todo.id,)).named("first");
    for name in &NAMES[..12] {
        last = last.filter(|(id,)| id.gt(1)).named(name);
    }
    assert_eq!(last.statement().unwrap().1.len(), 12);
}

#[test]
fn named_queries_that_double_are_refused_before_they_fill_the_memory() {
    let mut last = Todo::all().select(|todo| (todo.id,)).named("first");
    for name in NAMES {
        let both = Todo::filter(|todo| {
            todo.id.in_query(last.select(|(id,)| id)) & todo.votes.gt(3)
                | todo.id.in_query(last.select(|(id,)| id))
        });
        last = both.select(|todo| (todo.id,)).named(name);
    }
    let error = last.statement().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooComplex);
    assert_eq!(error.model(), Some("Todo"));
    assert!(error.advice().unwrap().contains("once"), "{error}");
}
