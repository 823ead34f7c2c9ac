//! Pages hold every row once, whatever the order, the size and the direction, and whatever is written in between; and no
//! text that a client can send does anything but lead to a page or be refused.

use super::predicate::cases;
use crate::databases::Database;
use crate::models::readings::{READINGS, Reading};
use crate::models::tree::{Node, NodeFields, TREE};
use crate::recorder::Recorder;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;
use toasty::config::PagesConfig;
use toasty::language::cursor::{Cursor, CursorKey, Leads, Origin, Shape};
use toasty::language::query::OrderBy;
use toasty::language::value::{ColumnType, Value};
use toasty::{Config, Db, ErrorKind, Page, Query, create};

const KEY: &str = "a key for tests with 32 bytes or more";

/// One key of an order: which column, down or up, and where NULLs go.
#[derive(Clone, Copy, Debug)]
struct Key {
    column: u8,
    down: bool,
    nulls: u8,
}

impl Key {
    fn of(self, node: NodeFields) -> OrderBy<Node> {
        macro_rules! directed {
            ($field:ident) => {
                if self.down {
                    node.$field.desc()
                } else {
                    node.$field.asc()
                }
            };
        }
        let key = match self.column {
            0 => directed!(a),
            1 => directed!(b),
            2 => directed!(c),
            3 => directed!(s),
            _ => directed!(id),
        };
        match self.nulls {
            0 => key,
            1 => key.nulls_first(),
            _ => key.nulls_last(),
        }
    }
}

/// What happens between two pages.
#[derive(Clone, Debug)]
enum Between {
    Nothing,
    /// A row with this key is removed, if it is there.
    Remove(u64),
    /// A row with this key and these values is added.
    Add(u64, Row),
}

#[derive(Clone, Debug)]
struct Row {
    a: Option<i64>,
    b: Option<i64>,
    c: i64,
    s: Option<String>,
}

fn row() -> impl Strategy<Value = Row> {
    // Few values, so that many are equal.
    let number = || prop::option::weighted(0.7, -1..2i64);
    let text = prop::option::weighted(0.7, prop::sample::select(vec!["", "a", "ä", "b"]));
    (number(), number(), 0..2i64, text).prop_map(|(a, b, c, s)| Row {
        a,
        b,
        c,
        s: s.map(str::to_owned),
    })
}

fn between() -> impl Strategy<Value = Between> {
    prop_oneof![
        2 => Just(Between::Nothing),
        1 => (0..30u64).prop_map(Between::Remove),
        1 => (30..60u64, row()).prop_map(|(id, row)| Between::Add(id, row)),
    ]
}

fn key() -> impl Strategy<Value = Key> {
    (0..5u8, any::<bool>(), 0..3u8).prop_map(|(column, down, nulls)| Key {
        column,
        down,
        nulls,
    })
}

async fn add(db: &Db, id: u64, row: &Row) {
    create!(Node {
        id,
        a: row.a,
        b: row.b,
        c: row.c,
        s: &row.s
    })
    .exec(db)
    .await
    .unwrap();
}

/// Walks all pages, from the first one or back from the last row, and gives the keys of their rows.
async fn walk(
    db: &Db,
    query: &Query<Node, impl Sized>,
    rows: u64,
    last: Option<&Node>,
    mut between: impl AsyncFnMut(),
) -> Vec<u64> {
    let (mut seen, back) = (Vec::new(), last.is_some());
    let mut page = match last {
        Some(last) => {
            seen.push(last.id);
            query.clone().page(rows).before_row(last).fetch(db).await
        }
        None => query.clone().page(rows).fetch(db).await,
    }
    .unwrap();
    loop {
        assert!(page.items.len() <= usize::try_from(rows).unwrap());
        let keys = page.items.iter().map(|node| node.id);
        if back {
            seen.extend(keys.rev());
        } else {
            seen.extend(keys);
        }
        let token = if back {
            page.prev_token()
        } else {
            page.next_token()
        };
        let Some(token) = token.map(str::to_owned) else {
            return seen;
        };
        assert_eq!(
            page.items.len(),
            usize::try_from(rows).unwrap(),
            "only the last page is short"
        );
        between().await;
        let next = query.clone().page(rows);
        page = if back {
            next.before(token).fetch(db).await
        } else {
            next.after(token).fetch(db).await
        }
        .unwrap();
    }
}

