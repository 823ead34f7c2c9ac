//! Which table the numbers of columns speak of, and how its columns are named.
//!
//! Promises: a column of a query inside is written with the alias of its depth, so that none is taken for one of the query
//! around; a column of a named query is hidden in logs where it comes of one that is. Must not know: what is asked of the
//! columns.

use crate::slot::Target;
use crate::writer::{Fragment, Writer};
use toasty_dsl::schema::{ModelDef, ModelRef};
use toasty_dsl::statement::{Expr, Formula, NamedQuery, Select};
use toasty_dsl::value::ColumnType;

/// The keys of a statement's groups, and what was written for them.
pub(super) type GroupKeys<'a> = [(&'a Formula, Fragment)];

/// The table that column numbers speak of.
pub(super) struct Scope<'a> {
    pub(super) model: &'static ModelDef,
    table: Table,
    pub(super) keys: &'a GroupKeys<'a>,
    /// The named query whose rows they are, where they are no table's
    named: Option<&'a NamedQuery>,
    /// That of the query around this one
    pub(super) outer: Option<&'a Scope<'a>>,
}

#[derive(Clone, Copy)]
enum Table {
    /// The only table: its columns need no prefix
    Only,
    /// The table of the statement, by its name
    Statement,
    /// A table inside, by the alias of its depth
    Inside(usize),
}

impl<'a> Scope<'a> {
    /// The scope of a whole condition: names are prefixed only where another table comes in.
    pub(super) fn outermost(model: &'static ModelDef, filter: &Expr) -> Self {
        Scope::of_statement(model, filter.has_relations())
    }

    /// The scope of a statement about a table.
    pub(super) fn of_statement(model: &'static ModelDef, has_relations: bool) -> Self {
        Scope {
            model,
            table: if has_relations {
                Table::Statement
            } else {
                Table::Only
            },
            keys: &[],
            named: None,
            outer: None,
        }
    }

    /// The scope of a part of a select, in whose groups rows have these keys: inside of another query, or the statement's own.
    pub(super) fn of_select(
        select: &'a Select,
        around: Option<&'a Scope<'a>>,
        has_relations: bool,
        keys: &'a GroupKeys<'a>,
    ) -> Self {
        let scope = match around {
            Some(around) => around.inside(select.model.0),
            None => Scope::of_statement(select.model.0, has_relations),
        };
        Scope {
            keys,
            named: select.named(),
            ..scope
        }
    }

    /// The scope of a query inside of this one.
    pub(super) fn inside(&'a self, model: &'static ModelDef) -> Self {
        Scope {
            model,
            table: Table::Inside(self.depth() + 1),
            keys: &[],
            named: None,
            outer: Some(self),
        }
    }

    /// The same, the names of the statement's own table prefixed or not.
    pub(super) fn prefixed(&self, prefixed: bool) -> Scope<'a> {
        let table = match self.table {
            inside @ Table::Inside(_) => inside,
            Table::Only | Table::Statement if prefixed => Table::Statement,
            Table::Only | Table::Statement => Table::Only,
        };
        Scope { table, ..*self }
    }

    /// That of the nearest query around this one that is about a model.
    pub(super) fn around(&self, model: ModelRef) -> Option<&Scope<'a>> {
        let mut around = self.outer;
        while let Some(scope) = around {
            if ModelRef(scope.model) == model {
                return Some(scope);
            }
            around = scope.outer;
        }
        None
    }

    /// The table with its alias, as FROM has it.
    pub(super) fn push_aliased_table(&self, writer: &mut Writer) {
        writer.push_table(self.model);
        writer.push(" AS ");
        writer.push_alias(self.depth());
    }

    /// The name of its rows, after which FROM goes on: that of the statement's own is written only where it is `given` them.
    pub(super) fn push_as(&self, writer: &mut Writer, given: bool) {
        if given || self.is_inside() {
            writer.push(" AS ");
            self.push_name(writer);
        }
    }

    fn push_name(&self, writer: &mut Writer) {
        match (self.table, self.named) {
            (Table::Inside(depth), _) => writer.push_alias(depth),
            (Table::Only | Table::Statement, Some(named)) => writer.push_identifier(named.name),
            (Table::Only | Table::Statement, None) => writer.push_table(self.model),
        }
    }

    pub(super) fn push_column(&self, writer: &mut Writer, column: u16) {
        match self.table {
            Table::Only => {}
            Table::Statement | Table::Inside(_) => {
                self.push_name(writer);
                writer.push(".");
            }
        }
        writer.push_column(self.model, column);
    }

    /// The column that a value is for.
    pub(super) fn target(&self, column: u16) -> Option<Target> {
        let own = Target {
            model: ModelRef(self.model),
            column,
        };
        Some(self.hidden(column).unwrap_or(own))
    }

    /// The column that a value is for: one that is hidden in logs, where there is one among them.
    pub(super) fn target_of<'f>(
        &self,
        formulas: impl Iterator<Item = &'f Formula>,
    ) -> Option<Target> {
        let mut sources = Vec::new();
        formulas.for_each(|one| self.sources(one, &mut sources));
        let hidden = sources.iter().copied().find(|one| is_hidden(*one));
        hidden.or(sources.first().copied())
    }

    /// The columns that a value comes from, through groups, named queries and queries inside.
    fn sources(&self, formula: &Formula, found: &mut Vec<Target>) {
        match formula {
            Formula::Column(column) => found.extend(self.target(*column)),
            Formula::Key(number) => {
                if let Some((key, _)) = self.keys.get(*number) {
                    self.sources(key, found);
                }
            }
            Formula::Outer(model, column) => {
                let own = Target {
                    model: *model,
                    column: *column,
                };
                let hidden = self
                    .around(*model)
                    .and_then(|around| around.hidden(*column));
                found.push(hidden.unwrap_or(own));
            }
            Formula::Subquery(select) => {
                for value in select.computed.iter().flat_map(|one| &one.list) {
                    let origin = select.origin(value);
                    found.extend(origin.and_then(|(model, column)| {
                        if model == ModelRef(self.model) {
                            self.target(column)
                        } else {
                            Some(Target { model, column })
                        }
                    }));
                }
            }
            Formula::Related(_) => {
                let sources = formula.sources(ModelRef(self.model)).into_iter();
                found.extend(sources.map(|(model, column)| Target { model, column }));
            }
            Formula::Given(_)
            | Formula::Slot(_)
            | Formula::Call(..)
            | Formula::Case { .. }
            | Formula::Aggregate(..)
            | Formula::Window(_)
            | Formula::TooDeep
            | Formula::Fragment(_) => {
                formula
                    .inner()
                    .into_iter()
                    .for_each(|one| self.sources(one, found));
            }
        }
    }

    /// The column that is hidden in logs, of those that a column of a named query comes of.
    fn hidden(&self, column: u16) -> Option<Target> {
        let (model, column) = self.named?.query.origin_of(column)?;
        let target = Target { model, column };
        is_hidden(target).then_some(target)
    }

    pub(super) fn type_of(&self, formula: &Formula) -> ColumnType {
        let keys: Vec<Formula> = self.keys.iter().map(|(key, _)| (*key).clone()).collect();
        formula.column_type(self.model, &keys)
    }

    pub(super) fn is_inside(&self) -> bool {
        matches!(self.table, Table::Inside(_))
    }

    pub(super) fn depth(&self) -> usize {
        match self.table {
            Table::Only | Table::Statement => 0,
            Table::Inside(depth) => depth,
        }
    }
}

fn is_hidden(target: Target) -> bool {
    target.column().is_some_and(|column| column.sensitive)
}
