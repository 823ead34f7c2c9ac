//! Statements that do not depend on each other go to PostgreSQL together, and fail each for itself.

use super::cuts::{Cuttable, all_cuts};
use crate::databases::raw_postgresql;
use crate::proxy::Way;
use toasty::{BelongsTo, Db, ErrorKind, HasMany, HasOne, Model, ModelDef, Result, create, toasty};

toasty! {
    pub model Ship {
        id: u64 [key, auto],
        name: String,
        masts: HasMany<Mast>,
        boats: HasMany<Boat>,
        flag: HasOne<Flag>,
    }

    pub model Mast {
        id: u64 [key, auto],
        ship_id: u64 [index],
        ship: BelongsTo<Ship>,
        sails: HasMany<Sail>,
    }

    pub model Sail {
        id: u64 [key, auto],
        mast_id: u64 [index],
        mast: BelongsTo<Mast>,
    }

    pub model Boat {
        id: u64 [key, auto],
        ship_id: u64 [index],
        ship: BelongsTo<Ship>,
        name: String,
    }

    pub model Flag {
        ship_id: u64 [key],
        ship: BelongsTo<Ship>,
        colour: String,
    }
}

const FLEET: &[&ModelDef] = &[Ship::DEF, Mast::DEF, Sail::DEF, Boat::DEF, Flag::DEF];

async fn fleet() -> Cuttable {
    let on = Cuttable::new(|config| config).await;
    on.db().create_tables_of(FLEET).await.unwrap();
    for name in ["Argo", "Beagle"] {
        create!(Ship {
            name: name,
            masts: [{ sails: [{}, {}] }, { sails: [{}] }],
            boats: [{ name: "gig" }],
            flag: { colour: "red" },
        })
        .exec(on.db())
        .await
        .unwrap();
    }
    on
}

/// Loads every ship with all it has, and says how many things came.
async fn loaded(db: &Db) -> Result<usize> {
    let ships = Ship::all()
        .include(|ship| (ship.masts.include(|mast| mast.sails), ship.boats, ship.flag))
        .all(db)
        .await?;
    let mut things = ships.len();
    for ship in &ships {
        let masts = ship.masts.get()?;
        for mast in masts {
            things += 1 + mast.sails.get()?.len();
        }
        things += ship.boats.get()?.len() + usize::from(ship.flag.get()?.is_some());
    }
    Ok(things)
}

/// Two ships, each with two masts, three sails, a boat and a flag.
const THINGS: usize = 2 * (1 + 2 + 3 + 1 + 1);

#[tokio::test]
async fn the_relations_of_a_level_travel_together() {
    let on = fleet().await;
    assert_eq!(loaded(on.db()).await.unwrap(), THINGS);
    on.proxy.forget();
    assert_eq!(loaded(on.db()).await.unwrap(), THINGS);
    assert_eq!(on.proxy.count(Way::Up, b'S'), 5, "one for each relation");
    assert_eq!(on.proxy.at_once(), 3, "masts, boats and flags");
    on.proxy.forget();
    let in_one = on.db().transaction(async |tx| {
        Ship::all()
            .include(|ship| (ship.masts, ship.boats, ship.flag))
            .all(tx)
            .await
    });
    assert_eq!(in_one.await.unwrap().len(), 2);
    assert_eq!(on.proxy.at_once(), 3);
    on.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_that_travel_together_survive_one_cut() {
    let on = fleet().await;
    all_cuts(&on, async |run: String| match loaded(on.db()).await {
        Ok(things) => assert_eq!(things, THINGS, "{run}: nothing is missing or comes twice"),
        Err(error) => panic!("{run}: {error}"),
    })
    .await;
    on.remove().await;
}

#[tokio::test]
async fn of_several_that_were_prepared_before_a_change_of_the_table_each_is_prepared_anew() {
    let on = fleet().await;
    assert_eq!(loaded(on.db()).await.unwrap(), THINGS);
    let raw = raw_postgresql().await;
    for (table, column) in [("boat", "name"), ("flag", "colour")] {
        let schema = on.schema();
        raw.batch_execute(&format!(
            "ALTER TABLE {schema}.{table} ALTER COLUMN {column} TYPE varchar(80)"
        ))
        .await
        .unwrap();
    }
    assert_eq!(loaded(on.db()).await.unwrap(), THINGS);
    on.remove().await;
}

#[tokio::test]
async fn one_that_fails_beside_others_is_told_by_its_own_model() {
    let on = fleet().await;
    assert_eq!(loaded(on.db()).await.unwrap(), THINGS);
    let raw = raw_postgresql().await;
    raw.batch_execute(&format!("DROP TABLE {}.boat", on.schema()))
        .await
        .unwrap();
    for _ in 0..2 {
        let error = loaded(on.db()).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.model()),
            (ErrorKind::Schema, Some("Boat")),
            "{error}"
        );
        on.goes_on("after it").await;
    }
    on.remove().await;
}
