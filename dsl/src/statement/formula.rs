//! Values that are computed: arithmetic, functions, CASE, aggregates.
//!
//! Promises: a formula holds no value, as nothing of a statement does; it knows the type of what it gives, which some
//! dialects have to be told. Must not know: dialects. The surprising decision: a group's key is written once, and named by its
//! number wherever else it stands: a key that holds a slot could otherwise not be seen to be the same.

use super::subquery::Inside;
use super::{
    Comparison, Direction, Expr, Fragment, FragmentPart, Frame, Given, JsonAs, Nulls, RelatedValue,
    Select, Source, TimePart, TimeSpan, Window, WindowFunction,
};
use crate::schema::{ModelDef, ModelRef};
use crate::value::ColumnType;

/// A value that is computed for each row, or for each group of rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Formula {
    /// The column of this number
    Column(u16),
    /// The value of the next slot, of this type
    Slot(ColumnType),
    /// The key of this number of the statement's groups
    Key(usize),
    /// A function of other values
    Call(Function, Vec<Formula>),
    /// The value after the first condition that is true
    Case {
        /// Conditions with their values
        arms: Vec<(Expr, Formula)>,
        /// The value where none is true; NULL where there is none
        otherwise: Option<Box<Formula>>,
    },
    /// One value of many rows; of the rows themselves where it is of nothing
    Aggregate(Aggregate, Option<Box<Formula>>),
    /// A value of the rows around the row
    Window(Box<Window>),
    /// A value of what the select reads, where that is no table
    Given(Given),
    /// A formula nested deeper than [`MAX_DEPTH`](super::MAX_DEPTH). What it was is gone; the statement is refused.
    TooDeep,
    /// A value of the rows that a relation leads to
    Related(Box<RelatedValue>),
    /// The only value of the first row of a query; NULL where it has no row
    Subquery(Box<Select>),
    /// A column of a query around this one: of the nearest that is about this model
    Outer(ModelRef, u16),
    /// SQL of the user's own
    Fragment(Box<Fragment>),
}

/// A function of values of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// The sum of two numbers
    Add,
    /// Their difference
    Subtract,
    /// Their product
    Multiply,
    /// Their quotient, that of integers without its fraction; NULL where the second is zero
    Divide,
    /// What a division of integers leaves, with the sign of the first; NULL where the second is zero
    Remainder,
    /// A text with its ASCII letters made small
    Lower,
    /// A text with its ASCII letters made large
    Upper,
    /// How many characters a text has
    Length,
    /// The first that is not NULL
    Coalesce,
    /// A part of a time
    Time(TimePart),
    /// What is inside of JSON, where the path in the slot that is given leads
    Json(JsonAs),
    /// How many members an array has
    Cardinality,
    /// An array with the members of another behind its own; one that is NULL counts as empty
    Push,
    /// An array without the members that are equal to one of another
    Remove,
    /// The moment at which such a span began that a time is in
    Start(TimeSpan),
}

/// One value of many rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Aggregate {
    /// How many there are; of a value, how many are not NULL
    Count,
    /// How many different ones there are, NULL not among them
    CountDistinct,
    /// Their sum
    Sum,
    /// Their mean
    Average,
    /// The smallest
    Min,
    /// The largest
    Max,
}

/// A condition on values that are computed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Test {
    /// Two values, compared
    Compare {
        /// The one
        left: Formula,
        /// How
        comparison: Comparison,
        /// The other
        right: Formula,
    },
    /// Whether two values are told apart, NULL being a value like others
    Distinct {
        /// The one
        left: Formula,
        /// The other
        right: Formula,
        /// They are not told apart
        negated: bool,
    },
    /// A value among the members of a list, which takes one slot
    In {
        /// The value
        of: Formula,
        /// Not among them
        negated: bool,
    },
    /// A value that is NULL
    IsNull {
        /// The value
        of: Formula,
        /// It is not NULL
        negated: bool,
    },
    /// A value among those that a query gives
    InSubquery {
        /// The value
        of: Formula,
        /// The query; its slots come after those of the value
        query: Box<Select>,
        /// Whether it can give NULLs, which are then left out
        nullable: bool,
        /// Not among them
        negated: bool,
    },
    /// Whether a query has any row
    Exists {
        /// The query
        query: Box<Select>,
        /// It has none
        negated: bool,
    },
    /// A value that is true
    True(Formula),
}

