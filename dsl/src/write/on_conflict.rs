//! New rows that may be there already.
//!
//! Promises: the row is there afterwards, once; what is told of it is what was done; a conflict by other fields than those that
//! were named is an error as ever. Must not know: how a backend says that a row was there. What surprises: one row is inserted
//! where it is not there, and else updated, by a second statement, since no database tells which of the two an upsert did;
//! between them others may write, and then it begins anew.

use super::builder::IntoStatement;
use super::create::{Create, instance};
use super::create_many::CreateMany;
use crate::error::{Error, ErrorKind, Result};
use crate::field::{Field, FieldType, Model};
use crate::query::{Executor, Rows};
use crate::schema::{FieldKind, count_columns};
use crate::statement::{
    Allowed, Assign, Comparison, Conflict, Expr, Insert, Statement, Term, Update,
};
use crate::value::{Params, Value};
use smallvec::SmallVec;
use std::marker::PhantomData;

/// How often a row that comes and goes is tried.
const ATTEMPTS: usize = 8;

/// Fields of model `M`: one, or a tuple of up to six.
#[diagnostic::on_unimplemented(
    message = "`{Self}` names no field of `{M}`",
    label = "expected a field or a tuple of fields",
    note = "name the fields: `.on_conflict(|user| user.email)`, `.update(|user| (user.name, user.age))`"
)]
pub trait FieldList<M> {
    /// Adds the numbers of their columns.
    fn add_to(self, columns: &mut Vec<u16>);
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: FieldType> FieldList<M> for Field<M, T> {
    fn add_to(self, columns: &mut Vec<u16>) {
        let count = match T::KIND {
            FieldKind::Column { .. } => 1,
            FieldKind::Embed(embed) => count_columns(embed.fields),
            // A relation has none: whether any is left is asked by who takes them.
            FieldKind::Relation(_) => 0,
        };
        columns.extend((self.column_number()..).take(count));
    }
}

macro_rules! tuples {
    ($( ($($name:ident),+) )*) => { $(
        #[diagnostic::do_not_recommend]
        impl<M, $($name: FieldList<M>),+> FieldList<M> for ($($name,)+) {
            fn add_to(self, columns: &mut Vec<u16>) {
                #[allow(non_snake_case, reason = "one name serves as type and as variable")]
                let ($($name,)+) = self;
                $( $name.add_to(columns); )+
            }
        }
    )* };
}

tuples!((A)(A, B)(A, B, C)(A, B, C, D)(A, B, C, D, E)(
    A, B, C, D, E, F
));

/// New rows with the fields by which one of them may be there already: follow with `.ignore()`, `.update(…)` or
/// `.update_all()`.
#[must_use = "nothing is written until it is said what a conflict does, and `.exec(&db)` is awaited"]
pub struct OnConflict<M, B> {
    rows: B,
    target: Result<Vec<u16>>,
    model: PhantomData<fn() -> M>,
}

/// New rows of which those that are there already are left as they are.
#[must_use = "nothing is written until `.exec(&db)` is awaited"]
pub struct Ignoring<M, B>(OnConflict<M, B>);

/// New rows of which those that are there already are changed.
#[must_use = "nothing is written until `.exec(&db)` is awaited"]
pub struct Upsert<M, B> {
    rows: OnConflict<M, B>,
    set: Result<Vec<u16>>,
}

/// What became of a row that may have been there already.
#[derive(Debug, Clone, PartialEq)]
pub enum Upserted<M> {
    /// It was not there: this is the new one
    Inserted(M),
    /// It was there: this is the row as it is now
    Updated(M),
}

impl<M> Upserted<M> {
    /// The row, whichever of the two it is.
    pub fn into_row(self) -> M {
        match self {
            Upserted::Inserted(row) | Upserted::Updated(row) => row,
        }
    }

