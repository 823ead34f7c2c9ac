//! The list of what differs, which the book shows: made of the marks of the cases, and of nothing else.

use super::marks;
use crate::cases::{Backend, Expected};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

/// The page of the book that holds the list.
const PAGE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../book/src/differing-cases.md"
);
/// Where it is set, the page is written anew.
const UPDATE: &str = "TOASTY_UPDATE_BOOK";

/// The name of a case or a subject as words.
fn words(name: &str) -> String {
    name.rsplit("::").next().unwrap_or(name).replace('_', " ")
}

/// A row of a table: backend, subject, case, what happens.
type Row = (Backend, String, String, &'static str);

fn rows(of: impl Fn(Expected) -> Option<&'static str>) -> BTreeSet<Row> {
    marks()
        .filter_map(|mark| {
            let what = of(mark.expected)?;
            Some((mark.backend, words(mark.subject), words(mark.case), what))
        })
        .collect()
}

fn page() -> String {
    let mut page = String::from(
        "# Differing cases\n\n<!-- Made from the marks of the cases by the test `the_book_lists_what_differs`. To write it anew:\n\
         TOASTY_UPDATE_BOOK=1 cargo test -p toasty-suite --test suite the_book_lists_what_differs -->\n\n\
         These cases of the test suite end otherwise on a backend, and without an error:\n\n\
         | Backend | Case | What happens there |\n|---|---|---|\n",
    );
    let differs = rows(|expected| match expected {
        Expected::Differs(reason) | Expected::Varies(reason) => Some(reason),
        Expected::Refused(_) => None,
    });
    for (backend, subject, case, reason) in differs {
        let _ = writeln!(
            page,
            "| {} | {subject}: {case} | {reason} |",
            backend.name()
        );
    }
    page.push_str(
        "\nThese are refused, by an error that says what to do instead:\n\n\
         | Backend | Case | The refusal says |\n|---|---|---|\n",
    );
    let refused = rows(|expected| match expected {
        Expected::Refused(words) => Some(words),
        Expected::Differs(_) | Expected::Varies(_) => None,
    });
    for (backend, subject, case, words) in refused {
        let _ = writeln!(
            page,
            "| {} | {subject}: {case} | “{words}” |",
            backend.name()
        );
    }
    page
}

#[test]
fn the_book_lists_what_differs() {
    let (page, path) = (page(), Path::new(PAGE));
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let shown = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        shown == page,
        "{} is not up to date: set {UPDATE}=1 and run this test again",
        path.display()
    );
}

#[test]
fn a_case_says_once_what_happens_on_a_backend() {
    let mut seen = BTreeSet::new();
    for mark in marks() {
        assert!(
            seen.insert((mark.subject, mark.case, mark.backend)),
            "{}::{} says twice what happens on {}",
            mark.subject,
            mark.case,
            mark.backend.name()
        );
    }
}
