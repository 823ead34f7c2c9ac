//! How a database goes about a statement.

use crate::cases::{Backend, on_every_database};
use crate::models::people::{Note, Passport, Person, Task};
use toasty::{Db, ErrorKind, Explain, Model, ModelDef, Plan, Result, create, sql};

const MODELS: &[&ModelDef] = &[Person::DEF, Passport::DEF, Task::DEF, Note::DEF];

/// The tables of a plan, without the prefix that tells the tests of DynamoDB apart.
fn tables(plan: &Plan) -> Vec<&str> {
    let tables = plan.steps().iter().filter_map(|step| {
        let table = step.table.as_deref()?;
        Some(
            table
                .split_once('.')
                .filter(|(test, _)| test.starts_with("test_"))
                .map_or(table, |(_, name)| name),
        )
    });
    tables.collect()
}

async fn a_lookup_by_key_reads_no_table(db: &Db) -> Result<()> {
    let plan = Person::filter(|p| p.id.eq(7)).explain(db).await?;
    assert!(
        !plan.has_full_scan() && !plan.sorts() && !plan.was_executed(),
        "{plan}"
    );
    assert_eq!(tables(&plan), ["person"], "{plan}");
    assert_eq!(plan.to_string(), plan.text());
    Ok(())
}

async fn an_index_is_named_with_its_condition(db: &Db) -> Result<()> {
    let plan = Task::filter(|t| t.person_id.eq(7) & t.title.eq("sleep"))
        .explain(db)
        .await?;
    let index = plan.indexes().next().expect("an index");
    assert!(index.contains("person_id"), "{plan}");
    let step = plan
        .steps()
        .iter()
        .find(|step| step.index.is_some())
        .expect("a step with an index");
    assert!(
        step.condition
            .as_deref()
            .is_some_and(|text| text.contains("person_id")),
        "{plan}"
    );
    assert!(!plan.has_full_scan(), "{plan}");
    Ok(())
}

async fn a_condition_without_an_index_reads_the_whole_table(db: &Db) -> Result<()> {
    let plan = Note::filter(|n| n.text.eq("x"))
        .allow_scan()
        .explain(db)
        .await?;
    let scan = plan
        .steps()
        .iter()
        .find(|step| step.full_scan)
        .expect("a scan");
    assert!(
        scan.table
            .as_deref()
            .is_some_and(|table| table.ends_with("note")),
        "{plan}"
    );
    if Backend::of(db) == Backend::PostgreSql {
        assert!(scan.estimated_rows.is_some());
        assert_eq!(scan.filter.as_deref(), Some("(text = '…'::text)"));
    }
    Ok(())
}

async fn an_order_without_an_index_sorts(db: &Db) -> Result<()> {
    let plan = Note::filter(|n| n.task_id.eq(1))
        .order_by(|n| n.text.asc())
        .explain(db)
        .await?;
    assert!(plan.sorts(), "{plan}");
    Ok(())
}

async fn nothing_is_done_by_explaining_a_write(db: &Db) -> Result<()> {
    let ann = create!(Person { name: "Ann" }).exec(db).await?;
    let by_id = |id| Person::filter(move |p| p.id.eq(id));
    let insert = create!(Person { name: "Bob" }).explain(db).await?;
    let update = by_id(ann.id).update().name("Cid").explain(db).await?;
    let delete = by_id(ann.id).delete().explain(db).await?;
    assert!(
        !update.has_full_scan() && !delete.has_full_scan(),
        "{update}\n{delete}"
    );
    assert!(
        [insert, update, delete]
            .iter()
            .all(|plan| !plan.was_executed())
    );
    let rows = Person::all().all(db).await?;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].name, "Ann");
    Ok(())
}

async fn many_changes_are_explained_as_one(db: &Db) -> Result<()> {
    let ann = create!(Person { name: "Ann" }).exec(db).await?;
    let plan = Person::update_many([ann.update().age(3)])
        .explain(db)
        .await?;
    assert!(tables(&plan).contains(&"person"), "{plan}");
    Ok(())
}

async fn selections_are_explained(db: &Db) -> Result<()> {
    let plan = Task::filter(|t| t.person_id.eq(7))
        .select(|t| t.title)
        .explain(db)
        .await?;
    assert!(!plan.has_full_scan(), "{plan}");
    assert_eq!(tables(&plan)[0], "task", "{plan}");
    Ok(())
}

async fn conditions_on_relations_name_their_tables(db: &Db) -> Result<()> {
    let plan = Task::filter(|t| t.person.is(|p| p.age.gt(3)))
        .explain(db)
        .await?;
    let mut tables = tables(&plan);
    tables.sort_unstable();
    tables.dedup();
    assert_eq!(tables, ["person", "task"], "{plan}");
    Ok(())
}

async fn sql_of_ones_own_is_explained_and_not_run(db: &Db) -> Result<()> {
    create!(Person { name: "Ann" }).exec(db).await?;
    let plan = sql("delete from person where name = ")
        .bind("Ann")
        .explain(db)
        .await?;
    assert_eq!(tables(&plan)[0], "person", "{plan}");
    assert_eq!(Person::all().count(db).await?, 1);
    let plan = sql("select name from person where id = ")
        .bind(1i64)
        .as_rows::<(String,)>()
        .explain(db)
        .await?;
    assert!(!plan.has_full_scan(), "{plan}");
    Ok(())
}

async fn no_value_stands_in_a_plan(db: &Db) -> Result<()> {
    let plan = Person::filter(|p| p.name.eq("CANARY") & p.age.eq(424_242))
        .explain(db)
        .await?;
    let shown = format!("{plan} {plan:?}");
    assert!(
        !shown.contains("CANARY") && !shown.contains("424242"),
        "{shown}"
    );
    Ok(())
}

async fn a_plan_is_measured_by_running_it(db: &Db) -> Result<()> {
    create!(Person [{ name: "Ann", age: 1 }, { name: "Bob", age: 2 }])
        .exec(db)
        .await?;
    let plan = Person::filter(|p| p.age.gt(1))
        .allow_scan()
        .explain_analyze(db)
        .await?;
    assert!(plan.was_executed());
    assert_eq!(plan.steps()[0].rows, Some(1), "{plan}");
    let error = Person::filter(|p| p.id.eq(1))
        .delete()
        .explain_analyze(db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(Person::all().count(db).await?, 2);
    Ok(())
}

on_every_database! { MODELS;
    a_lookup_by_key_reads_no_table,
    an_index_is_named_with_its_condition,
    a_condition_without_an_index_reads_the_whole_table,
    an_order_without_an_index_sorts [dynamodb: "this order"],
    nothing_is_done_by_explaining_a_write,
    many_changes_are_explained_as_one,
    selections_are_explained,
    conditions_on_relations_name_their_tables [dynamodb: "relation"],
    sql_of_ones_own_is_explained_and_not_run [dynamodb: "SQL of your own"],
    no_value_stands_in_a_plan,
    a_plan_is_measured_by_running_it [sqlite: "a measured plan", dynamodb: "a measured plan"],
}
