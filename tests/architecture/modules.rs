//! Which top-level module of a crate uses which, from its `crate::` and `super::` paths.

use std::collections::BTreeMap;

use crate::Crate;
use crate::source::Token;
use crate::tree::File;

/// The uses of a higher layer by a lower one, and the differences between the table and the modules that there are.
pub(crate) fn forbidden_uses(house: &Crate, files: &[File]) -> Vec<String> {
    let is_root = |file: &&File| file.in_crate.as_os_str() == "lib.rs";
    let Some(root) = files.iter().find(is_root) else {
        // A crate of the plan that is not built yet has no sources at all.
        let first = files.first().map(|file| {
            format!(
                "{}: there is no lib.rs beside it, so the layers of `{}` cannot be read.",
                file.path.display(),
                house.name
            )
        });
        return first.into_iter().collect();
    };
    let declared = declared_modules(&root.source.tokens);
    let mut complaints = differences(house, root, &declared);
    let exported = re_exports(&root.source.tokens, &declared);
    for file in files {
        let modules = file.modules();
        let Some(module) = modules.first() else {
            continue;
        };
        for (name, line) in names_at_the_root(&file.source.tokens, modules.len()) {
            let used = if declared.contains(&name) {
                &name
            } else if let Some(module) = exported.get(&name) {
                module
            } else {
                continue;
            };
            let (Some(from), Some(to)) = (layer(house, module), layer(house, used)) else {
                continue;
            };
            if from < to {
                complaints.push(format!(
                    "{}:{line}: `{module}` uses `{used}`, which stands above it in `{}`.\n\
                     Move what both need to a module below both; or, if `{module}` is meant to know `{used}`, change \
                     their layers in HOUSE in tests/architecture.rs.",
                    file.path.display(),
                    house.name
                ));
            }
        }
    }
    complaints
}

fn layer(house: &Crate, module: &str) -> Option<usize> {
    house
        .layers
        .iter()
        .position(|layer| layer.contains(&module))
}

fn differences(house: &Crate, root: &File, declared: &[String]) -> Vec<String> {
    let path = root.path.display();
    let missing = declared
        .iter()
        .filter(|module| layer(house, module).is_none())
        .map(|module| {
            format!(
                "{path}: the module `{module}` is in no layer of `{}`.\n\
                 Add it to HOUSE in tests/architecture.rs, above everything that it uses.",
                house.name
            )
        });
    let gone = house
        .layers
        .iter()
        .flat_map(|layer| layer.iter())
        .filter(|module| !declared.iter().any(|name| name == *module))
        .map(|module| {
            format!(
                "{path}: there is no module `{module}` in `{}` any more.\nTake it out of HOUSE in \
                 tests/architecture.rs.",
                house.name
            )
        });
    missing.chain(gone).collect()
}

/// `mod name;` and `mod name {` outside all braces.
fn declared_modules(tokens: &[Token]) -> Vec<String> {
    let mut depth = 0_i32;
    let mut names = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            "mod" if depth == 0 => {
                let name = tokens.get(at + 1).map(|token| token.text.clone());
                let begins = tokens
                    .get(at + 2)
                    .is_some_and(|token| matches!(token.text.as_str(), ";" | "{"));
                names.extend(name.filter(|_| begins));
            }
            _ => {}
        }
    }
    names
}

/// What `lib.rs` gives another name: `pub use query::{Query, order::Order as By}` makes `Query` and `By` mean `query`.
fn re_exports(tokens: &[Token], declared: &[String]) -> BTreeMap<String, String> {
    let mut exported = BTreeMap::new();
    for (at, _) in tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| token.text == "use")
    {
        for path in use_tree(tokens, at + 1) {
            let path: Vec<&Token> = path
                .iter()
                .filter(|token| !matches!(token.text.as_str(), "crate" | "self"))
                .collect();
            if let [module, .., name] = path.as_slice()
                && declared.contains(&module.text)
            {
                exported.insert(name.text.clone(), module.text.clone());
            }
        }
    }
    exported
}

/// The first names after `crate::`, and after as many `super::` as lead to the root, with their lines.
fn names_at_the_root(tokens: &[Token], depth: usize) -> Vec<(String, usize)> {
    let mut names = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let continues = at > 0 && tokens[at - 1].text == "::";
        let after = match token.text.as_str() {
            "crate" => at + 1,
            "super" if !continues => match after_supers(tokens, at, depth) {
                Some(after) => after,
                None => continue,
            },
            _ => continue,
        };
        if tokens.get(after).is_some_and(|token| token.text == "::") {
            let paths = use_tree(tokens, after + 1);
            names.extend(paths.into_iter().filter_map(|path| {
                let first = path.first()?;
                Some((first.text.clone(), first.line))
            }));
        }
    }
    names
}

