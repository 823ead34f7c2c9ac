//! Rows that are locked until the end of a transaction.

use crate::cases::on_every_database;
use crate::models::people::{PEOPLE, Person, Task};
use toasty::{Db, ErrorKind, Result, create};

/// Three tasks of one person.
async fn tasks(db: &Db) -> Result<()> {
    let ann = create!(Person { name: "Ann" }).exec(db).await?;
    for title in ["a", "b", "c"] {
        create!(Task {
            person_id: ann.id,
            title
        })
        .exec(db)
        .await?;
    }
    Ok(())
}

async fn two_workers_take_different_rows(db: &Db) -> Result<()> {
    tasks(db).await?;
    let next = || {
        Task::filter(|task| task.done.eq(false))
            .order_by(|task| task.id.asc())
            .for_update()
            .skip_locked()
    };
    let one = db.begin().await?;
    let first = next().first(&one).await?.expect("a task");
    let other = db.begin().await?;
    let second = next().first(&other).await?.expect("another task");
    assert_eq!((first.title.as_str(), second.title.as_str()), ("a", "b"));
    let left = next().all(&other).await?;
    let left: Vec<&str> = left.iter().map(|task| task.title.as_str()).collect();
    assert_eq!(left, ["b", "c"], "its own and what nobody has");
    first.update().done(true).exec(&one).await?;
    one.commit().await?;
    other.rollback().await?;
    let tx = db.begin().await?;
    assert_eq!(next().first(&tx).await?.expect("a task").title, "b");
    tx.rollback().await
}

async fn a_write_takes_the_rows_that_nobody_has_locked(db: &Db) -> Result<()> {
    tasks(db).await?;
    let free = || {
        Task::filter(|task| task.done.eq(false))
            .order_by(|task| task.id.asc())
            .limit(1)
            .for_update()
            .skip_locked()
    };
    let take = || {
        let next = free().select(|task| task.id);
        Task::filter(|task| task.id.in_query(next))
            .update()
            .done(true)
    };
    // The same by a name, and one statement is enough.
    let named = free().select(|task| (task.id,)).named("free");
    let by_name = Task::filter(|task| task.id.in_query(named.select(|(id,)| id)));
    let one = db.begin().await?;
    assert_eq!(free().select(|task| task.title).all(&one).await?, ["a"]);
    assert_eq!(take().returning(db).await?[0].title, "b");
    assert_eq!(
        by_name.update().done(true).returning(db).await?[0].title,
        "c"
    );
    assert_eq!(take().exec(db).await?, 0);
    one.rollback().await
}

async fn a_lock_that_is_held_is_told_at_once(db: &Db) -> Result<()> {
    tasks(db).await?;
    let all = || Task::filter(|task| task.title.eq("a"));
    let one = db.begin().await?;
    all().for_update().one(&one).await?;
    let other = db.begin().await?;
    let error = all().for_update().no_wait().all(&other).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert!(error.advice().is_some());
    other.rollback().await?;
    // Who only reads takes no notice of it.
    assert_eq!(all().count(db).await?, 1);
    one.rollback().await
}

async fn what_is_shared_is_shared_and_not_changed(db: &Db) -> Result<()> {
    tasks(db).await?;
    let all = || Task::filter(|task| task.person.is(|person| person.name.eq("Ann")));
    let one = db.begin().await?;
    assert_eq!(all().for_share().all(&one).await?.len(), 3);
    let other = db.begin().await?;
    assert_eq!(all().for_share().no_wait().all(&other).await?.len(), 3);
    let free = all().for_update().skip_locked().all(&other).await?;
    assert!(free.is_empty());
    other.rollback().await?;
    one.rollback().await
}

async fn locked_rows_come_one_by_one_and_with_their_relations(db: &Db) -> Result<()> {
    use futures_util::TryStreamExt;
    tasks(db).await?;
    let tx = db.begin().await?;
    let with = Task::all().include(|task| task.person).for_update();
    let rows = with.all(&tx).await?;
    assert_eq!(rows[0].person.get()?.name, "Ann");
    let streamed: Vec<Task> = Task::all().for_update().stream(&tx).try_collect().await?;
    assert_eq!(streamed.len(), 3);
    let none = Task::filter(|task| task.id.in_list(Vec::<u64>::new())).for_update();
    assert!(none.all(&tx).await?.is_empty());
    tx.rollback().await
}

async fn a_lock_outside_of_a_transaction_is_refused(db: &Db) -> Result<()> {
    use futures_util::TryStreamExt;
    for error in [
        Task::filter(|task| task.id.eq(1))
            .for_update()
            .all(db)
            .await
            .unwrap_err(),
        Task::filter(|task| task.id.eq(1))
            .for_share()
            .stream(db)
            .try_next()
            .await
            .unwrap_err(),
        Task::filter(|task| task.id.eq(1))
            .for_update()
            .select(|task| task.id)
            .all(db)
            .await
            .unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(error.model(), Some("Task"));
        assert!(error.message().contains("locks on rows"), "{error:?}");
        assert!(error.advice().is_some());
    }
    Ok(())
}

async fn rows_of_no_table_are_not_locked(_: &Db) -> Result<()> {
    for refused in [
        Task::all().union(Task::all()).for_update(),
        Task::all().distinct_on(|task| task.person_id).for_share(),
    ] {
        let error = refused.statement().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.advice().is_some());
    }
    let titles = || Task::all().for_update().select(|task| task.title);
    for error in [
        titles().distinct().statement().unwrap_err(),
        titles().union(titles()).statement().unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().contains("locks on the rows"), "{error}");
    }
    Ok(())
}

async fn a_transaction_that_only_reads_locks_nothing(db: &Db) -> Result<()> {
    let options = toasty::TransactionOptions::new().read_only();
    let tx = db.begin_with(options).await?;
    let error = Task::all().for_update().all(&tx).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.advice().is_some());
    tx.rollback().await
}

on_every_database! { PEOPLE;
    two_workers_take_different_rows [sqlite: "locks the whole database", dynamodb: "a transaction of several steps"],
    a_write_takes_the_rows_that_nobody_has_locked [sqlite: "locks the whole database", dynamodb: "a transaction of several steps"],
    a_lock_that_is_held_is_told_at_once [sqlite: "locks the whole database", dynamodb: "a transaction of several steps"],
    what_is_shared_is_shared_and_not_changed [sqlite: "locks the whole database", dynamodb: "a transaction of several steps"],
    locked_rows_come_one_by_one_and_with_their_relations [sqlite: "locks the whole database", dynamodb: "a transaction of several steps"],
    a_lock_outside_of_a_transaction_is_refused,
    rows_of_no_table_are_not_locked,
    a_transaction_that_only_reads_locks_nothing [dynamodb: "a transaction of several steps"],
}
