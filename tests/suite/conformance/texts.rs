//! Matching of text: what is looked for is literal, upper and lower case differ unless said otherwise.

use crate::cases::{on_every_database, sorted};
use crate::models::texts::{TEXTS, Word, WordFields};
use toasty::{Db, ErrorKind, Filter, Result, create};

async fn words(db: &Db, words: &[&str]) -> Result<()> {
    Word::create_many(words.iter().map(|text| create!(Word { text: *text })))
        .exec(db)
        .await?;
    create!(Word {
        text: "<null>",
        other: None::<String>
    })
    .exec(db)
    .await?;
    Word::filter(|word| word.text.ne("<null>"))
        .update()
        .other("some")
        .exec(db)
        .await?;
    Ok(())
}

async fn found(db: &Db, filter: impl FnOnce(WordFields) -> Filter<Word>) -> Result<Vec<String>> {
    let rows = sorted(Word::filter(filter).all(db).await?, |word| word.id);
    Ok(rows.into_iter().map(|word| word.text).collect())
}

async fn starts_with_escapes_wildcards(db: &Db) -> Result<()> {
    words(
        db,
        &[
            "50%", "50x", "5_0", "5x0", "*a", "ba", "[a]", "a", "?x", "^",
        ],
    )
    .await?;
    assert_eq!(found(db, |w| w.text.starts_with("50%")).await?, ["50%"]);
    assert_eq!(found(db, |w| w.text.starts_with("5_")).await?, ["5_0"]);
    assert_eq!(found(db, |w| w.text.starts_with("*")).await?, ["*a"]);
    assert_eq!(found(db, |w| w.text.starts_with("[a")).await?, ["[a]"]);
    assert_eq!(
        found(db, |w| w.text.starts_with_ignore_case("5_")).await?,
        ["5_0"]
    );
    assert_eq!(
        found(db, |w| w.text.starts_with_ignore_case("[A]")).await?,
        ["[a]"]
    );
    assert_eq!(
        found(db, |w| w.text.starts_with_ignore_case("?")).await?,
        ["?x"]
    );
    Ok(())
}

async fn contains_and_ends_with_escape_wildcards(db: &Db) -> Result<()> {
    words(
        db,
        &[
            "a%b", "axb", "a_b", "a*b", "a?b", "a[b", "a]b", "a\\b", "a^b", "[ab]", "a-b",
        ],
    )
    .await?;
    for letter in ["%", "_", "*", "?", "[", "]", "\\", "^", "-"] {
        let expected = format!("a{letter}b");
        let contains = found(db, |w| w.text.contains(letter) & w.text.starts_with("a")).await?;
        assert_eq!(
            contains,
            std::slice::from_ref(&expected),
            "contains {letter}"
        );
        let ends = found(db, |w| w.text.ends_with(format!("{letter}b"))).await?;
        assert_eq!(ends, std::slice::from_ref(&expected), "ends with {letter}b");
        let equals = found(db, |w| w.text.eq_ignore_case(expected.to_uppercase())).await?;
        assert_eq!(equals, [expected], "equals ignoring case");
    }
    assert_eq!(found(db, |w| w.text.contains("[ab]")).await?, ["[ab]"]);
    Ok(())
}

