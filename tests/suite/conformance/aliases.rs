//! Tables that are named as the aliases of SQL's text are: what is asked of one is asked of that one.

use crate::cases::on_every_database;
use toasty::expr::{exists, outer};
use toasty::{BelongsTo, Db, HasMany, Model, ModelDef, Result, create, toasty};

toasty! {
    #[derive(Clone, PartialEq)]
    pub model Farm [table("t1")] { id: u64 [key], name: String, cows: HasMany<Cow> }

    #[derive(Clone, PartialEq)]
    pub model Cow [table("T2")] { id: u64 [key], farm_id: u64 [index], farm: BelongsTo<Farm>, name: String }
}

const FARMS: &[&ModelDef] = &[Farm::DEF, Cow::DEF];

async fn farms(db: &Db) -> Result<()> {
    for (id, name) in [(1, "Hill"), (2, "Lake")] {
        create!(Farm { id, name }).exec(db).await?;
    }
    for (id, farm_id, name) in [(1, 2, "Bel"), (2, 2, "Flo"), (3, 1, "May")] {
        create!(Cow { id, farm_id, name }).exec(db).await?;
    }
    Ok(())
}

async fn a_table_named_as_an_alias_is_itself_in_relations(db: &Db) -> Result<()> {
    farms(db).await?;
    let with = Farm::filter(|f| f.cows.any(|c| c.name.eq("Bel"))).allow_scan();
    assert_eq!(with.one(db).await?.name, "Lake");
    Ok(())
}

async fn a_table_named_as_an_alias_is_itself_in_queries(db: &Db) -> Result<()> {
    farms(db).await?;
    let counted = Farm::all()
        .order_by(|f| f.id.asc())
        .select(|f| (f.name, f.cows.count()));
    assert_eq!(
        counted.all(db).await?,
        [("Hill".into(), 1), ("Lake".into(), 2)]
    );
    let alone = Cow::filter(|c| {
        !exists(Cow::filter(|other| {
            other.farm_id.eq(outer(c.farm_id))
                & other.id.ne(outer(c.id))
                & other.farm.is(|f| f.name.ne(outer::<_, Cow, _>(c.name)))
        }))
    });
    assert_eq!(alone.one(db).await?.name, "May");
    Ok(())
}

on_every_database! {
    FARMS;
    a_table_named_as_an_alias_is_itself_in_relations [dynamodb: "a condition on the rows of a relation"],
    a_table_named_as_an_alias_is_itself_in_queries [dynamodb: "a value of the rows of a relation"],
}
