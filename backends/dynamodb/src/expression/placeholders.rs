//! The names and values beside an expression, by their placeholders.
//!
//! Promises: a name has one placeholder however often it stands, so that nothing is declared that is not used. Must not know:
//! conditions.

use aws_sdk_dynamodb::types::AttributeValue;
use std::collections::HashMap;

/// The names and values of one request's expressions.
#[derive(Default)]
pub(crate) struct Placeholders {
    names: Vec<String>,
    values: Vec<AttributeValue>,
    /// How many values there are, also where only a template is written
    count: usize,
}

impl Placeholders {
    pub(crate) fn new() -> Self {
        Placeholders::default()
    }

    /// The placeholder of a name: the same one for the same name.
    pub(crate) fn name(&mut self, name: &str) -> String {
        let at = match self.names.iter().position(|known| known == name) {
            Some(at) => at,
            None => {
                self.names.push(name.to_owned());
                self.names.len() - 1
            }
        };
        format!("#n{at}")
    }

    /// The placeholder of a value.
    pub(crate) fn value(&mut self, value: AttributeValue) -> String {
        self.values.push(value);
        self.blank()
    }

    /// The placeholder of a value that is not there yet: for templates.
    pub(crate) fn blank(&mut self) -> String {
        self.count += 1;
        format!(":v{}", self.count - 1)
    }

    /// The names, as a template shows them.
    pub(crate) fn names(&self) -> impl Iterator<Item = (String, &str)> {
        self.names
            .iter()
            .enumerate()
            .map(|(number, name)| (format!("#n{number}"), name.as_str()))
    }

    /// As a request takes them.
    #[expect(clippy::type_complexity, reason = "they are the types of the SDK")]
    pub(crate) fn into_maps(
        self,
    ) -> (
        Option<HashMap<String, String>>,
        Option<HashMap<String, AttributeValue>>,
    ) {
        let names: HashMap<_, _> = self
            .names
            .into_iter()
            .enumerate()
            .map(|(number, name)| (format!("#n{number}"), name))
            .collect();
        let values: HashMap<_, _> = self
            .values
            .into_iter()
            .enumerate()
            .map(|(number, value)| (format!(":v{number}"), value))
            .collect();
        (
            (!names.is_empty()).then_some(names),
            (!values.is_empty()).then_some(values),
        )
    }
}
