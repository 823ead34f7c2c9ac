//! The rules that a `Cargo.toml` has to keep.

use std::path::Path;

use crate::{HOUSE, WORKSHOP};

/// A crate that has no row in the table and does not stand in the workshop either.
pub(crate) fn unknown_crate(path: &Path, manifest: &toml::Table) -> Option<String> {
    let name = name_of(manifest);
    let folder = path.parent()?;
    let is_of_the_house =
        |house: &crate::Crate| house.name == name && Path::new(house.folder) == folder;
    if HOUSE.iter().any(is_of_the_house) {
        return None;
    }
    if !WORKSHOP.iter().any(|shop| folder.starts_with(shop)) {
        return Some(format!(
            "{}: the plan of the house has no crate `{name}` in this folder.\n\
             Add a row to HOUSE in tests/architecture.rs that says what it may use; or, if users never get it, move \
             it into one of the folders {WORKSHOP:?}.",
            path.display()
        ));
    }
    let publish = at(manifest, &["package", "publish"]).and_then(toml::Value::as_bool);
    (publish != Some(false)).then(|| {
        format!(
            "{}: `{name}` serves work on the house only.\nAdd `publish = false` to its [package].",
            path.display()
        )
    })
}

/// The dependencies on crates of ours that the table does not allow.
///
/// Dev-dependencies count as well. A test that reaches back up the arrows builds its crate twice, with two sets of
/// types that do not fit each other, and the crates can no longer be published in order. Only a crate from the
/// workshop is welcome there, and a crate itself, to switch on a feature for its tests.
pub(crate) fn forbidden_arrows(
    path: &Path,
    manifest: &toml::Table,
    root: &toml::Table,
) -> Vec<String> {
    let name = name_of(manifest);
    let Some(house) = HOUSE.iter().find(|house| house.name == name) else {
        return Vec::new();
    };
    let mut complaints = Vec::new();
    for Dependency {
        section,
        package,
        is_local,
    } in dependencies(manifest, root)
    {
        let for_tests = section.ends_with("dev-dependencies");
        let allowed = if package == name {
            for_tests
        } else if HOUSE.iter().any(|house| house.name == package) {
            house.may_use.contains(&package.as_str())
        } else {
            !is_local || for_tests
        };
        if !allowed {
            complaints.push(format!(
                "{}: [{section}] lets `{name}` use `{package}`, and of our crates it may use {:?} only.\n\
                 Move the code that needs `{package}` to a crate above both, or what it needs to a crate below both.",
                path.display(),
                house.may_use
            ));
        }
    }
    complaints
}

struct Dependency {
    /// `dependencies`, or `target.'cfg(unix)'.build-dependencies`.
    section: String,
    /// The name of the package, whatever the manifest calls it.
    package: String,
    is_local: bool,
}

fn dependencies(manifest: &toml::Table, root: &toml::Table) -> Vec<Dependency> {
    let mut sections = vec![(String::new(), manifest)];
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    for (target, table) in targets.into_iter().flatten() {
        let table = table
            .as_table()
            .map(|table| (format!("target.'{target}'."), table));
        sections.extend(table);
    }
    let mut found = Vec::new();
    for (prefix, table) in sections {
        for kind in ["dependencies", "build-dependencies", "dev-dependencies"] {
            let entries = table.get(kind).and_then(toml::Value::as_table);
            for (key, entry) in entries.into_iter().flatten() {
                let shared = entry
                    .get("workspace")
                    .and_then(|_| at(root, &["workspace", "dependencies", key]));
                let entry = shared.unwrap_or(entry);
                let package = entry.get("package").and_then(toml::Value::as_str);
                found.push(Dependency {
                    section: format!("{prefix}{kind}"),
                    package: package.unwrap_or(key).to_owned(),
                    is_local: entry.get("path").is_some(),
                });
            }
        }
    }
    found
}

/// The workspace does not forbid unsafe code.
pub(crate) fn unsafe_code_in_the_workspace(root: &toml::Table) -> Option<String> {
    let lint = at(root, &["workspace", "lints", "rust", "unsafe_code"]);
    let level = lint.map(|lint| lint.get("level").unwrap_or(lint));
    (level.and_then(toml::Value::as_str) != Some("forbid")).then(|| {
        "Cargo.toml: the workspace does not forbid unsafe code.\n\
         Write `unsafe_code = \"forbid\"` under [workspace.lints.rust]; `deny` is not enough, since a file can allow \
         it again."
            .to_owned()
    })
}

/// A crate that the lints of the workspace do not reach.
pub(crate) fn lints_not_inherited(path: &Path, manifest: &toml::Table) -> Option<String> {
    let inherited = at(manifest, &["lints", "workspace"]).and_then(toml::Value::as_bool);
    (inherited != Some(true)).then(|| {
        format!(
            "{}: the lints of the workspace, which forbid unsafe code, do not reach `{}`.\n\
             Add the section [lints] with `workspace = true`.",
            path.display(),
            name_of(manifest)
        )
    })
}

fn name_of(manifest: &toml::Table) -> &str {
    at(manifest, &["package", "name"])
        .and_then(toml::Value::as_str)
        .unwrap_or_default()
}

