//! Rows and all that a relation of their model to itself leads to.

use crate::cases::on_every_database;
use crate::models::people::{PEOPLE, Person, Task};
use toasty::expr::count;
use toasty::{Db, ErrorKind, Query, Result, create};

/// Ann leads Bob and Cid, Bob leads Dan, Dan leads Eve; Fay is by herself.
async fn people(db: &Db) -> Result<()> {
    let rows = [
        ("Ann", None),
        ("Bob", Some("Ann")),
        ("Cid", Some("Ann")),
        ("Dan", Some("Bob")),
        ("Eve", Some("Dan")),
        ("Fay", None),
    ];
    for (name, boss) in rows {
        let boss_id = match boss {
            Some(boss) => Some(Person::get_by_name(db, boss).await?.id),
            None => None,
        };
        create!(Person { name, boss_id }).exec(db).await?;
    }
    Ok(())
}

fn named(name: &'static str) -> Query<Person> {
    Person::filter(|person| person.name.eq(name))
}

async fn names<S>(query: Query<Person, S>, db: &Db) -> Result<String> {
    let rows = query.order_by(|person| person.name.asc()).all(db).await?;
    let names: Vec<String> = rows.into_iter().map(|row| row.name).collect();
    Ok(names.join(" "))
}

async fn a_tree_is_a_row_with_all_below_it(db: &Db) -> Result<()> {
    people(db).await?;
    let below = |name| named(name).with_descendants(|person| person.reports);
    assert_eq!(names(below("Ann"), db).await?, "Ann Bob Cid Dan Eve");
    assert_eq!(names(below("Dan"), db).await?, "Dan Eve");
    assert_eq!(names(below("Fay"), db).await?, "Fay");
    assert_eq!(names(below("nobody"), db).await?, "");
    let roots =
        Person::filter(|person| person.name.in_list(["Bob", "Cid", "Eve"].map(String::from)));
    let several = roots.with_descendants(|person| person.reports);
    assert_eq!(names(several, db).await?, "Bob Cid Dan Eve", "each once");
    let leading = Person::filter(|person| person.boss_id.is_null());
    let leading = leading.order_by(|person| person.name.asc()).limit(1);
    let first = leading.with_descendants(|person| person.reports);
    assert_eq!(first.count(db).await?, 5);
    Ok(())
}

async fn a_way_up_is_a_row_with_all_above_it(db: &Db) -> Result<()> {
    people(db).await?;
    let above = |name| named(name).with_ancestors(|person| person.boss);
    assert_eq!(names(above("Eve"), db).await?, "Ann Bob Dan Eve");
    assert_eq!(names(above("Ann"), db).await?, "Ann");
    let both = above("Dan").with_descendants(|person| person.reports);
    assert_eq!(names(both, db).await?, "Ann Bob Cid Dan Eve");
    Ok(())
}

async fn a_depth_bounds_the_steps(db: &Db) -> Result<()> {
    people(db).await?;
    let below =
        |steps| named("Ann").with_descendants(move |person| person.reports.max_depth(steps));
    assert_eq!(names(below(0), db).await?, "Ann");
    assert_eq!(names(below(1), db).await?, "Ann Bob Cid");
    assert_eq!(names(below(2), db).await?, "Ann Bob Cid Dan");
    assert_eq!(names(below(u32::MAX), db).await?, "Ann Bob Cid Dan Eve");
    let above = named("Eve").with_ancestors(|person| person.boss.max_depth(2));
    assert_eq!(names(above, db).await?, "Bob Dan Eve");
    Ok(())
}

async fn a_circle_ends(db: &Db) -> Result<()> {
    people(db).await?;
    let eve = named("Eve").one(db).await?;
    named("Ann").update().boss_id(Some(eve.id)).exec(db).await?;
    let below = named("Bob").with_descendants(|person| person.reports);
    assert_eq!(names(below, db).await?, "Ann Bob Cid Dan Eve");
    let above = named("Cid").with_ancestors(|person| person.boss);
    assert_eq!(names(above, db).await?, "Ann Bob Cid Dan Eve");
    let bounded = named("Bob").with_descendants(|person| person.reports.max_depth(50));
    assert_eq!(names(bounded, db).await?, "Ann Bob Cid Dan Eve");
    Ok(())
}

async fn a_tree_is_a_query_like_others(db: &Db) -> Result<()> {
    people(db).await?;
    let dan = named("Dan").one(db).await?;
    create!(Task {
        person_id: dan.id,
        title: "t"
    })
    .exec(db)
    .await?;
    let tree = || named("Ann").with_descendants(|person| person.reports);
    assert_eq!(tree().count(db).await?, 5);
    let busy = tree().filter(|person| person.tasks.any(|task| task.done.eq(false)));
    assert_eq!(names(busy, db).await?, "Dan");
    let with = tree()
        .filter(|person| person.name.ge("D"))
        .include(|person| person.boss);
    let with = with.order_by(|person| person.name.desc()).all(db).await?;
    let mut bosses = Vec::new();
    for person in &with {
        let boss = person.boss.as_ref().expect("a boss");
        bosses.push(boss.get()?.name.as_str());
    }
    assert_eq!(bosses, ["Dan", "Bob"]);
    let leaves = tree().filter(|person| !person.reports.any(|report| report.id.gt(0)));
    let leaves = leaves.select(|_| count()).one(db).await?;
    assert_eq!(leaves, 2);
    let other = tree().union(named("Fay"));
    assert_eq!(other.count(db).await?, 6);
    let error = tree().all_rows().delete().exec(db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    Ok(())
}

on_every_database! { PEOPLE;
    a_tree_is_a_row_with_all_below_it [dynamodb: "a tree"],
    a_way_up_is_a_row_with_all_above_it [dynamodb: "a tree"],
    a_depth_bounds_the_steps [dynamodb: "a tree"],
    a_circle_ends [dynamodb: "a tree"],
    a_tree_is_a_query_like_others [dynamodb: "a tree"],
}
