//! Queries from the parameters of a request: an allow-list, and what is read by it.
//!
//! Promises: nothing that is not on the list reaches a query; whatever comes in, the answer is a query or an error that names the
//! parameter and is fit for an HTTP 400; no value is told again. Must not know: web frameworks. The surprising decision:
//! conditions stand in the order of the list and not of the text, so that the order in which a client writes its
//! parameters makes no further statements.

mod operator;
mod pairs;
mod read;
mod refused;
mod value;

pub use operator::Operator;

use crate::error::{Error, Result};
use crate::field::{Field, Model};
use crate::query::condition::Filter;
use crate::query::expression::ColumnValue;
use crate::query::expression::functions::Ordered;
use crate::query::rows::{All, Query};
use crate::value::{Cell, ColumnType, Scalar, Value};

/// A type that a parameter of a request can have.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is no parameter of a request",
    label = "expected a column of numbers, text, times, UUIDs, `bool` or an enum, or an `Option` of one",
    note = "bytes, JSON and arrays have no one form as text; embedded values are named by a part, such as `user.address.city`; a relation is asked by `.condition(\"owner\", |row, id: u64| row.owner.is(|owner| owner.id.eq(id)))`"
)]
pub trait Parameter: ColumnValue {}

#[diagnostic::do_not_recommend]
impl<T: ColumnValue> Parameter for T where T::Base: Ordered {}

type Make<M> = Box<dyn Fn(&Value) -> Result<Filter<M>> + Send + Sync>;

/// What a parameter asks for.
enum What<M> {
    Column {
        column: u16,
        operators: Vec<Operator>,
    },
    Condition(Make<M>),
}

/// A parameter that is allowed.
struct Allowed<M> {
    name: &'static str,
    ty: ColumnType,
    what: What<M>,
}

/// The parameters that a request may have, and what each of them asks for: `Todo::filterable()`.
///
/// A parameter is `name=value` or `name[operator]=value`; see [`Operator`] for those that there are. `name=a&name=b` is either of
/// the two. `sort=-created_at,title` orders, largest first where there is a `-`; `limit=20` says how many rows. Made once and
/// used for every request.
///
/// ```
/// use toasty_dsl::{ErrorKind, toasty};
///
/// toasty! {
///     pub model Todo { id: u64 [key, auto], title: String, state: State, rank: i64, due: Option<jiff::civil::Date> }
///     pub enum State { Open [rename("open")], Done [rename("done")] }
/// }
///
/// # fn main() -> toasty_dsl::Result<()> {
/// let todos = Todo::filterable()
///     .field("status", |todo| todo.state)
///     .field("rank", |todo| todo.rank)
///     .field("due", |todo| todo.due)
///     .condition("q", |todo, words: String| todo.title.contains(words))
///     .sort("due", |todo| todo.due)
///     .limit(20, 100);
///
/// let query = todos.parse("status=open&rank[gte]=18&q=two+words&sort=-due&limit=50")?;
/// # let _ = query;
/// let error = todos.parse("rank[gte]=high").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::InvalidParameter);
/// assert!(error.to_string().starts_with("the parameter `rank[gte]` is not an integer"));
/// # Ok(())
/// # }
/// ```
#[must_use = "an allow-list does nothing until `.parse(…)` reads parameters by it"]
pub struct Filterable<M> {
    allowed: Vec<Allowed<M>>,
    sorts: Vec<(&'static str, u16)>,
    default_sort: &'static str,
    /// How many rows where the request does not say, and at most.
    limit: Option<(u64, u64)>,
    ignored: Vec<&'static str>,
    skip_empty: bool,
    /// What is wrong with the list itself.
    mistake: Option<String>,
}

impl<M: Model> Filterable<M> {
    /// The longest text, in bytes, and the most bytes of all names and values together.
    pub const MAX_BYTES: usize = 8 * 1024;
    /// The most parameters.
    pub const MAX_PARAMETERS: usize = 64;
    /// The most values that one parameter may have.
    pub const MAX_VALUES: usize = 100;

    /// Nothing is allowed.
    pub fn new() -> Self {
        Filterable {
            allowed: Vec::new(),
            sorts: Vec::new(),
            default_sort: "",
            limit: None,
            ignored: Vec::new(),
            skip_empty: false,
            mistake: None,
        }
    }

    fn allow(mut self, name: &'static str, ty: ColumnType, what: What<M>) -> Self {
        let taken = self.allowed.iter().any(|one| one.name == name)
            || self.ignored.contains(&name)
            || matches!(name, pairs::SORT | pairs::LIMIT);
        if taken {
            self.mistaken(format!("a parameter `{name}` that is there already"));
        }
        if Operator::of(ty, false).is_empty() {
            self.mistaken(format!("a parameter `{name}` of bytes, JSON or an array"));
        }
        self.allowed.push(Allowed { name, ty, what });
        self
    }

    fn mistaken(&mut self, what: String) {
        self.mistake.get_or_insert(what);
    }

    /// A column by this name, with every operator that makes sense for its type.
    pub fn field<T: Parameter>(
        self,
        name: &'static str,
        field: impl FnOnce(M::Fields) -> Field<M, T>,
    ) -> Self {
        let (ty, column) = (T::Base::TYPE, field(M::FIELDS).column_number());
        let operators = Operator::of(ty, is_nullable::<M>(column));
        self.allow(name, ty, What::Column { column, operators })
    }

