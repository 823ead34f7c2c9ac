//! One list of cases, written once, run on every database: SQLite in memory, on file, and on file with its own thread;
//! PostgreSQL; DynamoDB.

mod array_members;
mod arrays;
mod atomic;
mod batches;
mod changes;
mod computed;
mod constraints;
mod create_many;
mod differences;
mod embeds;
mod filters;
mod finders;
mod handles;
mod in_memory;
mod include;
mod json_paths;
mod keys;
mod nested;
mod numbers;
mod order;
mod pages;
mod parameters;
mod raw_sql;
mod regex;
mod relations;
mod round_trip;
mod tables;
mod texts;
mod time_parts;
mod times;
mod transactions;
mod update_many;
mod upserts;
mod values;

use crate::cases::Mark;

/// What the backends do instead, of all cases.
fn marks() -> impl Iterator<Item = &'static Mark> {
    let subjects = [
        array_members::MARKS,
        arrays::MARKS,
        atomic::MARKS,
        batches::MARKS,
        changes::MARKS,
        computed::MARKS,
        constraints::MARKS,
        create_many::MARKS,
        embeds::MARKS,
        filters::MARKS,
        finders::MARKS,
        handles::MARKS,
        in_memory::MARKS,
        include::MARKS,
        json_paths::MARKS,
        keys::MARKS,
        nested::MARKS,
        numbers::MARKS,
        order::MARKS,
        pages::MARKS,
        parameters::MARKS,
        raw_sql::MARKS,
        regex::MARKS,
        relations::MARKS,
        tables::MARKS,
        texts::MARKS,
        time_parts::MARKS,
        times::MARKS,
        transactions::MARKS,
        update_many::MARKS,
        upserts::MARKS,
        values::MARKS,
    ];
    subjects.into_iter().flatten()
}
