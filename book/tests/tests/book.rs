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
    const KNOWN: &[&str] = &[
        "rust",
        "rust,compile_fail",
        "toml",
        "sh",
        "text",
        "sql",
        "json",
    ];
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
        // The first steps are commands, what is not there has no example, and a list of tests is no page to learn from.
        let opens = matches!(
            page.name.as_str(),
            "SUMMARY.md" | "getting-started.md" | "not-yet.md" | "differing-cases.md"
        ) || first.as_deref() == Some("rust");
        assert!(opens, "{} opens with {first:?}", page.name);
    }
}

#[test]
fn every_toml_block_is_a_configuration() {
    use toasty::config::{Config, Environment};
    // A secret is looked up where its backend is chosen.
    let environment = Environment::from([
        ("PGPASSWORD", "for-tests-only"),
        ("PAGES_KEY", "0123456789abcdef0123456789abcdef"),
    ]);
    for page in pages().iter().chain(&page::documents()) {
        for block in page.blocks().filter(|block| block.info == "toml") {
            if let Err(error) = Config::parse(&block.text, &environment) {
                panic!("{}:{}: {error}", page.name, block.line);
            }
        }
    }
}

#[test]
fn every_json_block_is_json() {
    let mut checked = 0;
    for page in pages() {
        for block in page.blocks().filter(|block| block.info == "json") {
            if let Err(error) = serde_json::from_str::<serde_json::Value>(&block.text) {
                panic!("{}:{}: {error}", page.name, block.line);
            }
            checked += 1;
        }
    }
    assert!(checked > 0);
}

/// The policy on the page allows every request that the backend sends, and none that is not named there.
#[test]
fn the_policy_of_dynamodb_is_the_one_that_it_needs() {
    let page = Page::read("dynamodb.md");
    let policy = page
        .blocks()
        .find(|block| block.info == "json")
        .expect("the policy");
    let policy: serde_json::Value = serde_json::from_str(&policy.text).expect("JSON");
    let allowed: BTreeSet<String> = policy["Statement"][0]["Action"]
        .as_array()
        .expect("a list of actions")
        .iter()
        .filter_map(|action| action.as_str()?.strip_prefix("dynamodb:"))
        .map(str::to_owned)
        .collect();
    let source = page::sources_of("backends/dynamodb/src");
    // The calls of the SDK's client, as they stand in the code; a transaction needs the rights of what it does.
    let calls = [
        ("get_item()", "GetItem"),
        ("batch_get_item()", "BatchGetItem"),
        ("query()", "Query"),
        ("put_item()", "PutItem"),
        ("update_item()", "UpdateItem"),
        ("delete_item()", "DeleteItem"),
        ("batch_write_item()", "BatchWriteItem"),
        ("create_table()", "CreateTable"),
        ("describe_table()", "DescribeTable"),
    ];
    let needed: BTreeSet<String> = calls
        .into_iter()
        .filter(|(call, _)| source.contains(&format!(".{call}")))
        .map(|(_, action)| action.to_owned())
        .collect();
    assert_eq!(allowed, needed);
    for left_out in ["Scan", "ListTables"] {
        assert!(
            page.text.contains(left_out),
            "the page says nothing of {left_out}"
        );
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
fn every_target_of_events_is_explained() {
    let page = Page::read("logs.md");
    let sources = page::sources_of("src") + &page::sources_of("backends");
    let mut found = 0;
    for part in sources.split("\"toasty::").skip(1) {
        let Some((target, _)) = part.split_once('"') else {
            continue;
        };
        assert!(
            page.text.contains(&format!("`toasty::{target}`")),
            "logs.md says nothing of the target toasty::{target}"
        );
        found += 1;
    }
    assert!(found > 5);
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
