//! Values that are computed, as a part of a query's shape.

use super::shape::Walk;
use super::windows::aggregate_name;
use crate::schema::ModelDef;
use crate::statement::{Formula, Function, Test};

impl Walk {
    pub(super) fn test(&mut self, model: &ModelDef, test: &Test) {
        match test {
            Test::Compare {
                left,
                comparison,
                right,
            } => {
                self.comparison(*comparison);
                self.formula(model, left);
                self.formula(model, right);
            }
            Test::Distinct {
                left,
                right,
                negated,
            } => {
                self.text(if *negated { "not distinct" } else { "distinct" });
                self.formula(model, left);
                self.formula(model, right);
            }
            Test::In { of, negated } => {
                self.text(if *negated { "not in" } else { "in" });
                self.formula(model, of);
            }
            Test::IsNull { of, negated } => {
                self.text(if *negated { "is not null" } else { "is null" });
                self.formula(model, of);
            }
            Test::InSubquery {
                of, query, negated, ..
            } => {
                self.text(if *negated { "not in query" } else { "in query" });
                self.formula(model, of);
                self.query(query);
            }
            Test::Exists { query, negated } => {
                self.text(if *negated { "not exists" } else { "exists" });
                self.query(query);
            }
            Test::True(of) => {
                self.text("is true");
                self.formula(model, of);
            }
        }
    }

    pub(super) fn formula(&mut self, model: &ModelDef, formula: &Formula) {
        match formula {
            Formula::Column(column) => {
                self.text("column");
                self.column(model, *column);
            }
            Formula::Slot(_) => self.text("value"),
            Formula::Key(number) => {
                self.text("key");
                self.number(*number);
            }
            Formula::Call(function, of) => {
                self.text(match function {
                    Function::Add => "+",
                    Function::Subtract => "-",
                    Function::Multiply => "*",
                    Function::Divide => "/",
                    Function::Remainder => "%",
                    Function::Lower => "lower",
                    Function::Upper => "upper",
                    Function::Length => "length",
                    Function::Coalesce => "coalesce",
                    Function::Time(part) => part.name(),
                    Function::Json(as_what) => as_what.name(),
                    Function::Cardinality => "cardinality",
                    Function::Push => "push",
                    Function::Remove => "remove",
                    Function::Start(_) => "start of",
                });
                if let Function::Start(span) = function {
                    self.text(span.name());
                }
                self.number(of.len());
                for one in of {
                    self.formula(model, one);
                }
            }
            Formula::Case { arms, otherwise } => {
                self.text("case");
                self.number(arms.len());
                for (when, then) in arms {
                    self.expr(model, when);
                    self.formula(model, then);
                }
                if let Some(otherwise) = otherwise {
                    self.text("else");
                    self.formula(model, otherwise);
                }
            }
            Formula::Aggregate(aggregate, of) => {
                self.text(aggregate_name(*aggregate));
                if let Some(of) = of {
                    self.formula(model, of);
                }
            }
            Formula::Window(window) => self.window(model, window),
            Formula::Given(given) => {
                self.text("given");
                self.number(given.number);
                self.column_type(given.ty);
            }
            Formula::TooDeep => self.text("too deep"),
            Formula::Related(_)
            | Formula::Subquery(_)
            | Formula::Outer(..)
            | Formula::Fragment(_) => self.elsewhere(model, formula),
        }
    }
}
