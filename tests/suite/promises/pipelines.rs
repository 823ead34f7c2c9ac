//! Statements that do not depend on each other go to PostgreSQL together, and fail each for itself.

use super::cuts::{Cuttable, Stroke, judge};
use super::every_cut::all_cuts;
use crate::databases::raw_postgresql;
use crate::proxy::Way;
use toasty::{
    BelongsTo, Db, ErrorKind, Executor, HasMany, HasOne, Model, ModelDef, Query, Result, batch,
    create, toasty,
};

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

/// Ten lookups, which are one shape, and what they found.
fn ten(ids: &[u64]) -> Vec<Query<Ship>> {
    (0..10)
        .map(|number| Ship::find_by_id(ids[number % ids.len()]))
        .collect()
}

async fn ship_ids(db: &Db) -> Vec<u64> {
    let ships = Ship::all().all(db).await.unwrap();
    ships.iter().map(|ship| ship.id).collect()
}

async fn ten_found(on: &impl Executor, ids: &[u64]) -> Result<usize> {
    Ok(batch(ten(ids)).exec(on).await?.iter().flatten().count())
}

#[tokio::test]
async fn ten_reads_of_a_batch_travel_together() {
    let on = fleet().await;
    let ids = ship_ids(on.db()).await;
    assert_eq!(ten_found(on.db(), &ids).await.unwrap(), 10);
    on.proxy.forget();
    assert_eq!(ten_found(on.db(), &ids).await.unwrap(), 10);
    assert_eq!(on.proxy.count(Way::Up, b'S'), 10);
    assert_eq!(on.proxy.at_once(), 10);

    on.proxy.forget();
    let (first, second) = on
        .db()
        .transaction(async |tx| {
            // What begins the transaction goes with its first statement.
            Result::Ok((ten_found(tx, &ids).await?, ten_found(tx, &ids).await?))
        })
        .await
        .unwrap();
    assert_eq!((first, second), (10, 10));
    assert_eq!(on.proxy.at_once(), 10);
    on.remove().await;
}

#[tokio::test]
async fn reads_with_relations_take_as_many_trips_as_the_deepest() {
    let on = fleet().await;
    let ids = ship_ids(on.db()).await;
    let read = async || {
        batch((
            Ship::find_by_id(ids[0])
                .include(|ship| (ship.masts.include(|mast| mast.sails), ship.flag)),
            Ship::find_by_id(ids[1])
                .include(|ship| ship.boats)
                .into_one(),
            Boat::all().into_count(),
        ))
        .exec(on.db())
        .await
        .unwrap()
    };
    read().await;
    on.proxy.forget();
    let (first, second, boats) = read().await;
    assert_eq!(first[0].masts.get().unwrap().len(), 2);
    assert_eq!((second.boats.get().unwrap().len(), boats), (1, 2));
    assert_eq!(
        on.proxy.count(Way::Up, b'S'),
        7,
        "one for each query and relation"
    );
    assert_eq!(
        on.proxy.at_once(),
        3,
        "both ships and the count; masts, flag and boats"
    );
    on.remove().await;
}

#[tokio::test]
async fn a_write_of_a_batch_that_fails_leaves_the_others() {
    let on = fleet().await;
    let ids = ship_ids(on.db()).await;
    for _ in 0..2 {
        let error = batch((
            create!(Stroke { name: "kept" }),
            create!(Flag {
                ship_id: ids[0],
                colour: "blue"
            }),
            Ship::all(),
            create!(Stroke { name: "kept" }),
        ))
        .exec(on.db())
        .await
        .unwrap_err();
        assert_eq!(
            (error.kind(), error.model()),
            (ErrorKind::UniqueViolation, Some("Flag"))
        );
        on.goes_on("after it").await;
    }
    assert_eq!(on.rows("kept").await, 4);
    on.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_of_a_batch_is_never_sent_twice() {
    let on = fleet().await;
    all_cuts(&on, async |run: String| {
        let said = batch((
            Ship::all().into_count(),
            create!(Stroke { name: &run }),
            Boat::all().into_count(),
        ))
        .exec(on.db())
        .await;
        if let Ok((ships, _, boats)) = said {
            assert_eq!((ships, boats), (2, 2), "{run}");
        }
        judge(&run, &said, on.rows(&run).await, 1);
    })
    .await;
    on.remove().await;
}
