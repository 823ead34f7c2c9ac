//! A page as its parts.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository, from the folder of this crate.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

pub(crate) struct Page {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

/// What stands between two fences.
pub(crate) struct Block {
    pub(crate) info: String,
    pub(crate) text: String,
    pub(crate) line: usize,
}

pub(crate) struct Link {
    pub(crate) target: String,
    pub(crate) line: usize,
}

/// Every page of the book, the summary too.
pub(crate) fn pages() -> Vec<Page> {
    let folder = Path::new(ROOT).join("book/src");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the book's folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths.iter().map(|path| Page::at(path)).collect()
}

/// The documents beside the book.
pub(crate) fn documents() -> Vec<Page> {
    [
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "containers/README.md",
    ]
    .iter()
    .map(|name| Page::at(&Path::new(ROOT).join(name)))
    .collect()
}

/// The Rust sources that can hold tests, as one text.
pub(crate) fn sources() -> String {
    ["tests", "dsl", "backends", "src", "book/tests"]
        .iter()
        .map(|name| sources_of(name))
        .collect()
}

/// The Rust sources in a folder of the repository and below it, as one text.
pub(crate) fn sources_of(folder: &str) -> String {
    let mut folders: Vec<PathBuf> = vec![Path::new(ROOT).join(folder)];
    let mut all = String::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                all.push_str(&fs::read_to_string(&path).expect("a source"));
            }
        }
    }
    all
}

impl Page {
    /// A page of the book.
    pub(crate) fn read(name: &str) -> Page {
        Page::at(&Path::new(ROOT).join("book/src").join(name))
    }

    pub(crate) fn at(path: &Path) -> Page {
        Page {
            name: path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned(),
            path: path.to_owned(),
            text: fs::read_to_string(path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display())),
        }
    }

    pub(crate) fn blocks(&self) -> impl Iterator<Item = Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        for (number, line) in (1..).zip(self.text.lines()) {
            match (line.strip_prefix("```"), open.take()) {
                (Some(info), None) => {
                    open = Some(Block {
                        info: info.to_owned(),
                        text: String::new(),
                        line: number,
                    })
                }
                (Some(_), Some(block)) => blocks.push(block),
                (None, Some(mut block)) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                    open = Some(block);
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a block does not end", self.name);
        blocks.into_iter()
    }

    /// The lines outside blocks, with their numbers.
    fn prose(&self) -> impl Iterator<Item = (usize, &str)> {
        let mut inside = false;
        (1..).zip(self.text.lines()).filter(move |(_, line)| {
            let fence = line.starts_with("```");
            inside ^= fence;
            !inside && !fence
        })
    }

    pub(crate) fn links(&self) -> impl Iterator<Item = Link> {
        let mut links = Vec::new();
        for (line, text) in self.prose() {
            let mut rest = text;
            while let Some((_, after)) = rest.split_once("](") {
                let Some((target, more)) = after.split_once(')') else {
                    break;
                };
                links.push(Link {
                    target: target.to_owned(),
                    line,
                });
                rest = more;
            }
        }
        links.into_iter()
    }

    /// The names by which its headings are linked to.
    pub(crate) fn headings(&self) -> BTreeSet<String> {
        let headings = self.prose().filter_map(|(_, line)| line.strip_prefix('#'));
        headings
            .map(|heading| {
                let plain = heading.trim_start_matches('#').trim().to_lowercase();
                plain
                    .chars()
                    .filter_map(|c| {
                        if c == ' ' {
                            Some('-')
                        } else {
                            (c.is_alphanumeric() || c == '-' || c == '_').then_some(c)
                        }
                    })
                    .collect()
            })
            .collect()
    }
}
