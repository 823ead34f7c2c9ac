//! From names and values to a query.
//!
//! Promises: each parameter is on the list and a value of its type, or the whole request is refused.

use super::pairs::{LIMIT, Pair, SORT};
use super::refused::{Shown, instead, list, wrong};
use super::value::{TRUTHS, truth, value};
use super::{Allowed, Filterable, Operator, What};
use crate::error::{Error, Result};
use crate::field::Model;
use crate::query::condition::Filter;
use crate::query::rows::{OrderBy, Query};
use crate::statement::{Comparison, Direction, Expr, Term, TextMatch};
use crate::value::{Params, Value};

/// What the parameters of one name and operator ask for.
struct Asked {
    /// Which of those that are allowed
    number: usize,
    operator: Operator,
    values: Vec<Value>,
}

impl<M: Model> Filterable<M> {
    pub(super) fn apply<S>(&self, query: Query<M, S>, pairs: Vec<Pair>) -> Result<Query<M, S>> {
        if pairs.len() > Self::MAX_PARAMETERS {
            let advice = format!("at most {} are read", Self::MAX_PARAMETERS);
            let kind = crate::ErrorKind::InvalidParameter;
            return Err(Error::new(kind, "there are too many parameters").with_advice(advice));
        }
        let mut asked: Vec<Asked> = Vec::new();
        let mut sort: Option<Vec<(u16, Direction)>> = None;
        let mut limit = None;
        for ((name, text), place) in pairs.iter().zip(1..) {
            let shown = Shown::of(name, place);
            if name == SORT && !self.sorts.is_empty() {
                let skipped = self.skip_empty && text.is_empty();
                let keys = if skipped {
                    Vec::new()
                } else {
                    self.keys(text)?
                };
                if sort.replace(keys).is_some() {
                    return Err(twice(shown));
                }
            } else if let (LIMIT, Some((default, most))) = (name.as_str(), self.limit) {
                let rows = if self.skip_empty && text.is_empty() {
                    default
                } else {
                    rows(text, most, shown)?
                };
                if limit.replace(rows).is_some() {
                    return Err(twice(shown));
                }
            } else if !self.ignored.contains(&name.as_str()) {
                let (number, operator) = self.find(name, shown)?;
                if !(self.skip_empty && text.is_empty()) {
                    self.ask(&mut asked, number, operator, text)?;
                }
            }
        }
        asked.sort_by_key(|one| (one.number, one.operator));
        let mut query = query;
        for one in asked {
            let filter = self.filter(one)?;
            query = query.filter_if(true, |_| filter);
        }
        let keys = match sort {
            Some(keys) if !keys.is_empty() => keys,
            _ => self.default_keys()?,
        };
        for (column, direction) in keys {
            query = query.order_by(|_| OrderBy::of_column(column, direction));
        }
        if let Some(rows) = limit.or(self.limit.map(|(default, _)| default)) {
            let rows = query.limit.map_or(rows, |own| own.min(rows));
            query = query.limit(rows);
        }
        Ok(query)
    }

    /// Which parameter it is, and what it asks.
    fn find(&self, name: &str, shown: Shown<'_>) -> Result<(usize, Operator)> {
        if let Some(number) = self.number(name) {
            return self.checked(number, Operator::Equal, shown);
        }
        let parts = name.strip_suffix(']').and_then(|name| name.split_once('['));
        if let Some((base, word)) = parts
            && let Some(number) = self.number(base)
        {
            let operator = Operator::by_word(word);
            return match operator {
                Some(operator) => self.checked(number, operator, shown),
                None => Err(self.no_operator(number, shown)),
            };
        }
        let base = parts.map_or(name, |(base, _)| base);
        let names = self.allowed.iter().map(|one| one.name);
        let sort = (!self.sorts.is_empty()).then_some(SORT);
        let names = names.chain(sort).chain(self.limit.map(|_| LIMIT));
        Err(wrong(shown, "is unknown", instead(base, names)))
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.allowed.iter().position(|one| one.name == name)
    }

    fn checked(
        &self,
        number: usize,
        operator: Operator,
        shown: Shown<'_>,
    ) -> Result<(usize, Operator)> {
        let allowed = match self.allowed.get(number).map(|one| &one.what) {
            Some(What::Column { operators, .. }) => operators.contains(&operator),
            Some(What::Condition(_)) | None => operator == Operator::Equal,
        };
        if allowed {
            Ok((number, operator))
        } else {
            Err(self.no_operator(number, shown))
        }
    }

    #[cold]
    fn no_operator(&self, number: usize, shown: Shown<'_>) -> Error {
        let advice = match self.allowed.get(number) {
            Some(Allowed {
                name,
                what: What::Column { operators, .. },
                ..
            }) => {
                let words = operators.iter().map(|one| one.word());
                format!("the operators of `{name}` are {}", list(words))
            }
            Some(Allowed { name, .. }) => format!("`{name}` has no operators: write `{name}=…`"),
            None => String::new(),
        };
        wrong(shown, "has an operator that is not allowed", advice)
    }

