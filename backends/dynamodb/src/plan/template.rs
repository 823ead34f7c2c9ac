//! Requests as text, for logs and for eyes.
//!
//! Promises: the text has the words of DynamoDB's API and no value. Must not know: sending.

use super::access::{Access, ReadPlan};
use super::request::expressions;
use crate::expression::Condition;
use crate::table::Layout;
use std::fmt::Write;
use toasty_dsl::Result;
use toasty_dsl::statement::{Direction, Output, Select};

/// A request, line by line.
pub(crate) struct Lines(String);

impl Lines {
    /// A request by its operation and its table.
    pub(crate) fn new(operation: &str, table: &str) -> Lines {
        Lines(format!("{operation} {table}"))
    }

    /// One of its parts.
    pub(crate) fn add(&mut self, name: &str, content: impl std::fmt::Display) {
        // Writing to a String does not fail.
        let _ = write!(self.0, "\n  {name}: {content}");
    }

    /// The names behind its placeholders.
    pub(crate) fn add_names<'a>(&mut self, names: impl Iterator<Item = (String, &'a str)>) {
        let names: Vec<String> = names
            .map(|(short, name)| format!("{short} = {name}"))
            .collect();
        if !names.is_empty() {
            self.add("ExpressionAttributeNames", names.join(", "));
        }
    }

    /// Another request after it.
    pub(crate) fn then(self, next: Lines) -> Lines {
        Lines(format!("{}\n{}", self.0, next.0))
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }
}

/// The requests that find the rows of a plan.
///
/// # Errors
/// `TooComplex`.
pub(crate) fn read(
    layout: &Layout,
    plan: &ReadPlan,
    select: Option<&Select>,
    consistent: bool,
) -> Result<String> {
    let consistent = plan.freshness.is_consistent(consistent);
    let key = || {
        let names: Vec<&str> = std::iter::once(layout.partition)
            .chain(layout.sort)
            .map(|column| layout.name(column))
            .collect();
        names.join(", ")
    };
    let get = |operation: &str, table: &str, key: String| {
        let mut lines = Lines::new(operation, table);
        lines.add("Key", key);
        if consistent {
            lines.add("ConsistentRead", true);
        }
        lines
    };
    let mut lines = match &plan.access {
        Access::Nothing => return Ok("nothing is sent: no row can meet the condition".to_owned()),
        Access::Get(_) => get("GetItem", &layout.table, key()),
        Access::BatchGet(_) => get("BatchGetItem", &layout.table, key()),
        Access::Unique {
            unique,
            key: source,
        } => {
            let operation = if source.is_single() {
                "GetItem"
            } else {
                "BatchGetItem"
            };
            let columns: Vec<&str> = layout
                .uniques
                .get(*unique)
                .into_iter()
                .flat_map(|unique| &unique.columns)
                .map(|column| layout.name(*column))
                .collect();
            let guard = format!("{} ({})", crate::table::guard::GUARD, columns.join(", "));
            get(operation, &layout.guards, guard).then(get(operation, &layout.table, key()))
        }
        Access::Query { .. } | Access::Scan => walked(layout, plan, select, consistent)?,
    };
    let mut here: Vec<u16> = plan.local.iter().flat_map(Condition::columns).collect();
    here.sort_unstable();
    here.dedup();
    if !here.is_empty() {
        let here: Vec<&str> = here.iter().map(|column| layout.name(*column)).collect();
        lines.add("checked on the rows", here.join(", "));
    }
    Ok(lines.finish())
}

fn walked(
    layout: &Layout,
    plan: &ReadPlan,
    select: Option<&Select>,
    consistent: bool,
) -> Result<Lines> {
    let built = expressions(layout, plan, &plan.native, None, true, None)?;
    let (mut lines, on_index) = match &plan.access {
        Access::Query { index, key, .. } => {
            let mut lines = Lines::new("Query", &layout.table);
            if !key.is_single() {
                let columns: Vec<&str> = key
                    .columns()
                    .iter()
                    .map(|column| layout.name(*column))
                    .collect();
                lines.add("for each of", columns.join(", "));
            }
            let index = index.and_then(|number| layout.indexes.get(number));
            if let Some(index) = index {
                lines.add("IndexName", &index.name);
            }
            (lines, index.is_some())
        }
        _ => (Lines::new("Scan", &layout.table), false),
    };
    if let Some(key) = built.key {
        lines.add("KeyConditionExpression", key);
    }
    if let Some(filter) = built.filter {
        lines.add("FilterExpression", filter);
    }
    lines.add_names(built.placeholders.names());
    if plan.direction == Some(Direction::Descending) {
        lines.add("ScanIndexForward", false);
    }
    if let Some(select) = select {
        let cut = select.limit || select.offset || !select.per.is_empty();
        if select.output == Output::Count && plan.is_all_native() && !cut {
            lines.add("Select", "COUNT");
        }
    }
    if consistent && !on_index {
        lines.add("ConsistentRead", true);
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Scans;
    use toasty_dsl::{Model, Query, Statement};

    toasty_dsl::toasty! {
        model Post [index(author, written)] {
            id: u64 [key],
            author: u64,
            written: i64,
            slug: String [unique],
            text: Option<String>,
        }
    }

    fn text(query: Query<Post>) -> String {
        let layout = Layout::new(Post::DEF, "").unwrap();
        match query.statement().unwrap().0 {
            Statement::Select(select) => {
                let plan = ReadPlan::for_select(&layout, &select, Scans::Deny).unwrap();
                read(&layout, &plan, Some(&select), true).unwrap()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_query_is_shown_in_the_words_of_dynamodb_and_without_values() {
        let query = Post::filter(|post| {
            post.author.eq(99) & post.written.gt(99) & post.text.ne("99") & post.text.like("99%")
        });
        assert_eq!(
            text(query.order_by(|post| post.written.desc()).limit(99)),
            "Query post\n  \
             IndexName: author_written_index\n  \
             KeyConditionExpression: #n0 = :v0 AND #n1 > :v1\n  \
             FilterExpression: attribute_type(#n2, :v2) AND #n2 <> :v3\n  \
             ExpressionAttributeNames: #n0 = author, #n1 = written, #n2 = text\n  \
             ScanIndexForward: false\n  \
             checked on the rows: text"
        );
    }

    #[test]
    fn lookups_are_shown_with_their_keys() {
        let one = Post::filter(|post| post.id.eq(99));
        assert_eq!(text(one), "GetItem post\n  Key: id\n  ConsistentRead: true");
        let many = Post::filter(|post| post.id.in_list([99, 98])).eventual();
        assert_eq!(text(many), "BatchGetItem post\n  Key: id");
        let unique = Post::filter(|post| post.slug.eq("99")).eventual();
        assert_eq!(
            text(unique),
            "GetItem post.unique\n  Key: guard (slug)\nGetItem post\n  Key: id\n  checked on the rows: slug"
        );
    }

    #[test]
    fn a_list_is_one_query_for_each_of_its_members() {
        let list = Post::filter(|post| post.author.in_list([1, 2]) & post.id.not_in_list([3, 4]));
        assert_eq!(
            text(list),
            "Query post\n  \
             for each of: author\n  \
             IndexName: author_written_index\n  \
             KeyConditionExpression: #n0 = :v0\n  \
             FilterExpression: NOT #n1 IN (:v1, …)\n  \
             ExpressionAttributeNames: #n0 = author, #n1 = id"
        );
    }
}