    /// A column by this name, with these operators alone: those that an index serves, say.
    pub fn field_by<T: Parameter>(
        mut self,
        name: &'static str,
        field: impl FnOnce(M::Fields) -> Field<M, T>,
        operators: impl IntoIterator<Item = Operator>,
    ) -> Self {
        let (ty, column) = (T::Base::TYPE, field(M::FIELDS).column_number());
        let operators: Vec<Operator> = operators.into_iter().collect();
        let fitting = Operator::of(ty, is_nullable::<M>(column));
        if let Some(wrong) = operators.iter().find(|one| !fitting.contains(one)) {
            let word = wrong.word();
            self.mistaken(format!("`{word}` for the parameter `{name}` of its type"));
        }
        self.allow(name, ty, What::Column { column, operators })
    }

    /// A condition of your own on a value of the type that the closure takes: one across a relation, or on several columns.
    pub fn condition<V: Scalar + Parameter>(
        self,
        name: &'static str,
        condition: impl Fn(M::Fields, V) -> Filter<M> + Send + Sync + 'static,
    ) -> Self {
        let make = move |value: &Value| {
            let value = V::decode(Cell::of(value)).map_err(|wrong| {
                Error::unsupported(
                    format!("a parameter `{name}` that is {}", wrong.found),
                    "give the condition a value of another type",
                )
                .on_model(M::DEF.name)
            })?;
            Ok(condition(M::FIELDS, value))
        };
        self.allow(name, V::TYPE, What::Condition(Box::new(make)))
    }

    /// A column that `sort` may name.
    pub fn sort<T: Parameter>(
        mut self,
        name: &'static str,
        field: impl FnOnce(M::Fields) -> Field<M, T>,
    ) -> Self {
        if self.sorts.iter().any(|(one, _)| *one == name) {
            self.mistaken(format!("a sort `{name}` that is there already"));
        }
        self.sorts.push((name, field(M::FIELDS).column_number()));
        self
    }

    /// The order where the request has no `sort`, written as there: `-created_at,title`.
    pub fn sort_by_default(mut self, sort: &'static str) -> Self {
        self.default_sort = sort;
        self
    }

    /// Allows `limit`: so many rows where the request does not say, and at most `most`.
    pub fn limit(mut self, default: u64, most: u64) -> Self {
        self.limit = Some((default.min(most), most));
        self
    }

    /// A parameter that is somebody else's: the cursor of a page, say. Others that are not on the list are refused.
    pub fn ignore(mut self, name: &'static str) -> Self {
        if self.allowed.iter().any(|one| one.name == name) {
            self.mistaken(format!("a parameter `{name}` that is there already"));
        }
        self.ignored.push(name);
        self
    }

    /// Parameters without a value say nothing, as those of a form whose fields were left empty: `status=&rank=3`. Without this, an
    /// empty value is a text of no letters, and an error for every other type.
    pub fn skip_empty(mut self) -> Self {
        self.skip_empty = true;
        self
    }

    /// The query that a query string asks for: the part of an address after `?`, in the form
    /// `application/x-www-form-urlencoded`.
    ///
    /// It counts as a query for all rows, whatever it asks for: nobody changes rows by what is in an address without
    /// saying so.
    ///
    /// # Errors
    /// `InvalidParameter`, fit for an HTTP 400; `Unsupported` where the list itself is wrong.
    pub fn parse(&self, text: &str) -> Result<Query<M, All>> {
        self.parse_onto(Query::all_of_model(), text)
    }

    /// A query with what a query string asks for beside what the query says itself. Orders come after its own, and of two limits
    /// the smaller one holds.
    ///
    /// # Errors
    /// As [`Filterable::parse`].
    pub fn parse_onto<S>(&self, query: Query<M, S>, text: &str) -> Result<Query<M, S>> {
        self.check()?;
        let pairs = pairs::split(text, Self::MAX_BYTES)?;
        self.apply(query, pairs)
    }

    /// The query that decoded names and values ask for, as web frameworks give them.
    ///
    /// # Errors
    /// As [`Filterable::parse`].
    pub fn parse_pairs<N: AsRef<str>, V: AsRef<str>>(
        &self,
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Query<M, All>> {
        self.parse_pairs_onto(Query::all_of_model(), pairs)
    }

    /// A query with what decoded names and values ask for: as [`Filterable::parse_onto`].
    ///
    /// # Errors
    /// As [`Filterable::parse`].
    pub fn parse_pairs_onto<S, N: AsRef<str>, V: AsRef<str>>(
        &self,
        query: Query<M, S>,
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Query<M, S>> {
        self.check()?;
        let pairs = pairs::collect(pairs, Self::MAX_BYTES, Self::MAX_PARAMETERS)?;
        self.apply(query, pairs)
    }

    /// A list that is wrong is so for every request, so that the first test finds it.
    fn check(&self) -> Result<()> {
        match &self.mistake {
            None => Ok(()),
            Some(mistake) => Err(Error::unsupported(
                mistake.clone(),
                "correct the list of `filterable()`",
            )
            .on_model(M::DEF.name)),
        }
    }
}

impl<M: Model> Default for Filterable<M> {
    fn default() -> Self {
        Filterable::new()
    }
}

impl<M: Model> std::fmt::Debug for Filterable<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self.allowed.iter().map(|one| one.name);
        f.debug_list().entries(names).finish()
    }
}

fn is_nullable<M: Model>(column: u16) -> bool {
    let column = M::DEF.columns.get(usize::from(column));
    column.is_some_and(|column| column.nullable)
}
