//! Money between accounts: transactions, errors of one's own, and what happens to those who come second.
//!
//! Run it with `cargo run --example transfer`.

use std::fmt;
use toasty::{Config, Db, create, toasty};

toasty! {
    pub model Account {
        owner: String [key],
        cents: i64,
        version: u64 [version],
    }

    pub model Transfer {
        id: uuid::Uuid [key, auto],
        payer: String [index],
        payee: String [index],
        cents: i64,
        at: jiff::Timestamp [on_create(now())],
    }
}

#[derive(Debug)]
enum Refused {
    TooLittle { missing: i64 },
    Database(toasty::Error),
}

impl From<toasty::Error> for Refused {
    fn from(error: toasty::Error) -> Self {
        Refused::Database(error)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::TooLittle { missing } => write!(f, "{missing} cents are missing"),
            Refused::Database(error) => error.fmt(f),
        }
    }
}

/// All of it happens, or nothing.
async fn transfer(db: &Db, payer: &str, payee: &str, cents: i64) -> Result<(), Refused> {
    db.try_transaction(async |tx| {
        let from = Account::get_by_owner(tx, payer).await?;
        let to = Account::get_by_owner(tx, payee).await?;
        create!(Transfer {
            payer,
            payee,
            cents
        })
        .exec(tx)
        .await?;
        if from.cents < cents {
            return Err(Refused::TooLittle {
                missing: cents - from.cents,
            });
        }
        from.update().cents(from.cents - cents).exec(tx).await?;
        to.update().cents(to.cents + cents).exec(tx).await?;
        Ok(())
    })
    .await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> toasty::Result<()> {
    let db = toasty::connect_with(Config::sqlite_in_memory()).await?;
    db.create_tables().await?;
    create!(Account [{ owner: "Ann", cents: 1000 }, { owner: "Bob", cents: 0 }])
        .exec(&db)
        .await?;

    for (payer, payee, cents) in [("Ann", "Bob", 700), ("Ann", "Bob", 700), ("Ann", "Eve", 1)] {
        match transfer(&db, payer, payee, cents).await {
            Ok(()) => println!("{payer} paid {payee} {cents} cents"),
            Err(refused) => println!("{payer} did not pay {payee} {cents} cents: {refused}"),
        }
    }
    println!(
        "{} transfer is in the books",
        Transfer::all().count(&db).await?
    );

    // Outside a transaction the version keeps one change from burying another.
    let seen = Account::get_by_owner(&db, "Bob").await?;
    transfer(&db, "Bob", "Ann", 100)
        .await
        .map_err(|refused| match refused {
            Refused::Database(error) => error,
            Refused::TooLittle { .. } => unreachable!("Bob has 700 cents"),
        })?;
    let late = seen.update().cents(seen.cents + 5).exec(&db).await;
    println!(
        "a change of what was read before: {}",
        late.map_or_else(|error| error.to_string(), |_| "done".to_owned())
    );
    Ok(())
}
