//! Which query a cursor belongs to, in eight bytes.
//!
//! Promises: the same on every machine, in every process and build, as long as table, condition and order are the same in
//! words: it is made of names and not of numbers or addresses. Two queries that differ in their values alone are one shape.
//!
//! What may surprise: this walks the condition once more, next to the `Hash` that the plan cache uses. That one is made of
//! addresses and of the order of variants in the code, which the next build may change, and with it every cursor.

use crate::schema::ModelDef;
use crate::statement::{
    ArrayMatch, Comparison, Direction, Expr, Order, Quantifier, Select, Term, TextMatch,
};
use crate::value::ColumnType;
use sha2::{Digest, Sha256};

/// Table, condition and order of a query, as a hash that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape([u8; Shape::LENGTH]);

impl Shape {
    /// Its length in bytes.
    pub const LENGTH: usize = 8;

    /// That of a query.
    pub fn of(select: &Select) -> Shape {
        let mut walk = Walk(Sha256::new());
        walk.text("toasty page");
        walk.table(select.model.0);
        walk.expr(select.model.0, &select.filter);
        for key in &select.order {
            walk.order(select.model.0, *key);
        }
        if let Some(computed) = &select.computed {
            walk.computed(select.model.0, computed);
        }
        let hash: [u8; 32] = walk.0.finalize().into();
        let [a, b, c, d, e, f, g, h, ..] = hash;
        Shape([a, b, c, d, e, f, g, h])
    }

    /// One that was made before.
    pub const fn of_bytes(bytes: [u8; Shape::LENGTH]) -> Shape {
        Shape(bytes)
    }

    /// Its bytes.
    pub const fn bytes(self) -> [u8; Shape::LENGTH] {
        self.0
    }
}

pub(super) struct Walk(Sha256);

impl Walk {
    /// A text with its length, so that no two lists of texts are the same bytes.
    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len());
        self.0.update(text.as_bytes());
    }

    pub(super) fn number(&mut self, number: usize) {
        // No platform has more than 64 bits, and what differs between platforms is left out by the width.
        self.0
            .update(u64::try_from(number).unwrap_or(u64::MAX).to_le_bytes());
    }

    pub(super) fn table(&mut self, model: &ModelDef) {
        self.text(&model.table_name().to_string());
    }

    pub(super) fn column(&mut self, model: &ModelDef, column: u16) {
        match model.columns.get(usize::from(column)) {
            Some(column) => self.text(&column.name()),
            None => self.text(""),
        }
    }

    pub(super) fn order(&mut self, model: &ModelDef, key: Order) {
        self.column(model, key.column);
        if let Some(column) = model.columns.get(usize::from(key.column)) {
            self.column_type(column.ty);
            self.text(if column.nullable { "null" } else { "not null" });
        }
        self.direction(key.direction);
        self.text(if key.nulls_come_first() {
            "nulls first"
        } else {
            "nulls last"
        });
    }

    pub(super) fn column_type(&mut self, ty: ColumnType) {
        let (name, bits) = type_name(ty);
        self.text(name);
        self.number(usize::from(bits));
    }

    pub(super) fn direction(&mut self, direction: Direction) {
        self.text(match direction {
            Direction::Ascending => "up",
            Direction::Descending => "down",
        });
    }

    fn term(&mut self, model: &ModelDef, term: Term) {
        match term {
            Term::Slot => self.text("value"),
            Term::Column(column) => {
                self.text("column");
                self.column(model, column);
            }
        }
    }

    fn chain(&mut self, model: &ModelDef, word: &str, all: &[Expr]) {
        self.text(word);
        self.number(all.len());
        for one in all {
            self.expr(model, one);
        }
    }

    pub(super) fn comparison(&mut self, comparison: Comparison) {
        self.text(match comparison {
            Comparison::Equal => "=",
            Comparison::NotEqual => "<>",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        });
    }

    pub(super) fn expr(&mut self, model: &ModelDef, expr: &Expr) {
        match expr {
            Expr::Constant(true) => self.text("true"),
            Expr::Constant(false) | Expr::TooDeep => self.text("false"),
            Expr::Compare {
                column,
                comparison,
                with,
            } => {
                self.comparison(*comparison);
                self.column(model, *column);
                self.term(model, *with);
            }
            Expr::Computed(test) => self.test(model, test),
            Expr::Between { column } => {
                self.text("between");
                self.column(model, *column);
            }
            Expr::In { column, negated } => {
                self.text(if *negated { "not in" } else { "in" });
                self.column(model, *column);
            }
            Expr::InRows { columns, .. } => {
                self.text("in rows");
                self.number(columns.len());
                for column in columns {
                    self.column(model, *column);
                }
            }
            Expr::IsNull { column, negated } => {
                self.text(if *negated { "is not null" } else { "is null" });
                self.column(model, *column);
            }
            Expr::Text {
                column,
                matches,
                ignore_case,
            } => {
                self.text(match matches {
                    TextMatch::Like => "like",
                    TextMatch::StartsWith => "starts",
                    TextMatch::EndsWith => "ends",
                    TextMatch::Contains => "contains",
                    TextMatch::Equals => "equals",
                    TextMatch::Regex => "regex",
                });
                self.text(if *ignore_case { "any case" } else { "case" });
                self.column(model, *column);
            }
            Expr::Array { column, matches } => {
                self.text(match matches {
                    ArrayMatch::All => "has all",
                    ArrayMatch::Any => "has any",
                    ArrayMatch::Empty => "is empty",
                });
                self.column(model, *column);
            }
            Expr::And(all) => self.chain(model, "and", all),
            Expr::Or(all) => self.chain(model, "or", all),
            Expr::Not(one) => self.chain(model, "not", std::slice::from_ref(one)),
            Expr::Related {
                relation,
                quantifier,
                filter,
            } => {
                self.text(match quantifier {
                    Quantifier::Any => "any",
                    Quantifier::None => "none",
                    Quantifier::All => "all",
                });
                if let Some(field) = model.fields.get(usize::from(*relation)) {
                    self.text(field.name);
                    if let Some(relation) = field.relation() {
                        let other = relation.target();
                        self.table(other);
                        self.expr(other, filter);
                    }
                }
            }
        }
    }
}

/// The name of a type, with its bits where it has some.
fn type_name(ty: ColumnType) -> (&'static str, u8) {
    match ty {
        ColumnType::Bool => ("bool", 0),
        ColumnType::Int(bits) => ("int", bits),
        ColumnType::UInt(bits) => ("uint", bits),
        ColumnType::Float(bits) => ("float", bits),
        ColumnType::Text => ("text", 0),
        ColumnType::Enum(_) => ("enum", 0),
        ColumnType::Bytes => ("bytes", 0),
        ColumnType::Uuid => ("uuid", 0),
        ColumnType::Timestamp => ("timestamp", 0),
        ColumnType::Date => ("date", 0),
        ColumnType::Time => ("time", 0),
        ColumnType::DateTime => ("datetime", 0),
        ColumnType::Decimal => ("decimal", 0),
        ColumnType::Json => ("json", 0),
        ColumnType::Array(_) => ("array", 0),
    }
}