/// What a select computes, and of what. Its slots come in this order: keys, list, source, then the filter's, having, order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Computed {
    /// By which values rows are put into groups; without any, an aggregate is of all rows
    pub keys: Vec<Formula>,
    /// What comes back, where the output is values
    pub list: Vec<Formula>,
    /// Rows that are equal in all of the list come back once
    pub distinct: bool,
    /// Which groups
    pub having: Expr,
    /// In which order, where a key of it is computed: the select's own list of columns is then empty
    pub order: Vec<ComputedOrder>,
    /// Only the first row, by the order, of those that are equal in these columns; of all rows where there are none
    pub first_of: Vec<u16>,
    /// What it reads, where that is not the table itself
    pub source: Option<Source>,
}

/// One key of an ordering, computed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ComputedOrder {
    /// The value
    pub by: Formula,
    /// Up or down
    pub direction: Direction,
    /// Where NULLs go
    pub nulls: Nulls,
}

impl Computed {
    /// Nothing.
    pub const NOTHING: Computed = Computed {
        keys: Vec::new(),
        list: Vec::new(),
        distinct: false,
        having: Expr::Constant(true),
        order: Vec::new(),
        first_of: Vec::new(),
        source: None,
    };

    /// Whether it does nothing to the rows that are read, but for choosing values of them.
    pub fn only_reads(&self) -> bool {
        self.keys.is_empty()
            && !self.distinct
            && self.having == Expr::Constant(true)
            && self.order.is_empty()
            && self.first_of.is_empty()
    }

    /// Every formula of it, in the order of their slots, but for those of the condition.
    pub fn formulas(&self) -> impl Iterator<Item = &Formula> {
        let order = self.order.iter().map(|key| &key.by);
        self.keys.iter().chain(&self.list).chain(order)
    }

    /// Whether a part of it was nested too deeply.
    pub fn is_too_deep(&self) -> bool {
        self.having.is_too_deep() || self.formulas().any(Formula::is_too_deep)
    }
}

/// The type of numbers that were computed of numbers of this type.
fn widened(ty: ColumnType) -> ColumnType {
    match ty {
        ColumnType::Int(_) => ColumnType::Int(64),
        ColumnType::UInt(_) => ColumnType::UInt(64),
        ColumnType::Float(_) => ColumnType::Float(64),
        other => other,
    }
}

impl Aggregate {
    fn column_type(self, of: ColumnType) -> ColumnType {
        match self {
            Aggregate::Count | Aggregate::CountDistinct => ColumnType::Int(64),
            Aggregate::Sum => widened(of),
            Aggregate::Average => ColumnType::Float(64),
            Aggregate::Min | Aggregate::Max => of,
        }
    }
}

impl Formula {
    /// The type of what it gives, `keys` being those of the statement's groups.
    pub fn column_type(&self, model: &ModelDef, keys: &[Formula]) -> ColumnType {
        let of = |formula: &Formula| formula.column_type(model, keys);
        let first = |formulas: &[Formula]| formulas.first().map_or(ColumnType::Int(64), of);
        match self {
            Formula::Column(column) => model
                .columns
                .get(usize::from(*column))
                .map_or(ColumnType::Int(64), |column| column.ty),
            Formula::Slot(ty) => *ty,
            Formula::Key(number) => keys.get(*number).map_or(ColumnType::Int(64), of),
            Formula::Call(function, of) => match function {
                Function::Add
                | Function::Subtract
                | Function::Multiply
                | Function::Divide
                | Function::Remainder => widened(first(of)),
                Function::Lower | Function::Upper => ColumnType::Text,
                Function::Length | Function::Cardinality => ColumnType::UInt(64),
                Function::Coalesce | Function::Push | Function::Remove | Function::Start(_) => {
                    first(of)
                }
                Function::Time(part) => part.column_type(),
                Function::Json(as_what) => as_what.column_type(),
            },
            Formula::Case { arms, .. } => arms
                .first()
                .map_or(ColumnType::Int(64), |(_, value)| of(value)),
            Formula::Aggregate(aggregate, of_what) => {
                aggregate.column_type(of_what.as_deref().map_or(ColumnType::Int(64), of))
            }
            Formula::Window(window) => match window.function {
                WindowFunction::RowNumber | WindowFunction::Rank | WindowFunction::DenseRank => {
                    ColumnType::Int(64)
                }
                WindowFunction::Lag
                | WindowFunction::Lead
                | WindowFunction::FirstValue
                | WindowFunction::LastValue => first(&window.of),
                WindowFunction::Aggregate(aggregate) => aggregate.column_type(first(&window.of)),
            },
            Formula::Given(given) => given.ty,
            Formula::TooDeep => ColumnType::Int(64),
            Formula::Related(_)
            | Formula::Subquery(_)
            | Formula::Outer(..)
            | Formula::Fragment(_) => self.type_elsewhere(model),
        }
    }

