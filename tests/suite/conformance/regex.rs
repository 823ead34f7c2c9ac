//! Regular expressions, where the database has them.

use crate::cases::on_every_database;
use crate::models::texts::{TEXTS, Word};
use toasty::{Db, ErrorKind, Result, create};

async fn a_text_matches_a_regular_expression(db: &Db) -> Result<()> {
    for (id, text) in [(1u64, "Apple"), (2, "apple pie"), (3, "ü pie"), (4, "")] {
        create!(Word {
            id,
            text: format!("word {id}"),
            other: text
        })
        .exec(db)
        .await?;
    }
    let ids = async |pattern: &str| -> Result<Vec<u64>> {
        let query = Word::filter(|w| w.other.matches_regex(pattern)).order_by(|w| w.id.asc());
        Ok(query
            .all(db)
            .await?
            .into_iter()
            .map(|word| word.id)
            .collect())
    };
    assert_eq!(ids("^[Aa]pple").await?, [1, 2]);
    assert_eq!(ids("pie$").await?, [2, 3]);
    assert_eq!(ids("^a.*e$").await?, [2]);
    assert_eq!(ids("^\\w").await?, [1, 2]);
    assert_eq!(ids("^$").await?, [4]);
    let no = Word::filter(|w| !w.other.matches_regex("p"))
        .count(db)
        .await?;
    assert_eq!(no, 1);
    let wrong = ids("(").await.unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::Unsupported);
    assert!(wrong.advice().is_some());
    Ok(())
}

on_every_database! { TEXTS;
    a_text_matches_a_regular_expression [sqlite: "a regular expression", dynamodb: "a regular expression"],
}
