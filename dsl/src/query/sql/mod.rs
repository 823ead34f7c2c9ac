//! SQL or PartiQL of the user's own, with its values and rows.
//!
//! Promises: text is the program's own, values are bound and names are quoted, so that none becomes another; what is written
//! at run time says so by its name. Must not know: dialects, placeholders.

mod rows;

pub use rows::{SqlRow, SqlRows};

use crate::association::Asked;
use crate::error::{Refusal, Result};
use crate::field::{Model, View};
use crate::query::run::{Answer, Executor};
use crate::query::{BatchPart, Pending, Single, sealed};
use crate::schema::ModelRef;
use crate::statement::{Raw, RawLanguage, RawPart, SQL, Statement};
use crate::value::{Params, Scalar, Value};
use crate::write::IntoStatement;
use rows::{decode_model, decode_view_by_name};
use std::borrow::Cow;

/// SQL of the user's own, built piece by piece, or PartiQL. Made by `toasty::sql` and `toasty::partiql`.
///
/// ```
/// use toasty_dsl::query::Sql;
///
/// let query = Sql::new("select name from ").identifier("user").push(" where age > ").bind(18u8);
/// // Values make no other statement, and are not shown.
/// assert!(!format!("{query:?}").contains("18"));
/// ```
#[must_use = "nothing is sent until `.exec(&db)`, or `.as_rows()` with its last word, is awaited"]
#[derive(Debug, Clone)]
pub struct Sql {
    language: RawLanguage,
    parts: Vec<RawPart>,
    params: Params,
}

/// A value that can be bound in SQL of the user's own: what a column can have, an `Option` of it, and `&str`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound in SQL",
    label = "no column has this type",
    note = "values are those that a column can have: bool, i8 to i64, u8 to u64, f32, f64, String, &str, Vec<u8>, Uuid, \
            jiff's Timestamp, Date, Time and DateTime, Decimal, serde_json::Value, Json<T>, a `Vec` of one of them, and an `Option` of each; the members of an `IN` list \
            go into `.among([…])`"
)]
pub trait SqlValue {
    /// As a value.
    ///
    /// # Errors
    /// When no backend could ever hold it.
    fn into_sql_value(self) -> Result<Value, Refusal>;
}

