//! What a statement asks of its tables, and which index would serve it.
//!
//! Promises: the advice is in the words of the language, with the model's own names. Must not know: databases, values.

use toasty_dsl::Statement;
use toasty_dsl::schema::{ModelDef, ModelRef};
use toasty_dsl::statement::{Comparison, Expr, Formula, Select, Source, Term, Test, TextMatch};

/// A statement with a condition, for which a whole table may be read.
pub(crate) struct Suspect {
    conditions: Vec<Condition>,
    /// Its queries by name, whose rows a plan may call those of a table
    named: Vec<&'static str>,
}

/// What is asked of the rows of one model.
pub(super) struct Condition {
    pub(super) model: &'static ModelDef,
    /// The columns that it speaks of
    columns: Vec<u16>,
    /// The indexes that would serve it, all of them together; none where no index would
    indexes: Vec<Vec<u16>>,
}

impl Suspect {
    /// A statement that wants some rows only, and whose author has not said that the whole table may be read.
    pub(super) fn of(statement: &Statement) -> Option<Self> {
        let mut found = Found::default();
        let (filter, allowed) = match statement {
            Statement::Select(select) if select.allowed.scan => return None,
            Statement::Select(select) => {
                found.select(select);
                return found.suspect();
            }
            Statement::Update(update) if !update.many => (&update.filter, update.allowed),
            Statement::Delete(delete) => (&delete.filter, delete.allowed),
            // New rows are not looked for; the rows of many changes are, by their keys; and of SQL of the user's own nobody
            // knows what it wants.
            Statement::Update(_) | Statement::Insert(_) | Statement::Raw(_) => return None,
        };
        if allowed.scan || filter.known().is_some() {
            return None;
        }
        found.condition(filter, statement.model().0, &[]);
        found.suspect()
    }

    /// The condition on the rows of a table, which has a prefix on some databases. Of several the first that no index serves,
    /// if there is one: a plan does not say which of them a step is for, and a join may well walk a whole index.
    pub(super) fn on(&self, table: &str) -> Option<&Condition> {
        if self.named.contains(&table) {
            return None;
        }
        let exact = |one: &&Condition| one.model.table_name().to_string() == table;
        let ends = |one: &&Condition| table.ends_with(&one.model.table_name().to_string());
        let all = &self.conditions;
        let named = all.iter().find(exact).or_else(|| all.iter().find(ends))?;
        let same = |one: &&Condition| std::ptr::eq(one.model, named.model);
        if all.iter().filter(same).count() == 1 {
            return Some(named);
        }
        all.iter().filter(same).find(|one| !one.is_served())
    }
}

impl Condition {
    /// The fields that it speaks of, by their paths.
    pub(super) fn fields(&self) -> Vec<String> {
        let columns = self.columns.iter();
        columns
            .filter_map(|column| self.model.columns.get(usize::from(*column)))
            .map(|column| column.path().join("."))
            .collect()
    }

    /// Whether the model has what such an index would be entered by.
    fn serves(&self, index: &[u16]) -> bool {
        index
            .first()
            .is_some_and(|first| self.model.is_found_by(*first))
    }

    fn is_served(&self) -> bool {
        !self.indexes.is_empty() && self.indexes.iter().all(|index| self.serves(index))
    }

    /// What to declare, or to write instead.
    pub(super) fn advice(&self) -> String {
        let missing: Vec<String> = self
            .indexes
            .iter()
            .filter(|index| !self.serves(index))
            .map(|index| self.model.index_to_declare(index))
            .collect();
        if missing.is_empty() {
            return "no index serves such a condition: add an equality or a range on a field that has one, or say by \
                    `.allow_scan()` that the whole table may be read"
                .to_owned();
        }
        format!(
            "declare {}, or say by `.allow_scan()` that the whole table may be read",
            missing.join(" and ")
        )
    }
}

/// The conditions of a statement and of all that is inside of it.
#[derive(Default)]
struct Found {
    conditions: Vec<Condition>,
    /// The models of which some part of the statement wants all rows: that part reads the whole table on purpose, and a plan
    /// does not say which part a step is of.
    wanted: Vec<ModelRef>,
    /// The queries by name that were looked at: each is one, however often it is read.
    named: Vec<&'static str>,
}

