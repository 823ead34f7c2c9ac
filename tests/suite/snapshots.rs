//! What each behaviour becomes as a request, and each failure as a sentence: one snapshot each, all dialects side by side.
//!
//! The tables are the list of what there is: a snapshot that no row of a table names fails the suite.

mod changes;
mod computed;
mod computed_pages;
mod definitions;
mod errors;
mod includes;
mod pages;
mod plans;
mod queries;
mod server_errors;
mod sets;
mod subqueries;
mod text;
mod values;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;
use toasty::language::write::IntoStatement;
use toasty::{Dialect, Error, Request, Result, ToRequest};
use tokio::sync::OnceCell;

/// One behaviour: its name, and what it becomes in a dialect.
pub struct Behaviour {
    name: &'static str,
    show: Box<dyn Fn(Dialect) -> Result<Request>>,
}

/// A behaviour that is a statement. It is built anew for each dialect.
pub fn behaviour<S: IntoStatement>(
    name: &'static str,
    statement: impl Fn() -> S + 'static,
) -> Behaviour {
    Behaviour {
        name,
        show: Box::new(move |dialect| statement().to_request(dialect)),
    }
}

/// The root of the project's snapshots.
fn folder(area: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .join("snapshots")
        .join(area)
}

/// The name of a snapshot's file.
fn file_name(name: &str) -> String {
    name.replace(' ', "_").replace([',', '\''], "")
}

/// Compares one text with its snapshot.
pub fn compare(area: &'static str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder(area));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(file_name(name), text));
}

fn all_requests() -> Vec<Behaviour> {
    [
        queries::behaviours(),
        pages::behaviours(),
        computed_pages::behaviours(),
        changes::behaviours(),
        computed::behaviours(),
        subqueries::behaviours(),
        sets::behaviours(),
        values::behaviours(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Every kind of error that a user meets. Made once: servers take their time.
async fn all_errors() -> &'static [(&'static str, Error)] {
    static ALL: OnceCell<Vec<(&'static str, Error)>> = OnceCell::const_new();
    ALL.get_or_init(async || {
        let mut all = errors::errors().await;
        all.extend(server_errors::errors().await);
        all
    })
    .await
}

/// The text without what each run has of its own: the ports of servers, schemas and prefixes of tables.
fn stable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = ["127.0.0.1:", "localhost:", "test_"]
        .iter()
        .filter_map(|start| rest.find(start).map(|at| at + start.len()))
        .min()
    {
        let (before, after) = rest.split_at(at);
        shown.push_str(before);
        rest = after.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '_');
        if rest.len() < after.len() {
            shown.push('…');
        }
    }
    shown + rest
}

#[test]
fn every_request_is_as_its_snapshot_shows() {
    for behaviour in all_requests() {
        let mut text = String::new();
        for dialect in Dialect::ALL {
            let shown = match (behaviour.show)(*dialect) {
                Ok(request) => request.to_string(),
                Err(refusal) => refusal.to_string(),
            };
            let _ = writeln!(text, "{}:\n{shown}\n", dialect.name());
        }
        compare("requests", behaviour.name, text.trim_end());
    }
}

#[tokio::test]
async fn every_definition_is_as_its_snapshot_shows() {
    for (name, text) in definitions::definitions().await {
        compare("requests", name, &text);
    }
}

#[tokio::test]
async fn every_include_is_as_its_snapshot_shows() {
    for (name, text) in includes::includes().await {
        compare("requests", name, &text);
    }
}

#[tokio::test]
async fn every_error_is_as_its_snapshot_shows() {
    for (name, error) in all_errors().await {
        compare("errors", name, &stable(&format!("{error}")));
    }
}

#[tokio::test]
async fn every_snapshot_has_a_row_in_a_table() {
    let texts = [definitions::definitions().await, includes::includes().await].concat();
    let requests = all_requests()
        .iter()
        .map(|one| one.name)
        .chain(texts.iter().map(|one| one.0))
        .map(file_name)
        .collect();
    let errors = all_errors()
        .await
        .iter()
        .map(|one| file_name(one.0))
        .collect();
    for (area, named) in [("requests", requests), ("errors", errors)] {
        let named: BTreeSet<String> = named;
        let there: Vec<_> = std::fs::read_dir(folder(area))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        // A test that fails leaves its new text beside the old one.
        for file in there
            .into_iter()
            .filter(|file| !file.ends_with(".snap.new"))
        {
            let name = file
                .strip_suffix(".snap")
                .unwrap_or_else(|| panic!("snapshots/{area}/{file} is no snapshot"));
            assert!(
                named.contains(name),
                "snapshots/{area}/{file}: no test names it; take it away, or give it a row"
            );
        }
    }
}

#[tokio::test]
async fn every_kind_of_error_has_a_snapshot_and_a_code() {
    let shown: BTreeSet<_> = all_errors()
        .await
        .iter()
        .map(|(_, error)| error.code())
        .collect();
    for kind in toasty::ErrorKind::ALL {
        assert!(kind.code().len() == 5 && kind.code().starts_with('T'));
        assert!(shown.contains(kind.code()), "{kind:?} is met by no test");
    }
}
