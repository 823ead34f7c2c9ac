//! Values that are computed: arithmetic, functions, CASE, aggregates.
//!
//! Promises: a formula holds no value, as nothing of a statement does; it knows the type of what it gives, which some
//! dialects have to be told. Must not know: dialects. The surprising decision: a group's key is written once, and named by its
//! number wherever else it stands: a key that holds a slot could otherwise not be seen to be the same.

use super::{Comparison, Direction, Expr, JsonAs, Nulls, TimePart};
use crate::schema::ModelDef;
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
    /// A formula nested deeper than [`MAX_DEPTH`](super::MAX_DEPTH). What it was is gone; the statement is refused.
    TooDeep,
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
}

/// What a select computes. Its slots come in this order: keys, list, then the filter's, having, order.
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
    };

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

impl Formula {
    /// The type of what it gives, `keys` being those of the statement's groups.
    pub fn column_type(&self, model: &ModelDef, keys: &[Formula]) -> ColumnType {
        let of = |formula: &Formula| formula.column_type(model, keys);
        let widened = |ty: ColumnType| match ty {
            ColumnType::Int(_) => ColumnType::Int(64),
            ColumnType::UInt(_) => ColumnType::UInt(64),
            ColumnType::Float(_) => ColumnType::Float(64),
            other => other,
        };
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
                Function::Coalesce => first(of),
                Function::Time(part) => part.column_type(),
                Function::Json(as_what) => as_what.column_type(),
            },
            Formula::Case { arms, .. } => arms
                .first()
                .map_or(ColumnType::Int(64), |(_, value)| of(value)),
            Formula::Aggregate(aggregate, of_what) => {
                let ty = of_what.as_deref().map_or(ColumnType::Int(64), of);
                match aggregate {
                    Aggregate::Count | Aggregate::CountDistinct => ColumnType::Int(64),
                    Aggregate::Sum => widened(ty),
                    Aggregate::Average => ColumnType::Float(64),
                    Aggregate::Min | Aggregate::Max => ty,
                }
            }
            Formula::TooDeep => ColumnType::Int(64),
        }
    }

    fn inner(&self) -> Vec<&Formula> {
        match self {
            Formula::Column(_) | Formula::Slot(_) | Formula::Key(_) | Formula::TooDeep => {
                Vec::new()
            }
            Formula::Call(_, of) => of.iter().collect(),
            Formula::Case { arms, otherwise } => {
                let values = arms.iter().map(|(_, value)| value);
                values.chain(otherwise.as_deref()).collect()
            }
            Formula::Aggregate(_, of) => of.as_deref().into_iter().collect(),
        }
    }

    fn conditions(&self) -> impl Iterator<Item = &Expr> {
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
        1 + values.chain(conditions).max().unwrap_or(0)
    }

    /// Whether a part of it was nested too deeply.
    pub fn is_too_deep(&self) -> bool {
        matches!(self, Formula::TooDeep)
            || self.inner().into_iter().any(Formula::is_too_deep)
            || self.conditions().any(Expr::is_too_deep)
    }

    /// Whether a condition in it speaks of another model's rows.
    pub fn has_relations(&self) -> bool {
        self.inner().into_iter().any(Formula::has_relations)
            || self.conditions().any(Expr::has_relations)
    }

    /// How many slots it takes.
    pub fn slots(&self) -> usize {
        let own = usize::from(matches!(self, Formula::Slot(_)));
        let values = self.inner().into_iter().map(Formula::slots);
        own + values
            .chain(self.conditions().map(Expr::slots))
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
                (left, Some(right))
            }
            Test::In { of, .. } | Test::IsNull { of, .. } => (of, None),
        };
        [one].into_iter().chain(other)
    }

    pub(super) fn slots(&self) -> usize {
        let list = usize::from(matches!(self, Test::In { .. }));
        list + self.formulas().map(Formula::slots).sum::<usize>()
    }

    pub(super) fn depth(&self) -> usize {
        1 + self.formulas().map(Formula::depth).max().unwrap_or(0)
    }

    pub(super) fn is_too_deep(&self) -> bool {
        self.formulas().any(Formula::is_too_deep)
    }

    pub(super) fn has_relations(&self) -> bool {
        self.formulas().any(Formula::has_relations)
    }
}
