//! What a write is sent as, for logs and for eyes.
//!
//! Promises: the text depends on the shape of a statement alone, and holds no value. Must not know: sending.

use super::access::ReadPlan;
use super::template::{self, Lines};
use crate::expression::{Writer, assign, is_native};
use crate::table::Layout;
use crate::table::guard::GUARD;
use toasty_dsl::Result;
use toasty_dsl::statement::{Assign, Statement};

/// What a write is sent as: the request that finds the rows, where they have to be found first, and that of each row.
///
/// # Errors
/// `TooComplex`, for a condition that is too long whatever its values are.
pub(crate) fn template(
    statement: &Statement,
    layout: &Layout,
    plan: Option<&ReadPlan>,
) -> Result<String> {
    let (row, guards) = match statement {
        Statement::Select(_) | Statement::Raw(_) => return Ok(String::new()),
        Statement::Insert(_) => (insert(layout)?, guards(layout, |_| Some("Put"))),
        Statement::Update(update) => (
            change("UpdateItem", layout, plan, Some(&update.set))?,
            guards(layout, |columns| {
                let changed = assign::columns(&update.set).any(|column| columns.contains(&column));
                changed.then_some("Delete and Put")
            }),
        ),
        Statement::Delete(_) => (
            change("DeleteItem", layout, plan, None)?,
            guards(layout, |_| Some("Delete")),
        ),
    };
    let computes = match statement {
        Statement::Update(update) => assign::sources(&update.set).is_some(),
        Statement::Select(_) | Statement::Insert(_) | Statement::Delete(_) | Statement::Raw(_) => {
            false
        }
    };
    let mut all = Vec::new();
    if let (Statement::Update(_) | Statement::Delete(_), Some(plan)) = (statement, plan)
        && !(guards.is_empty() && is_unread(layout, plan) && !computes)
    {
        all.push(template::read(layout, plan, None, true)?);
    }
    if !guards.is_empty() {
        all.push("TransactWriteItems".to_owned());
    }
    all.push(row);
    all.extend(guards);
    Ok(all.join("\n"))
}

/// Whether one request does it all: the key is known, and DynamoDB can say the rest of the condition.
fn is_unread(layout: &Layout, plan: &ReadPlan) -> bool {
    plan.is_pinned() && plan.local.iter().all(|part| is_native(layout, part))
}

/// What a check is sent as, of which there is none by itself.
///
/// # Errors
/// As [`template`].
pub(crate) fn check(layout: &Layout, plan: &ReadPlan) -> Result<String> {
    let mut all = Vec::new();
    if !is_unread(layout, plan) {
        all.push(template::read(layout, plan, None, true)?);
    }
    all.push("TransactWriteItems".to_owned());
    all.push(change("ConditionCheck", layout, Some(plan), None)?);
    Ok(all.join("\n"))
}

fn insert(layout: &Layout) -> Result<String> {
    let mut writer = Writer::new(layout, None);
    let partition = writer.column(layout.partition);
    let mut lines = Lines::new("PutItem", &layout.table);
    lines.add(
        "ConditionExpression",
        format!("attribute_not_exists({partition})"),
    );
    lines.add_names(writer.placeholders.names());
    Ok(lines.finish())
}