/// Where a chain of exactly `depth` times `super` ends.
fn after_supers(tokens: &[Token], at: usize, depth: usize) -> Option<usize> {
    let pairs = tokens[at..].chunks(2);
    let count = pairs
        .take_while(|pair| {
            pair[0].text == "super" && pair.get(1).is_some_and(|next| next.text == "::")
        })
        .count();
    (count == depth).then(|| at + 2 * count - 1)
}

/// The paths of `a::{b, c::{self, d as e}}`; an alias comes after what it renames, as one more name.
fn use_tree(tokens: &[Token], at: usize) -> Vec<Vec<Token>> {
    let mut paths = Vec::new();
    read_tree(tokens, at, Vec::new(), &mut paths);
    paths
}

fn read_tree(
    tokens: &[Token],
    mut at: usize,
    mut path: Vec<Token>,
    paths: &mut Vec<Vec<Token>>,
) -> usize {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    loop {
        if text(at) == "{" {
            at += 1;
            while !matches!(text(at), "}" | ";" | "") {
                let end = read_tree(tokens, at, path.clone(), paths);
                at = end.max(at + 1);
                if text(at) == "," {
                    at += 1;
                }
            }
            return at + 1;
        }
        if is_name(text(at)) {
            path.push(tokens[at].clone());
            at += 1;
        }
        if text(at) == "::" {
            at += 1;
            if matches!(text(at), "{" | "*") || is_name(text(at)) {
                continue;
            }
        }
        if text(at) == "as" && is_name(text(at + 1)) {
            path.push(tokens[at + 1].clone());
            at += 2;
        }
        if !path.is_empty() {
            paths.push(path);
        }
        return at + usize::from(text(at) == "*");
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

mod bites {
    use super::forbidden_uses;
    use crate::Crate;
    use crate::tree::File;

    const ROW: Crate = Crate {
        name: "toasty-dsl",
        folder: "dsl",
        may_use: &[],
        layers: &[&["value"], &["statement"], &["query", "write"]],
    };

    const LIB: &str = "mod query;\npub mod statement;\nmod value;\nmod write;\n\
                       pub use query::{Query, order::Order as By};";

    fn complaints(lib: &str, path: &str, text: &str) -> Vec<String> {
        let files = [
            File::new("dsl", "lib.rs", lib),
            File::new("dsl", path, text),
        ];
        forbidden_uses(&ROW, &files)
    }

    #[test]
    fn a_use_of_a_higher_layer_is_refused_with_its_line() {
        assert_eq!(
            complaints(
                LIB,
                "value/text.rs",
                "use std::fmt;\nuse crate::query::Filter;"
            ),
            [
                "dsl/src/value/text.rs:2: `value` uses `query`, which stands above it in `toasty-dsl`.\n\
                 Move what both need to a module below both; or, if `value` is meant to know `query`, change their \
                 layers in HOUSE in tests/architecture.rs."
            ]
        );
    }

    #[test]
    fn no_spelling_of_the_path_hides_it() {
        for (path, text) in [
            ("value.rs", "use crate::{query::Filter};"),
            ("value.rs", "use crate::{value::Int, statement};"),
            ("value.rs", "fn f() { crate::query::run() }"),
            ("value.rs", "fn f(q: &crate::Query<u8>) {}"),
            ("value.rs", "use crate::{By};"),
            ("value.rs", "use crate::query as other;"),
            (
                "value.rs",
                "macro_rules! m { () => { $crate::query::run() } }",
            ),
            ("value.rs", "use super::query::Filter;"),
            ("value/mod.rs", "use super::query::Filter;"),
            ("value/text.rs", "use super::super::query::Filter;"),
            ("statement.rs", "use crate::write::Create;"),
        ] {
            assert_eq!(complaints(LIB, path, text).len(), 1, "{path}: {text}");
        }
    }

    #[test]
    fn a_use_of_the_same_or_a_lower_layer_is_allowed() {
        for (path, text) in [
            (
                "query.rs",
                "use crate::{statement::{self, Expr}, value::*, write};",
            ),
            (
                "query/order.rs",
                "use super::filter::Filter; use crate::query::By;",
            ),
            ("value.rs", "// crate::query\nfn f() { \"crate::query\" }"),
            (
                "value.rs",
                "#[cfg(test)] mod tests { use crate::query::Query; }",
            ),
            ("value.rs", "use other::query; use crate::value::query;"),
        ] {
            assert_eq!(complaints(LIB, path, text), [""; 0], "{path}: {text}");
        }
    }

    #[test]
    fn a_module_that_the_table_does_not_know_is_refused() {
        let found = complaints(&format!("{LIB}\nmod cursor;"), "cursor.rs", "");
        assert_eq!(
            found,
            [
                "dsl/src/lib.rs: the module `cursor` is in no layer of `toasty-dsl`.\n\
                 Add it to HOUSE in tests/architecture.rs, above everything that it uses."
            ]
        );
        let found = complaints("mod query; mod value; mod write;", "value.rs", "");
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("no module `statement`"), "{}", found[0]);
    }
}
