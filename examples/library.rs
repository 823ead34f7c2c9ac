//! A lending library: relations of every kind, filters across them, and includes.
//!
//! Run it with `cargo run --example library`.

use jiff::civil::{Date, date};
use toasty::{BelongsTo, Config, Db, HasMany, HasOne, create, toasty};

toasty! {
    pub model Book {
        id: u64 [key, auto],
        title: String [index],
        copies: HasMany<Item>,
    }

    /// One printed copy. Its shelf mark is its key.
    pub model Item {
        mark: String [key],
        book_id: u64 [index],
        book: BelongsTo<Book>,
        loan: HasOne<Loan>,
    }

    /// An item that is with a reader.
    pub model Loan {
        id: uuid::Uuid [key, auto],
        item_mark: String [unique],
        item: BelongsTo<Item> [on(item_mark)],
        reader_id: u64 [index],
        reader: BelongsTo<Reader>,
        due: Date,
    }

    pub model Reader {
        id: u64 [key, auto],
        name: String,
        /// Children are readers in the care of a parent.
        parent_id: Option<u64> [index],
        parent: Option<BelongsTo<Reader>>,
        children: HasMany<Reader>,
        loans: HasMany<Loan>,
    }
}

async fn fill(db: &Db) -> toasty::Result<()> {
    create!(Book { title: "Momo", copies: [{ mark: "E1-a" }, { mark: "E1-b" }] })
        .exec(db)
        .await?;
    create!(Book { title: "Emil", copies: [{ mark: "K2" }] })
        .exec(db)
        .await?;
    create!(Reader {
        name: "Ann",
        loans: [{ item_mark: "E1-a", due: date(2026, 5, 1) }],
        children: [{ name: "Bob", loans: [{ item_mark: "K2", due: date(2026, 6, 1) }] }],
    })
    .exec(db)
    .await?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> toasty::Result<()> {
    let db = toasty::connect_with(Config::sqlite_in_memory()).await?;
    db.create_tables().await?;
    fill(&db).await?;

    let books = Book::all()
        .order_by(|book| book.title.asc())
        .include(|book| book.copies.include(|item| item.loan))
        .all(&db)
        .await?;
    for book in &books {
        let copies = book.copies.get()?;
        let mut lent = 0;
        for item in copies {
            lent += usize::from(item.loan.get()?.is_some());
        }
        println!("{}: {lent} of {} lent", book.title, copies.len());
    }

    let free = Item::filter(|item| item.loan.is_none()).all(&db).await?;
    println!(
        "free: {}",
        free.iter()
            .map(|item| item.mark.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    );

    let today = date(2026, 5, 20);
    let late = Loan::filter(|loan| loan.due.lt(today))
        .include(|loan| (loan.reader, loan.item.include(|item| item.book)))
        .all(&db)
        .await?;
    for loan in &late {
        println!(
            "late: {} has {:?} since {}",
            loan.reader.get()?.name,
            loan.item.get()?.book.get()?.title,
            loan.due
        );
    }

    // Whose children have something at home?
    let parents = Reader::filter(|reader| {
        reader
            .children
            .any(|child| child.loans.any(|loan| loan.due.ge(today)))
    })
    .all(&db)
    .await?;
    println!("ask {} about the children's books", parents[0].name);

    // An item is lent once: its mark is unique among the loans.
    let ann = &parents[0];
    let again = create!(Loan {
        item_mark: "K2",
        reader: ann,
        due: today
    })
    .exec(&db)
    .await;
    println!(
        "refused: {}",
        again.map_or_else(|error| error.to_string(), |_| "no".to_owned())
    );
    Ok(())
}