    /// Whether it was not there before.
    pub fn is_inserted(&self) -> bool {
        matches!(self, Upserted::Inserted(_))
    }
}

impl<M: Model> Create<M> {
    /// The row may be there already: one with the same values in these fields, which are the key or unique.
    pub fn on_conflict<F: FieldList<M>>(
        self,
        by: impl FnOnce(M::Fields) -> F,
    ) -> OnConflict<M, Self> {
        OnConflict::new(self, by)
    }
}

impl<M: Model> CreateMany<M> {
    /// Rows may be there already: with the same values in these fields, which are the key or unique.
    pub fn on_conflict<F: FieldList<M>>(
        self,
        by: impl FnOnce(M::Fields) -> F,
    ) -> OnConflict<M, Self> {
        OnConflict::new(self, by)
    }
}

impl<M: Model, B> OnConflict<M, B> {
    fn new<F: FieldList<M>>(rows: B, by: impl FnOnce(M::Fields) -> F) -> Self {
        let mut columns = Vec::new();
        by(M::FIELDS).add_to(&mut columns);
        OnConflict {
            rows,
            target: target::<M>(columns),
            model: PhantomData,
        }
    }

    /// A row that is there already stays as it is.
    pub fn ignore(self) -> Ignoring<M, B> {
        Ignoring(self)
    }

    /// A row that is there already gets these fields of the new one; what it has in others stays. Its version counts up.
    pub fn update<F: FieldList<M>>(self, fields: impl FnOnce(M::Fields) -> F) -> Upsert<M, B> {
        let mut columns = Vec::new();
        fields(M::FIELDS).add_to(&mut columns);
        // As every update does it.
        for (number, field) in (0u16..).zip(M::DEF.fields) {
            if field.on_update.is_some() {
                columns.extend(M::DEF.columns_of(number));
            }
        }
        let set = set::<M>(columns);
        Upsert { rows: self, set }
    }