fn check_paging(tables: u32, database: impl AsyncFn() -> Database) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let inputs = (
        prop::collection::vec(row(), 0..30),
        prop::collection::vec(key(), 0..4),
        1..7u64,
        any::<bool>(),
        prop::collection::vec(between(), 12),
    );
    TestRunner::new(cases(tables))
        .run(&inputs, |(rows, order, size, back, happens)| {
            runtime.block_on(async {
                let database = database().await;
                let db = &database.db;
                db.create_tables_of(TREE).await.unwrap();
                for (id, row) in (0..).zip(&rows) {
                    add(db, id, row).await;
                }
                let mut query = Node::all();
                for key in &order {
                    query = query.order_by(|node| key.of(node));
                }
                // Nobody writes: the order of the pages is that of one list.
                let whole = query
                    .clone()
                    .order_by(|node| node.id.asc())
                    .all(db)
                    .await
                    .unwrap();
                let there = walk(db, &query, size, None, async || {}).await;
                let last = there
                    .last()
                    .and_then(|id| whole.iter().find(|node| node.id == *id));
                if last.is_some() {
                    let mut back_again = walk(db, &query, size, last, async || {}).await;
                    back_again.reverse();
                    assert_eq!(there, back_again, "{order:?}");
                }
                let values = |id: &u64| {
                    let node = whole.iter().find(|node| node.id == *id).unwrap();
                    order
                        .iter()
                        .map(|key| match key.column {
                            0 => format!("{:?}", node.a),
                            1 => format!("{:?}", node.b),
                            2 => format!("{:?}", node.c),
                            3 => format!("{:?}", node.s),
                            _ => format!("{:?}", node.id),
                        })
                        .collect::<Vec<_>>()
                };
                let in_pages: Vec<_> = there.iter().map(values).collect();
                let in_one: Vec<_> = whole.iter().map(|node| values(&node.id)).collect();
                assert_eq!(in_pages, in_one, "{order:?}");
                // Somebody writes between the pages: what is there all the time is seen, and nothing twice.
                let mut happens = happens.iter();
                let mut gone = BTreeSet::new();
                let from = last.filter(|_| back);
                let seen = walk(db, &query, size, from, async || match happens.next() {
                    None | Some(Between::Nothing) => {}
                    Some(Between::Remove(id)) => {
                        gone.insert(*id);
                        Node::delete_by_id(*id).exec(db).await.unwrap_or_default();
                    }
                    Some(Between::Add(id, row)) => {
                        if Node::filter(|node| node.id.eq(*id))
                            .first(db)
                            .await
                            .unwrap()
                            .is_none()
                        {
                            add(db, *id, row).await;
                        }
                    }
                })
                .await;
                let once: BTreeSet<_> = seen.iter().copied().collect();
                assert_eq!(once.len(), seen.len(), "disjoint: {seen:?} {order:?}");
                for node in &whole {
                    assert!(
                        once.contains(&node.id) || gone.contains(&node.id),
                        "complete: {} of {seen:?} {order:?}",
                        node.id
                    );
                }
                database.remove().await;
            });
            Ok(())
        })
        .unwrap();
}

#[test]
fn paging_is_complete_and_disjoint() {
    check_paging(96, Database::in_memory);
}

#[test]
fn paging_is_complete_and_disjoint_on_postgresql() {
    check_paging(16, Database::on_postgresql);
}

/// By the sort key of the table and by that of an index, whose rows have many equal ones.
#[test]
fn paging_is_complete_and_disjoint_on_dynamodb() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let inputs = (
        prop::collection::btree_map(-20..20i64, 0..4i64, 0..25),
        1..6u64,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    );
    TestRunner::new(cases(12))
        .run(&inputs, |(rows, size, by_index, down, filtered)| {
            runtime.block_on(async {
                let database = Database::on_dynamodb().await;
                let db = &database.db;
                db.create_tables_of(READINGS).await.unwrap();
                let new = rows.iter().map(|(at, value)| {
                    create!(Reading {
                        sensor: "a",
                        at,
                        room: "r",
                        value
                    })
                });
                Reading::create_many(new)
                    .in_chunks()
                    .exec(db)
                    .await
                    .unwrap();
                let query = || {
                    let query = if by_index {
                        Reading::filter(|row| row.room.eq("r")).order_by(|row| {
                            if down {
                                row.value.desc()
                            } else {
                                row.value.asc()
                            }
                        })
                    } else {
                        Reading::filter(|row| row.sensor.eq("a"))
                            .order_by(|row| if down { row.at.desc() } else { row.at.asc() })
                    };
                    query.filter_if(filtered, |row| row.note.is_null() & row.at.ne(3))
                };
                let mut there: Vec<Vec<Reading>> = Vec::new();
                let mut page: Page<Reading> = query().page(size).fetch(db).await.unwrap();
                while let Some(token) = page.next_token().map(str::to_owned) {
                    there.push(page.items);
                    page = query().page(size).after(token).fetch(db).await.unwrap();
                }
                there.push(page.items.clone());
                let all: Vec<_> = there.concat();
                let expected = query().all(db).await.unwrap();
                assert_eq!(all.len(), expected.len());
                for (one, other) in all.iter().zip(&expected) {
                    if by_index {
                        assert_eq!(one.value, other.value);
                    } else {
                        assert_eq!(one.at, other.at);
                    }
                }
                let times: BTreeSet<_> = all.iter().map(|row| row.at).collect();
                assert_eq!(times.len(), all.len(), "disjoint");
                for expected in there.iter().rev().skip(1) {
                    page = query()
                        .page(size)
                        .before(page.prev_token())
                        .fetch(db)
                        .await
                        .unwrap();
                    assert_eq!(&page.items, expected, "back");
                }
                database.remove().await;
            });
            Ok(())
        })
        .unwrap();
}