impl Found {
    fn suspect(self) -> Option<Suspect> {
        let mut conditions = self.conditions;
        conditions.retain(|one| !self.wanted.contains(&ModelRef(one.model)));
        (!conditions.is_empty()).then_some(Suspect {
            conditions,
            named: self.named,
        })
    }

    fn select(&mut self, select: &Select) {
        match (select.source(), select.filter.known()) {
            (Some(source), _) => {
                self.source(source, select.model.0);
                // What is put together is no table; what its rows are asked for may look into one.
                self.inside(&select.filter, select.model.0);
            }
            (None, None) => self.condition(&select.filter, select.model.0, &[]),
            (None, Some(true)) => self.wanted.push(select.model),
            (None, Some(false)) => {}
        }
        if let Some(computed) = &select.computed {
            let model = select.model.0;
            computed.formulas().for_each(|one| self.formula(one, model));
            self.inside(&computed.having, model);
        }
    }

    fn source(&mut self, source: &Source, model: &'static ModelDef) {
        if let Source::Named(named) = source {
            if self.named.contains(&named.name) {
                return;
            }
            self.named.push(named.name);
        }
        source.parts().iter().for_each(|part| self.select(part));
        if let Source::Tree(tree) = source
            && let Some(join) = model.join_columns(tree.relation)
        {
            self.condition(&Expr::Constant(true), model, &join.theirs);
        }
    }

    /// The condition on a model's rows, and those on the rows of others in it. `equal` are columns that are held equal to
    /// others: those by which a relation is met.
    fn condition(&mut self, filter: &Expr, model: &'static ModelDef, equal: &[u16]) {
        let mut columns = equal.to_vec();
        columns.extend(filter.columns());
        computed_columns(filter, &mut columns);
        columns.sort_unstable();
        columns.dedup();
        let own = indexes(filter);
        self.conditions.push(Condition {
            model,
            columns,
            indexes: if equal.is_empty() {
                own
            } else {
                vec![equal.to_vec()]
            },
        });
        self.inside(filter, model);
    }

    /// What a condition asks of other rows.
    fn inside(&mut self, filter: &Expr, model: &'static ModelDef) {
        match filter {
            Expr::And(parts) | Expr::Or(parts) => {
                for part in parts {
                    self.inside(part, model);
                }
            }
            Expr::Not(one) => self.inside(one, model),
            Expr::Related {
                relation, filter, ..
            } => {
                if let Some(join) = model.join_columns(*relation) {
                    self.condition(filter, join.other, &join.theirs);
                }
            }
            Expr::Computed(test) => {
                if let Test::InSubquery { query, .. } | Test::Exists { query, .. } = &**test {
                    self.select(query);
                }
                test.formulas().for_each(|one| self.formula(one, model));
            }
            Expr::Constant(_)
            | Expr::TooDeep
            | Expr::Compare { .. }
            | Expr::Between { .. }
            | Expr::In { .. }
            | Expr::InRows { .. }
            | Expr::IsNull { .. }
            | Expr::Text { .. }
            | Expr::Array { .. } => {}
        }
    }

    /// What a value takes from other rows.
    fn formula(&mut self, formula: &Formula, model: &'static ModelDef) {
        match formula {
            Formula::Related(one) => {
                if let Some(join) = model.join_columns(one.relation) {
                    self.condition(&one.filter, join.other, &join.theirs);
                    self.formula(&one.value, join.other);
                }
            }
            Formula::Subquery(query) => self.select(query),
            other => {
                let inner = other.inner().into_iter();
                inner.for_each(|one| self.formula(one, model));
            }
        }
    }
}

/// How an index is entered by a part of a condition.
enum Entry {
    /// By one value, or some, of these columns
    Equal(Vec<u16>),
    /// By a range of this column
    Range(u16),
    /// Not at all
    None,
}