pub(crate) fn at<'a>(table: &'a toml::Table, keys: &[&str]) -> Option<&'a toml::Value> {
    let (first, rest) = keys.split_first()?;
    rest.iter()
        .try_fold(table.get(*first)?, |value, key| value.get(*key))
}

mod bites {
    use std::path::Path;

    use super::{
        forbidden_arrows, lints_not_inherited, unknown_crate, unsafe_code_in_the_workspace,
    };

    fn arrows(manifest: &str) -> Vec<String> {
        let root = "[workspace.dependencies]\nbelow = { package = \"toasty-dsl\", path = \"dsl\" }\n\
                    lite = { package = \"toasty-sqlite\", path = \"backends/sqlite\" }";
        forbidden_arrows(
            Path::new("some/Cargo.toml"),
            &manifest.parse().expect("TOML"),
            &root.parse().expect("TOML"),
        )
    }

    #[test]
    fn the_language_uses_no_crate_of_ours() {
        let complaints = arrows(
            "[package]\nname = \"toasty-dsl\"\n[dependencies]\nserde = \"1\"\n\
             toasty-contract = { path = \"../backends/contract\" }",
        );
        assert_eq!(
            complaints,
            [
                "some/Cargo.toml: [dependencies] lets `toasty-dsl` use `toasty-contract`, and of our crates it may \
                 use [] only.\nMove the code that needs `toasty-contract` to a crate above both, or what it needs to \
                 a crate below both."
            ]
        );
    }

    #[test]
    fn no_backend_uses_another_under_whatever_name_and_for_whatever_target() {
        for section in [
            "[dependencies]\ntoasty-sqlite = \"1\"",
            "[dependencies]\nother = { package = \"toasty-sqlite\", version = \"1\" }",
            "[dependencies]\nlite.workspace = true",
            "[build-dependencies]\ntoasty-sqlite = \"1\"",
            "[dev-dependencies]\ntoasty-sqlite = \"1\"",
            "[target.'cfg(unix)'.dependencies]\ntoasty-sqlite = \"1\"",
        ] {
            let manifest = format!("[package]\nname = \"toasty-postgresql\"\n{section}");
            let complaints = arrows(&manifest);
            assert_eq!(complaints.len(), 1, "{section}");
            assert!(complaints[0].contains("use `toasty-sqlite`"), "{section}");
        }
    }

    #[test]
    fn a_library_reaches_the_workshop_only_in_its_tests() {
        let support = "support = { path = \"../tests/support\" }";
        let package = "[package]\nname = \"toasty-contract\"\n";
        assert_eq!(
            arrows(&format!("{package}[dependencies]\n{support}")).len(),
            1
        );
        assert!(arrows(&format!("{package}[dev-dependencies]\n{support}")).is_empty());
    }

    #[test]
    fn an_allowed_arrow_is_allowed() {
        let manifest =
            "[package]\nname = \"toasty-contract\"\n[dependencies]\nbelow.workspace = true";
        assert!(arrows(manifest).is_empty());
    }

    #[test]
    fn a_crate_that_is_not_in_the_plan_is_refused() {
        let unknown = |path: &str, manifest: &str| {
            unknown_crate(Path::new(path), &manifest.parse().expect("TOML"))
        };
        let manifest = "[package]\nname = \"toasty-mysql\"";
        let complaint = unknown("backends/mysql/Cargo.toml", manifest).expect("a complaint");
        assert!(complaint.contains("no crate `toasty-mysql`"), "{complaint}");
        assert!(
            unknown(
                "backends/mysql/Cargo.toml",
                "[package]\nname = \"toasty-sql\""
            )
            .is_some()
        );
        assert!(unknown("xtask/Cargo.toml", "[package]\nname = \"xtask\"").is_some());
        let manifest = "[package]\nname = \"xtask\"\npublish = false";
        assert_eq!(unknown("xtask/Cargo.toml", manifest), None);
    }

    #[test]
    fn a_crate_that_does_not_inherit_the_lints_is_refused() {
        let inherited = |manifest: &str| {
            lints_not_inherited(
                Path::new("dsl/Cargo.toml"),
                &manifest.parse().expect("TOML"),
            )
        };
        assert!(inherited("[package]\nname = \"toasty-dsl\"").is_some());
        assert!(inherited("[lints.rust]\nunsafe_code = \"forbid\"").is_some());
        assert_eq!(inherited("[lints]\nworkspace = true"), None);
    }

    #[test]
    fn a_workspace_that_only_denies_unsafe_code_is_refused() {
        let unsafe_code = |lint: &str| {
            let root = format!("[workspace.lints.rust]\n{lint}");
            unsafe_code_in_the_workspace(&root.parse().expect("TOML"))
        };
        assert!(unsafe_code("").is_some());
        assert!(unsafe_code("unsafe_code = \"deny\"").is_some());
        assert_eq!(unsafe_code("unsafe_code = \"forbid\""), None);
        assert_eq!(
            unsafe_code("unsafe_code = { level = \"forbid\", priority = 1 }"),
            None
        );
    }
}