async fn like_has_two_wildcards_and_an_escape(db: &Db) -> Result<()> {
    words(
        db,
        &["abc", "aXc", "ac", "a%c", "a_c", "abbc", "a\\c", "*", "a?c"],
    )
    .await?;
    assert_eq!(
        found(db, |w| w.text.like("a%c")).await?,
        ["abc", "aXc", "ac", "a%c", "a_c", "abbc", "a\\c", "a?c"]
    );
    assert_eq!(
        found(db, |w| w.text.like("a_c")).await?,
        ["abc", "aXc", "a%c", "a_c", "a\\c", "a?c"]
    );
    assert_eq!(found(db, |w| w.text.like("a\\%c")).await?, ["a%c"]);
    assert_eq!(found(db, |w| w.text.like("a\\_c")).await?, ["a_c"]);
    assert_eq!(found(db, |w| w.text.like("a\\\\c")).await?, ["a\\c"]);
    assert_eq!(
        found(db, |w| w.text.like("*")).await?,
        ["*"],
        "other languages' wildcards are literal"
    );
    assert_eq!(found(db, |w| w.text.like("a?c")).await?, ["a?c"]);
    assert_eq!(found(db, |w| w.text.like("abc")).await?, ["abc"]);
    assert_eq!(found(db, |w| w.text.like("")).await?, [""; 0]);
    assert_eq!(found(db, |w| w.text.like("ABC")).await?, [""; 0]);
    assert_eq!(
        found(db, |w| w.text.like_ignore_case("aB%")).await?,
        ["abc", "abbc"]
    );
    assert_eq!(
        found(db, |w| w.text.like_ignore_case("A\\%C")).await?,
        ["a%c"]
    );
    Ok(())
}

async fn upper_and_lower_case_differ_unless_said_otherwise(db: &Db) -> Result<()> {
    words(
        db,
        &["Pizza", "pizza", "PIZZA", "piZZa pie", "Äpfel", "äpfel"],
    )
    .await?;
    assert_eq!(
        found(db, |w| w.text.contains("izz")).await?,
        ["Pizza", "pizza"]
    );
    assert_eq!(
        found(db, |w| w.text.starts_with("p")).await?,
        ["pizza", "piZZa pie"]
    );
    assert_eq!(found(db, |w| w.text.ends_with("ZZA")).await?, ["PIZZA"]);
    assert_eq!(
        found(db, |w| w.text.contains_ignore_case("IZZ"))
            .await?
            .len(),
        4
    );
    assert_eq!(
        found(db, |w| w.text.starts_with_ignore_case("PI"))
            .await?
            .len(),
        4
    );
    assert_eq!(
        found(db, |w| w.text.ends_with_ignore_case("zZa"))
            .await?
            .len(),
        3
    );
    assert_eq!(
        found(db, |w| w.text.eq_ignore_case("pizza")).await?.len(),
        3
    );
    assert_eq!(
        found(db, |w| w.text.eq_ignore_case("ÄPFEL")).await?,
        ["Äpfel"],
        "only the ASCII letters are taken as one"
    );
    Ok(())
}

async fn the_empty_text_is_in_every_text(db: &Db) -> Result<()> {
    create!(Word [{ text: "empty", other: "" }, { text: "letter", other: "a" }, { text: "null" }])
        .exec(db)
        .await?;
    let both = ["empty", "letter"];
    assert_eq!(
        found(db, |w| w.other.starts_with("")).await?,
        both,
        "but not in NULL"
    );
    assert_eq!(found(db, |w| w.other.ends_with("")).await?, both);
    assert_eq!(found(db, |w| w.other.contains("")).await?, both);
    assert_eq!(found(db, |w| w.other.contains_ignore_case("")).await?, both);
    assert_eq!(
        found(db, |w| w.other.starts_with_ignore_case("")).await?,
        both
    );
    assert_eq!(found(db, |w| w.other.eq_ignore_case("")).await?, ["empty"]);
    assert_eq!(found(db, |w| w.other.eq("")).await?, ["empty"]);
    assert_eq!(found(db, |w| w.other.gt("")).await?, ["letter"]);
    assert_eq!(found(db, |w| w.other.in_list(["", "b"])).await?, ["empty"]);
    assert_eq!(found(db, |w| w.other.like("%")).await?, both);
    assert_eq!(found(db, |w| w.text.starts_with("")).await?.len(), 3);
    Ok(())
}

async fn the_empty_text_can_be_in_an_index(db: &Db) -> Result<()> {
    words(db, &["", "a"]).await?;
    assert_eq!(found(db, |w| w.text.eq("")).await?, [""]);
    assert_eq!(found(db, |w| w.text.starts_with("")).await?.len(), 3);
    Ok(())
}

