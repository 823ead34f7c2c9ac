//! Pieces of SQL of one's own inside of typed queries.

use super::related_values::accounts;
use crate::cases::on_every_database;
use crate::models::accounts::{ACCOUNTS, Account, Payment};
use toasty::expr::{exists, fragment, outer, sum};
use toasty::{Db, Result};

async fn a_fragment_is_a_condition_among_others(db: &Db) -> Result<()> {
    accounts(db).await?;
    let large = Payment::filter(|p| {
        p.id.gt(0)
            & fragment("abs(")
                .value(p.cents)
                .push(") between ")
                .bind(6i64)
                .push("and ")
                .bind(60i64)
                .as_filter()
            & p.id.lt(9)
    });
    let ids = large.order_by(|p| p.id.asc()).select(|p| p.id);
    assert_eq!(ids.all(db).await?, [1, 3]);
    let not = Payment::filter(|p| !fragment("").value(p.memo).push(" is not null").as_filter());
    assert_eq!(not.select(|p| p.id).all(db).await?, [2]);
    Ok(())
}

async fn a_fragment_is_a_value_of_its_type(db: &Db) -> Result<()> {
    accounts(db).await?;
    let rows = Account::filter(|a| {
        fragment("length(")
            .value(a.owner)
            .push(")")
            .as_value::<i64>()
            .lt(3)
    })
    .order_by(|a| {
        fragment("")
            .bind("x")
            .push(" || ")
            .value(a.owner)
            .as_value::<String>()
            .desc()
    })
    .select(|a| {
        (
            fragment("")
                .value(a.owner)
                .push(" || ")
                .bind("'; drop table account; --")
                .as_value::<String>(),
            fragment("nullif(")
                .value(a.budget)
                .push(", ")
                .bind(100i64)
                .push(")")
                .as_value::<Option<i64>>(),
            fragment("1 = 1").as_value::<bool>(),
        )
    });
    assert_eq!(
        rows.all(db).await?,
        [("Cy'; drop table account; --".to_owned(), None, true)]
    );
    let total =
        Payment::all().select(|p| sum(fragment("").value(p.cents).push(" + 1").as_value::<i64>()));
    assert_eq!(total.one(db).await?, Some(109));
    Ok(())
}

async fn a_fragment_stands_in_a_query_inside_and_has_columns_of_the_one_around(
    db: &Db,
) -> Result<()> {
    accounts(db).await?;
    let negative = Account::filter(|a| {
        let own = Payment::filter(|p| {
            fragment("")
                .value(p.account_id)
                .push(" = ")
                .value(outer::<Payment, Account, _>(a.id))
                .as_filter()
                & p.cents.lt(0)
        });
        exists(own)
            & a.payments
                .count_where(|p| {
                    fragment("")
                        .value(p.cents)
                        .push(" > ")
                        .bind(60i64)
                        .as_filter()
                })
                .eq(1)
    });
    assert_eq!(negative.one(db).await?.owner, "Ann");
    Ok(())
}

/// It would take the value of another one.
async fn a_placeholder_in_the_text_is_refused(db: &Db) -> Result<()> {
    let text = match db.system() {
        "postgresql" => " = $1",
        _ => " = ?",
    };
    let own =
        Payment::filter(|p| p.cents.gt(0) & fragment("").value(p.cents).push(text).as_filter());
    own.all(db).await.map(|_| ())
}

on_every_database! {
    ACCOUNTS;
    a_fragment_is_a_condition_among_others [dynamodb: "SQL of your own"],
    a_fragment_is_a_value_of_its_type [dynamodb: "SQL of your own"],
    a_fragment_stands_in_a_query_inside_and_has_columns_of_the_one_around [dynamodb: "a query inside of a query"],
    a_placeholder_in_the_text_is_refused [
        sqlite: "placeholders in the text of SQL",
        postgresql: "placeholders in the text of SQL",
        dynamodb: "SQL of your own",
    ],
}
