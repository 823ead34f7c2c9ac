//! Reads and writes in one trip.

use crate::cases::{on_every_database, sorted};
use crate::models::keys::{Account, CreateAccount, Ticket};
use crate::models::people::{Note, Passport, Person, Task};
use toasty::{Db, ErrorKind, Model, ModelDef, Query, Result, batch, create};

const MODELS: &[&ModelDef] = &[
    Account::DEF,
    Ticket::DEF,
    Person::DEF,
    Passport::DEF,
    Task::DEF,
    Note::DEF,
];

async fn each_part_gives_what_it_finds_or_does(db: &Db) -> Result<()> {
    let ann = create!(Account {
        owner: "ann",
        balance: 1
    })
    .exec(db)
    .await?;
    let bob = create!(Account {
        owner: "bob",
        balance: 2
    })
    .exec(db)
    .await?;
    let found = batch((
        Account::find_by_owner("ann"),
        Account::find_by_id(bob.id).into_one(),
        Account::find_by_owner("nobody").into_first(),
        Account::find_by_id(ann.id).into_exists(),
        Account::find_by_owner("bob").into_count(),
        create!(Account { owner: "cid" }),
        Account::create_many([
            Account::create().owner("dan"),
            Account::create().owner("eva"),
        ]),
    ))
    .exec(db)
    .await?;
    let (anns, one, nobody, exists, count, cid, many) = found;
    assert_eq!(anns, std::slice::from_ref(&ann));
    assert_eq!((one, nobody), (bob.clone(), None));
    assert_eq!((exists, count, many), (true, 1, 2));
    assert_eq!(Account::get_by_id(db, cid.id).await?, cid);
    let (changed, gone) = batch((ann.update().balance(5), bob.delete()))
        .exec(db)
        .await?;
    assert_eq!((changed, gone), (1, 1));
    assert_eq!(Account::get_by_id(db, ann.id).await?.balance, 5);
    assert!(!Account::find_by_id(bob.id).exists(db).await?);
    Ok(())
}

async fn values_are_parts_as_rows_are(db: &Db) -> Result<()> {
    for (owner, balance) in [("ann", 1), ("bob", 2)] {
        create!(Account { owner, balance }).exec(db).await?;
    }
    let balances = Account::find_by_owner("bob").select(|a| a.balance);
    let again = balances.clone();
    let nothing = Account::filter(|a| a.id.in_list([0u64; 0])).select(|a| a.owner);
    let (values, same, none, whole) =
        batch((balances, again, nothing, Account::find_by_owner("ann")))
            .exec(db)
            .await?;
    assert_eq!((values.as_slice(), same), (&[2][..], vec![2]));
    assert!(none.is_empty());
    assert_eq!(whole[0].balance, 1);
    Ok(())
}

async fn lists_and_tuples_nest(db: &Db) -> Result<()> {
    let new: Vec<CreateAccount> = ["a", "b", "c"]
        .into_iter()
        .map(|owner| create!(Account { owner }))
        .collect();
    let rows = batch(new).exec(db).await?;
    let lookups: Vec<Query<Account>> = rows.iter().map(|row| Account::find_by_id(row.id)).collect();
    let (found, ((one,), none)) = batch((
        lookups,
        (
            (Account::find_by_owner("b").into_one(),),
            Vec::<CreateAccount>::new(),
        ),
    ))
    .exec(db)
    .await?;
    assert_eq!(found.into_iter().flatten().collect::<Vec<_>>(), rows);
    assert_eq!((one, none.len()), (rows[1].clone(), 0));
    Ok(())
}

async fn relations_of_several_queries_are_loaded_level_by_level(db: &Db) -> Result<()> {
    let boss = create!(Person { name: "Boss" }).exec(db).await?;
    for name in ["Ann", "Bob"] {
        create!(Person {
            name: name,
            boss_id: boss.id,
            tasks: [{ title: "a", notes: [{ text: "n" }, { text: "m" }] }, { title: "b" }],
        })
        .exec(db)
        .await?;
    }
    let (ann, bob, none, of_boss) = batch((
        Person::find_by_name("Ann")
            .include(|p| (p.tasks.include(|task| task.notes), p.boss))
            .into_one(),
        Person::find_by_name("Bob").include(|p| p.tasks),
        Person::find_by_name("Cid")
            .include(|p| p.tasks)
            .into_first(),
        Person::find_by_id(boss.id)
            .include(|p| p.reports)
            .into_one(),
    ))
    .exec(db)
    .await?;
    let tasks = sorted(ann.tasks.get()?.iter().collect(), |task| task.title.clone());
    assert_eq!(
        (tasks[0].notes.get()?.len(), tasks[1].notes.get()?.len()),
        (2, 0)
    );
    assert_eq!(
        ann.boss
            .as_ref()
            .map(|boss| boss.get().map(|row| row.id))
            .transpose()?,
        Some(boss.id)
    );
    assert_eq!((bob.len(), bob[0].tasks.get()?.len()), (1, 2));
    assert!(none.is_none());
    assert_eq!(of_boss.reports.get()?.len(), 2);
    Ok(())
}

