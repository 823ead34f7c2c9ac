//! What a column of arrays offers: conditions, and itself with a member more or less.
//!
//! Promises: a list of any length is one value; an array that is NULL is neither empty nor has anything. Must not know: how arrays
//! are stored.

use super::operand::{ColumnValue, Operand, Side};
use crate::error::Refusal;
use crate::field::{Field, Model};
use crate::query::condition::Filter;
use crate::query::{Expression, IntoExpression, OfRow, Projected};
use crate::statement::{ArrayMatch, Expr, Formula, Function};
use crate::value::{FieldValues, Member, Params, Scalar, Value};
use crate::write::{Input, fill};

/// A type whose column holds an array.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is no array",
    label = "expected a `Vec<T>`",
    note = "text is searched by `.contains(…)` and measured by `.length()`; relations are asked by `.any(|x| …)`"
)]
pub trait ArrayValue: Scalar {
    /// The type of its members.
    type Member: Member;
}

#[diagnostic::do_not_recommend]
impl<T: Member> ArrayValue for Vec<T> {
    type Member = T;
}

/// The type of the members of a column.
type MemberOf<T> = <<T as ColumnValue>::Base as ArrayValue>::Member;

/// # Arrays
///
/// How often a member is in an array, and where, makes no difference. Members are compared as columns of their type are:
/// the decimals `1.5` and `1.50` are one.
///
/// ```
/// use toasty_dsl::toasty;
///
/// toasty! { pub model Post { id: u64 [key, auto], tags: Vec<String> } }
///
/// # fn main() {
/// let posts = Post::filter(|post| post.tags.has("rust") & !post.tags.has_any(["draft", "hidden"]) & post.tags.len().lt(9));
/// # let _ = posts;
/// # }
/// ```
impl<M: Model, T> Field<M, T>
where
    T: ColumnValue,
{
    /// This value is among its members.
    pub fn has(self, member: impl Operand<M, MemberOf<T>>) -> Filter<M>
    where
        T::Base: ArrayValue,
    {
        self.has_all([member])
    }

    /// All of these values are among its members: true of none.
    pub fn has_all<V: Operand<M, MemberOf<T>>>(
        self,
        members: impl IntoIterator<Item = V>,
    ) -> Filter<M>
    where
        T::Base: ArrayValue,
    {
        self.members(ArrayMatch::All, members)
    }

    /// One of these values or more is among its members: false of none.
    pub fn has_any<V: Operand<M, MemberOf<T>>>(
        self,
        members: impl IntoIterator<Item = V>,
    ) -> Filter<M>
    where
        T::Base: ArrayValue,
    {
        self.members(ArrayMatch::Any, members)
    }

    /// It has no members. An array that is NULL is not empty.
    pub fn is_empty(self) -> Filter<M>
    where
        T::Base: ArrayValue,
    {
        let column = self.column_number();
        let matches = ArrayMatch::Empty;
        Filter::new(Expr::Array { column, matches }, Params::new())
    }

    /// How many members it has.
    pub fn len(self) -> Expression<M, T::With<u64>, OfRow>
    where
        T: Projected,
        T::Base: ArrayValue,
    {
        length(self.into_expression())
    }

    fn members<V: Operand<M, MemberOf<T>>>(
        self,
        matches: ArrayMatch,
        members: impl IntoIterator<Item = V>,
    ) -> Filter<M>
    where
        T::Base: ArrayValue,
    {
        let column = self.column_number();
        let mut params = Params::new();
        let mut list = Vec::new();
        for member in members {
            match member.into_side() {
                Side::Value(Ok(value)) => list.push(value),
                Side::Value(refused) => params.push_result(refused, M::DEF.name, || {
                    let column = M::DEF.columns.get(usize::from(column));
                    column.map_or_else(String::new, |column| column.path().join("."))
                }),
                // What another column holds is no value: its slot says so when the statement is made.
                Side::Column(_) | Side::Computed(_) => {
                    params.push_result(Err(no_value()), M::DEF.name, String::new)
                }
            }
        }
        params.push(Value::List(list));
        Filter::new(Expr::Array { column, matches }, params)
    }
}

/// # Members more and less
///
/// For updates above all. The array is changed where it is stored, so that of two who change it at the same time neither takes
/// back what the other did.
///
/// ```
/// use toasty_dsl::toasty;
///
/// toasty! { pub model Post { id: u64 [key, auto], tags: Vec<String> } }
///
/// # fn main() {
/// let update = Post::update_by_id(7u64).assign(|post| post.tags.to(post.tags.remove("draft").push("rust")));
/// # let _ = update;
/// # }
/// ```
impl<M: Model, T> Field<M, T>
where
    T: ColumnValue,
{
    /// With this member behind all others. An array that is NULL counts as empty.
    pub fn push(self, member: impl Input<MemberOf<T>>) -> Expression<M, T, OfRow>
    where
        T: Projected,
        T::Base: ArrayValue,
    {
        with_member(self.into_expression(), Function::Push, member)
    }

    /// Without the members that are equal to this one; those that stay keep their order. An array that is NULL stays so.
    pub fn remove(self, member: impl Input<MemberOf<T>>) -> Expression<M, T, OfRow>
    where
        T: Projected,
        T::Base: ArrayValue,
    {
        with_member(self.into_expression(), Function::Remove, member)
    }
}

/// # Members more and less
impl<M: Model, T> Expression<M, T, OfRow>
where
    T: ColumnValue,
{
    /// How many members it has.
    pub fn len(self) -> Expression<M, T::With<u64>, OfRow>
    where
        T: Projected,
        T::Base: ArrayValue,
    {
        length(self)
    }

    /// With this member behind all others. An array that is NULL counts as empty.
    pub fn push(self, member: impl Input<MemberOf<T>>) -> Expression<M, T, OfRow>
    where
        T::Base: ArrayValue,
    {
        with_member(self, Function::Push, member)
    }

    /// Without the members that are equal to this one; those that stay keep their order. An array that is NULL stays so.
    pub fn remove(self, member: impl Input<MemberOf<T>>) -> Expression<M, T, OfRow>
    where
        T::Base: ArrayValue,
    {
        with_member(self, Function::Remove, member)
    }
}

fn length<M: Model, T, U>(array: Expression<M, T, OfRow>) -> Expression<M, U, OfRow> {
    let (formula, params) = array.into_parts();
    Expression::new(Formula::Call(Function::Cardinality, vec![formula]), params)
}

fn with_member<M: Model, T>(
    array: Expression<M, T, OfRow>,
    function: Function,
    member: impl Input<MemberOf<T>>,
) -> Expression<M, T, OfRow>
where
    T: ColumnValue,
    T::Base: ArrayValue,
{
    let (formula, mut params) = array.into_parts();
    let (mut slot, mut refusal) = ([None], None);
    fill(&mut FieldValues::new(&mut slot, &mut refusal), member);
    // A list of one, so that it is bound in the form in which arrays are stored.
    let [value] = slot;
    let list = match refusal {
        None => Ok(Value::List(value.into_iter().collect())),
        Some(reason) => Err(reason),
    };
    params.push_result(list, M::DEF.name, String::new);
    let member = Formula::Slot(<T::Base as Scalar>::TYPE);
    Expression::new(Formula::Call(function, vec![formula, member]), params)
}

#[cold]
fn no_value() -> Refusal {
    Refusal::new("what is no value among the members of an array")
}
