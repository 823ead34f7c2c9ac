//! The steps of `cargo xtask test`, in the order in which they run: the quickest to fail first.
//!
//! A new check is a new row; nothing else has to change.

/// One command that has to succeed.
pub(crate) struct Step {
    /// What it makes sure of, as one short line.
    pub promise: &'static str,
    /// The arguments of `cargo`.
    pub arguments: &'static [&'static str],
    /// Variables that are set for this command only.
    pub environment: &'static [(&'static str, &'static str)],
    /// Runs on the servers of the tests, which are there while it runs.
    pub servers: bool,
    /// Left out by `--quick`.
    pub slow: bool,
    /// A tool that is not part of a Rust installation. Without it the step is skipped, and the report says so.
    pub needs: Option<Tool>,
}

/// A subcommand of cargo that a contributor may or may not have installed.
pub(crate) struct Tool {
    /// `deny` for `cargo deny`.
    pub subcommand: &'static str,
    /// What the report of a skipped step tells the reader to do.
    pub install: &'static str,
}

pub(crate) const STEPS: &[Step] = &[
    Step {
        promise: "the code is formatted",
        arguments: &["fmt", "--all", "--check"],
        environment: &[],
        servers: false,
        slow: false,
        needs: None,
    },
    Step {
        promise: "no lint has a complaint",
        arguments: &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--all-features",
            "--",
            "-D",
            "warnings",
        ],
        environment: &[],
        servers: false,
        slow: true,
        needs: None,
    },
    Step {
        promise: "every test and every documented example passes",
        // All that fails is told in one run, since a run takes long.
        arguments: &["test", "--workspace", "--all-features", "--no-fail-fast"],
        // A snapshot that differs fails; it is never rewritten by a test run.
        environment: &[("INSTA_UPDATE", "no")],
        servers: true,
        slow: false,
        needs: None,
    },
    Step {
        promise: "the first example of the README runs",
        arguments: &["run", "--example", "quickstart"],
        environment: &[],
        servers: false,
        slow: false,
        needs: None,
    },
    Step {
        promise: "the documentation builds, and none of its links is broken",
        arguments: &["doc", "--workspace", "--no-deps", "--all-features"],
        environment: &[("RUSTDOCFLAGS", "-D warnings")],
        servers: false,
        slow: true,
        needs: None,
    },
    Step {
        promise: "no dependency has an advisory, a foreign licence or a foreign source",
        arguments: &["deny", "check"],
        environment: &[],
        servers: false,
        slow: false,
        needs: Some(Tool {
            subcommand: "deny",
            install: "cargo install --locked cargo-deny",
        }),
    },
];
