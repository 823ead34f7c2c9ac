//! What a library source may not hold: SQL outside its folder, macros that give up or print, too many lines.

use crate::source::Token;
use crate::tree::File;
use crate::{LONGEST_FILE, MACROS, MACROS_AT_COMPILE_TIME, SQL, SQL_IS_WRITTEN_IN};

pub(crate) fn sql_outside_its_folder(file: &File) -> Vec<String> {
    if file.path.starts_with(SQL_IS_WRITTEN_IN) {
        return Vec::new();
    }
    let literals = file.source.literals.iter();
    literals
        .filter(|literal| is_sql(&literal.text))
        .map(|literal| {
            format!(
                "{}:{}: the literal \"{}\" is SQL.\n\
                 SQL is written in {SQL_IS_WRITTEN_IN} only, through its one writer. Build a statement and let that \
                 crate render it, or add to it the function that renders what is needed here.",
                file.path.display(),
                literal.line,
                shortened(&literal.text)
            )
        })
        .collect()
}

/// Capitals are SQL wherever they stand. In small letters the words are plain English too, so that only a literal
/// which begins as a whole statement does counts.
fn is_sql(literal: &str) -> bool {
    let literal = ["\\n", "\\r", "\\t"]
        .iter()
        .fold(literal.to_owned(), |text, escape| text.replace(escape, " "));
    let words: Vec<&str> = literal
        .split(|character: char| !character.is_alphanumeric() && character != '_')
        .filter(|word| !word.is_empty())
        .collect();
    let holds = |sql: &[&str]| words.windows(sql.len()).any(|window| window == sql);
    let update = words.first() == Some(&"UPDATE") && literal.trim_start().starts_with("UPDATE ")
        || words
            .iter()
            .skip_while(|word| **word != "UPDATE")
            .any(|word| *word == "SET");
    SQL.iter().any(|sql| holds(sql)) || update || begins_a_statement(&words)
}

fn begins_a_statement(words: &[&str]) -> bool {
    let small: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let small: Vec<&str> = small.iter().map(String::as_str).collect();
    match small.as_slice() {
        ["select", rest @ ..] => rest.contains(&"from"),
        ["insert", "into", _, ..] | ["delete", "from", _, ..] | ["update", _, "set", ..] => true,
        _ => false,
    }
}

fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

pub(crate) fn forbidden_macros(file: &File) -> Vec<String> {
    let tokens = &file.source.tokens;
    let mut complaints = Vec::new();
    for (at, pair) in tokens.windows(3).enumerate() {
        let [name, bang, open] = pair else { continue };
        if bang.text != "!" || !matches!(open.text.as_str(), "(" | "[" | "{") {
            continue;
        }
        let always = MACROS.iter();
        let at_run_time = MACROS_AT_COMPILE_TIME
            .iter()
            .filter(|_| !runs_at_compile_time(&tokens[..at]));
        let found = always
            .chain(at_run_time)
            .find(|(known, _)| *known == name.text);
        complaints.extend(found.map(|(name, way_out)| {
            format!(
                "{}:{}: `{name}!` in library code: {way_out}.",
                file.path.display(),
                bang.line
            )
        }));
    }
    complaints
}

/// Whether what follows stands in a `const fn`, a const or static item, or a const block, as far as words tell.
fn runs_at_compile_time(before: &[Token]) -> bool {
    let mut blocks = Vec::new();
    let mut header: Vec<&str> = Vec::new();
    for token in before {
        match token.text.as_str() {
            "{" => {
                blocks.push(is_const(&header));
                header.clear();
            }
            "}" => {
                blocks.pop();
                header.clear();
            }
            ";" => header.clear(),
            word => header.push(word),
        }
    }
    is_const(&header) || blocks.contains(&true)
}

/// Whether the words before a block make it one for the compiler. `<const N: usize>` does not.
fn is_const(header: &[&str]) -> bool {
    let position = |word: &str| header.iter().position(|found| *found == word);
    let function = position("fn");
    let item = ["impl", "trait", "struct", "enum", "union"]
        .into_iter()
        .find_map(position);
    let constant = position("const").or_else(|| position("static"));
    constant.is_some_and(|at| item.is_none() && function.is_none_or(|function| at < function))
}

