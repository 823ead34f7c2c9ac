//! Reads Rust text as far as the rules need it: words without comments, literals apart, test code left out.

use std::ops::Range;

/// What is left of a source file for the rules.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// Words, `::` and single signs, without comments, literals, test items and `#[doc]` attributes.
    pub tokens: Vec<Token>,
    /// The string literals that remain, without their quotes.
    pub literals: Vec<Token>,
    /// The names in `#[cfg(test)] mod name;`.
    pub test_modules: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub text: String,
    pub line: usize,
}

pub(crate) fn read(text: &str) -> Source {
    let (mut code, literals) = blank_comments_and_literals(text);
    let mut test_modules = Vec::new();
    let mut left_out = Vec::new();
    while let Some((range, kind)) = next_left_out(&code) {
        if kind == LeftOut::TestItem {
            test_modules.extend(declared_module(&code[range.clone()]));
        }
        blank(&mut code, range.clone());
        left_out.push(range);
    }
    let line_of = |offset: usize| text[..offset].matches('\n').count() + 1;
    let literals = literals
        .into_iter()
        .filter(|literal| !left_out.iter().any(|range| range.contains(&literal.start)))
        .map(|literal| Token {
            line: line_of(literal.start),
            text: text[literal].to_owned(),
        })
        .collect();
    Source {
        tokens: tokens(&code),
        literals,
        test_modules,
    }
}

/// The code with spaces in place of comments and literals, and where the insides of the string literals are.
fn blank_comments_and_literals(text: &str) -> (String, Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    let mut code = text.to_owned();
    let mut literals = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let after_word = at > 0 && is_word(bytes[at - 1]);
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some((inside, length)) = string(rest).filter(|_| !after_word) {
            literals.push(at + inside.start..at + inside.end);
            length
        } else if rest.starts_with('\'') {
            character(rest)
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        blank(&mut code, at..at + length);
        at += length;
    }
    (code, literals)
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        let pair = rest.as_bytes().get(at..at + 2).unwrap_or_default();
        match pair {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// A string literal of any kind at the start: where its inside is, and how long it is with its quotes.
fn string(rest: &str) -> Option<(Range<usize>, usize)> {
    let prefix = ["br", "cr", "b", "c", "r", ""]
        .into_iter()
        .find(|prefix| rest.starts_with(prefix))?;
    let hashes = if prefix.ends_with('r') {
        let tail = &rest[prefix.len()..];
        tail.len() - tail.trim_start_matches('#').len()
    } else {
        0
    };
    let begin = prefix.len() + hashes + 1;
    if rest.as_bytes().get(begin - 1) != Some(&b'"') {
        return None;
    }
    if prefix.ends_with('r') {
        let end = format!("\"{}", "#".repeat(hashes));
        let length = rest[begin..].find(&end)?;
        return Some((begin..begin + length, begin + length + end.len()));
    }
    let mut escaped = false;
    for (offset, byte) in rest.bytes().enumerate().skip(begin) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some((begin..offset, offset + 1)),
            _ => {}
        }
    }
    None
}

/// The length of a character literal, or 1 for the quote of a lifetime.
fn character(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(1);
    match characters.next() {
        Some((_, '\\')) => {
            characters.next();
            let end = characters.find(|(_, character)| *character == '\'');
            end.map_or(1, |(offset, _)| offset + 1)
        }
        Some(_) => match characters.next() {
            Some((offset, '\'')) => offset + 1,
            _ => 1,
        },
        None => 1,
    }
}

/// Puts spaces in a range and keeps its lines.
fn blank(code: &mut String, range: Range<usize>) {
    let blanked: String = code[range.clone()]
        .bytes()
        .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
        .collect();
    code.replace_range(range, &blanked);
}

#[derive(PartialEq, Eq)]
enum LeftOut {
    TestItem,
    Doc,
}