async fn null_matches_no_text_and_no_opposite(db: &Db) -> Result<()> {
    words(db, &["a"]).await?;
    assert_eq!(found(db, |w| w.other.contains("some")).await?, ["a"]);
    assert_eq!(found(db, |w| !w.other.contains("some")).await?, [""; 0]);
    assert_eq!(found(db, |w| !w.other.starts_with("x")).await?, ["a"]);
    assert_eq!(
        found(db, |w| !w.other.ends_with_ignore_case("x")).await?,
        ["a"]
    );
    assert_eq!(found(db, |w| !w.other.like("x%")).await?, ["a"]);
    Ok(())
}

async fn texts_are_letters_not_bytes(db: &Db) -> Result<()> {
    words(
        db,
        &[
            "é",
            "éa",
            "👩‍👩‍👧!",
            "\u{10FFFF}",
            "\u{10FFFF}z",
            "\u{D7FF}x",
            "\u{E000}",
        ],
    )
    .await?;
    assert_eq!(found(db, |w| w.text.starts_with("é")).await?, ["é", "éa"]);
    assert_eq!(
        found(db, |w| w.text.like("_")).await?,
        ["é", "\u{10FFFF}", "\u{E000}"]
    );
    assert_eq!(found(db, |w| w.text.contains("👧")).await?, ["👩‍👩‍👧!"]);
    assert_eq!(
        found(db, |w| w.text.starts_with("\u{10FFFF}")).await?,
        ["\u{10FFFF}", "\u{10FFFF}z"]
    );
    assert_eq!(
        found(db, |w| w.text.starts_with("\u{D7FF}")).await?,
        ["\u{D7FF}x"],
        "the letter after it is no neighbour"
    );
    Ok(())
}

/// Neither stored nor looked for: SQLite's GLOB takes it for the end of the text, and would answer wrongly; PostgreSQL has no
/// text with it.
async fn a_zero_letter_is_refused(db: &Db) -> Result<()> {
    words(db, &["a"]).await?;
    let refused = [
        create!(Word { text: "a\0b" }).exec(db).await.unwrap_err(),
        Word::create_many([create!(Word { text: "fine" }), create!(Word { text: "\0" })])
            .exec(db)
            .await
            .unwrap_err(),
        Word::all()
            .all_rows()
            .update()
            .other("\0")
            .exec(db)
            .await
            .unwrap_err(),
        Word::filter(|w| w.text.eq("\0")).all(db).await.unwrap_err(),
        Word::filter(|w| w.text.in_list(["a", "\0"]))
            .all(db)
            .await
            .unwrap_err(),
        Word::filter(|w| w.text.starts_with("a\0"))
            .all(db)
            .await
            .unwrap_err(),
        Word::filter(|w| w.text.contains("\0"))
            .all(db)
            .await
            .unwrap_err(),
        Word::filter(|w| w.text.like_ignore_case("\0%"))
            .all(db)
            .await
            .unwrap_err(),
    ];
    for error in refused {
        assert_eq!(
            (error.kind(), error.model()),
            (ErrorKind::Unrepresentable, Some("Word"))
        );
    }
    assert_eq!(Word::all().count(db).await?, 2);
    Ok(())
}

on_every_database! { TEXTS;
    starts_with_escapes_wildcards,
    contains_and_ends_with_escape_wildcards,
    like_has_two_wildcards_and_an_escape,
    upper_and_lower_case_differ_unless_said_otherwise,
    the_empty_text_is_in_every_text,
    the_empty_text_can_be_in_an_index [dynamodb: "an empty text in a key or an index"],
    null_matches_no_text_and_no_opposite,
    texts_are_letters_not_bytes,
    a_zero_letter_is_refused [dynamodb differs: "a text can have the letter U+0000: it comes back as it was"],
}