    /// A row that is there already gets all fields of the new one but its key and those by which it was found.
    pub fn update_all(self) -> Upsert<M, B> {
        let mut kept = M::DEF.key_columns();
        kept.extend(self.target.iter().flatten());
        if let Some(version) = M::DEF.version() {
            kept.extend(M::DEF.columns_of(version));
        }
        let columns = (0u16..).zip(M::DEF.columns).map(|(number, _)| number);
        let set = set::<M>(columns.filter(|column| !kept.contains(column)).collect());
        Upsert { rows: self, set }
    }
}

/// The columns by which a row is there already.
fn target<M: Model>(mut columns: Vec<u16>) -> Result<Vec<u16>> {
    columns.sort_unstable();
    let unique = M::DEF.all_indexes().into_iter();
    let unique = unique.filter(|(_, unique)| *unique);
    let mut sets = unique.map(|(fields, _)| M::DEF.columns_of_all(&fields));
    let same = |mut set: Vec<u16>| {
        set.sort_unstable();
        set == columns
    };
    if same(M::DEF.key_columns()) || sets.any(same) {
        return Ok(columns);
    }
    Err(Error::unsupported(
        "`on_conflict` by fields that are neither the key nor unique together",
        "name all fields of the key, or those of one `unique`",
    )
    .on_model(M::DEF.name)
    .on_fields(paths::<M>(&columns)))
}

/// The columns that a row that is there already gets.
fn set<M: Model>(mut columns: Vec<u16>) -> Result<Vec<u16>> {
    columns.sort_unstable();
    columns.dedup();
    let version = M::DEF.version().map(|field| M::DEF.first_column(field));
    let fixed: Vec<u16> = M::DEF.key_columns().into_iter().chain(version).collect();
    let wrong: Vec<u16> = columns
        .iter()
        .copied()
        .filter(|column| fixed.contains(column))
        .collect();
    if columns.is_empty() {
        return Err(
            Error::new(ErrorKind::MissingField, "an upsert that sets nothing")
                .on_model(M::DEF.name)
                .with_advice(
                    "name fields that are columns, or leave the row as it is by `.ignore()`",
                ),
        );
    }
    if !wrong.is_empty() {
        return Err(Error::unsupported(
            "an upsert that sets the key or the version of a row that is there",
            "leave them out: the key stays, and every update counts the version up",
        )
        .on_model(M::DEF.name)
        .on_fields(paths::<M>(&wrong)));
    }
    Ok(columns)
}

fn paths<M: Model>(columns: &[u16]) -> Vec<String> {
    let columns = columns
        .iter()
        .filter_map(|column| M::DEF.columns.get(usize::from(*column)));
    columns.map(|column| column.path().join(".")).collect()
}

fn with_conflict(statement: Statement, conflict: Conflict) -> Statement {
    match statement {
        Statement::Insert(insert) => Statement::Insert(Insert {
            conflict: Some(conflict),
            ..insert
        }),
        other => other,
    }
}

/// A new row that is left out where it is there.
struct One {
    insert: Statement,
    params: Params,
    auto: bool,
}

fn one<M: Model>(row: Create<M>, columns: &[u16]) -> Result<One> {
    if row.has_nested() {
        return Err(Error::unsupported(
            "nested rows with a row that may be there already",
            "write the rows of its relations after it",
        )
        .on_model(M::DEF.name));
    }
    let (statement, params, auto) = row.into_statement()?;
    if auto && columns == M::DEF.key_columns() {
        return Err(Error::new(
            ErrorKind::MissingField,
            "a key that the database makes is never there already",
        )
        .on_model(M::DEF.name)
        .on_fields(paths::<M>(columns))
        .with_advice("give the row its key, or name the fields of a `unique`"));
    }
    let insert = with_conflict(statement, Conflict::ignored(columns.to_vec()));
    Ok(One {
        insert,
        params,
        auto,
    })
}

impl<M: Model> Ignoring<M, Create<M>> {
    /// Writes the row where it is not there. None: it was.
    ///
    /// # Errors
    /// As [`Create::exec`]; `Unsupported` for fields that are neither the key nor unique.
    pub async fn exec(self, on: &impl Executor) -> Result<Option<M>> {
        let one = one(self.0.rows, &self.0.target?)?;
        let done = on.execute(one.insert, one.params).await?;
        if done.affected == 0 {
            return Ok(None);
        }
        instance(one.auto, &done).map(Some)
    }
}

impl<M: Model> Upsert<M, Create<M>> {
    /// Writes the row, or changes the one that is there, and says which of the two it did.
    ///
    /// # Errors
    /// As [`Create::exec`]; `Unsupported` for fields that are neither the key nor unique; `Conflict` where others delete and
    /// write the row all the time.
    pub async fn exec(self, on: &impl Executor) -> Result<Upserted<M>> {
        let (columns, set) = (self.rows.target?, self.set?);
        let one = one(self.rows.rows, &columns)?;
        let (update, params) = update::<M>(&one, &columns, &set);
        for _ in 0..ATTEMPTS {
            let done = on.execute(one.insert.clone(), one.params.clone()).await?;
            if done.affected > 0 {
                return instance(one.auto, &done).map(Upserted::Inserted);
            }
            let mut changed = on
                .fetch(update.clone(), params.clone(), Rows::all())
                .await?
                .rows;
            if let Some(row) = changed.pop() {
                return Ok(Upserted::Updated(row));
            }
        }
        Err(Error::new(
            ErrorKind::Conflict,
            "others write and delete the row all the time",
        )
        .on_model(M::DEF.name)
        .with_advice("run it again"))
    }
}

/// Where the values of a new row's columns stand: the key that the database makes is not among them.
struct Given {
    made: Option<u16>,
    width: usize,
}

impl Given {
    fn new<M: Model>(auto: bool) -> Self {
        let made = M::DEF.auto_integer().filter(|_| auto);
        let made = made.map(|field| M::DEF.first_column(field));
        Given {
            made,
            width: M::DEF.columns.len() - usize::from(made.is_some()),
        }
    }

    fn value<'a>(&self, row: &'a [Value], column: u16) -> Option<&'a Value> {
        if self.made == Some(column) {
            return None;
        }
        let before = usize::from(self.made.is_some_and(|made| made < column));
        row.get(usize::from(column) - before)
    }
}