    /// The values of the same row that it is made of.
    pub fn inner(&self) -> Vec<&Formula> {
        match self {
            Formula::Column(_)
            | Formula::Slot(_)
            | Formula::Key(_)
            | Formula::Given(_)
            | Formula::TooDeep
            | Formula::Related(_)
            | Formula::Subquery(_)
            | Formula::Outer(..) => Vec::new(),
            Formula::Fragment(fragment) => {
                let values = fragment.parts.iter().filter_map(|part| match part {
                    FragmentPart::Text(_) => None,
                    FragmentPart::Value(value) => Some(value),
                });
                values.collect()
            }
            Formula::Call(_, of) => of.iter().collect(),
            Formula::Case { arms, otherwise } => {
                let values = arms.iter().map(|(_, value)| value);
                values.chain(otherwise.as_deref()).collect()
            }
            Formula::Aggregate(_, of) => of.as_deref().into_iter().collect(),
            Formula::Window(window) => window.formulas().collect(),
        }
    }

    pub(super) fn conditions(&self) -> impl Iterator<Item = &Expr> {
        match self {
            Formula::Case { arms, .. } => arms.as_slice(),
            _ => &[],
        }
        .iter()
        .map(|(condition, _)| condition)
    }

    /// How deep it nests: 1 for a column.
    pub fn depth(&self) -> usize {
        let values = self.inner().into_iter().map(Formula::depth);
        let conditions = self.conditions().map(Expr::depth);
        let inside = self.inside().map(Inside::depth);
        1 + values.chain(conditions).chain(inside).max().unwrap_or(0)
    }

    /// Whether a part of it was nested too deeply.
    pub fn is_too_deep(&self) -> bool {
        matches!(self, Formula::TooDeep)
            || self.inner().into_iter().any(Formula::is_too_deep)
            || self.conditions().any(Expr::is_too_deep)
            || self.inside().is_some_and(Inside::is_too_deep)
    }

    /// Whether a value of the rows around a row is in it.
    pub fn has_windows(&self) -> bool {
        matches!(self, Formula::Window(_)) || self.inner().into_iter().any(Formula::has_windows)
    }

    /// Whether it, or a condition in it, speaks of other rows than its own.
    pub fn has_relations(&self) -> bool {
        self.inside().is_some()
            || matches!(self, Formula::Outer(..))
            || self.inner().into_iter().any(Formula::has_relations)
            || self.conditions().any(Expr::has_relations)
    }

    /// How many slots it takes.
    pub fn slots(&self) -> usize {
        let own = match self {
            Formula::Slot(_) => 1,
            Formula::Window(window) => window.frame.map_or(0, Frame::slots),
            _ => 0,
        };
        let values = self.inner().into_iter().map(Formula::slots);
        own + values
            .chain(self.conditions().map(Expr::slots))
            .chain(self.inside().map(Inside::slots))
            .sum::<usize>()
    }

    /// The columns that it is computed from, those of its conditions not among them.
    pub fn columns(&self) -> Vec<u16> {
        match self {
            Formula::Column(column) => vec![*column],
            other => other
                .inner()
                .into_iter()
                .flat_map(Formula::columns)
                .collect(),
        }
    }
}

impl Test {
    /// The values that it compares.
    pub fn formulas(&self) -> impl Iterator<Item = &Formula> {
        let (one, other) = match self {
            Test::Compare { left, right, .. } | Test::Distinct { left, right, .. } => {
                (Some(left), Some(right))
            }
            Test::In { of, .. }
            | Test::IsNull { of, .. }
            | Test::InSubquery { of, .. }
            | Test::True(of) => (Some(of), None),
            Test::Exists { .. } => (None, None),
        };
        one.into_iter().chain(other)
    }

    pub(super) fn slots(&self) -> usize {
        let list = usize::from(matches!(self, Test::In { .. }));
        let inside = self.inside().map_or(0, Inside::slots);
        list + inside + self.formulas().map(Formula::slots).sum::<usize>()
    }

    pub(super) fn depth(&self) -> usize {
        let inside = self.inside().map(Inside::depth);
        let formulas = self.formulas().map(Formula::depth);
        1 + formulas.chain(inside).max().unwrap_or(0)
    }

    pub(super) fn is_too_deep(&self) -> bool {
        self.formulas().any(Formula::is_too_deep) || self.inside().is_some_and(Inside::is_too_deep)
    }

    pub(super) fn has_relations(&self) -> bool {
        self.inside().is_some() || self.formulas().any(Formula::has_relations)
    }
}
