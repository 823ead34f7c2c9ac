//! Much of everything: refused with a kind, or done in bounds; never a stack overflow.

use crate::databases::Database;
use crate::models::texts::{Point, TEXTS};
use crate::models::values::{Anything, VALUES};
use toasty::language::statement::Expr;
use toasty::language::value::Params;
use toasty::{Dialect, ErrorKind, Filter, Model, ToRequest, create};

/// On a thread with a quarter of a megabyte of stack.
fn with_little_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    with_stack(256 << 10, work)
}

/// On a thread with as much stack as a thread has by itself: the SDK of AWS alone needs more than a little.
fn with_usual_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    with_stack(2 << 20, work)
}

fn with_stack<T: Send + 'static>(bytes: usize, work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new()
        .stack_size(bytes)
        .spawn(work)
        .unwrap()
        .join()
        .unwrap()
}

fn points() -> (tokio::runtime::Runtime, toasty::Db) {
    let (runtime, database) = points_on(Database::in_memory);
    (runtime, database.db)
}

fn points_on(database: impl AsyncFn() -> Database) -> (tokio::runtime::Runtime, Database) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let database = runtime.block_on(async {
        let database = database().await;
        let db = &database.db;
        db.create_tables_of(TEXTS).await.unwrap();
        create!(Point [{ id: 1u64, a: 5 }, { id: 2u64 }])
            .exec(db)
            .await
            .unwrap();
        database
    });
    (runtime, database)
}

#[test]
fn hundred_thousand_ors() {
    with_little_stack(|| {
        let (runtime, db) = points();
        let many = (0..100_000)
            .map(|number| Point::FIELDS.a.eq(number))
            .reduce(|x, y| x | y)
            .unwrap();
        let query = Point::all().narrowed_by(many);
        let error = runtime.block_on(query.clone().all(&db)).unwrap_err();
        assert_eq!(
            (error.kind(), error.model()),
            (ErrorKind::TooComplex, Some("Point"))
        );
        assert_eq!(
            query
                .delete()
                .to_request(Dialect::Sqlite)
                .unwrap_err()
                .kind(),
            ErrorKind::TooComplex
        );
        // As many as there may be values are no trouble, though SQLite alone takes no chain longer than 1,000.
        let many = (0..30_000)
            .map(|number| Point::FIELDS.a.eq(number))
            .reduce(|x, y| x | y)
            .unwrap();
        assert_eq!(
            runtime
                .block_on(Point::all().narrowed_by(many).count(&db))
                .unwrap(),
            1
        );
        let many = (0..30_000)
            .map(|number| Point::FIELDS.a.ne(number + 6))
            .reduce(|x, y| x & y)
            .unwrap();
        assert_eq!(
            runtime
                .block_on(Point::all().narrowed_by(many).count(&db))
                .unwrap(),
            1
        );
        // Without values.
        let many = (0..20_000)
            .map(|_| Point::FIELDS.a.is_null())
            .reduce(|x, y| x | y)
            .unwrap();
        assert_eq!(
            runtime
                .block_on(Point::all().narrowed_by(many).count(&db))
                .unwrap(),
            1
        );
    });
}

#[test]
fn hundred_thousand_ors_on_postgresql() {
    with_little_stack(|| {
        let (runtime, database) = points_on(Database::on_postgresql);
        let db = &database.db;
        let chain = |length| {
            let parts = (0..length).map(|number| Point::FIELDS.a.eq(number));
            Point::all().narrowed_by(parts.reduce(|x, y| x | y).unwrap())
        };
        let error = runtime.block_on(chain(100_000).all(db)).unwrap_err();
        assert_eq!(
            (error.kind(), error.model()),
            (ErrorKind::TooComplex, Some("Point"))
        );
        assert_eq!(runtime.block_on(chain(3_000).count(db)).unwrap(), 1);
        // The longest that there may be values for is done, or refused; the connection lives on.
        match runtime.block_on(chain(65_535).count(db)) {
            Ok(found) => assert_eq!(found, 1),
            Err(error) => assert_eq!(error.kind(), ErrorKind::TooComplex, "{error:?}"),
        }
        assert_eq!(runtime.block_on(Point::all().count(db)).unwrap(), 2);
        runtime.block_on(database.remove());
    });
}

/// DynamoDB's own limits are much lower: what is longer is refused, or checked on the rows that were read.
#[test]
fn hundred_thousand_ors_on_dynamodb() {
    with_usual_stack(|| {
        let (runtime, database) = points_on(Database::on_dynamodb);
        let db = &database.db;
        for length in [3, 30, 301, 3_000, 100_000] {
            let parts = (0..length)
                .map(|number| Point::FIELDS.b.eq(number) | Point::FIELDS.a.eq(number + 3));
            let chain = Point::all().narrowed_by(parts.reduce(|x, y| x | y).unwrap());
            match runtime.block_on(chain.all(db)) {
                Ok(found) => assert_eq!(found.len(), 1, "of {length}"),
                Err(error) => {
                    assert!(length > 30, "{error:?}");
                    assert_eq!(error.kind(), ErrorKind::TooComplex, "{error:?}");
                }
            }
        }
        runtime.block_on(database.remove());
    });
}

#[test]
fn a_chain_built_from_its_end_is_the_same() {
    let (runtime, db) = points();
    let many = (0..5_000)
        .map(|number| Point::FIELDS.a.eq(number))
        .reduce(|x, y| y | x)
        .unwrap();
    assert_eq!(
        runtime
            .block_on(Point::all().narrowed_by(many).count(&db))
            .unwrap(),
        1
    );
}