    fn ask(
        &self,
        asked: &mut Vec<Asked>,
        number: usize,
        operator: Operator,
        text: &str,
    ) -> Result<()> {
        let Some(allowed) = self.allowed.get(number) else {
            return Ok(());
        };
        let name = match operator {
            Operator::Equal => allowed.name.to_owned(),
            other => format!("{}[{}]", allowed.name, other.word()),
        };
        let shown = Shown::Name(&name);
        let before = asked
            .iter_mut()
            .find(|one| (one.number, one.operator) == (number, operator));
        let mut new = Asked {
            number,
            operator,
            values: Vec::new(),
        };
        let (one, is_new) = match before {
            Some(_) if !self.repeats(number, operator) => return Err(twice(shown)),
            Some(before) => (before, false),
            None => (&mut new, true),
        };
        let read = |text: &str| {
            value(allowed.ty, text).map_err(|expected| {
                wrong(
                    shown,
                    format_args!("is not {expected}"),
                    "correct its value",
                )
            })
        };
        match operator {
            Operator::In => {
                for text in text.split(',').take(Self::MAX_VALUES + 1) {
                    one.values.push(read(text)?);
                }
            }
            Operator::IsNull => match truth(text) {
                Some(null) => one.values.push(Value::Bool(null)),
                None => {
                    return Err(wrong(
                        shown,
                        format_args!("is not {TRUTHS}"),
                        "correct its value",
                    ));
                }
            },
            _ => one.values.push(read(text)?),
        }
        if one.values.len() > Self::MAX_VALUES {
            let advice = format!("at most {} are read", Self::MAX_VALUES);
            return Err(wrong(shown, "has too many values", advice));
        }
        if is_new {
            asked.push(new);
        }
        Ok(())
    }

    /// Whether a parameter may come several times.
    fn repeats(&self, number: usize, operator: Operator) -> bool {
        let column = matches!(
            self.allowed.get(number).map(|one| &one.what),
            Some(What::Column { operators, .. }) if operators.contains(&Operator::In)
        );
        column && matches!(operator, Operator::Equal | Operator::In)
    }

    fn filter(&self, asked: Asked) -> Result<Filter<M>> {
        let Asked {
            number,
            operator,
            mut values,
        } = asked;
        let (Some(allowed), Some(first)) = (self.allowed.get(number), values.first().cloned())
        else {
            return Ok(Filter::always());
        };
        let column = match &allowed.what {
            What::Condition(make) => return make(&first),
            What::Column { column, .. } => *column,
        };
        let compare = |comparison| Expr::Compare {
            column,
            comparison,
            with: Term::Slot,
        };
        let text = |matches| Expr::Text {
            column,
            matches,
            ignore_case: false,
        };
        let expr = match operator {
            Operator::Equal if values.len() > 1 => Expr::In {
                column,
                negated: false,
            },
            Operator::Equal => compare(Comparison::Equal),
            Operator::NotEqual => compare(Comparison::NotEqual),
            Operator::Less => compare(Comparison::Less),
            Operator::LessOrEqual => compare(Comparison::LessOrEqual),
            Operator::Greater => compare(Comparison::Greater),
            Operator::GreaterOrEqual => compare(Comparison::GreaterOrEqual),
            Operator::In => Expr::In {
                column,
                negated: false,
            },
            Operator::Contains => text(TextMatch::Contains),
            Operator::StartsWith => text(TextMatch::StartsWith),
            Operator::IsNull => {
                let negated = first == Value::Bool(false);
                return Ok(Filter::new(Expr::IsNull { column, negated }, Params::new()));
            }
        };
        let mut params = Params::new();
        match expr {
            Expr::In { .. } => params.push(Value::List(std::mem::take(&mut values))),
            _ => params.push(first),
        }
        Ok(Filter::new(expr, params))
    }

    fn keys(&self, text: &str) -> Result<Vec<(u16, Direction)>> {
        let shown = Shown::Name(SORT);
        let mut keys: Vec<(u16, Direction)> = Vec::new();
        for word in text.split(',') {
            // A `+` before a name was a space on its way through an address.
            let word = word.trim();
            let (name, direction) = match word.strip_prefix('-') {
                Some(name) => (name, Direction::Descending),
                None => (word, Direction::Ascending),
            };
            let names = self.sorts.iter().map(|(name, _)| *name);
            let Some((_, column)) = self.sorts.iter().find(|(one, _)| *one == name) else {
                return Err(wrong(
                    shown,
                    "names what is not sorted by",
                    instead(name, names),
                ));
            };
            if keys.iter().any(|(before, _)| before == column) {
                return Err(wrong(shown, "names the same twice", "name each once"));
            }
            keys.push((*column, direction));
        }
        Ok(keys)
    }

    fn default_keys(&self) -> Result<Vec<(u16, Direction)>> {
        if self.default_sort.is_empty() {
            return Ok(Vec::new());
        }
        self.keys(self.default_sort).map_err(|_| {
            Error::unsupported(
                "a default order that `sort` would not take",
                "name what `.sort(…)` allows in `.sort_by_default(…)`",
            )
            .on_model(M::DEF.name)
        })
    }
}

fn rows(text: &str, most: u64, shown: Shown<'_>) -> Result<u64> {
    let number = text.parse::<u64>().ok();
    number
        .filter(|number| (1..=most).contains(number))
        .ok_or_else(|| {
            wrong(
                shown,
                format_args!("is not an integer from 1 to {most}"),
                "correct its value",
            )
        })
}

#[cold]
fn twice(shown: Shown<'_>) -> Error {
    wrong(shown, "comes twice", "give it once")
}