/// The next attribute whose item, or which itself, is not library code.
fn next_left_out(code: &str) -> Option<(Range<usize>, LeftOut)> {
    for (start, _) in code.match_indices('#') {
        let attribute = &code[start..];
        let open = attribute
            .find('[')
            .filter(|open| attribute[1..*open].trim_matches(['!', ' ']).is_empty());
        let Some(end) = open.and_then(|open| Some(open + closing(&attribute[open..])?)) else {
            continue;
        };
        let words: String = attribute[..end].split_whitespace().collect();
        if words.starts_with("#![cfg(test)]") {
            return Some((start..code.len(), LeftOut::TestItem));
        }
        if words == "#[cfg(test)]" || words.starts_with("#[cfg(all(test,") {
            let end = start + end + item(&code[start + end..]);
            return Some((start..end, LeftOut::TestItem));
        }
        if words.starts_with("#[doc=") || words.starts_with("#![doc=") {
            return Some((start..start + end, LeftOut::Doc));
        }
    }
    None
}

/// The length of the bracketed text at the start.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, character) in text.char_indices() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(offset + 1);
        }
    }
    None
}

/// The length of the item at the start: up to its `;`, the end of its braces, or the end of what it stands in.
fn item(text: &str) -> usize {
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        match character {
            ';' => return at + 1,
            '{' => return closing(&text[at..]).map_or(text.len(), |length| at + length),
            '(' | '[' => at += closing(&text[at..]).unwrap_or(1),
            ')' | ']' | '}' => return at,
            _ => at += character.len_utf8(),
        }
    }
    text.len()
}

fn declared_module(item: &str) -> Option<String> {
    let tokens = tokens(item);
    let at = tokens.iter().position(|token| token.text == "mod")?;
    let ends = tokens.get(at + 2).is_some_and(|token| token.text == ";");
    ends.then(|| tokens[at + 1].text.clone())
}

fn tokens(code: &str) -> Vec<Token> {
    let bytes = code.as_bytes();
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < bytes.len() {
        let end = match bytes[at] {
            byte if is_word(byte) => {
                let length = bytes[at..].iter().position(|byte| !is_word(*byte));
                length.map_or(bytes.len(), |length| at + length)
            }
            b':' if bytes.get(at + 1) == Some(&b':') => at + 2,
            byte => {
                line += usize::from(byte == b'\n');
                at += 1;
                if !byte.is_ascii_whitespace() {
                    let text = char::from(byte).to_string();
                    tokens.push(Token { text, line });
                }
                continue;
            }
        };
        let text = code[at..end].to_owned();
        tokens.push(Token { text, line });
        at = end;
    }
    tokens
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

#[test]
fn comments_literals_tests_and_documentation_are_told_from_code() {
    let source = read(concat!(
        "//! one `todo!()`\n",
        "/* two /* three */ four */ fn a<'a>(b: &'a str) -> char { '\"' }\n",
        "#[doc = \"five\"] const C: &str = r#\"six \"seven\" é\"#;\n",
        "#[cfg(test)] mod tests { const D: &str = \"eight\"; }\n",
        "#[cfg(test)]\nmod more;\n",
        "const E: &[u8] = b\"nine \\\" ten\";\n",
    ));
    let words: Vec<_> = source.tokens.iter().map(|token| &*token.text).collect();
    assert_eq!(
        words.join(" "),
        "fn a < a > ( b : & a str ) - > char { } const C : & str = ; const E : & [ u8 ] = ;"
    );
    let literals: Vec<_> = source
        .literals
        .iter()
        .map(|token| (&*token.text, token.line))
        .collect();
    assert_eq!(literals, [("six \"seven\" é", 3), ("nine \\\" ten", 7)]);
    assert_eq!(source.test_modules, ["more"]);
}

#[test]
fn code_after_a_test_item_is_read_again() {
    let source =
        read("#[cfg(test)]\nuse a::b;\nfn c() {}\n#[cfg(test)]\nfn d() { e(\"f\") }\nfn g() {}");
    let words: Vec<_> = source.tokens.iter().map(|token| &*token.text).collect();
    assert_eq!(words.join(" "), "fn c ( ) { } fn g ( ) { }");
}
