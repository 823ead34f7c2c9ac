//! What is to be computed, its values bound into it.

use super::condition::Condition;
use crate::error::{DecodeError, Error, ErrorKind, Result};
use crate::schema::ModelDef;
use crate::statement::{Aggregate, Computed, Direction, Formula, Function, Nulls};
use crate::value::{Cell, ColumnType, Params, Row, Scalar, Value};

/// A formula with its values.
pub(super) enum Node {
    /// A value of the row that was read, by its place
    Row(usize),
    Value(Value),
    Key(usize),
    Aggregate(usize),
    Call(Function, Vec<Node>),
}

/// What the nodes of a plan are computed from.
#[derive(Clone, Copy, Default)]
pub(super) struct Given<'a> {
    pub(super) row: &'a [Value],
    pub(super) keys: &'a [Value],
    pub(super) aggregates: &'a [Value],
}

impl Node {
    /// The value; none where it does not fit its type.
    pub(super) fn value(&self, given: Given<'_>) -> Option<Value> {
        match self {
            Node::Row(at) => given.row.get(*at).cloned(),
            Node::Value(value) => Some(value.clone()),
            Node::Key(number) => given.keys.get(*number).cloned(),
            Node::Aggregate(number) => given.aggregates.get(*number).cloned(),
            Node::Call(function, of) => {
                let of: Option<Vec<Value>> = of.iter().map(|one| one.value(given)).collect();
                function.of(&of?)
            }
        }
    }
}

/// What is computed of rows.
pub(super) struct Plan {
    pub(super) model: &'static ModelDef,
    columns: Vec<(u16, ColumnType)>,
    pub(super) keys: Vec<Node>,
    pub(super) aggregates: Vec<(Aggregate, Option<Node>)>,
    pub(super) list: Vec<Node>,
    pub(super) distinct: bool,
    pub(super) having: Condition,
    pub(super) order: Vec<(Node, Direction, Nulls)>,
    /// There is a row, whatever rows there are: an aggregate of all
    pub(super) single: bool,
    pub(super) limit: Option<u64>,
    pub(super) offset: Option<u64>,
}

/// The values of a plan, as they stand beside its parts.
pub(super) struct Values {
    pub(super) keys: Params,
    pub(super) list: Params,
    pub(super) having: Params,
    pub(super) order: Params,
}

impl Plan {
    /// # Errors
    /// A sentence part that names what is not computed in memory.
    pub(super) fn new(
        model: &'static ModelDef,
        computed: &Computed,
        values: Values,
    ) -> Result<Plan, &'static str> {
        let mut binder = Binder {
            model,
            columns: Vec::new(),
            aggregates: Vec::new(),
            values: Vec::new(),
        };
        binder.take_from(values.keys);
        let keys = binder.all(&computed.keys)?;
        binder.take_from(values.list);
        let list = binder.all(&computed.list)?;
        binder.take_from(values.having);
        let having = Condition::new(&mut binder, &computed.having)?;
        binder.take_from(values.order);
        let mut order = Vec::with_capacity(computed.order.len());
        for key in &computed.order {
            order.push((binder.bind(&key.by)?, key.direction, key.nulls));
        }
        Ok(Plan {
            model,
            single: keys.is_empty(),
            columns: binder.columns,
            keys,
            aggregates: binder.aggregates,
            list,
            distinct: computed.distinct,
            having,
            order,
            limit: None,
            offset: None,
        })
    }

    /// The columns that have to be read, in their order.
    pub(super) fn columns(&self) -> impl Iterator<Item = u16> {
        self.columns.iter().map(|(column, _)| *column)
    }

    /// The values of a row that was read.
    pub(super) fn read(&self, row: &dyn Row) -> Result<Vec<Value>> {
        let columns = self.columns.iter().enumerate();
        columns
            .map(|(at, (column, ty))| {
                row.cell(at)
                    .and_then(|cell| owned(cell, *ty))
                    .map_err(|why| {
                        let column = self.model.columns.get(usize::from(*column));
                        let path = column.map(|column| column.path().join("."));
                        why.on(self.model.name, path.unwrap_or_default())
                    })
            })
            .collect()
    }

    /// A number that does not fit its type.
    #[cold]
    pub(super) fn overflow(&self) -> Error {
        Error::new(
            ErrorKind::Unrepresentable,
            "a number that was computed does not fit its type",
        )
        .on_model(self.model.name)
        .with_advice("compute with smaller numbers, or read the rows and compute in Rust")
    }
}

