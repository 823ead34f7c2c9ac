//! Pages of everything that is no plain list of rows hold every row once, in the order in which Rust puts them: in orders that
//! are computed, of values, of groups, of distinct values, of unions and of first rows.

use super::predicate::cases;
use crate::databases::Database;
use crate::models::figures::{FIGURES, Figure};
use crate::models::tree::{Leaf, Node, NodeFields, TREE};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use toasty::expr::{case, coalesce, count, lower, max};
use toasty::language::query::{All, OrderBy, PageQuery};
use toasty::{Db, Explain, Model, Page, Query, create};

/// One key of an order: what it is computed by, down or up, and where NULLs go.
#[derive(Clone, Copy, Debug)]
struct Key {
    by: u8,
    down: bool,
    nulls: u8,
}

/// A value of an order, as Rust computes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(i64),
    Text(String),
}

/// A node, with the values of its leaves.
#[derive(Clone, Debug)]
struct Row {
    id: u64,
    a: Option<i64>,
    b: Option<i64>,
    c: i64,
    s: Option<String>,
    leaves: Vec<Option<i64>>,
}

macro_rules! directed {
    ($key:expr, $value:expr) => {{
        let key = if $key.down {
            $value.desc()
        } else {
            $value.asc()
        };
        match $key.nulls {
            0 => key,
            1 => key.nulls_first(),
            _ => key.nulls_last(),
        }
    }};
}

impl Key {
    fn of(self, node: NodeFields) -> OrderBy<Node> {
        match self.by {
            0 => directed!(self, lower(node.s)),
            1 => directed!(self, node.a + node.b),
            2 => directed!(self, node.leaves.count()),
            3 => directed!(self, node.leaves.max(|leaf| leaf.v)),
            4 => directed!(self, case(node.c.eq(1), node.a).otherwise(7)),
            5 => directed!(self, coalesce(node.b, 0) * 2),
            6 => directed!(self, node.b),
            _ => directed!(self, node.c),
        }
    }

    /// The same in Rust.
    fn value(self, row: &Row) -> Option<Part> {
        let number = match self.by {
            0 => return row.s.as_ref().map(|s| Part::Text(s.to_ascii_lowercase())),
            1 => row.a.zip(row.b).map(|(a, b)| a + b),
            2 => i64::try_from(row.leaves.len()).ok(),
            3 => row.leaves.iter().copied().flatten().max(),
            4 if row.c == 1 => row.a,
            4 => Some(7),
            5 => Some(row.b.unwrap_or(0) * 2),
            6 => row.b,
            _ => Some(row.c),
        };
        number.map(Part::Number)
    }

    fn compare(self, left: &Option<Part>, right: &Option<Part>) -> Ordering {
        let nulls_first = match self.nulls {
            0 => !self.down,
            1 => true,
            _ => false,
        };
        match (left, right) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) if nulls_first => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => self.compare(right, left).reverse(),
            (Some(left), Some(right)) => self.turned(left.cmp(right)),
        }
    }

    fn turned(self, ordering: Ordering) -> Ordering {
        if self.down {
            ordering.reverse()
        } else {
            ordering
        }
    }
}

/// How two rows stand in an order that ends with a tie-break, which goes the way of the last key.
fn compare<T: Ord>(
    order: &[Key],
    value: impl Fn(Key, usize) -> Option<Part>,
    (left, right): (&T, &T),
) -> Ordering {
    let by_keys = order
        .iter()
        .map(|key| key.compare(&value(*key, 0), &value(*key, 1)));
    let tie = left.cmp(right);
    by_keys
        .fold(Ordering::Equal, Ordering::then)
        .then(order.last().map_or(tie, |last| last.turned(tie)))
}

fn sorted<'r>(rows: impl IntoIterator<Item = &'r Row>, order: &[Key]) -> Vec<u64> {
    let mut rows: Vec<&Row> = rows.into_iter().collect();
    rows.sort_by(|left, right| {
        let sides = [*left, *right];
        compare(
            order,
            |key, side| key.value(sides[side]),
            (&left.id, &right.id),
        )
    });
    rows.iter().map(|row| row.id).collect()
}

/// All rows page by page, there and back.
async fn walked<M: Model, T: Clone + PartialEq + Debug + Send + 'static>(
    db: &Db,
    rows: u64,
    page: impl Fn(u64) -> PageQuery<M, T>,
) -> Vec<T> {
    let full = usize::try_from(rows).unwrap();
    let mut pages: Vec<Page<T>> = Vec::new();
    loop {
        let token = pages.last().and_then(Page::next_token);
        let next = page(rows).after(token).fetch(db).await.unwrap();
        assert_eq!(next.has_prev(), !pages.is_empty());
        assert!(
            next.items.len() == full || !next.has_next(),
            "only the last page is short"
        );
        let is_last = !next.has_next();
        pages.push(next);
        if is_last {
            break;
        }
    }
    let mut back = pages[pages.len() - 1].clone();
    for there in pages.iter().rev().skip(1) {
        back = page(rows)
            .before(back.prev_token())
            .fetch(db)
            .await
            .unwrap();
        assert_eq!(back.items, there.items, "back");
    }
    assert!(!back.has_prev());
    pages.into_iter().flat_map(|page| page.items).collect()
}