pub(crate) fn too_long(file: &File) -> Option<String> {
    (file.lines > LONGEST_FILE).then(|| {
        format!(
            "{}: {} lines, and {LONGEST_FILE} is the limit.\n\
             A file has one subject: find the second one in it and give it a file of its own.",
            file.path.display(),
            file.lines
        )
    })
}

mod bites {
    use super::{forbidden_macros, sql_outside_its_folder, too_long};
    use crate::tree::File;

    fn file(text: &str) -> File {
        File::new("backends/sqlite", "connection.rs", text)
    }

    #[test]
    fn sql_outside_its_folder_is_refused() {
        for literal in [
            "\"SELECT name\"",
            "\"INSERT INTO users\"",
            "\" ORDER BY \"",
            "\"UPDATE users SET name = ?1\"",
            "\"UPDATE \"",
            "\"DELETE FROM users\"",
            "\"CREATE TABLE {}\"",
            "\"CREATE UNIQUE INDEX \"",
            "r#\"SELECT \"id\" FROM users\"#",
            "\"\\nSELECT 1\"",
            "\"select name from sqlite_master\"",
            "b\"delete from users\"",
        ] {
            let found = sql_outside_its_folder(&file(&format!("fn f() {{\n    g({literal})\n}}")));
            assert_eq!(found.len(), 1, "{literal}");
            assert!(
                found[0].starts_with("backends/sqlite/src/connection.rs:2: "),
                "{}",
                found[0]
            );
        }
    }

    #[test]
    fn what_is_not_sql_or_not_library_code_is_allowed() {
        for text in [
            "const A: &str = \"cannot select a column from a relation\";",
            "const A: &str = \"order by a key, or update the index\";",
            "const A: &str = \"PRAGMA foreign_keys = ON\";",
            "const A: &str = \"BEGIN IMMEDIATE\";",
            "/// `SELECT 1`\n// \"SELECT 1\"\nfn f() {}",
            "#[doc = \"SELECT 1\"]\nfn f() {}",
            "#[cfg(test)]\nmod tests { const A: &str = \"SELECT 1\"; }",
        ] {
            assert_eq!(sql_outside_its_folder(&file(text)), [""; 0], "{text}");
        }
        let home = File::new("backends/sql", "render.rs", "const A: &str = \"SELECT 1\";");
        assert_eq!(sql_outside_its_folder(&home), [""; 0]);
    }

    #[test]
    fn a_macro_that_gives_up_or_prints_is_refused() {
        for name in [
            "todo",
            "unimplemented",
            "dbg",
            "print",
            "println",
            "eprint",
            "eprintln",
        ] {
            for text in [
                format!("fn f() {{\n    {name}!()\n}}"),
                format!("const fn f() {{\n    std::{name}!{{}}\n}}"),
            ] {
                let found = forbidden_macros(&file(&text));
                assert_eq!(found.len(), 1, "{text}");
                let begin =
                    format!("backends/sqlite/src/connection.rs:2: `{name}!` in library code: ");
                assert!(found[0].starts_with(&begin), "{}", found[0]);
            }
        }
    }

    #[test]
    fn a_panic_is_refused_outside_checks_at_compile_time() {
        for text in [
            "fn f() { panic!(\"no\") }",
            "fn f() { match a { _ => unreachable!() } }",
            "impl<const N: usize> A<N> { fn f() { panic!() } }",
            "const A: u8 = 1; fn f(a: *const u8) { panic!() }",
        ] {
            assert_eq!(forbidden_macros(&file(text)).len(), 1, "{text}");
        }
        for text in [
            "pub const fn f() { if a { panic!(\"no\") } }",
            "const _: () = { match a { _ => unreachable!() } };",
            "fn f() { const { panic!() } }",
        ] {
            assert_eq!(forbidden_macros(&file(text)), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_macro_in_a_test_a_comment_or_a_literal_is_allowed() {
        let text = "// todo!()\n/// ```\n/// println!();\n/// ```\nfn f() { \"dbg!()\"; a != (b) }\n\
                    #[cfg(test)]\nmod tests { fn f() { todo!() } }";
        assert_eq!(forbidden_macros(&file(text)), [""; 0]);
    }

    #[test]
    fn the_line_after_the_last_that_fits_is_refused() {
        assert_eq!(too_long(&file(&"\n".repeat(500))), None);
        let complaint = too_long(&file(&"\n".repeat(501))).expect("a complaint");
        assert!(complaint.contains("501 lines"), "{complaint}");
    }
}
