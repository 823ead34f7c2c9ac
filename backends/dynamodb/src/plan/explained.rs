//! What a statement is sent as, as data.
//!
//! Promises: it says what the text of the requests says, from which it is read. Must not know: values, sending.

use std::collections::HashMap;
use toasty_contract::{Plan, PlanStep};

/// The plan that a text of requests tells: each request begins a line, and its parts stand under it.
pub(crate) fn explained(text: &str) -> Plan {
    let mut steps = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("  "), steps.last_mut()) {
            (Some(part), Some(request)) => add(request, part),
            // Where no row can meet the condition, the text says that nothing is sent.
            _ if line.contains(": ") => {}
            _ => steps.push(Request::new(line)),
        }
    }
    Plan::new(
        text,
        steps.into_iter().map(Request::finish).collect(),
        false,
    )
}

struct Request<'a> {
    step: PlanStep,
    names: HashMap<&'a str, &'a str>,
    filters: Vec<String>,
}

impl<'a> Request<'a> {
    fn new(line: &'a str) -> Self {
        let (operation, table) = match line.split_once(' ') {
            Some((operation, table)) => (operation, Some(table)),
            None => (line, None),
        };
        let mut step = PlanStep::new(operation);
        step.table = table.map(str::to_owned);
        step.full_scan = operation == "Scan";
        Request {
            step,
            names: HashMap::new(),
            filters: Vec::new(),
        }
    }

    fn finish(self) -> PlanStep {
        let mut step = self.step;
        let named = |text: String| with_names(&text, &self.names);
        let filters: Vec<String> = self.filters.into_iter().map(named).collect();
        step.condition = step.condition.map(named);
        step.filter = (!filters.is_empty()).then(|| filters.join("; "));
        step
    }
}

fn add<'a>(request: &mut Request<'a>, part: &'a str) {
    let Some((name, content)) = part.split_once(": ") else {
        return;
    };
    match name {
        "IndexName" => request.step.index = Some(content.to_owned()),
        "KeyConditionExpression" | "Key" => request.step.condition = Some(content.to_owned()),
        "FilterExpression" | "ConditionExpression" => request.filters.push(content.to_owned()),
        "checked on the rows" => request.filters.push(part.to_owned()),
        "ExpressionAttributeNames" => {
            let names = content.split(", ");
            request.names = names.filter_map(|name| name.split_once(" = ")).collect();
        }
        _ => {}
    }
}

/// An expression with the names that its placeholders stand for.
fn with_names(expression: &str, names: &HashMap<&str, &str>) -> String {
    let mut parts = expression.split('#');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part
            .find(|letter: char| !letter.is_ascii_alphanumeric())
            .unwrap_or(part.len());
        let (short, rest) = part.split_at(end);
        match names.get(format!("#{short}").as_str()) {
            Some(name) => text.push_str(name),
            None => {
                text.push('#');
                text.push_str(short);
            }
        }
        text.push_str(rest);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_request_is_a_step_with_the_names_of_its_attributes() {
        let plan = explained(
            "Query post\n  IndexName: author_written_index\n  KeyConditionExpression: #n0 = :v0 AND #n1 > :v1\n  \
             FilterExpression: attribute_exists(#n2)\n  ExpressionAttributeNames: #n0 = author, #n1 = written, #n2 = text\n  \
             checked on the rows: text\nTransactWriteItems\nDelete post.unique\n  Key: guard (slug)",
        );
        let [query, transaction, guard] = plan.steps() else {
            panic!("{plan:?}")
        };
        assert_eq!(
            query.condition.as_deref(),
            Some("author = :v0 AND written > :v1")
        );
        assert_eq!(
            query.filter.as_deref(),
            Some("attribute_exists(text); checked on the rows: text")
        );
        assert_eq!(query.index.as_deref(), Some("author_written_index"));
        assert_eq!(
            (transaction.operation.as_str(), &transaction.table),
            ("TransactWriteItems", &None)
        );
        assert_eq!(guard.table.as_deref(), Some("post.unique"));
        assert!(!plan.has_full_scan());
        assert!(explained("Scan post").has_full_scan());
        assert!(
            explained("nothing is sent: no row can meet the condition")
                .steps()
                .is_empty()
        );
    }
}