pub(super) struct Binder {
    model: &'static ModelDef,
    columns: Vec<(u16, ColumnType)>,
    aggregates: Vec<(Aggregate, Option<Node>)>,
    /// The values that are still to be bound, the next one last
    values: Vec<Value>,
}

impl Binder {
    fn take_from(&mut self, params: Params) {
        self.values = params.values().iter().rev().cloned().collect();
    }

    pub(super) fn next(&mut self) -> Value {
        self.values.pop().unwrap_or(Value::Null)
    }

    fn all(&mut self, formulas: &[Formula]) -> Result<Vec<Node>, &'static str> {
        formulas.iter().map(|one| self.bind(one)).collect()
    }

    pub(super) fn bind(&mut self, formula: &Formula) -> Result<Node, &'static str> {
        Ok(match formula {
            Formula::Column(column) => self.column(*column)?,
            Formula::Slot(_) => Node::Value(self.next()),
            Formula::Key(number) => Node::Key(*number),
            Formula::Call(Function::Json(_), _) => return Err("a path into JSON"),
            Formula::Call(Function::Cardinality | Function::Push | Function::Remove, _) => {
                return Err("an array");
            }
            Formula::Call(function, of) => Node::Call(*function, self.all(of)?),
            Formula::Case { .. } => return Err("a value by cases"),
            Formula::Aggregate(aggregate, of) => {
                let of = match of {
                    Some(of) => Some(self.bind(of)?),
                    None => None,
                };
                self.aggregates.push((*aggregate, of));
                Node::Aggregate(self.aggregates.len() - 1)
            }
            Formula::Window(_) => return Err("a window"),
            Formula::Given(_) => return Err("a value of several queries"),
            Formula::Related(_) => return Err("a value of a relation"),
            Formula::Subquery(_) | Formula::Outer(..) => return Err("a query inside"),
            Formula::Fragment(_) => return Err("a piece of SQL"),
            Formula::TooDeep => return Err("a value of values too deep"),
        })
    }

    fn column(&mut self, column: u16) -> Result<Node, &'static str> {
        let before = self.columns.iter().position(|(one, _)| *one == column);
        if let Some(at) = before {
            return Ok(Node::Row(at));
        }
        let def = self.model.columns.get(usize::from(column));
        let ty = def.map_or(ColumnType::Int(64), |def| def.ty);
        if ty.is_array() {
            return Err("an array");
        }
        self.columns.push((column, ty));
        Ok(Node::Row(self.columns.len() - 1))
    }
}

/// A cell as a value of a column's type.
pub(crate) fn owned(cell: Cell<'_>, ty: ColumnType) -> Result<Value, DecodeError> {
    fn read<T: Scalar>(cell: Cell<'_>) -> Result<Value, DecodeError> {
        T::decode(cell)?.into_value().map_err(|_| DecodeError {
            expected: "a value",
            found: "one that cannot be stored",
        })
    }
    if let Cell::Null = cell {
        return Ok(Value::Null);
    }
    match ty {
        ColumnType::Bool => read::<bool>(cell),
        ColumnType::Int(_) => read::<i64>(cell),
        ColumnType::UInt(_) => read::<u64>(cell),
        ColumnType::Float(_) => read::<f64>(cell),
        ColumnType::Text | ColumnType::Enum(_) | ColumnType::Json => read::<String>(cell),
        ColumnType::Bytes => read::<Vec<u8>>(cell),
        ColumnType::Uuid => read::<uuid::Uuid>(cell),
        ColumnType::Timestamp => read::<jiff::Timestamp>(cell),
        ColumnType::Date => read::<jiff::civil::Date>(cell),
        ColumnType::Time => read::<jiff::civil::Time>(cell),
        ColumnType::DateTime => read::<jiff::civil::DateTime>(cell),
        ColumnType::Decimal => read::<rust_decimal::Decimal>(cell),
        ColumnType::Array(_) => Err(DecodeError {
            expected: "a value",
            found: "an array",
        }),
    }
}
