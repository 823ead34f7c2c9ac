//! One program, three databases: a chat whose messages are found by their room and their time.
//!
//! Run it with `cargo run --example chat`: SQLite in memory. On a server that `toasty.toml` names:
//! `TOASTY_BACKEND=postgresql cargo run --example chat --features postgresql`, or `dynamodb` in both places.

use toasty::{Config, Db, ErrorKind, create, toasty};

toasty! {
    /// Somebody who writes. The key is made here and not by the database, so that it is the same on all of them.
    #[derive(Clone)]
    pub model Member {
        id: uuid::Uuid [key, auto],
        email: String [unique],
        name: String,
        messages: i64 = 0,
        version: u64 [version],
    }

    /// On DynamoDB a room is a partition, and its messages lie in the order of their time.
    #[derive(Clone)]
    pub model Message [key(room, sent), index(member_id, sent)] {
        room: String,
        sent: jiff::Timestamp,
        member_id: uuid::Uuid,
        text: String,
    }
}

/// Writes the message and counts it: both, or none. Where somebody else counts at the same time, it is done anew.
async fn say(db: &Db, email: &str, room: &str, text: &str) -> toasty::Result<Message> {
    loop {
        let member = Member::get_by_email(db, email).await?;
        let sent = jiff::Timestamp::from_microsecond(jiff::Timestamp::now().as_microsecond())
            .unwrap_or_default();
        let said = db
            .atomic((
                create!(Message {
                    room,
                    sent,
                    member_id: member.id,
                    text
                }),
                member.update().messages(member.messages + 1),
            ))
            .await;
        match said {
            Ok((message, _)) => return Ok(message),
            Err(error) if error.is_condition_failed() || error.is_unique_violation() => {}
            Err(error) => return Err(error),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = match std::env::var("TOASTY_BACKEND") {
        Ok(_) => Config::load()?,
        Err(_) => Config::sqlite_in_memory(),
    };
    let db = toasty::connect_with(config).await?;
    match db.create_tables().await {
        Ok(()) => println!("tables made on {}", db.system()),
        Err(error) if error.kind() == ErrorKind::Schema => println!("not the first time: {error}"),
        Err(error) => return Err(error.into()),
    }

    // What this run writes has a name of its own, since a server keeps what earlier ones have written.
    let room = format!("kitchen {}", jiff::Timestamp::now());
    let (ann, bob) = (
        format!("ann in {room}@example.com"),
        format!("bob in {room}@example.com"),
    );
    create!(Member {
        email: ann.as_str(),
        name: "Ann"
    })
    .exec(&db)
    .await?;
    create!(Member {
        email: bob.as_str(),
        name: "Bob"
    })
    .exec(&db)
    .await?;
    let twice = create!(Member {
        email: ann.as_str(),
        name: "Eve"
    })
    .exec(&db)
    .await;
    println!(
        "the same address again: {}",
        twice.map_or_else(|error| error.to_string(), |_| "was taken".into())
    );

    let first = say(&db, &ann, &room, "Tea?").await?;
    say(&db, &bob, &room, "Please").await?;
    say(&db, &ann, &room, "With milk?").await?;

    // One request on each database: the newest two, and what came after the first.
    let metered = db.metered();
    let newest = Message::filter(|message| message.room.eq(room.as_str()))
        .order_by(|message| message.sent.desc())
        .limit(2)
        .all(&metered)
        .await?;
    let later =
        Message::filter(|message| message.room.eq(room.as_str()) & message.sent.gt(first.sent))
            .count(&metered)
            .await?;
    let texts: Vec<&str> = newest.iter().map(|message| message.text.as_str()).collect();
    println!("{texts:?}, {later} after the first; {}", metered.report());
    assert_eq!(
        (texts.as_slice(), later),
        (&["With milk?", "Please"][..], 2)
    );
    assert_eq!(Member::get_by_email(&db, &ann).await?.messages, 2);

    // No index knows the text: read whole on SQL, refused on DynamoDB unless that is allowed.
    let about_milk = Message::filter(|message| message.text.contains("milk") & message.room.ne(""));
    match about_milk.clone().count(&db).await {
        Ok(count) => println!("{count} about milk"),
        Err(error) => println!("refused: {error}"),
    }
    println!(
        "{} about milk, by reading everything",
        about_milk.allow_scan().count(&db).await?
    );
    Ok(())
}
