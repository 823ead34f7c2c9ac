//! What no request may hold.

use super::folder;

/// The texts of all snapshots of requests, without insta's head.
fn requests() -> Vec<(String, String)> {
    let files = std::fs::read_dir(folder("requests"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let text = |path: &std::path::Path| {
        std::fs::read_to_string(path)
            .unwrap()
            .splitn(3, "---\n")
            .nth(2)
            .unwrap()
            .to_owned()
    };
    files
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "snap")
        })
        .map(|path| (path.display().to_string(), text(&path)))
        .collect()
}

/// The text with its quoted names and its line of values taken out.
fn without_names(text: &str) -> String {
    let code: String = text
        .lines()
        .filter(|line| !line.starts_with("  -- "))
        .collect::<Vec<_>>()
        .join("\n");
    code.split('"').step_by(2).collect::<Vec<_>>().join("name")
}

/// What stands in the text but is neither keyword, name, placeholder nor alias.
fn literals(text: &str) -> Vec<String> {
    let code = without_names(text);
    let letters: Vec<char> = code.chars().collect();
    let mut found = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        let placed = || {
            let mut before = letters[..at]
                .iter()
                .rev()
                .skip_while(|letter| letter.is_ascii_digit());
            // `?1`, `$1`, and `t1`, which is no part of a longer word.
            match before.next() {
                Some('?' | '$') => true,
                Some('t') => !before
                    .next()
                    .is_some_and(|letter| letter.is_alphanumeric() || *letter == '_'),
                _ => false,
            }
        };
        if *letter == '\'' || letter.is_ascii_digit() && !placed() {
            found.push(
                letters[at.saturating_sub(10)..(at + 10).min(letters.len())]
                    .iter()
                    .collect(),
            );
        }
    }
    found
}

/// What stands in an expression of DynamoDB but is neither word, name nor placeholder: numbers and quoted texts.
fn literals_of_dynamodb(text: &str) -> Vec<String> {
    let expressions = text.lines().filter(|line| line.contains("Expression: "));
    let mut found = Vec::new();
    for line in expressions {
        let words =
            line.split(|letter: char| !letter.is_alphanumeric() && !"#:'\"".contains(letter));
        found.extend(
            words
                .filter(|word| {
                    let placeholder = word.starts_with("#n") || word.starts_with(":v");
                    word.contains(['\'', '"'])
                        || !placeholder && word.contains(|letter: char| letter.is_ascii_digit())
                })
                .map(str::to_owned),
        );
    }
    found
}

#[test]
fn snapshots_contain_no_literals() {
    let requests = requests();
    assert!(
        requests.len() >= 60,
        "only {} behaviours have a snapshot",
        requests.len()
    );
    for (file, text) in requests {
        // A refusal is a sentence, not a request.
        let (text, dynamodb) = text
            .split_once("\naws.dynamodb:\n")
            .unwrap_or_else(|| panic!("{file} shows nothing of DynamoDB"));
        assert_eq!(literals_of_dynamodb(dynamodb), [""; 0], "{file}");
        if !text.contains("\n  -- ") && !text.contains("CREATE TABLE") {
            assert!(
                text.contains("[T0"),
                "{file} holds neither a request nor a refusal:\n{text}"
            );
            continue;
        }
        // One dialect may refuse what another one says.
        let said = text.lines().filter(|line| !line.contains(" [T0"));
        let said = said.collect::<Vec<_>>().join("\n");
        assert_eq!(literals(&said), [""; 0], "{file}");
    }
}

#[test]
fn the_search_for_literals_finds_them() {
    assert_eq!(
        literals(r#"SELECT "a1'" FROM "x" AS t1 WHERE t1."b" = ?12"#),
        [""; 0]
    );
    assert_eq!(literals("SELECT a WHERE a = 'x'").len(), 2);
    assert_eq!(literals("LIMIT 10").len(), 2);
    assert_eq!(literals("cat1").len(), 1);
    let sound = "  KeyConditionExpression: #n0 = :v0 AND begins_with(#n1, :v12)";
    assert_eq!(literals_of_dynamodb(sound), [""; 0]);
    for wrong in ["#n0 = 5", "#n0 = 'x'", "a1 = :v0", "#n0 = \"x\""] {
        let line = format!("  FilterExpression: {wrong}");
        assert!(!literals_of_dynamodb(&line).is_empty(), "{line}");
    }
}