#[diagnostic::do_not_recommend]
impl<T: Scalar> SqlValue for T {
    fn into_sql_value(self) -> Result<Value, Refusal> {
        self.into_value()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Scalar> SqlValue for Option<T> {
    fn into_sql_value(self) -> Result<Value, Refusal> {
        self.map_or(Ok(Value::Null), Scalar::into_value)
    }
}

#[diagnostic::do_not_recommend]
impl SqlValue for &str {
    fn into_sql_value(self) -> Result<Value, Refusal> {
        Ok(Value::Text(self.to_owned()))
    }
}

impl Sql {
    /// Begins with this text.
    pub fn new(text: &'static str) -> Self {
        Sql::in_language(RawLanguage::Sql, text)
    }

    /// Begins with this text of PartiQL.
    pub fn partiql(text: &'static str) -> Self {
        Sql::in_language(RawLanguage::PartiQl(Vec::new()), text)
    }

    fn in_language(language: RawLanguage, text: &'static str) -> Self {
        Sql {
            language,
            parts: vec![RawPart::Text(Cow::Borrowed(text))],
            params: Params::new(),
        }
    }

    /// Goes on with this text. It stands in the program: what is known at run time only is bound by [`Sql::bind`], or is a
    /// name by [`Sql::identifier`].
    pub fn push(self, text: &'static str) -> Self {
        self.with(RawPart::Text(Cow::Borrowed(text)))
    }

    /// Goes on with text that was made at run time, as it is. Nothing of it may come from outside of the program: it could
    /// say anything to the database. Each such text is a statement of its own, with a place in the plan cache.
    pub fn push_unchecked(self, text: impl Into<String>) -> Self {
        self.with(RawPart::Text(Cow::Owned(text.into())))
    }

    /// Goes on with a value: a placeholder stands in the text, and the value beside it, as a column of its type has it.
    ///
    /// PostgreSQL decides by the text around it which type it expects; where that is another, a cast after it says so:
    /// `.bind(5).push("::bigint")`. Logs never show it.
    pub fn bind(mut self, value: impl SqlValue) -> Self {
        self.push_value(value.into_sql_value());
        self.with(RawPart::Value)
    }

    /// Goes on with the condition that what stands before it is among these values: `.push("where id ").among(ids)`. A list
    /// of any length makes the same statement; nothing is among the values of an empty one.
    pub fn among<V: SqlValue>(mut self, values: impl IntoIterator<Item = V>) -> Self {
        let members = values.into_iter().map(SqlValue::into_sql_value);
        let list = members.collect::<Result<Vec<_>, Refusal>>();
        self.push_value(list.map(Value::List));
        self.with(RawPart::Among)
    }

    /// Goes on with a name, such as that of a table or a column: quoted, so that it is never more than a name. A name that
    /// cannot be one is refused as `Schema` before anything is sent.
    pub fn identifier(self, name: impl Into<String>) -> Self {
        self.with(RawPart::Name(name.into()))
    }

    fn push_value(&mut self, value: Result<Value, Refusal>) {
        let number = self.params.len() + 1;
        self.params
            .push_result(value, SQL.name, || format!("value {number}"));
    }

    fn with(mut self, part: RawPart) -> Self {
        self.parts.push(part);
        self
    }

    /// Its rows as tuples, one value a column: `.as_rows::<(String, Option<i64>)>()`, and then `.all(&db)`.
    pub fn as_rows<R: SqlRow>(self) -> SqlRows<R> {
        let mut this = self;
        if let RawLanguage::PartiQl(types) = &mut this.language {
            *types = R::types();
        }
        SqlRows::new(this.about(ModelRef(&SQL)), R::decode)
    }

    /// Its rows as instances of a model: each column of the model must be among theirs, by its name in the table; others
    /// are not looked at.
    pub fn as_model<M: Model>(self) -> SqlRows<M> {
        SqlRows::new(self.about(ModelRef(M::DEF)), decode_model)
    }

    /// Its rows as a [view](crate::query::Query::select_as) of a model: each column of the view must be among theirs, by its name in the
    /// table; others are not looked at.
    pub fn as_view<V: View>(self) -> SqlRows<V> {
        SqlRows::new(self.about(ModelRef(V::Model::DEF)), decode_view_by_name)
    }

    /// Runs it, and says how many rows it changed.
    ///
    /// # Errors
    /// `Unsupported` for SQL on DynamoDB, for PartiQL on any other database, and for a statement that has rows; those of the database.
    pub async fn exec(self, on: &impl Executor) -> Result<u64> {
        let (statement, params) = self.into_statement()?;
        Ok(on.execute(statement, params).await?.affected)
    }

    fn about(self, model: ModelRef) -> Result<(Statement, Params)> {
        self.params.check()?;
        let raw = Raw {
            model,
            language: self.language,
            parts: self.parts,
        };
        Ok((Statement::Raw(raw), self.params))
    }
}

impl IntoStatement for Sql {
    fn into_statement(self) -> Result<(Statement, Params)> {
        self.about(ModelRef(&SQL))
    }
}

impl sealed::Part for Sql {}

impl BatchPart for Sql {
    type Output = u64;

    fn begin(self, asked: &mut Vec<Asked>) -> Result<Box<dyn Pending<u64>>> {
        let (statement, params) = self.into_statement()?;
        let one = Asked {
            statement,
            params,
            sink: None,
        };
        Ok(Single::begin(Some(one), asked, |answer| {
            Ok(answer.as_ref().map_or(0, Answer::rows))
        }))
    }
}