fn ordered(mut query: Query<Node, All>, order: &[Key]) -> Query<Node, All> {
    for key in order {
        query = query.order_by(|node| key.of(node));
    }
    query
}

/// What is said again says nothing more.
fn once(order: &[Key], by: impl Fn(&Key) -> u8) -> Vec<Key> {
    let mut seen = BTreeSet::new();
    let order = order.iter().copied();
    order.filter(|key| seen.insert(by(key))).collect()
}

/// The rows themselves, as rows and as values, of a table, of a union and of a query for the first rows of groups.
async fn check_rows(db: &Db, rows: &[Row], order: &[Key], size: u64) {
    let order = &once(order, |key| key.by);
    let all = || ordered(Node::all(), order);
    let expected = sorted(rows, order);
    let nodes = walked(db, size, |size| all().page(size)).await;
    let ids: Vec<u64> = nodes.iter().map(|node| node.id).collect();
    assert_eq!(ids, expected, "rows {order:?}");
    let values = walked(db, size, |size| all().select(|node| node.c + 1).page(size)).await;
    let of_ids = expected
        .iter()
        .map(|id| rows.iter().find(|row| row.id == *id).unwrap());
    assert_eq!(
        values,
        of_ids.map(|row| row.c + 1).collect::<Vec<_>>(),
        "values {order:?}"
    );

    let some = || Node::filter(|node| node.c.eq(1));
    let others = || Node::filter(|node| node.a.ge(0));
    let union = || ordered(some().union(others()), order).select(|node| node.id);
    let found = rows
        .iter()
        .filter(|row| row.c == 1 || row.a.is_some_and(|a| a >= 0));
    let ids = walked(db, size, |size| union().page(size)).await;
    assert_eq!(ids, sorted(found, order), "union {order:?}");

    let mut firsts: BTreeMap<Option<i64>, &Row> = BTreeMap::new();
    for id in &expected {
        let row = rows.iter().find(|row| row.id == *id).unwrap();
        firsts.entry(row.a).or_insert(row);
    }
    // The first of equal rows is the database's choice, unless the key is a part of the order.
    if order.is_empty() {
        let ids = walked(db, size, |size| {
            all()
                .distinct_on(|node| node.a)
                .select(|node| node.id)
                .page(size)
        })
        .await;
        assert_eq!(ids, sorted(firsts.into_values(), order), "first rows");
    } else {
        let by_key = |size| {
            let query = all().order_by(|node| node.id.asc());
            query.distinct_on(|node| node.a).page(size)
        };
        let nodes = walked(db, size, by_key).await;
        let groups: BTreeSet<Option<i64>> = nodes.iter().map(|node| node.a).collect();
        assert_eq!(groups.len(), nodes.len(), "first rows {order:?}");
        assert_eq!(
            groups,
            firsts.keys().copied().collect(),
            "first rows {order:?}"
        );
    }
}

/// Groups by `a`, in the order of their number, of their largest `c` and of their key, in any of these ways.
async fn check_groups(db: &Db, rows: &[Row], order: &[Key], size: u64) {
    let order = &once(order, |key| key.by % 3);
    let mut groups: BTreeMap<Option<i64>, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        groups.entry(row.a).or_default().push(row);
    }
    let value = |key: Key, group: &Option<i64>| {
        let rows = &groups[group];
        match key.by % 3 {
            0 => i64::try_from(rows.len()).ok(),
            1 => rows.iter().filter_map(|row| row.b).max(),
            _ => *group,
        }
        .map(Part::Number)
    };
    let mut expected: Vec<Option<i64>> = groups.keys().copied().collect();
    expected.sort_by(|left, right| {
        let sides = [left, right];
        compare(order, |key, side| value(key, sides[side]), (left, right))
    });
    let page = |size| {
        let mut query = Node::all().group_by(|node| node.a);
        for key in order {
            query = query.order_by(|group| match key.by % 3 {
                0 => directed!(key, count()),
                1 => directed!(key, max(group.row.b)),
                _ => directed!(key, group.key),
            });
        }
        query.select(|group| (count(), group.key)).page(size)
    };
    let found = walked(db, size, page).await;
    let number = |group: &Option<i64>| u64::try_from(groups[group].len()).unwrap();
    let expected: Vec<_> = expected
        .iter()
        .map(|group| (number(group), *group))
        .collect();
    assert_eq!(found, expected, "groups {order:?}");
}

