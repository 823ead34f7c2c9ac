//! The rows of several partitions as one: one partition after the other, or all in the order of their sort key.
//!
//! Promises: partitions are begun at the same time, but only so many; rows come in the same order every time, those of equal
//! sort keys in the order of the partitions. Must not know: requests.

use super::pages::{Page, Pages};
use crate::table::{Item, compare};
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};
use toasty_dsl::Result;
use toasty_dsl::statement::Direction;

/// How many merged rows make a page.
const ROWS: usize = 256;

/// The next row of one partition.
struct Head {
    key: Option<AttributeValue>,
    row: Item,
    direction: Direction,
    partition: usize,
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        let ordering = match (&self.key, &other.key) {
            (Some(a), Some(b)) => compare(a, b).unwrap_or(Ordering::Equal),
            (a, b) => a.is_some().cmp(&b.is_some()),
        };
        // A heap gives its greatest first.
        match self.direction {
            Direction::Ascending => ordering.reverse(),
            Direction::Descending => ordering,
        }
        .then_with(|| other.partition.cmp(&self.partition))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head {}

/// One partition: the rows of the page that was read last, and the pages that come.
struct Partition {
    rows: VecDeque<Item>,
    pages: Pages,
}

impl Partition {
    async fn next(&mut self) -> Result<Option<Item>> {
        loop {
            if let Some(row) = self.rows.pop_front() {
                return Ok(Some(row));
            }
            match self.pages.try_next().await? {
                Some(page) => self.rows = page.items.into(),
                None => return Ok(None),
            }
        }
    }
}

struct Merge {
    partitions: Vec<Partition>,
    heads: BinaryHeap<Head>,
    column: String,
    direction: Direction,
}

impl Merge {
    async fn begin(
        partitions: Vec<Pages>,
        column: String,
        direction: Direction,
        at_once: usize,
    ) -> Result<Merge> {
        let mut merge = Merge {
            partitions: Vec::with_capacity(partitions.len()),
            heads: BinaryHeap::with_capacity(partitions.len()),
            column,
            direction,
        };
        let mut begun = begin_all(partitions, at_once);
        while let Some((page, pages)) = begun.try_next().await? {
            let mut partition = Partition {
                rows: page.map(|page| page.items.into()).unwrap_or_default(),
                pages,
            };
            let first = partition.next().await?;
            merge.partitions.push(partition);
            merge.push(merge.partitions.len() - 1, first);
        }
        Ok(merge)
    }

    fn push(&mut self, partition: usize, row: Option<Item>) {
        if let Some(row) = row {
            self.heads.push(Head {
                key: row.get(&self.column).cloned(),
                row,
                direction: self.direction,
                partition,
            });
        }
    }

    async fn page(&mut self) -> Result<Page> {
        let mut rows = Vec::new();
        while rows.len() < ROWS {
            let Some(head) = self.heads.pop() else { break };
            rows.push(head.row);
            if let Some(partition) = self.partitions.get_mut(head.partition) {
                let next = partition.next().await?;
                self.push(head.partition, next);
            }
        }
        Ok(Page::of(rows))
    }
}

/// Reads the first page of a partition.
async fn begin(mut pages: Pages) -> Result<(Option<Page>, Pages)> {
    Ok((pages.try_next().await?, pages))
}

/// Begins partitions, so many at a time, and gives them in their order with their first page.
fn begin_all(
    partitions: Vec<Pages>,
    at_once: usize,
) -> BoxStream<'static, Result<(Option<Page>, Pages)>> {
    // Boxed one by one, since the compiler cannot see that the futures borrow nothing.
    let begun: Vec<BoxFuture<'static, _>> = partitions
        .into_iter()
        .map(|pages| begin(pages).boxed())
        .collect();
    stream::iter(begun).buffered(at_once).boxed()
}

/// Partitions one after the other. The first page of those that come next is read ahead, so many at a time.
pub(crate) fn chain(partitions: Vec<Pages>, at_once: usize) -> Pages {
    begin_all(partitions, at_once)
        .map_ok(|(first, rest)| stream::iter(first.map(Ok)).chain(rest))
        .try_flatten()
        .boxed()
}

/// Merges partitions, each of which is in the order of `column`. The first page of each is read first, so many at a time.
pub(crate) fn merge(
    partitions: Vec<Pages>,
    column: String,
    direction: Direction,
    at_once: usize,
) -> Pages {
    let start = Merge::begin(partitions, column, direction, at_once);
    stream::once(start)
        .map_ok(|merge| {
            stream::try_unfold(merge, |mut merge| async move {
                let page = merge.page().await?;
                Ok::<_, toasty_dsl::Error>((!page.items.is_empty()).then_some((page, merge)))
            })
        })
        .try_flatten()
        .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partition(pages: &[&[i64]]) -> Pages {
        let pages: Vec<Result<Page>> = pages
            .iter()
            .map(|page| {
                let row =
                    |x: &i64| Item::from([("x".to_owned(), AttributeValue::N(x.to_string()))]);
                Ok(Page::of(page.iter().map(row).collect()))
            })
            .collect();
        stream::iter(pages).boxed()
    }

    async fn merged(partitions: Vec<Pages>, direction: Direction) -> Vec<String> {
        let pages: Vec<Page> = merge(partitions, "x".into(), direction, 2)
            .try_collect()
            .await
            .unwrap();
        pages
            .into_iter()
            .flat_map(|page| page.items)
            .map(|item| item["x"].as_n().unwrap().clone())
            .collect()
    }

    #[tokio::test]
    async fn rows_come_in_the_order_of_their_numbers_whatever_the_pages() {
        let up = vec![
            partition(&[&[1, 9], &[], &[10]]),
            partition(&[]),
            partition(&[&[2], &[11]]),
        ];
        assert_eq!(
            merged(up, Direction::Ascending).await,
            ["1", "2", "9", "10", "11"]
        );
        let down = vec![partition(&[&[10, 9]]), partition(&[&[11], &[1]])];
        assert_eq!(
            merged(down, Direction::Descending).await,
            ["11", "10", "9", "1"]
        );
    }

    #[tokio::test]
    async fn a_chain_has_the_rows_of_each_partition_in_the_order_of_the_list() {
        let list = vec![
            partition(&[&[5], &[], &[6]]),
            partition(&[]),
            partition(&[&[1, 2]]),
        ];
        let pages: Vec<Page> = chain(list, 2).try_collect().await.unwrap();
        let rows = pages.into_iter().flat_map(|page| page.items);
        let numbers: Vec<String> = rows.map(|item| item["x"].as_n().unwrap().clone()).collect();
        assert_eq!(numbers, ["5", "6", "1", "2"]);
    }
}