fn change(
    request: &str,
    layout: &Layout,
    plan: Option<&ReadPlan>,
    set: Option<&[Assign]>,
) -> Result<String> {
    let mut writer = Writer::new(layout, None);
    let partition = writer.column(layout.partition);
    let sources = set.and_then(assign::sources);
    let mut condition = format!("attribute_exists({partition})");
    match plan {
        Some(plan) if is_unread(layout, plan) && sources.is_none() => match plan.local.as_slice() {
            [] => {}
            [one] => condition.push_str(&format!(" AND ({})", writer.condition(one)?)),
            all => condition.push_str(&format!(" AND {}", writer.all(all)?)),
        },
        // What was read of the row must still be so.
        Some(plan) => {
            let columns = plan.condition.columns().into_iter();
            for column in columns.chain(set.map(assign::made_of).unwrap_or_default()) {
                if !layout.is_key(column) {
                    let name = writer.column(column);
                    let value = writer.placeholders.blank();
                    condition.push_str(&format!(" AND {name} = {value}"));
                }
            }
        }
        None => {}
    }
    let key: Vec<&str> = std::iter::once(layout.partition)
        .chain(layout.sort)
        .map(|column| layout.name(column))
        .collect();
    let mut lines = Lines::new(request, &layout.table);
    lines.add("Key", key.join(", "));
    if let Some(set) = set {
        let expression = assign::template(layout, set, &mut writer.placeholders);
        lines.add("UpdateExpression", expression);
    }
    lines.add("ConditionExpression", condition);
    lines.add_names(writer.placeholders.names());
    Ok(lines.finish())
}

/// The guards that go with a row, each with what is done to it.
fn guards(layout: &Layout, verb: impl Fn(&[u16]) -> Option<&'static str>) -> Vec<String> {
    layout
        .uniques
        .iter()
        .filter_map(|unique| {
            let mut lines = Lines::new(verb(&unique.columns)?, &layout.guards);
            let columns: Vec<&str> = unique
                .columns
                .iter()
                .map(|column| layout.name(*column))
                .collect();
            lines.add("Key", format!("{GUARD} ({})", columns.join(", ")));
            Some(lines.finish())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use toasty_dsl::write::IntoStatement;

    toasty_dsl::toasty! {
        model Task { id: u64 [key], title: String, state: String [index], rank: Option<i64> }
        model Member { id: u64 [key], email: String [unique], name: String }
    }

    fn text(statement: impl IntoStatement) -> String {
        crate::render(&statement.into_statement().unwrap().0).unwrap()
    }

    #[test]
    fn an_update_of_one_row_is_one_request() {
        let update = Task::filter(|task| task.id.eq(1) & task.title.ne("x")).update();
        assert_eq!(
            text(update.title("new")),
            "UpdateItem task\n  Key: id\n  UpdateExpression: SET #n1 = :v1\n  \
             ConditionExpression: attribute_exists(#n0) AND (#n1 <> :v0)\n  \
             ExpressionAttributeNames: #n0 = id, #n1 = title"
        );
    }

    #[test]
    fn rows_of_a_filter_are_found_first() {
        let delete = Task::filter(|task| task.state.eq("done")).delete();
        assert_eq!(
            text(delete),
            "Query task\n  IndexName: state_index\n  KeyConditionExpression: #n0 = :v0\n  \
             ExpressionAttributeNames: #n0 = state\n\
             DeleteItem task\n  Key: id\n  \
             ConditionExpression: attribute_exists(#n0) AND #n1 = :v0\n  \
             ExpressionAttributeNames: #n0 = id, #n1 = state"
        );
    }

    #[test]
    fn guards_go_with_their_row() {
        let delete = Member::filter(|member| member.id.eq(1)).delete();
        assert_eq!(
            text(delete),
            "GetItem member\n  Key: id\n  ConsistentRead: true\n\
             TransactWriteItems\n\
             DeleteItem member\n  Key: id\n  ConditionExpression: attribute_exists(#n0)\n  \
             ExpressionAttributeNames: #n0 = id\n\
             Delete member.unique\n  Key: guard (email)"
        );
        let rename = Member::filter(|member| member.id.eq(1)).update();
        assert!(
            text(rename.name("x")).starts_with("UpdateItem member"),
            "a guard that stays is not looked at"
        );
    }

    #[test]
    fn a_key_is_not_set() {
        let update = Task::filter(|task| task.id.eq(1)).update().id(2);
        let (statement, _) = update.into_statement().unwrap();
        let error = crate::render(&statement).unwrap_err();
        assert!(error.is_unsupported());
        assert_eq!(error.fields(), ["id"]);
    }
}
