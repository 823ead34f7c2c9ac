//! The repository on disk: its manifests, its library sources, and the one way in which a rule fails.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::manifests::at;
use crate::source::{self, Source};
use crate::{Crate, HOUSE};

/// Manifests by their path from the root of the repository.
pub(crate) type Manifests = BTreeMap<PathBuf, toml::Table>;

/// One source file of a library.
pub(crate) struct File {
    /// From the root of the repository: `dsl/src/query/filter.rs`.
    pub path: PathBuf,
    /// From the `src` folder: `query/filter.rs`.
    pub in_crate: PathBuf,
    pub lines: usize,
    pub source: Source,
}

impl File {
    pub(crate) fn new(folder: &str, in_crate: &str, text: &str) -> File {
        File {
            path: Path::new(folder).join("src").join(in_crate),
            in_crate: PathBuf::from(in_crate),
            lines: text.lines().count(),
            source: source::read(text),
        }
    }

    /// The names of the modules that lead to this file: `query/filter.rs` is `query`, `filter`; `lib.rs` is none.
    pub(crate) fn modules(&self) -> Vec<String> {
        let path = self.in_crate.with_extension("");
        let mut names: Vec<String> = path
            .iter()
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        let is_root = names.first().is_some_and(|name| name == "bin");
        if is_root || names == ["lib"] || names == ["main"] {
            return Vec::new();
        }
        if names.last().is_some_and(|name| name == "mod") {
            names.pop();
        }
        names
    }
}

/// Fails the test with every complaint at once, so that one run shows all there is to do.
pub(crate) fn refuse(complaints: impl IntoIterator<Item = String>) {
    let complaints: Vec<String> = complaints.into_iter().collect();
    assert!(complaints.is_empty(), "\n\n{}\n", complaints.join("\n\n"));
}

/// The root, the members of the workspace, and every crate in `backends/`, whether it is a member or not.
pub(crate) fn manifests() -> Manifests {
    let root = parse(Path::new("Cargo.toml"));
    let mut folders = BTreeSet::from([PathBuf::new()]);
    folders.extend(folders_in(Path::new("backends")));
    let members = at(&root, &["workspace", "members"]).and_then(toml::Value::as_array);
    for member in members
        .into_iter()
        .flatten()
        .filter_map(toml::Value::as_str)
    {
        match member.strip_suffix("/*") {
            Some(parent) => folders.extend(folders_in(Path::new(parent))),
            None => folders.extend([without_dots(member)]),
        }
    }
    folders
        .into_iter()
        .map(|folder| folder.join("Cargo.toml"))
        .filter(|path| on_disk(path).is_file())
        .map(|path| {
            let manifest = parse(&path);
            (path, manifest)
        })
        .collect()
}

/// `.` is the root and `./dsl` is `dsl`, so that no crate has two paths.
fn without_dots(member: &str) -> PathBuf {
    let components = Path::new(member).components();
    components
        .filter(|component| *component != Component::CurDir)
        .collect()
}

pub(crate) fn root(manifests: &Manifests) -> &toml::Table {
    &manifests[Path::new("Cargo.toml")]
}

/// The sources of every library, without the files that only tests compile.
pub(crate) fn library() -> impl Iterator<Item = File> {
    HOUSE.iter().flat_map(library_files)
}

pub(crate) fn library_files(house: &Crate) -> Vec<File> {
    let src = Path::new(house.folder).join("src");
    let mut paths = Vec::new();
    rust_files(&src, &mut paths);
    paths.sort();
    let files = paths.iter().filter_map(|path| {
        let in_crate = path.strip_prefix(&src).ok()?.to_str()?;
        Some(File::new(house.folder, in_crate, &read(path)))
    });
    without_test_modules(files.collect())
}

/// Leaves out what `#[cfg(test)] mod name;` declares.
fn without_test_modules(files: Vec<File>) -> Vec<File> {
    let tests: Vec<Vec<String>> = files
        .iter()
        .flat_map(|file| {
            let parent = file.modules();
            let names = file.source.test_modules.iter();
            names.map(move |name| [parent.clone(), vec![name.clone()]].concat())
        })
        .collect();
    let is_test = |file: &File| tests.iter().any(|test| file.modules().starts_with(test));
    files.into_iter().filter(|file| !is_test(file)).collect()
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        if on_disk(&path).is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let mut folders = entries(folder);
    folders.retain(|path| on_disk(path).is_dir());
    folders
}

/// The paths in a folder, from the root of the repository; none where there is no such folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(on_disk(folder)) else {
        return Vec::new();
    };
    entries
        .map(|entry| folder.join(entry.expect("a readable folder").file_name()))
        .collect()
}

fn parse(path: &Path) -> toml::Table {
    read(path)
        .parse()
        .unwrap_or_else(|error| panic!("{} is not valid TOML: {error}", path.display()))
}

fn read(path: &Path) -> String {
    fs::read_to_string(on_disk(path))
        .unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()))
}

fn on_disk(path: &Path) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn a_member_has_one_path() {
    assert_eq!(without_dots("."), PathBuf::new());
    assert_eq!(without_dots("./dsl"), PathBuf::from("dsl"));
    assert_eq!(without_dots("backends/sql"), PathBuf::from("backends/sql"));
}

#[test]
fn a_file_knows_its_modules() {
    let modules = |path| File::new("dsl", path, "").modules().join("::");
    assert_eq!(modules("lib.rs"), "");
    assert_eq!(modules("bin/toasty.rs"), "");
    assert_eq!(modules("query.rs"), "query");
    assert_eq!(modules("query/mod.rs"), "query");
    assert_eq!(modules("query/filter.rs"), "query::filter");
}

#[test]
fn a_file_that_only_tests_compile_is_left_out() {
    let files = vec![
        File::new("dsl", "query.rs", "#[cfg(test)]\nmod tests;\nmod filter;"),
        File::new("dsl", "query/tests.rs", ""),
        File::new("dsl", "query/tests/joins.rs", ""),
        File::new("dsl", "query/filter.rs", ""),
    ];
    let left: Vec<_> = without_test_modules(files)
        .iter()
        .map(|file| file.modules().join("::"))
        .collect();
    assert_eq!(left, ["query", "query::filter"]);
}
