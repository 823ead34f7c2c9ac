//! One list of cases, written once, run on every database: SQLite in memory, on file, and on file with its own thread;
//! PostgreSQL; DynamoDB.

mod arrays;
mod atomic;
mod batches;
mod changes;
mod checks;
mod computed;
mod constraints;
mod create_many;
mod delete_many;
mod differences;
mod embeds;
mod filters;
mod finders;
mod handles;
mod include;
mod keys;
mod nested;
mod numbers;
mod order;
mod pages;
mod progress;
mod raw_sql;
mod relations;
mod returned;
mod round_trip;
mod tables;
mod texts;
mod times;
mod transactions;
mod update_many;
mod upserts;
mod values;
mod very_many_rows;

use crate::cases::Mark;

/// What the backends do instead, of all cases.
fn marks() -> impl Iterator<Item = &'static Mark> {
    let subjects = [
        arrays::MARKS,
        atomic::MARKS,
        batches::MARKS,
        changes::MARKS,
        checks::MARKS,
        computed::MARKS,
        constraints::MARKS,
        create_many::MARKS,
        delete_many::MARKS,
        embeds::MARKS,
        filters::MARKS,
        finders::MARKS,
        handles::MARKS,
        include::MARKS,
        keys::MARKS,
        nested::MARKS,
        numbers::MARKS,
        order::MARKS,
        pages::MARKS,
        progress::MARKS,
        raw_sql::MARKS,
        relations::MARKS,
        returned::MARKS,
        tables::MARKS,
        texts::MARKS,
        times::MARKS,
        transactions::MARKS,
        update_many::MARKS,
        upserts::MARKS,
        values::MARKS,
        very_many_rows::MARKS,
    ];
    subjects.into_iter().flatten()
}
