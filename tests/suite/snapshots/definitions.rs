//! Tables and indexes.

use crate::databases::{Database, raw_dynamodb};
use crate::models::arrays::ARRAYS;
use crate::models::keys::{Account, Badge, Login, ODD_TABLES, Ticket, Triple};
use crate::models::people::{Passport, Person, SHELVES, Task};
use crate::models::values::{Anything, Everything, Parcel};
use aws_sdk_dynamodb::types::KeySchemaElement;
use std::collections::BTreeMap;
use std::fmt::Write;
use toasty::{Model, ModelDef, toasty};
use toasty_sql::{Dialect, define};

toasty! {
    /// Names so long that those of the indexes are shortened.
    pub model ALongNameForATableWhichHoldsNothingOfAnyImportance [unique(the_first_of_two_long_names, the_second_of_two_long_names)] {
        id: u64 [key, auto],
        the_first_of_two_long_names: String,
        the_second_of_two_long_names: String [index],
    }
}

/// The definitions of some models, language by language.
pub async fn definitions() -> Vec<(&'static str, String)> {
    let all: [(&'static str, &[&'static ModelDef]); 10] = [
        ("table with every type", &[Everything::DEF]),
        ("table with every type that may be null", &[Anything::DEF]),
        ("table with arrays", ARRAYS),
        ("table with embedded values", &[Parcel::DEF]),
        ("table with a uuid key and unique fields", &[Login::DEF]),
        (
            "tables with keys of all kinds",
            &[Badge::DEF, Account::DEF, Triple::DEF, Ticket::DEF],
        ),
        ("table with odd names", ODD_TABLES),
        (
            "tables that refer to each other and to themselves",
            &[Person::DEF, Passport::DEF, Task::DEF],
        ),
        ("tables with a composite foreign key", SHELVES),
        (
            "indexes with long names",
            &[ALongNameForATableWhichHoldsNothingOfAnyImportance::DEF],
        ),
    ];
    let mut shown = Vec::new();
    for (name, models) in all {
        let mut text = String::new();
        for dialect in Dialect::ALL {
            let definitions = define(models, *dialect).unwrap().join(";\n");
            let _ = writeln!(text, "{}:\n{definitions}\n", dialect.name());
        }
        let _ = writeln!(text, "aws.dynamodb:");
        for model in models {
            text.push_str(&on_dynamodb(model).await);
        }
        shown.push((name, text.trim_end().to_owned()));
    }
    shown
}

/// What is there after the table was made, as DynamoDB itself describes it; or why there is none.
async fn on_dynamodb(model: &'static ModelDef) -> String {
    let database = Database::on_dynamodb().await;
    if let Err(refusal) = database.db.create_tables_of(&[model]).await {
        return format!("{refusal}\n");
    }
    let mut text = String::new();
    for name in database.tables().await {
        let described = raw_dynamodb().describe_table().table_name(&name).send();
        let table = described.await.unwrap().table.unwrap();
        let types: BTreeMap<_, _> = table
            .attribute_definitions()
            .iter()
            .map(|attribute| {
                (
                    attribute.attribute_name.clone(),
                    attribute.attribute_type.as_str().to_owned(),
                )
            })
            .collect();
        let key = |schema: &[KeySchemaElement]| {
            let parts = schema.iter().map(|part| {
                let name = part.attribute_name();
                format!("{name} {} ({})", types[name], part.key_type.as_str())
            });
            parts.collect::<Vec<_>>().join(", ")
        };
        let name = database.without_prefix(&name);
        let _ = writeln!(text, "CreateTable {name}\n  {}", key(table.key_schema()));
        let indexes = table.global_secondary_indexes().iter();
        let indexes: BTreeMap<_, _> = indexes
            .map(|index| (index.index_name.clone().unwrap(), key(index.key_schema())))
            .collect();
        for (name, key) in indexes {
            let _ = writeln!(text, "  {name}: {key}");
        }
    }
    database.remove().await;
    text
}
