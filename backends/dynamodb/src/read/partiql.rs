//! PartiQL of the user's own, sent by ExecuteStatement.
//!
//! Promises: its pages are read to their end, or as far as anybody wants them; what may write is sent again only where it
//! certainly was not done. Must not know: where its text comes from.

use super::pages::{Page, Pages};
use crate::plan::Partiql;
use crate::table::{Item, to_cell};
use crate::wire::errors::{Purpose, convert};
use crate::wire::{Fate, Session, fate};
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::execute_statement::ExecuteStatementOutput;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use std::ops::ControlFlow;
use toasty_dsl::error::DecodeError;
use toasty_dsl::query::{RowStream, Sink};
use toasty_dsl::schema::ModelDef;
use toasty_dsl::value::{Cell, ColumnType, Members, Row, Value};
use toasty_dsl::{Error, ErrorKind, Result};

/// Gives each row to the sink.
///
/// # Errors
/// Those of DynamoDB and of the sink; `Unsupported`, `Unrepresentable`.
pub(crate) async fn fetch<S: Sink>(
    session: &Session,
    partiql: &Partiql,
    values: &[Value],
    mut sink: S,
) -> Result<S> {
    let columns = partiql.columns()?;
    let mut pages = pages(session, partiql, values)?;
    while let Some(page) = pages.try_next().await? {
        for item in &page.items {
            let row = sink.row(&NamedRow { columns, item });
            let flow = row.map_err(|error| error.on_model(partiql.model.name))?;
            if let ControlFlow::Break(()) = flow {
                return Ok(sink);
            }
        }
    }
    Ok(sink)
}

/// Its rows in slices: one page of DynamoDB each.
pub(crate) fn stream<T: Send + 'static>(
    session: &Session,
    partiql: &Partiql,
    values: &[Value],
    decode: fn(&dyn Row) -> Result<T>,
) -> RowStream<T> {
    let opened = partiql
        .columns()
        .and_then(|columns| Ok((columns.to_vec(), pages(session, partiql, values)?)));
    let (columns, pages) = match opened {
        Ok(opened) => opened,
        Err(error) => return RowStream::failed(error),
    };
    let model = partiql.model.name;
    RowStream::new(pages.map(move |page| {
        page?
            .items
            .iter()
            .map(|item| {
                let columns = &columns;
                decode(&NamedRow { columns, item }).map_err(|error| error.on_model(model))
            })
            .collect()
    }))
}

/// Runs what has no rows, and says that one was written: a statement of PartiQL names one by its key.
///
/// # Errors
/// Those of DynamoDB; `Unsupported` for what has rows.
pub(crate) async fn execute(session: &Session, partiql: &Partiql, values: &[Value]) -> Result<u64> {
    if partiql.reads {
        return Err(Error::unsupported(
            "`.exec` of PartiQL that has rows",
            "read them by `.as_rows::<(…)>()` or `.as_model::<User>()`",
        )
        .on_model(partiql.model.name));
    }
    let (text, parameters) = partiql.with(values)?;
    Sender::new(session, partiql)
        .send(text, parameters, None)
        .await?;
    Ok(1)
}

fn pages(session: &Session, partiql: &Partiql, values: &[Value]) -> Result<Pages> {
    let (text, parameters) = partiql.with(values)?;
    let sender = Sender::new(session, partiql);
    let begin = Some((sender, text, parameters, None::<String>));
    Ok(stream::try_unfold(begin, |state| async move {
        let Some((sender, text, parameters, token)) = state else {
            return Ok(None);
        };
        let answer = sender.send(text.clone(), parameters.clone(), token).await?;
        let page = Page::of(answer.items.unwrap_or_default());
        let next = answer
            .next_token
            .map(|token| (sender, text, parameters, Some(token)));
        Ok(Some((page, next)))
    })
    .boxed())
}

struct Sender {
    session: Session,
    model: &'static ModelDef,
    reads: bool,
}

impl Sender {
    fn new(session: &Session, partiql: &Partiql) -> Self {
        Sender {
            session: session.clone(),
            model: partiql.model,
            reads: partiql.reads,
        }
    }

    async fn send(
        &self,
        text: String,
        parameters: Vec<AttributeValue>,
        token: Option<String>,
    ) -> Result<ExecuteStatementOutput> {
        let request = self
            .session
            .client
            .execute_statement()
            .statement(text)
            .set_parameters((!parameters.is_empty()).then_some(parameters))
            .set_next_token(token)
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        if self.reads {
            let answer = self
                .session
                .read(Some(self.model), || request.clone().send())
                .await?;
            self.session.meter.read(answer.consumed_capacity());
            return Ok(answer);
        }
        let mut budget = self.session.budget();
        loop {
            self.session.meter.sent();
            // In a box: the SDK's futures are nested deep, and the compiler has a recursion limit.
            let error = match Box::pin(request.clone().send()).await {
                Ok(answer) => {
                    self.session.meter.wrote(answer.consumed_capacity());
                    return Ok(answer);
                }
                Err(error) => error,
            };
            let again = match fate(&error) {
                Fate::Throttled | Fate::Conflict => true,
                Fate::NotSent => matches!(error, SdkError::DispatchFailure(_)),
                Fate::Lost | Fate::InProgress | Fate::Rejected => false,
            };
            if !again || !budget.pause().await {
                let code = error
                    .as_service_error()
                    .and_then(ProvideErrorMetadata::code);
                if matches!(code, Some("DuplicateItemException" | "DuplicateItem")) {
                    return Err(self.duplicate());
                }
                return Err(convert(&error, Purpose::Write, Some(self.model)));
            }
        }
    }

    #[cold]
    fn duplicate(&self) -> Error {
        Error::new(
            ErrorKind::UniqueViolation,
            "another row has the same key already",
        )
        .on_model(self.model.name)
    }
}

/// An item by the names of its attributes.
struct NamedRow<'a> {
    columns: &'a [(String, ColumnType)],
    item: &'a Item,
}

impl NamedRow<'_> {
    fn column(&self, index: usize) -> Result<(Option<&AttributeValue>, ColumnType), DecodeError> {
        match self.columns.get(index) {
            Some((name, ty)) => Ok((self.item.get(name), *ty)),
            None => Err(DecodeError {
                expected: "a column",
                found: "a shorter row",
            }),
        }
    }
}

impl Row for NamedRow<'_> {
    fn cell(&self, index: usize) -> Result<Cell<'_>, DecodeError> {
        match self.column(index)? {
            (Some(AttributeValue::L(_)), ColumnType::Array(_)) => Cell::of_array(self, index),
            (attribute, ty) => to_cell(attribute, ty),
        }
    }

    fn name(&self, index: usize) -> Option<&str> {
        self.columns.get(index).map(|(name, _)| name.as_str())
    }
}

impl Members for NamedRow<'_> {
    fn each_member(
        &self,
        index: usize,
        take: &mut dyn FnMut(Cell<'_>) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        match self.column(index)? {
            (Some(AttributeValue::L(members)), ColumnType::Array(member)) => members
                .iter()
                .try_for_each(|one| take(to_cell(Some(one), *member)?)),
            _ => Err(DecodeError {
                expected: "an array",
                found: "an attribute that is no list",
            }),
        }
    }
}
