//! The rules of the house, checked: which crate may use which, which module may use which, where SQL is written, and
//! what library code may not hold.
//!
//! This file holds the tables and one test per rule. Each rule is a function from text to complaints in the folder
//! beside this file, with tests that feed it something bad and see it refused. A rule reads words, not types: it is
//! there to catch a slip, not to stop somebody who wants to get past it.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by a panic, in its helper functions too, where clippy.toml does not reach"
)]

#[path = "architecture/content.rs"]
mod content;
#[path = "architecture/manifests.rs"]
mod manifests;
#[path = "architecture/modules.rs"]
mod modules;
#[path = "architecture/source.rs"]
mod source;
#[path = "architecture/tree.rs"]
mod tree;

/// A crate that users get. Its row says everything that it may know.
struct Crate {
    name: &'static str,
    folder: &'static str,
    /// The crates of ours that it may depend on.
    may_use: &'static [&'static str],
    /// Its top-level modules, lowest layer first. A module may use those of its own layer and of the layers before it;
    /// a layer of more than one module is for modules that are one subject in several files.
    layers: &'static [&'static [&'static str]],
}

const HOUSE: &[Crate] = &[
    Crate {
        name: "toasty-dsl",
        folder: "dsl",
        may_use: &[],
        layers: &[
            &["error"],
            &["value"],
            &["schema"],
            &["statement"],
            &["cursor"],
            // The typed layer: a query loads associations, an association is asked by a query, and both build rows.
            &["field", "query", "association", "write"],
            // What the macros expand to reaches everything by `__private`, which re-exports what the macros call.
            &["language", "__private"],
        ],
    },
    Crate {
        name: "toasty-contract",
        folder: "backends/contract",
        may_use: &["toasty-dsl"],
        layers: &[&["control", "cost", "plan", "together"]],
    },
    Crate {
        name: "toasty-sql",
        folder: "backends/sql",
        may_use: &["toasty-dsl", "toasty-contract"],
        layers: &[
            &[
                "dialect",
                "identifier",
                "json_path",
                "names",
                "pattern",
                "slot",
            ],
            &["writer"],
            &["around", "render", "define"],
        ],
    },
    Crate {
        name: "toasty-sqlite",
        folder: "backends/sqlite",
        may_use: &["toasty-dsl", "toasty-contract", "toasty-sql"],
        layers: &[
            &["arrays", "json", "times"],
            &["functions"],
            &[
                "settings",
                "prepared",
                "raw",
                "rows",
                "errors",
                "wait",
                "home",
                "transaction",
            ],
            &["bind", "open"],
            &["references"],
            &["run"],
            &["stream", "explain"],
            &["connection", "many"],
        ],
    },
    Crate {
        name: "toasty-postgresql",
        folder: "backends/postgresql",
        may_use: &["toasty-dsl", "toasty-contract", "toasty-sql"],
        layers: &[
            &[
                "settings", "prepared", "numeric", "exact", "pulse", "deadline",
            ],
            &["bind", "rows", "array", "trust"],
            &["errors", "codes", "transport"],
            &["link"],
            &["run"],
            &["raw"],
            &["session", "stream"],
            &["copy", "transaction", "tables"],
            &["once"],
            &["together", "explain"],
            &["connection"],
        ],
    },
    Crate {
        name: "toasty-dynamodb",
        folder: "backends/dynamodb",
        may_use: &["toasty-dsl", "toasty-contract"],
        layers: &[
            &["settings"],
            &["table"],
            &["expression"],
            // What is planned knows nothing of sending, and so stands below it.
            &["plan"],
            &["wire"],
            &["define"],
            &["read"],
            &["write"],
            &["connection", "sdk"],
        ],
    },
    Crate {
        name: "toasty",
        folder: "",
        may_use: &[
            "toasty-dsl",
            "toasty-contract",
            "toasty-sql",
            "toasty-sqlite",
            "toasty-postgresql",
            "toasty-dynamodb",
        ],
        layers: &[
            &["config"],
            &[
                "cursors",
                "dialect",
                "full_scans",
                "log",
                "meter",
                "object",
                "plans",
                "pool",
            ],
            &["engine"],
            &["db", "collected", "moment"],
            &["request", "connect", "tables", "transaction"],
            &["execute", "metered"],
            &["atomic", "batch", "dynamodb", "explain", "language", "sql"],
        ],
    },
];

/// Folders of workspace members that serve work on the house and are never published.
const WORKSHOP: &[&str] = &["xtask", "tests", "benches", "examples", "book", "fuzz"];

/// The only folder whose library code writes SQL.
const SQL_IS_WRITTEN_IN: &str = "backends/sql/src";

/// Words that are SQL where they stand next to each other, in capitals.
const SQL: &[&[&str]] = &[
    &["SELECT"],
    &["INSERT", "INTO"],
    &["DELETE", "FROM"],
    &["CREATE", "TABLE"],
    &["CREATE", "INDEX"],
    &["CREATE", "UNIQUE", "INDEX"],
    &["ALTER", "TABLE"],
    &["DROP", "TABLE"],
    &["DROP", "INDEX"],
    &["ORDER", "BY"],
];

/// Macros that library code does not call, and the way out.
const MACROS: &[(&str, &str)] = &[
    ("todo", "write it, or return an error of kind unsupported"),
    ("unimplemented", "return an error of kind unsupported"),
    ("dbg", "take it out, or record a tracing event"),
    ("print", LIBRARIES_ARE_SILENT),
    ("println", LIBRARIES_ARE_SILENT),
    ("eprint", LIBRARIES_ARE_SILENT),
    ("eprintln", LIBRARIES_ARE_SILENT),
];

const LIBRARIES_ARE_SILENT: &str =
    "a library does not print: write to a writer that the caller gave, or record a tracing event";

/// Macros that are for the compiler alone: a check at compile time fails by a panic, and nothing else does.
const MACROS_AT_COMPILE_TIME: &[(&str, &str)] = &[
    (
        "panic",
        "return an error, or move the check into a const item or a const fn",
    ),
    (
        "unreachable",
        "make the state impossible to write down, or return an error",
    ),
];

const LONGEST_FILE: usize = 500;

#[test]
fn arrows_between_crates_point_one_way() {
    let manifests = tree::manifests();
    let root = tree::root(&manifests);
    let complaints = manifests.iter().flat_map(|(path, manifest)| {
        let unknown = manifests::unknown_crate(path, manifest);
        let arrows = manifests::forbidden_arrows(path, manifest, root);
        unknown.into_iter().chain(arrows)
    });
    tree::refuse(complaints);
}

#[test]
fn arrows_inside_a_crate_point_one_way() {
    let complaints = HOUSE
        .iter()
        .flat_map(|house| modules::forbidden_uses(house, &tree::library_files(house)));
    tree::refuse(complaints);
}

#[test]
fn sql_is_written_in_one_place() {
    tree::refuse(tree::library().flat_map(|file| content::sql_outside_its_folder(&file)));
}

#[test]
fn library_code_holds_no_todo_and_no_panic_macros() {
    tree::refuse(tree::library().flat_map(|file| content::forbidden_macros(&file)));
}

#[test]
fn no_file_is_longer_than_500_lines() {
    tree::refuse(tree::library().flat_map(|file| content::too_long(&file)));
}

#[test]
fn every_crate_forbids_unsafe_code() {
    let manifests = tree::manifests();
    let workspace = manifests::unsafe_code_in_the_workspace(tree::root(&manifests));
    let crates = manifests
        .iter()
        .filter_map(|(path, manifest)| manifests::lints_not_inherited(path, manifest));
    tree::refuse(workspace.into_iter().chain(crates));
}
