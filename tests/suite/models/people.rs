//! Relations of every kind: has-many, has-one, belongs-to, optional, to itself, by a composite key.

use toasty::{BelongsTo, HasMany, HasOne, Model, ModelDef, toasty};

toasty! {
    /// Somebody with a boss, reports, a passport and tasks.
    #[derive(Clone, PartialEq)]
    pub model Person {
        id: u64 [key, auto],
        name: String [unique],
        age: Option<i64>,
        boss_id: Option<u64> [index],
        boss: Option<BelongsTo<Person>>,
        reports: HasMany<Person>,
        passport: HasOne<Passport>,
        tasks: HasMany<Task> [pair(person)],
        reviews: HasMany<Task> [pair(reviewer)],
    }

    #[derive(Clone, PartialEq)]
    pub model Passport {
        number: String [key],
        person_id: u64 [unique],
        person: BelongsTo<Person>,
        country: Option<String>,
    }

    #[derive(Clone, PartialEq)]
    pub model Task [index(person_id, title)] {
        id: u64 [key, auto],
        person_id: u64 [index],
        person: BelongsTo<Person>,
        reviewer_id: Option<u64> [index],
        reviewer: Option<BelongsTo<Person>>,
        title: String,
        done: bool = false,
        rank: Option<i64>,
        notes: HasMany<Note>,
    }

    #[derive(Clone, PartialEq)]
    pub model Note {
        id: u64 [key, auto],
        task_id: u64 [index],
        task: BelongsTo<Task>,
        text: String,
    }

    /// A key of two fields.
    #[derive(Clone, PartialEq)]
    pub model Shelf [key(room, number)] {
        room: String,
        number: i32,
        label: String,
        books: HasMany<Book>,
    }

    #[derive(Clone, PartialEq)]
    pub model Book [index(room, number)] {
        isbn: String [key],
        room: String,
        number: i32,
        shelf: BelongsTo<Shelf> [on(room, number)],
        title: String,
    }
}

pub const PEOPLE: &[&ModelDef] = &[Person::DEF, Passport::DEF, Task::DEF, Note::DEF];
pub const SHELVES: &[&ModelDef] = &[Shelf::DEF, Book::DEF];
