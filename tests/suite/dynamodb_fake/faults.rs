//! What the fake does wrong, and how.

use super::http::Answer;
use serde_json::{Map, Value, json};

/// What is done to one request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// So many items of a batch, some from anywhere in it, are not done and come back as unprocessed.
    Leave(usize),
    /// Only so many items of a batch are done, the first ones, as where an answer reached 16 MB.
    DoOnly(usize),
    /// Not executed: an error with this code and status.
    Refuse(u16, &'static str),
    /// Not executed: a transaction that is cancelled with these reasons, the last one being that of all further actions.
    Cancel(&'static [&'static str]),
    /// Executed; the connection is cut before the answer.
    ExecuteAndCut,
    /// Not executed; the connection is cut.
    Cut,
    /// A page of a query or scan has at most so many items, before the filter.
    PagesOf(usize),
}

/// What becomes of a request: what is forwarded, and what is done to the answer.
pub enum Course {
    /// The body to forward, and the items that it leaves out
    Forward(Value, Option<Left>),
    /// As before, and then no answer
    ForwardAndCut(Value),
    /// This answer, and nothing is forwarded
    Say(Answer),
    /// No answer, and nothing is forwarded
    Cut,
}

/// The items that were left out, under the name by which the answer has them.
pub struct Left {
    name: &'static str,
    items: Value,
}

impl Left {
    /// Puts them into the answer.
    pub fn put_into(self, answer: &mut Value) {
        if let (Some(answer), Value::Object(items)) = (answer.as_object_mut(), self.items) {
            let into = answer
                .entry(self.name)
                .or_insert_with(|| Value::Object(Map::new()));
            for (table, left) in items {
                into[table] = left;
            }
        }
    }
}

impl Fault {
    /// What this fault makes of a request.
    pub fn course(&self, operation: &str, mut body: Value) -> Course {
        match self {
            Fault::Leave(count) => leave(operation, body, |items| {
                let mut left = Vec::new();
                while left.len() < *count && !items.is_empty() {
                    left.push(items.remove(random(items.len())));
                }
                left
            }),
            Fault::DoOnly(count) => leave(operation, body, |items| {
                items.split_off(items.len().min(*count))
            }),
            Fault::Refuse(status, code) => Course::Say(refusal(*status, code)),
            Fault::Cancel(codes) => Course::Say(cancelled(&body, codes)),
            Fault::ExecuteAndCut => Course::ForwardAndCut(body),
            Fault::Cut => Course::Cut,
            Fault::PagesOf(count) => {
                let wanted = body.get("Limit").and_then(Value::as_u64);
                let most = wanted.map_or(*count as u64, |wanted| wanted.min(*count as u64));
                body["Limit"] = json!(most);
                Course::Forward(body, None)
            }
        }
    }
}

/// An error as DynamoDB writes it.
fn refusal(status: u16, code: &str) -> Answer {
    let body = json!({
        "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"),
        "message": "the fake refuses"
    });
    Answer {
        status,
        body: body.to_string().into_bytes(),
    }
}

fn cancelled(body: &Value, codes: &[&str]) -> Answer {
    let actions = body["TransactItems"].as_array().map_or(0, Vec::len);
    let reasons: Vec<Value> = (0..actions)
        .map(|at| codes.get(at).or(codes.last()).copied().unwrap_or("None"))
        .map(|code| json!({ "Code": code, "Message": "the fake cancels" }))
        .collect();
    let body = json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled",
        "CancellationReasons": reasons
    });
    Answer {
        status: 400,
        body: body.to_string().into_bytes(),
    }
}

/// Takes items out of the batch of each table.
fn leave(
    operation: &str,
    mut body: Value,
    choose: impl Fn(&mut Vec<Value>) -> Vec<Value>,
) -> Course {
    let mut left = Map::new();
    let tables = body["RequestItems"].as_object_mut();
    for (table, batch) in tables.into_iter().flatten() {
        match batch {
            // BatchWriteItem
            Value::Array(items) => {
                left.insert(table.clone(), Value::Array(choose(items)));
            }
            // BatchGetItem: what was left comes back with the other words of its table.
            Value::Object(words) => {
                let mut again = words.clone();
                if let Some(Value::Array(keys)) = words.get_mut("Keys") {
                    again.insert("Keys".to_owned(), Value::Array(choose(keys)));
                    left.insert(table.clone(), Value::Object(again));
                }
            }
            _ => {}
        }
    }
    let name = if operation == "BatchGetItem" {
        "UnprocessedKeys"
    } else {
        "UnprocessedItems"
    };
    left.retain(|_, left| {
        left.as_array()
            .or(left["Keys"].as_array())
            .is_some_and(|items| !items.is_empty())
    });
    let everything_is_left = body["RequestItems"]
        .as_object()
        .is_some_and(|tables| tables.values().all(is_empty));
    let left = Left {
        name,
        items: Value::Object(left),
    };
    if everything_is_left {
        // DynamoDB refuses a batch of nothing, and so does the one that is forwarded to.
        let mut answer = json!({ "Responses": {} });
        left.put_into(&mut answer);
        return Course::Say(Answer {
            status: 200,
            body: answer.to_string().into_bytes(),
        });
    }
    Course::Forward(body, Some(left))
}

fn is_empty(batch: &Value) -> bool {
    batch
        .as_array()
        .or(batch["Keys"].as_array())
        .is_none_or(Vec::is_empty)
}

/// A number below `end`, from the seed that every map of the standard library takes for itself.
fn random(end: usize) -> usize {
    use std::hash::{BuildHasher, RandomState};
    let end = u64::try_from(end.max(1)).unwrap_or(u64::MAX);
    usize::try_from(RandomState::new().hash_one(0) % end).unwrap_or(0)
}