async fn a_query_that_is_known_to_find_nothing_asks_nothing(db: &Db) -> Result<()> {
    let metered = db.metered();
    let nobody = || Account::filter(|account| account.owner.in_list(Vec::<String>::new()));
    let (all, first, count, exists, changed) = batch((
        nobody(),
        nobody().into_first(),
        nobody().into_count(),
        nobody().into_exists(),
        nobody().update().balance(1),
    ))
    .exec(&metered)
    .await?;
    assert!(all.is_empty() && first.is_none());
    assert_eq!((count, exists, changed), (0, false, 0));
    let error = batch((nobody().into_one(),))
        .exec(&metered)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::NotFound, Some("Account"))
    );
    assert_eq!(metered.report().statements, 0);
    assert_eq!(
        batch(Vec::<Query<Account>>::new())
            .exec(&metered)
            .await?
            .len(),
        0
    );
    Ok(())
}

async fn a_part_that_fails_leaves_the_others(db: &Db) -> Result<()> {
    create!(Account { owner: "ann" }).exec(db).await?;
    let error = batch((
        create!(Account { owner: "bob" }),
        create!(Account { owner: "ann" }),
        create!(Account { owner: "cid" }),
    ))
    .exec(db)
    .await
    .unwrap_err();
    assert!(error.is_unique_violation(), "{error:?}");
    assert_eq!(
        (error.model(), error.fields()),
        (Some("Account"), ["owner".to_owned()].as_slice())
    );
    assert_eq!(Account::all().count(db).await?, 3);
    Ok(())
}

async fn a_part_that_is_unsound_keeps_all_from_being_sent(db: &Db) -> Result<()> {
    let metered = db.metered();
    let error = batch((
        create!(Account { owner: "bob" }),
        Account::create().balance(4),
    ))
    .exec(&metered)
    .await
    .unwrap_err();
    assert_eq!(
        (error.kind(), error.fields()),
        (ErrorKind::MissingField, ["owner".to_owned()].as_slice())
    );
    let nested = create!(Person { name: "Ann", tasks: [{ title: "a" }] });
    let error = batch((create!(Account { owner: "bob" }), nested))
        .exec(&metered)
        .await
        .unwrap_err();
    assert!(
        error.is_unsupported() && error.model() == Some("Person"),
        "{error:?}"
    );
    assert_eq!(metered.report().statements, 0);
    Ok(())
}

async fn an_instance_that_is_gone_is_an_error_of_its_model(db: &Db) -> Result<()> {
    let (ticket, bob) = batch((create!(Ticket {}), create!(Account { owner: "bob" })))
        .exec(db)
        .await?;
    ticket.delete().exec(db).await?;
    let error = batch((ticket.delete(), bob.update().balance(3)))
        .exec(db)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::NotFound, Some("Ticket"))
    );
    assert_eq!(Account::get_by_id(db, bob.id).await?.balance, 3);
    let error = batch((bob.update().balance(4),))
        .exec(db)
        .await
        .unwrap_err();
    assert!(error.is_condition_failed(), "{error:?}");
    Ok(())
}

async fn in_a_transaction_the_parts_are_its_statements(db: &Db) -> Result<()> {
    let (ann, ticket) = db
        .transaction(async |tx| {
            let (ann, ticket) = batch((create!(Account { owner: "ann" }), create!(Ticket {})))
                .exec(tx)
                .await?;
            let (count, one) = batch((
                Account::all().into_count(),
                Ticket::find_by_id(ticket.id).into_one(),
            ))
            .exec(tx)
            .await?;
            assert_eq!((count, &one), (1, &ticket));
            toasty::Result::Ok((ann, ticket))
        })
        .await?;
    let undone: Result<()> = db
        .transaction(async |tx| {
            batch((ann.update().balance(9), ticket.delete()))
                .exec(tx)
                .await?;
            Err(toasty::Error::new(ErrorKind::Busy, "undo it"))
        })
        .await;
    assert!(undone.is_err());
    assert_eq!(Account::get_by_id(db, ann.id).await?, ann);
    assert!(Ticket::find_by_id(ticket.id).exists(db).await?);
    Ok(())
}

on_every_database! { MODELS;
    each_part_gives_what_it_finds_or_does,
    values_are_parts_as_rows_are,
    lists_and_tuples_nest,
    relations_of_several_queries_are_loaded_level_by_level,
    a_query_that_is_known_to_find_nothing_asks_nothing,
    a_part_that_fails_leaves_the_others,
    a_part_that_is_unsound_keeps_all_from_being_sent,
    an_instance_that_is_gone_is_an_error_of_its_model,
    in_a_transaction_the_parts_are_its_statements [dynamodb: "a transaction of several steps"],
}