/// Values that come once, of one query and of two.
async fn check_distinct(db: &Db, rows: &[Row], down: bool, size: u64) {
    let key = Key {
        by: 6,
        down,
        nulls: 0,
    };
    let pairs: BTreeSet<(Option<i64>, i64)> = rows.iter().map(|row| (row.b, row.c)).collect();
    let in_order = |pairs: BTreeSet<(Option<i64>, i64)>| {
        let pairs: Vec<_> = pairs.into_iter().collect();
        if down {
            pairs.into_iter().rev().collect()
        } else {
            pairs
        }
    };
    let page = |size| {
        let query = Node::all().order_by(|node| directed!(key, node.b));
        query.select(|node| (node.b, node.c)).distinct().page(size)
    };
    let found = walked(db, size, page).await;
    assert_eq!(found, in_order(pairs), "distinct");

    let both = rows.iter().map(|row| (row.b, row.c));
    let leaves = rows
        .iter()
        .flat_map(|row| row.leaves.iter().map(|v| (*v, 5)));
    let page = |size| {
        let leaves = Leaf::all().select(|leaf| (leaf.v, case(leaf.id.eq(0), 5).otherwise(5)));
        let nodes = Node::all().select(|node| (node.b, node.c));
        let union = nodes.union(leaves);
        union.order_by(|(b, _)| directed!(key, b)).page(size)
    };
    let found = walked(db, size, page).await;
    assert_eq!(
        found,
        in_order(both.chain(leaves).collect()),
        "values of two queries"
    );
}

async fn fill(db: &Db, rows: &[Row]) {
    let mut next = 0u64;
    for row in rows {
        create!(Node {
            id: row.id,
            a: row.a,
            b: row.b,
            c: row.c,
            s: &row.s
        })
        .exec(db)
        .await
        .unwrap();
        for v in &row.leaves {
            let leaf = create!(Leaf {
                id: next,
                node_id: row.id,
                v: *v
            });
            leaf.exec(db).await.unwrap();
            next += 1;
        }
    }
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    // Few values, so that many are equal.
    let number = || prop::option::weighted(0.7, -1..2i64);
    let text = prop::option::weighted(0.7, prop::sample::select(vec!["", "A", "a", "ä", "b"]));
    let leaves = prop::collection::vec(number(), 0..3);
    let one = (number(), number(), 0..2i64, text, leaves);
    prop::collection::vec(one, 0..18).prop_map(|rows| {
        (0u64..)
            .zip(rows)
            .map(|(id, (a, b, c, s, leaves))| Row {
                id,
                a,
                b,
                c,
                s: s.map(str::to_owned),
                leaves,
            })
            .collect()
    })
}

fn key() -> impl Strategy<Value = Key> {
    (0..8u8, any::<bool>(), 0..3u8).prop_map(|(by, down, nulls)| Key { by, down, nulls })
}

fn check(tables: u32, database: impl AsyncFn() -> Database) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let inputs = (rows(), prop::collection::vec(key(), 0..4), 1..6u64);
    TestRunner::new(cases(tables))
        .run(&inputs, |(rows, order, size)| {
            runtime.block_on(async {
                let database = database().await;
                let db = &database.db;
                db.create_tables_of(TREE).await.unwrap();
                fill(db, &rows).await;
                check_rows(db, &rows, &order, size).await;
                check_groups(db, &rows, &order, size).await;
                let down = order.first().is_some_and(|key| key.down);
                check_distinct(db, &rows, down, size).await;
                database.remove().await;
            });
            Ok(())
        })
        .unwrap();
}

#[test]
fn computed_pages_are_complete_and_in_the_order_of_rust() {
    check(64, Database::in_memory);
}

#[test]
fn computed_pages_are_complete_and_in_the_order_of_rust_on_postgresql() {
    check(10, Database::on_postgresql);
}

/// What the book says of it: a page is then one short read.
#[tokio::test]
async fn an_index_over_the_expression_serves_a_page() {
    let database = Database::in_memory().await;
    let db = &database.db;
    db.create_tables_of(FIGURES).await.unwrap();
    let index = "CREATE INDEX by_title ON figure (lower(title))";
    db.run_sql(index).await.unwrap();
    let rows = (0..9u64).map(|id| {
        create!(Figure {
            id,
            shop: "x",
            title: format!("T{}", id / 2)
        })
    });
    Figure::create_many(rows).exec(db).await.unwrap();
    let page = || Figure::all().order_by(|f| lower(f.title).asc()).page(3);
    let first = page().fetch(db).await.unwrap();
    let plan = page().after(first.next_token()).explain(db).await.unwrap();
    assert_eq!(plan.indexes().collect::<Vec<_>>(), ["by_title"], "{plan}");
    assert!(!plan.has_full_scan() && !plan.sorts(), "{plan}");
}
