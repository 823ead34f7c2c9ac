//! Values of the rows around a row, as a part of a query's shape.

use super::shape::Walk;
use crate::schema::ModelDef;
use crate::statement::{Aggregate, Bound, ComputedOrder, Nulls, Window, WindowFunction};

impl Walk {
    pub(super) fn window(&mut self, model: &ModelDef, window: &Window) {
        self.text("window");
        self.text(match window.function {
            WindowFunction::RowNumber => "row number",
            WindowFunction::Rank => "rank",
            WindowFunction::DenseRank => "dense rank",
            WindowFunction::Lag => "lag",
            WindowFunction::Lead => "lead",
            WindowFunction::FirstValue => "first value",
            WindowFunction::LastValue => "last value",
            WindowFunction::Aggregate(aggregate) => aggregate_name(aggregate),
        });
        for formulas in [&window.of, &window.partition] {
            self.number(formulas.len());
            for one in formulas {
                self.formula(model, one);
            }
        }
        self.computed_order(model, &window.order);
        if let Some(frame) = window.frame {
            for bound in [frame.start, frame.end] {
                self.text(match bound {
                    Bound::Unbounded => "unbounded",
                    Bound::Preceding => "preceding",
                    Bound::Current => "current",
                    Bound::Following => "following",
                });
            }
        }
    }

    /// The keys of an order that is computed.
    pub(super) fn computed_order(&mut self, model: &ModelDef, order: &[ComputedOrder]) {
        for key in order {
            self.text("order");
            self.formula(model, &key.by);
            self.direction(key.direction);
            self.text(match key.nulls {
                Nulls::Smallest => "nulls smallest",
                Nulls::First => "nulls first",
                Nulls::Last => "nulls last",
            });
        }
    }
}

pub(super) fn aggregate_name(aggregate: Aggregate) -> &'static str {
    match aggregate {
        Aggregate::Count => "count",
        Aggregate::CountDistinct => "count distinct",
        Aggregate::Sum => "sum",
        Aggregate::Average => "avg",
        Aggregate::Min => "min",
        Aggregate::Max => "max",
    }
}
