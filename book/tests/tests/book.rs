//! What a page says beside its Rust examples, checked: links, TOML, compile errors, and that nothing is left out.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by a panic, in what it calls too"
)]

#[path = "book/compile_errors.rs"]
mod compile_errors;
#[path = "book/page.rs"]
mod page;

use page::{pages, Page};
use std::collections::BTreeSet;
use std::fs;

#[test]
fn every_page_stands_in_the_summary_and_is_run() {
    let summary = Page::read("SUMMARY.md");
    let named: BTreeSet<String> = summary.links().map(|link| link.target).collect();
    let there: BTreeSet<String> = pages()
        .into_iter()
        .map(|page| page.name)
        .filter(|name| name != "SUMMARY.md")
        .collect();
    assert_eq!(named, there);
    let run = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs"))
        .expect("the list of chapters");
    for name in there {
        assert!(
            run.contains(&format!("\"{name}\"")),
            "add {name} to `chapters!` in book/tests/src/lib.rs"
        );
    }
}

#[test]
fn every_link_leads_somewhere() {
    let all = pages();
    for page in all.iter().chain(&page::documents()) {
        for link in page.links().filter(|link| !link.target.contains("://")) {
            let (path, heading) = link.target.split_once('#').unwrap_or((&link.target, ""));
            let to = if path.is_empty() {
                page.path.clone()
            } else {
                page.path.with_file_name("").join(path)
            };
            assert!(
                to.exists(),
                "{}:{}: nothing at {path}",
                page.name,
                link.line
            );
            if !heading.is_empty() {
                let headings = Page::at(&to).headings();
                assert!(
                    headings.contains(heading),
                    "{}:{}: no heading #{heading}, only {headings:?}",
                    page.name,
                    link.line
                );
            }
        }
    }
}

#[test]
fn every_block_says_what_it_is() {
    const KNOWN: &[&str] = &["rust", "rust,compile_fail", "toml", "sh", "text"];
    for page in pages().iter().chain(&page::documents()) {
        for block in page.blocks() {
            assert!(
                KNOWN.contains(&block.info.as_str()),
                "{}:{}: a block of {:?}; known are {KNOWN:?}",
                page.name,
                block.line,
                block.info
            );
        }
    }
}

#[test]
fn every_page_opens_with_an_example() {
    for page in pages() {
        let first = page.blocks().next().map(|block| block.info);
        // The first steps are commands, and what is not there has no example.
        let opens = matches!(
            page.name.as_str(),
            "SUMMARY.md" | "getting-started.md" | "not-yet.md"
        ) || first.as_deref() == Some("rust");
        assert!(opens, "{} opens with {first:?}", page.name);
    }
}

#[test]
fn every_toml_block_is_a_configuration() {
    use toasty::config::{Config, Environment};
    for page in pages().iter().chain(&page::documents()) {
        for block in page.blocks().filter(|block| block.info == "toml") {
            if let Err(error) = Config::parse(&block.text, &Environment::empty()) {
                panic!("{}:{}: {error}", page.name, block.line);
            }
        }
    }
}

#[test]
fn every_kind_of_error_is_explained() {
    let page = Page::read("errors.md");
    for kind in toasty::ErrorKind::ALL {
        let row = format!("| {} | `{kind:?}` |", kind.code());
        assert!(
            page.text.contains(&row),
            "errors.md has no row that begins {row}"
        );
    }
}

#[test]
fn every_configuration_key_is_explained() {
    let page = Page::read("configuration.md");
    for key in toasty::config::KEYS {
        assert!(
            page.text.contains(&format!("| `{key}` |")),
            "configuration.md has no row for `{key}`"
        );
    }
    // The complete example sets them all.
    let complete = page
        .blocks()
        .find(|block| block.info == "toml")
        .expect("a complete example");
    for key in toasty::config::KEYS {
        let name = key.rsplit('.').next().unwrap_or(key);
        assert!(
            complete
                .text
                .lines()
                .any(|line| line.starts_with(&format!("{name} = "))),
            "the complete example does not set `{key}`"
        );
    }
}

#[test]
fn every_test_that_the_architecture_names_is_there() {
    let sources = page::sources();
    let page = page::documents()
        .into_iter()
        .find(|page| page.name == "ARCHITECTURE.md")
        .expect("the page");
    let (_, table) = page
        .text
        .split_once("| Invariant | Guarded by |")
        .expect("the table of invariants");
    let mut missing = Vec::new();
    for row in table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
    {
        let guards = row
            .trim_end_matches('|')
            .rsplit('|')
            .next()
            .unwrap_or_default();
        missing.extend(
            guards
                .split('`')
                .skip(1)
                .step_by(2)
                .filter(|name| !sources.contains(&format!("fn {name}(")))
                .map(str::to_owned),
        );
    }
    assert!(
        missing.is_empty(),
        "ARCHITECTURE.md names tests that are not there: {missing:#?}"
    );
}