/// The change of the row that is there, by the values of the new one.
fn update<M: Model>(one: &One, columns: &[u16], set: &[u16]) -> (Statement, Params) {
    let given = Given::new::<M>(one.auto);
    let value = |column: u16| {
        let value = given.value(one.params.values(), column);
        value.cloned().unwrap_or(Value::Null)
    };
    let mut assigned: SmallVec<[Assign; 2]> = set.iter().copied().map(Assign::Slot).collect();
    assigned.extend(
        M::DEF
            .version()
            .map(|field| Assign::Increment(M::DEF.first_column(field))),
    );
    let filter = columns.iter().fold(Expr::Constant(true), |filter, column| {
        filter.and(Expr::Compare {
            column: *column,
            comparison: Comparison::Equal,
            with: Term::Slot,
        })
    });
    let statement = Statement::Update(Update {
        model: crate::schema::ModelRef(M::DEF),
        set: assigned,
        filter,
        returning: true,
        many: false,
        allowed: Allowed::NOTHING,
    });
    let values: Vec<Value> = set
        .iter()
        .chain(columns)
        .map(|column| value(*column))
        .collect();
    (statement, Params::from(values))
}

impl<M: Model> Ignoring<M, CreateMany<M>> {
    /// Writes the rows that are not there, and says how many they were.
    ///
    /// # Errors
    /// As [`CreateMany::exec`]; `Unsupported` for fields that are neither the key nor unique, and on DynamoDB.
    pub async fn exec(self, on: &impl Executor) -> Result<u64> {
        many(self.0.rows, Conflict::ignored(self.0.target?), on).await
    }
}

impl<M: Model> Upsert<M, CreateMany<M>> {
    /// Writes the rows that are not there and changes those that are, by one statement, and says how many both were.
    ///
    /// # Errors
    /// As [`CreateMany::exec`]; `Unsupported` for fields that are neither the key nor unique, for two rows with the same
    /// values in them, and on DynamoDB.
    pub async fn exec(self, on: &impl Executor) -> Result<u64> {
        let (rows, conflict) = self.conflict()?;
        many(rows, conflict, on).await
    }

    fn conflict(self) -> Result<(CreateMany<M>, Conflict)> {
        let conflict = Conflict {
            columns: self.rows.target?,
            set: self.set?,
            increment: M::DEF.version().map(|field| M::DEF.first_column(field)),
        };
        Ok((self.rows.rows, conflict))
    }
}

async fn many<M: Model>(
    rows: CreateMany<M>,
    conflict: Conflict,
    on: &impl Executor,
) -> Result<u64> {
    let (statement, params) = statement_of_many(rows, conflict)?;
    if params.is_empty() {
        return Ok(0);
    }
    Ok(on.execute(statement, params).await?.affected)
}

fn statement_of_many<M: Model>(
    rows: CreateMany<M>,
    conflict: Conflict,
) -> Result<(Statement, Params)> {
    let (statement, params) = rows.statement()?;
    if let (Statement::Insert(insert), false) = (&statement, conflict.set.is_empty()) {
        distinct::<M>(insert, &conflict, params.values())?;
    }
    Ok((with_conflict(statement, conflict), params))
}

impl<M: Model> IntoStatement for Ignoring<M, Create<M>> {
    fn into_statement(self) -> Result<(Statement, Params)> {
        let one = one(self.0.rows, &self.0.target?)?;
        Ok((one.insert, one.params))
    }
}

impl<M: Model> IntoStatement for Ignoring<M, CreateMany<M>> {
    fn into_statement(self) -> Result<(Statement, Params)> {
        statement_of_many(self.0.rows, Conflict::ignored(self.0.target?))
    }
}

impl<M: Model> IntoStatement for Upsert<M, CreateMany<M>> {
    fn into_statement(self) -> Result<(Statement, Params)> {
        let (rows, conflict) = self.conflict()?;
        statement_of_many(rows, conflict)
    }
}

/// No two of the rows are one: which of them is to stay nobody has said, and PostgreSQL refuses to choose.
fn distinct<M: Model>(insert: &Insert, conflict: &Conflict, values: &[Value]) -> Result<()> {
    let given = Given::new::<M>(insert.auto);
    let mut seen = std::collections::HashSet::new();
    for row in values.chunks(given.width.max(1)) {
        let of_row = conflict.columns.iter();
        let of_row: Vec<&Value> = of_row
            .filter_map(|column| given.value(row, *column))
            .collect();
        if !of_row.iter().any(|value| value.is_null()) && !seen.insert(of_row) {
            return Err(Error::unsupported(
                "two rows with the same values in the fields of `on_conflict`",
                "give each row once",
            )
            .on_model(M::DEF.name)
            .on_fields(paths::<M>(&conflict.columns)));
        }
    }
    Ok(())
}