#[test]
fn hundred_thousand_levels() {
    with_little_stack(|| {
        let (runtime, db) = points();
        let leaf = || Point::FIELDS.a.eq(1);
        let deep = (0..100_000).fold(leaf(), |deep, number| match number % 3 {
            0 => deep & leaf(),
            1 => deep | leaf(),
            _ => deep.not(),
        });
        let error = runtime
            .block_on(Point::all().narrowed_by(deep.clone()).all(&db))
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.model()),
            (ErrorKind::TooComplex, Some("Point"))
        );
        for error in [
            runtime
                .block_on(Point::all().narrowed_by(deep.clone()).count(&db))
                .unwrap_err(),
            runtime
                .block_on(Point::all().narrowed_by(deep.clone()).delete().exec(&db))
                .unwrap_err(),
            runtime
                .block_on(
                    Point::all()
                        .narrowed_by(deep.clone())
                        .update()
                        .c(1)
                        .exec(&db),
                )
                .unwrap_err(),
            runtime
                .block_on(Point::all().narrowed_by(!deep.clone()).exists(&db))
                .unwrap_err(),
            runtime
                .block_on(Point::all().narrowed_by(deep | leaf()).first(&db))
                .unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::TooComplex);
        }
        // The deepest that is taken is also run.
        let deep = (0..120).fold(leaf(), |deep, number| {
            if number % 2 == 0 {
                deep & leaf()
            } else {
                deep | leaf()
            }
        });
        assert_eq!(
            runtime
                .block_on(Point::all().narrowed_by(deep).count(&db))
                .unwrap(),
            0
        );
    });
}

#[test]
fn one_million_in_list() {
    let (runtime, db) = points();
    let found = |members: Vec<i64>| {
        runtime
            .block_on(Point::filter(|point| point.a.in_list(members)).count(&db))
            .unwrap()
    };
    assert_eq!(found((0..1_000_000).collect()), 1);
    assert_eq!(found((6..1_000_006).collect()), 0);
    assert_eq!(db.statistics().plans, 2);
    assert_eq!(
        db.statistics().plan_misses,
        2,
        "one for the insert, one for lists of any length"
    );
}

#[test]
fn one_million_in_list_on_postgresql() {
    let (runtime, database) = points_on(Database::on_postgresql);
    let db = &database.db;
    let found = |members: Vec<i64>| {
        runtime
            .block_on(Point::filter(|point| point.a.in_list(members)).count(db))
            .unwrap()
    };
    assert_eq!(found((0..1_000_000).collect()), 1);
    assert_eq!(found((6..1_000_006).collect()), 0);
    assert_eq!(
        db.statistics().plan_misses,
        2,
        "one for the insert, one for lists of any length"
    );
    runtime.block_on(database.remove());
}

#[test]
fn hundred_thousand_levels_on_the_other_backends() {
    with_usual_stack(|| {
        for database in [
            points_on(Database::on_postgresql),
            points_on(Database::on_dynamodb),
        ] {
            let (runtime, database) = database;
            let db = &database.db;
            let leaf = || Point::FIELDS.a.eq(1);
            let level = |deep: Filter<Point>, number: i32| match number % 3 {
                0 => deep & leaf(),
                1 => deep | leaf(),
                _ => deep.not(),
            };
            let deep = (0..100_000).fold(leaf(), level);
            let error = runtime.block_on(Point::all().narrowed_by(deep).all(db));
            assert_eq!(error.unwrap_err().kind(), ErrorKind::TooComplex);
            let alternating = (0..100).fold(leaf(), |deep, number| match number % 2 {
                0 => deep & leaf(),
                _ => deep | leaf(),
            });
            let found = runtime.block_on(Point::all().narrowed_by(alternating).count(db));
            match found {
                Ok(found) => assert_eq!(found, 0),
                Err(error) => assert_eq!(error.kind(), ErrorKind::TooComplex, "{error:?}"),
            }
            runtime.block_on(database.remove());
        }
    });
}

#[test]
fn ten_thousand_shapes() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let db = runtime.block_on(Database::in_memory()).db;
    runtime.block_on(db.create_tables_of(VALUES)).unwrap();
    // One condition for each bit of the number.
    let shape = |number: u16| {
        let parts = (0..14u16).filter(|bit| number & (1 << bit) != 0);
        let parts = parts.map(|bit| {
            Filter::<Anything>::new(
                Expr::IsNull {
                    column: bit + 1,
                    negated: true,
                },
                Params::new(),
            )
        });
        Anything::all().narrowed_by(parts.reduce(|x, y| x | y).unwrap_or_else(Filter::always))
    };
    let allocated = allocation_counter::measure(|| {
        for number in 0..10_000 {
            assert_eq!(runtime.block_on(shape(number).count(&db)).unwrap(), 0);
        }
    });
    let statistics = db.statistics();
    assert_eq!(
        (
            statistics.plans,
            statistics.plan_misses,
            statistics.plan_evictions
        ),
        (256, 10_000, 10_000 - 256)
    );
    assert!(
        allocated.bytes_current < 4 << 20,
        "{} bytes are kept",
        allocated.bytes_current
    );
    for number in 9_800..10_000 {
        runtime.block_on(shape(number).count(&db)).unwrap();
    }
    assert_eq!(db.statistics().plan_misses, 10_000, "the latest are known");
}
