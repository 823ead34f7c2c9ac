//! What comes from other rows, as a part of a query's shape.

use super::shape::Walk;
use crate::schema::ModelDef;
use crate::statement::{
    Computed, Formula, FragmentPart, Kept, Output, Select, SetOperation, Source,
};

impl Walk {
    pub(super) fn elsewhere(&mut self, model: &ModelDef, formula: &Formula) {
        match formula {
            Formula::Related(one) => {
                self.text("of relation");
                if let Some(field) = model.fields.get(usize::from(one.relation)) {
                    self.text(field.name);
                }
                if let Some(target) = one.target(model) {
                    self.table(target);
                    self.formula(target, &one.value);
                    self.expr(target, &one.filter);
                }
            }
            Formula::Subquery(select) => {
                self.text("value of query");
                self.query(select);
            }
            Formula::Outer(model, column) => {
                self.text("outer");
                self.table(model);
                self.column(model, *column);
            }
            Formula::Fragment(fragment) => {
                self.text("fragment");
                self.number(fragment.parts.len());
                for part in &fragment.parts {
                    match part {
                        FragmentPart::Text(text) => self.text(text),
                        FragmentPart::Value(value) => self.formula(model, value),
                    }
                }
            }
            Formula::Column(_)
            | Formula::Slot(_)
            | Formula::Key(_)
            | Formula::Call(..)
            | Formula::Case { .. }
            | Formula::Aggregate(..)
            | Formula::Window(_)
            | Formula::Given(_)
            | Formula::TooDeep => self.formula(model, formula),
        }
    }

    /// A query inside of the query: all that says which rows it has.
    pub(super) fn query(&mut self, select: &Select) {
        let model = select.model.0;
        self.table(model);
        self.text(match select.output {
            Output::Rows => "rows",
            Output::Count => "count",
            Output::Exists => "exists",
            Output::Check => "check",
            Output::Values => "values",
        });
        self.expr(model, &select.filter);
        for key in &select.order {
            self.text("order");
            self.order(model, *key);
        }
        self.text(if select.limit { "limit" } else { "no limit" });
        self.text(if select.offset { "offset" } else { "no offset" });
        if let Some(computed) = &select.computed {
            self.computed(model, computed);
        }
    }

    /// All that a query computes, and of what.
    pub(super) fn computed(&mut self, model: &ModelDef, computed: &Computed) {
        if let Some(source) = &computed.source {
            self.source(model, source);
        }
        for column in &computed.first_of {
            self.text("first of");
            self.column(model, *column);
        }
        for key in &computed.keys {
            self.text("group");
            self.formula(model, key);
        }
        for value in &computed.list {
            self.text("value");
            self.formula(model, value);
        }
        self.text(if computed.distinct { "distinct" } else { "all" });
        self.expr(model, &computed.having);
        self.computed_order(model, &computed.order);
    }

    fn source(&mut self, model: &ModelDef, source: &Source) {
        match source {
            Source::Compound(compound) => self.text(match compound.operation {
                SetOperation::Union => "union",
                SetOperation::UnionAll => "union all",
                SetOperation::Intersect => "intersect",
                SetOperation::Except => "except",
            }),
            Source::Tree(tree) => {
                self.text(if tree.bounded { "bounded tree" } else { "tree" });
                if let Some(field) = model.fields.get(usize::from(tree.relation)) {
                    self.text(field.name);
                }
            }
            Source::Select(_) => self.text("select"),
            Source::Named(named) => {
                self.text(match named.kept {
                    Kept::AsPlanned => "named",
                    Kept::Materialized => "materialized",
                    Kept::NotMaterialized => "not materialized",
                });
                self.text(named.name);
            }
        }
        self.number(source.parts().len());
        for part in source.parts() {
            self.query(part);
        }
    }
}