fn entry(filter: &Expr) -> Entry {
    match filter {
        Expr::Compare {
            column,
            comparison,
            with: Term::Slot,
        } => match comparison {
            Comparison::Equal => Entry::Equal(vec![*column]),
            Comparison::NotEqual => Entry::None,
            Comparison::Less
            | Comparison::LessOrEqual
            | Comparison::Greater
            | Comparison::GreaterOrEqual => Entry::Range(*column),
        },
        Expr::In {
            column,
            negated: false,
        }
        | Expr::IsNull {
            column,
            negated: false,
        } => Entry::Equal(vec![*column]),
        Expr::InRows { columns, .. } => Entry::Equal(columns.clone()),
        Expr::Computed(test) => match &**test {
            // A column of the query around is one value for each row of that query.
            Test::Compare {
                left: Formula::Column(column),
                comparison: Comparison::Equal,
                right: Formula::Outer(..),
            } => Entry::Equal(vec![*column]),
            Test::InSubquery {
                of: Formula::Column(column),
                negated: false,
                ..
            } => Entry::Equal(vec![*column]),
            Test::Compare { .. }
            | Test::Distinct { .. }
            | Test::In { .. }
            | Test::IsNull { .. }
            | Test::InSubquery { .. }
            | Test::Exists { .. }
            | Test::True(_) => Entry::None,
        },
        Expr::Between { column }
        | Expr::Text {
            column,
            matches: TextMatch::StartsWith,
            ignore_case: false,
        } => Entry::Range(*column),
        Expr::Constant(_)
        | Expr::TooDeep
        | Expr::Compare { .. }
        | Expr::In { .. }
        | Expr::IsNull { .. }
        | Expr::Text { .. }
        | Expr::And(_)
        | Expr::Or(_)
        | Expr::Not(_)
        | Expr::Related { .. }
        | Expr::Array { .. } => Entry::None,
    }
}

/// The indexes that would serve a condition: one for an AND, with the columns of equalities before that of a range; one for
/// each part of an OR, as long as each has one.
fn indexes(filter: &Expr) -> Vec<Vec<u16>> {
    let parts = match filter {
        Expr::And(parts) => parts.as_slice(),
        Expr::Or(parts) => {
            let mut all = Vec::new();
            for part in parts {
                let of_part = indexes(part);
                if of_part.is_empty() {
                    return Vec::new();
                }
                all.extend(
                    of_part
                        .into_iter()
                        .filter(|index| !all.contains(index))
                        .collect::<Vec<_>>(),
                );
            }
            return all;
        }
        other => std::slice::from_ref(other),
    };
    let (mut equal, mut range) = (Vec::new(), None);
    for part in parts {
        match entry(part) {
            Entry::Equal(columns) => {
                equal.extend(
                    columns
                        .into_iter()
                        .filter(|column| !equal.contains(column))
                        .collect::<Vec<_>>(),
                );
            }
            Entry::Range(column) => range = range.or(Some(column)),
            Entry::None => {}
        }
    }
    equal.extend(range.filter(|column| !equal.contains(column)));
    if !equal.is_empty() {
        return vec![equal];
    }
    let inner = parts
        .iter()
        .filter(|part| matches!(part, Expr::Or(_)))
        .map(indexes);
    inner
        .into_iter()
        .find(|all| !all.is_empty())
        .unwrap_or_default()
}

/// The columns that a condition's values are computed from.
fn computed_columns(filter: &Expr, columns: &mut Vec<u16>) {
    match filter {
        Expr::And(parts) | Expr::Or(parts) => {
            for part in parts {
                computed_columns(part, columns);
            }
        }
        Expr::Not(one) => computed_columns(one, columns),
        Expr::Computed(test) => {
            columns.extend(Test::formulas(test).flat_map(|formula| formula.columns()));
        }
        Expr::Constant(_)
        | Expr::TooDeep
        | Expr::Compare { .. }
        | Expr::Between { .. }
        | Expr::In { .. }
        | Expr::InRows { .. }
        | Expr::IsNull { .. }
        | Expr::Text { .. }
        | Expr::Related { .. }
        | Expr::Array { .. } => {}
    }
}