async fn with_key() -> Db {
    let config = Config::sqlite_in_memory().with_pages(PagesConfig::default().with_key(KEY));
    let db = toasty::connect_with(config).await.unwrap();
    db.create_tables_of(TREE).await.unwrap();
    for id in 0..9 {
        create!(Node { id, c: 1 }).exec(&db).await.unwrap();
    }
    db
}

/// A client that knows everything but the key cannot make a cursor, nor use one without a signature.
#[tokio::test]
async fn a_cursor_is_signed_where_there_is_a_key() {
    let db = with_key().await;
    let page = || Node::all().order_by(|node| node.c.asc()).page(2);
    let first = page().fetch(&db).await.unwrap();
    let token = first.next_token().unwrap().to_owned();
    let second = page().after(&token).fetch(&db).await.unwrap();
    assert_eq!(second.items[0].id, 2);
    let tx = db.begin().await.unwrap();
    assert_eq!(
        page().after(&token).fetch(&tx).await.unwrap().items[0].id,
        2
    );
    drop(tx);

    let of: Origin = match Node::all()
        .order_by(|n| (n.c.asc(), n.id.asc()))
        .statement()
    {
        Ok((toasty::Statement::Select(select), _)) => Shape::of(&select).into(),
        other => panic!("{other:?}"),
    };
    let forged = Cursor {
        leads: Leads::On,
        place: vec![Value::Int(1), Value::Int(5)],
    };
    let other_key = CursorKey::new(b"another key of 32 random bytes!!");
    let recorder = Recorder::start();
    for text in [
        forged.encode(&of, None).unwrap(),
        forged.encode(&of, Some(&other_key)).unwrap(),
    ] {
        let error = page().after(text).fetch(&db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidCursor);
    }
    assert_eq!(recorder.count(), 0, "nothing is sent");
    let right = forged
        .encode(&of, Some(&CursorKey::new(KEY.as_bytes())))
        .unwrap();
    assert_eq!(page().after(right).fetch(&db).await.unwrap().items[0].id, 6);

    let unsigned = Database::in_memory().await;
    unsigned.db.create_tables_of(TREE).await.unwrap();
    let error = page().after(&token).fetch(&unsigned.db).await.unwrap_err();
    assert!(error.is_invalid_cursor(), "{error:?}");
}

fn types() -> impl Strategy<Value = Vec<(ColumnType, bool)>> {
    let one = prop::sample::select(vec![
        ColumnType::Bool,
        ColumnType::Int(8),
        ColumnType::Int(64),
        ColumnType::UInt(64),
        ColumnType::Float(64),
        ColumnType::Text,
        ColumnType::Bytes,
        ColumnType::Uuid,
        ColumnType::Timestamp,
        ColumnType::Date,
        ColumnType::Time,
        ColumnType::DateTime,
        ColumnType::Decimal,
        ColumnType::Json,
    ]);
    prop::collection::vec((one, any::<bool>()), 0..4)
}

fn values() -> impl Strategy<Value = Vec<Value>> {
    let one = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<u64>().prop_map(Value::Big),
        any::<f64>().prop_map(Value::Float),
        any::<String>().prop_map(Value::Text),
        any::<Vec<u8>>().prop_map(Value::Bytes),
        any::<String>().prop_map(Value::Json),
        any::<u128>().prop_map(|bits| Value::Uuid(uuid::Uuid::from_u128(bits))),
    ];
    prop::collection::vec(one, 0..4)
}

/// Any text, and texts that are right but for what stands inside.
#[test]
fn decoding_any_text_never_panics() {
    let of = Origin::from(Shape::of_bytes(*b"a shape!"));
    let key = CursorKey::new(KEY.as_bytes());
    TestRunner::new(cases(4_096))
        .run(
            &(
                any::<String>(),
                "[A-Za-z0-9_-]{0,120}",
                values(),
                types(),
                any::<bool>(),
            ),
            |(text, letters, place, types, signed)| {
                let key = signed.then_some(&key);
                for text in [&text, &letters] {
                    let error = Cursor::decode(text, &of, &types, key).unwrap_err();
                    assert!(error.is_invalid_cursor());
                }
                let cursor = Cursor {
                    leads: Leads::Back,
                    place,
                };
                let text = cursor.encode(&of, key).unwrap();
                match Cursor::decode(&text, &of, &types, key) {
                    // What is taken is what was given; a NaN is not equal to itself.
                    Ok(back) => assert_eq!(back.encode(&of, key).unwrap(), text),
                    Err(error) => assert!(error.is_invalid_cursor()),
                }
                Ok(())
            },
        )
        .unwrap();
}
