//! One list of cases, written once, run on every database: SQLite in memory, on file, and on file with its own thread;
//! PostgreSQL; DynamoDB.

mod aliases;
mod array_changes;
mod array_members;
mod arrays;
mod assignments;
mod atomic;
mod batches;
mod changes;
mod checks;
mod computed;
mod computed_pages;
mod constraints;
mod create_many;
mod delete_many;
mod differences;
mod embeds;
mod filters;
mod finders;
mod fragments;
mod handles;
mod in_memory;
mod include;
mod json_paths;
mod keys;
mod moments;
mod named;
mod nested;
mod numbers;
mod order;
mod pages;
mod parameters;
mod partiql;
mod plans;
mod progress;
mod raw_sql;
mod regex;
mod related_values;
mod relations;
mod returned;
mod round_trip;
mod row_locks;
mod sets;
mod subqueries;
mod tables;
mod texts;
mod time_parts;
mod time_spans;
mod times;
mod transactions;
mod trees;
mod update_many;
mod upserts;
mod values;
mod very_many_rows;
mod views;
mod windows;

use crate::cases::Mark;

/// What the backends do instead, of all cases.
fn marks() -> impl Iterator<Item = &'static Mark> {
    let subjects = [
        aliases::MARKS,
        array_changes::MARKS,
        array_members::MARKS,
        arrays::MARKS,
        assignments::MARKS,
        atomic::MARKS,
        batches::MARKS,
        changes::MARKS,
        checks::MARKS,
        computed::MARKS,
        computed_pages::MARKS,
        constraints::MARKS,
        create_many::MARKS,
        delete_many::MARKS,
        embeds::MARKS,
        filters::MARKS,
        finders::MARKS,
        fragments::MARKS,
        handles::MARKS,
        in_memory::MARKS,
        include::MARKS,
        json_paths::MARKS,
        keys::MARKS,
        moments::MARKS,
        named::MARKS,
        nested::MARKS,
        numbers::MARKS,
        order::MARKS,
        pages::MARKS,
        parameters::MARKS,
        partiql::MARKS,
        plans::MARKS,
        progress::MARKS,
        raw_sql::MARKS,
        regex::MARKS,
        related_values::MARKS,
        relations::MARKS,
        returned::MARKS,
        row_locks::MARKS,
        sets::MARKS,
        subqueries::MARKS,
        tables::MARKS,
        texts::MARKS,
        time_parts::MARKS,
        time_spans::MARKS,
        times::MARKS,
        transactions::MARKS,
        trees::MARKS,
        update_many::MARKS,
        upserts::MARKS,
        values::MARKS,
        very_many_rows::MARKS,
        views::MARKS,
        windows::MARKS,
    ];
    subjects.into_iter().flatten()
}
