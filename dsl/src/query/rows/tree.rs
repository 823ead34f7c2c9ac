//! Rows and all that a relation of a model to itself leads to.
//!
//! Promises: each row comes once, also where rows lead back to themselves. Must not know: how it is asked for.

use super::select::{All, Query};
use super::sets::read;
use crate::association::{BelongsTo, HasMany};
use crate::field::{Field, Model};
use crate::schema::ModelRef;
use crate::statement::{Select, Source, Tree};
use crate::value::Value;

/// A relation of a model to itself, with the largest number of steps along it.
#[derive(Debug, Clone, Copy)]
pub struct Steps<R> {
    relation: R,
    most: u32,
}

/// What leads from a row down to others of the same model: a `HasMany` of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` leads down to no rows of the same model",
    label = "expected a `HasMany` of the model itself",
    note = "a tree is of one model: `parent: Option<BelongsTo<Category>>` and `children: HasMany<Category>`; upwards it is `.with_ancestors(|category| category.parent)`"
)]
pub trait ToChildren<M> {
    /// The number of the relation's field, and of the steps.
    #[doc(hidden)]
    fn steps(self) -> (u16, Option<u32>);
}

/// What leads from a row up to another of the same model: a `BelongsTo` of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` leads up to no row of the same model",
    label = "expected a `BelongsTo` of the model itself",
    note = "a tree is of one model: `parent: Option<BelongsTo<Category>>` and `children: HasMany<Category>`; downwards it is `.with_descendants(|category| category.children)`"
)]
pub trait ToParent<M> {
    /// The number of the relation's field, and of the steps.
    #[doc(hidden)]
    fn steps(self) -> (u16, Option<u32>);
}

macro_rules! relations {
    ($($trait:ident for $relation:ty),*) => { $(
        #[diagnostic::do_not_recommend]
        impl<M: Model> $trait<M> for Field<M, $relation> {
            fn steps(self) -> (u16, Option<u32>) {
                (self.field_number(), None)
            }
        }

        /// # Trees
        impl<M: Model> Field<M, $relation> {
            /// At most so many steps along this relation.
            pub fn max_depth(self, steps: u32) -> Steps<Self> {
                Steps { relation: self, most: steps }
            }
        }
    )* };
}

relations!(ToChildren for HasMany<M>, ToParent for BelongsTo<M>, ToParent for Option<BelongsTo<M>>);

#[diagnostic::do_not_recommend]
impl<M, R: ToChildren<M>> ToChildren<M> for Steps<R> {
    fn steps(self) -> (u16, Option<u32>) {
        (self.relation.steps().0, Some(self.most))
    }
}

#[diagnostic::do_not_recommend]
impl<M, R: ToParent<M>> ToParent<M> for Steps<R> {
    fn steps(self) -> (u16, Option<u32>) {
        (self.relation.steps().0, Some(self.most))
    }
}

/// # Trees
impl<M: Model, S> Query<M, S> {
    /// The rows with all those below them: their children, the children of those, and so on. Each comes once.
    ///
    /// What is said before says where the tree begins; what follows is about all of its rows. `max_depth` bounds the steps:
    /// `.with_descendants(|category| category.children.max_depth(2))`. Where rows lead back to themselves, each comes once
    /// all the same; with `max_depth` a circle is walked as often as that lets it.
    ///
    /// It is one statement, a recursive common table expression. DynamoDB refuses it.
    ///
    /// ```
    /// use toasty_dsl::{BelongsTo, HasMany, toasty};
    ///
    /// toasty! {
    ///     pub model Category {
    ///         id: u64 [key, auto],
    ///         name: String,
    ///         parent_id: Option<u64> [index],
    ///         parent: Option<BelongsTo<Category>>,
    ///         children: HasMany<Category>,
    ///     }
    /// }
    ///
    /// # fn main() {
    /// let shelves = Category::filter(|category| category.name.eq("Books"))
    ///     .with_descendants(|category| category.children)
    ///     .order_by(|category| category.name.asc());
    /// # let _ = shelves;
    /// # }
    /// ```
    pub fn with_descendants<R: ToChildren<M>>(
        self,
        relation: impl FnOnce(M::Fields) -> R,
    ) -> Query<M, All> {
        self.tree(relation(M::FIELDS).steps())
    }

    /// The rows with all those above them: their parents, the parents of those, and so on. Each comes once. All else is as
    /// with [`with_descendants`](Query::with_descendants).
    pub fn with_ancestors<R: ToParent<M>>(
        self,
        relation: impl FnOnce(M::Fields) -> R,
    ) -> Query<M, All> {
        self.tree(relation(M::FIELDS).steps())
    }

    fn tree(self, (relation, most): (u16, Option<u32>)) -> Query<M, All> {
        let (roots, mut params, includes) = self.into_unchecked();
        if let Some(most) = most {
            params.push(Value::Int(most.into()));
        }
        let mut select = Select::all(ModelRef(M::DEF));
        select.allowed = roots.allowed;
        let source = Source::Tree(Tree {
            roots: Box::new(roots),
            relation,
            bounded: most.is_some(),
        });
        read(&mut select, source, &mut params);
        Query::of_source(select, params, includes)
    }
}
