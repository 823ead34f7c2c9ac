//! What a statement takes from rows other than its own: values of a relation, whole queries inside of it, columns of the query
//! around it.
//!
//! Promises: the slots of what is inside stand where it stands, so that values keep one order, that of the text. Must not know:
//! dialects. The surprising decision: a query inside is the same [`Select`] as one by itself, so that whatever is built for
//! the one the other has.

use super::{Expr, Formula, Select, Source, Test};
use crate::schema::{ModelDef, ModelRef};
use crate::value::ColumnType;

/// A value of the rows that a relation leads to: one of each row where there is one at most, an aggregate where there are
/// many. Its slots come before those of the condition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RelatedValue {
    /// The number of the relation's field
    pub relation: u16,
    /// The value, of the other model
    pub value: Formula,
    /// Of which of its rows
    pub filter: Expr,
}

/// SQL of the user's own that is one value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fragment {
    /// Its parts, in order
    pub parts: Vec<FragmentPart>,
    /// The type that it has, as the user says
    pub ty: ColumnType,
}

/// One part of SQL of the user's own that is one value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FragmentPart {
    /// As it stands in the program
    Text(&'static str),
    /// A value: a column, a slot, or what is computed
    Value(Formula),
}

/// What a value or a condition takes from a query inside of it.
#[derive(Clone, Copy)]
pub(super) enum Inside<'a> {
    Related(&'a RelatedValue),
    Query(&'a Select),
}

impl RelatedValue {
    /// The model that the relation of this one leads to.
    pub fn target(&self, model: &ModelDef) -> Option<&'static ModelDef> {
        let field = model.fields.get(usize::from(self.relation))?;
        Some(field.relation()?.target())
    }
}

impl Inside<'_> {
    pub(super) fn slots(self) -> usize {
        match self {
            Inside::Related(one) => one.value.slots() + one.filter.slots(),
            Inside::Query(select) => select.slots(),
        }
    }

    pub(super) fn depth(self) -> usize {
        1 + match self {
            Inside::Related(one) => one.value.depth().max(one.filter.depth()),
            Inside::Query(select) => {
                let computed = select.computed.as_deref();
                let formulas = computed.into_iter().flat_map(|one| one.formulas());
                let having = computed.map_or(0, |one| one.having.depth());
                let deepest = formulas.map(Formula::depth).max().unwrap_or(0);
                let parts = select.source().into_iter().flat_map(Source::parts);
                let parts = parts.map(|part| Inside::Query(part).depth());
                let deepest = deepest.max(having).max(select.filter.depth());
                deepest.max(parts.max().unwrap_or(0))
            }
        }
    }

    pub(super) fn is_too_deep(self) -> bool {
        match self {
            Inside::Related(one) => one.value.is_too_deep() || one.filter.is_too_deep(),
            Inside::Query(select) => {
                let computed = select.computed.as_deref();
                let mut parts = select.source().into_iter().flat_map(Source::parts);
                select.filter.is_too_deep()
                    || computed.is_some_and(|one| one.is_too_deep())
                    || parts.any(|part| Inside::Query(part).is_too_deep())
            }
        }
    }
}

impl Select {
    /// How many slots it takes.
    pub fn slots(&self) -> usize {
        let computed = self.computed.as_deref().map_or(0, |computed| {
            let values = computed.keys.iter().chain(&computed.list);
            values.map(Formula::slots).sum::<usize>()
                + computed.source.as_ref().map_or(0, Source::slots)
        });
        computed + self.filter.slots() + self.slots_after_filter()
    }
}

impl Formula {
    pub(super) fn inside(&self) -> Option<Inside<'_>> {
        match self {
            Formula::Related(one) => Some(Inside::Related(one)),
            Formula::Subquery(select) => Some(Inside::Query(select)),
            _ => None,
        }
    }

    /// The type of a value that comes from elsewhere than the row.
    pub(super) fn type_elsewhere(&self, model: &ModelDef) -> ColumnType {
        let ty = match self {
            Formula::Related(one) => one
                .target(model)
                .map(|target| one.value.column_type(target, &[])),
            Formula::Subquery(select) => select.computed.as_deref().and_then(|computed| {
                let value = computed.list.first()?;
                Some(value.column_type(&select.model, &computed.keys))
            }),
            Formula::Outer(model, column) => model
                .columns
                .get(usize::from(*column))
                .map(|column| column.ty),
            Formula::Fragment(fragment) => Some(fragment.ty),
            _ => None,
        };
        ty.unwrap_or(ColumnType::Int(64))
    }

    /// The columns that its value comes from, of whatever model, those of conditions not among them.
    pub fn sources(&self, model: ModelRef) -> Vec<(ModelRef, u16)> {
        match self {
            Formula::Column(column) => vec![(model, *column)],
            Formula::Outer(model, column) => vec![(*model, *column)],
            Formula::Related(one) => one
                .target(&model)
                .map_or_else(Vec::new, |target| one.value.sources(ModelRef(target))),
            Formula::Subquery(select) => {
                let list = select.computed.iter().flat_map(|one| &one.list);
                list.flat_map(|value| value.sources(select.model)).collect()
            }
            other => other
                .inner()
                .into_iter()
                .flat_map(|one| one.sources(model))
                .collect(),
        }
    }
}

impl Test {
    pub(super) fn inside(&self) -> Option<Inside<'_>> {
        match self {
            Test::InSubquery { query, .. } | Test::Exists { query, .. } => {
                Some(Inside::Query(query))
            }
            Test::Compare { .. }
            | Test::Distinct { .. }
            | Test::In { .. }
            | Test::IsNull { .. }
            | Test::True(_) => None,
        }
    }
}
