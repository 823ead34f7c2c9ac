//! A backend whose connections lead to the server of the simulation.

use super::server::{Fate, Key, Server, Transaction, in_the_way};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use toasty_contract::{
    Access, Backend, Begin, Connection, Control, Cost, Explain, Lanes, Plan, Prepared, in_turn,
};
use toasty_dsl::query::{Answer, Independent, Outcome, RowStream, Sink};
use toasty_dsl::statement::{Assign, Comparison, Expr, Output, Term};
use toasty_dsl::value::{Params, Row, Value, ValueRow};
use toasty_dsl::{Error, ErrorKind, ModelDef, Result, Statement};

/// The backend.
pub(crate) struct Simulated {
    server: Arc<Mutex<Server>>,
    opened: AtomicUsize,
}

/// The statements that it knows: one row, by its key.
pub(crate) enum Shape {
    Read(&'static str),
    Insert(&'static str),
    /// The columns that are set by the values before the key
    Update(&'static str, Vec<u16>),
}

pub(crate) struct Link {
    server: Arc<Mutex<Server>>,
    number: usize,
    transaction: Option<Transaction>,
    lost: bool,
    /// A request was sent and its answer has not come: what the server did meanwhile is not known.
    between: bool,
}

impl Simulated {
    pub(super) fn new(server: &Arc<Mutex<Server>>) -> Self {
        Simulated {
            server: Arc::clone(server),
            opened: AtomicUsize::new(0),
        }
    }
}

pub(super) fn lock(server: &Mutex<Server>) -> MutexGuard<'_, Server> {
    server.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Backend for Simulated {
    type Prepared = Shape;
    type Connection = Link;

    fn system(&self) -> &'static str {
        "simulated"
    }

    fn lanes(&self) -> Lanes {
        Lanes::Alike
    }

    /// A transaction that has seen two states is not committed.
    fn sees_one_state(&self, _: Begin) -> bool {
        false
    }

    fn prepare(&self, statement: &Statement) -> Result<Shape> {
        let table = statement.model().0.name;
        let by_key = |filter: &Expr| {
            let wanted = Expr::Compare {
                column: 0,
                comparison: Comparison::Equal,
                with: Term::Slot,
            };
            *filter == wanted
        };
        match statement {
            Statement::Select(select)
                if select.output == Output::Rows && by_key(&select.filter) =>
            {
                Ok(Shape::Read(table))
            }
            Statement::Insert(insert) if insert.conflict.is_none() && !insert.auto => {
                Ok(Shape::Insert(table))
            }
            Statement::Update(update) if by_key(&update.filter) && !update.many => {
                let column = |assign: &Assign| match assign {
                    Assign::Slot(column) => Ok(*column),
                    Assign::Increment(_) | Assign::Computed(..) => never(),
                };
                let columns = update.set.iter().map(column).collect::<Result<_>>()?;
                Ok(Shape::Update(table, columns))
            }
            Statement::Select(_)
            | Statement::Insert(_)
            | Statement::Update(_)
            | Statement::Delete(_)
            | Statement::Raw(_) => never(),
        }
    }

    async fn connect(&self, _: Access) -> Result<Link> {
        let mut link = Link {
            server: Arc::clone(&self.server),
            number: self.opened.fetch_add(1, Ordering::Relaxed),
            transaction: None,
            lost: false,
            between: false,
        };
        match link.request("connect", |_, _, _| Ok(())).await {
            Ok(()) => Ok(link),
            Err(_) => Err(gone()),
        }
    }
}

impl Prepared for Shape {
    fn text(&self) -> &str {
        match self {
            Shape::Read(_) => "read",
            Shape::Insert(_) => "insert",
            Shape::Update(..) => "update",
        }
    }

    fn hides(&self, _: usize) -> bool {
        false
    }
}

fn never<T>() -> Result<T> {
    Err(Error::unsupported(
        "this statement in the simulation",
        "ask for one row by its key",
    ))
}

fn gone() -> Error {
    Error::new(ErrorKind::ConnectionLost, "the connection is gone")
}

fn unknown() -> Error {
    Error::new(ErrorKind::CommitUnknown, "the answer was lost")
}

fn integer(value: Option<&Value>) -> i64 {
    match value {
        Some(Value::Int(number)) => *number,
        _ => i64::MIN,
    }
}

impl Link {
    /// Sends a request, lets the server act, and waits for the answer. Dropped on the way, it leaves behind what a real one
    /// leaves: nobody knows.
    async fn request<T>(
        &mut self,
        name: &str,
        act: impl FnOnce(&mut Server, &mut Option<Transaction>, Fate) -> Result<T>,
    ) -> Result<T> {
        if self.lost {
            return Err(gone());
        }
        let (fate, there, back) = lock(&self.server).draw(self.number, name);
        self.between = true;
        tokio::time::sleep(there).await;
        if fate == Fate::LostBefore {
            return self.lose();
        }
        let answer = act(&mut lock(&self.server), &mut self.transaction, fate);
        tokio::time::sleep(back).await;
        if fate == Fate::LostAfter {
            return self.lose();
        }
        self.between = false;
        answer
    }

    /// The server rolls back what was open on a connection that it loses.
    fn lose<T>(&mut self) -> Result<T> {
        self.lost = true;
        self.transaction = None;
        Err(gone())
    }

    /// A statement, in the transaction that is open or in one of its own.
    async fn statement<T>(
        &mut self,
        name: &str,
        act: impl FnOnce(&mut Server, &mut Transaction) -> Result<T>,
    ) -> Result<T> {
        self.request(name, |server, open, fate| match open {
            Some(transaction) if transaction.is_aborted() => Err(Error::new(
                ErrorKind::TransactionClosed,
                "the transaction has failed already",
            )),
            Some(transaction) if fate == Fate::Refused => {
                transaction.abort();
                Err(in_the_way())
            }
            Some(transaction) => act(server, transaction),
            None => {
                let mut alone = Transaction::default();
                let done = act(server, &mut alone)?;
                server.commit(alone, fate)?;
                Ok(done)
            }
        })
        .await
    }
}

impl Connection for Link {
    type Prepared = Shape;

    async fn fetch<S: Sink>(
        &mut self,
        shape: &Arc<Shape>,
        params: Params,
        mut sink: S,
    ) -> Result<S> {
        let Shape::Read(table) = **shape else {
            return never();
        };
        let key: Key = (table, integer(params.values().first()));
        let row = self
            .statement("read", |server, transaction| {
                Ok(server.read(transaction, key))
            })
            .await?;
        if let Some(row) = row {
            let (ControlFlow::Continue(()) | ControlFlow::Break(())) = sink.row(&ValueRow(&row))?;
        }
        Ok(sink)
    }

    async fn execute(&mut self, shape: &Arc<Shape>, params: Params) -> Result<Outcome> {
        let alone = self.transaction.is_none();
        let values = params.values();
        let affected = self
            .statement(shape.text(), |server, transaction| match &**shape {
                Shape::Read(_) => never(),
                Shape::Insert(table) => {
                    let key = (*table, integer(values.first()));
                    if server.read(transaction, key).is_some() {
                        let taken = Error::new(ErrorKind::UniqueViolation, "the key is taken");
                        return Err(taken);
                    }
                    transaction.write(key, values.to_vec());
                    Ok(1)
                }
                Shape::Update(table, columns) => {
                    let key = (*table, integer(values.last()));
                    let Some(mut row) = server.read(transaction, key) else {
                        return Ok(0);
                    };
                    for (column, value) in columns.iter().zip(values) {
                        if let Some(cell) = row.get_mut(usize::from(*column)) {
                            cell.clone_from(value);
                        }
                    }
                    transaction.write(key, row);
                    Ok(1)
                }
            })
            .await;
        match affected {
            Ok(affected) => Ok(Outcome {
                affected,
                values: params,
                ..Outcome::default()
            }),
            Err(error) if alone && error.kind() == ErrorKind::ConnectionLost => Err(unknown()),
            Err(error) => Err(error),
        }
    }

    async fn together(&mut self, all: Vec<Independent<Arc<Shape>>>) -> Vec<Result<Answer>> {
        in_turn(self, all).await
    }

    async fn stream<T: Send + 'static>(
        &mut self,
        _: &Arc<Shape>,
        _: Params,
        _: fn(&dyn Row) -> Result<T>,
    ) -> RowStream<T> {
        RowStream::empty()
    }

    async fn plan(&mut self, _: &Arc<Shape>, _: Params, _: Explain) -> Result<Plan> {
        never()
    }

    async fn control(&mut self, control: Control) -> Result<()> {
        let done = self
            .request(&format!("{control:?}"), |server, open, fate| {
                match (control, open.as_mut()) {
                    (Control::Begin(_), Some(_)) => {
                        server.violate("a transaction was begun where one was open");
                        Ok(())
                    }
                    (Control::Begin(_), None) if fate == Fate::Refused => {
                        Err(Error::new(ErrorKind::Busy, "somebody else writes"))
                    }
                    (Control::Begin(_), None) => {
                        *open = Some(Transaction::default());
                        Ok(())
                    }
                    (Control::Commit, Some(_)) => match open.take() {
                        Some(transaction) => server.commit(transaction, fate),
                        None => Ok(()),
                    },
                    (Control::Rollback, Some(_)) => {
                        *open = None;
                        Ok(())
                    }
                    (Control::Savepoint(depth), Some(transaction)) => {
                        transaction.mark(depth);
                        Ok(())
                    }
                    (Control::Release(depth), Some(transaction)) => {
                        transaction.release(depth);
                        Ok(())
                    }
                    (Control::RollbackTo(depth), Some(transaction)) => {
                        transaction.roll_back_to(depth);
                        Ok(())
                    }
                    (
                        Control::Commit
                        | Control::Rollback
                        | Control::Savepoint(_)
                        | Control::Release(_)
                        | Control::RollbackTo(_),
                        None,
                    ) => {
                        server.violate("a transaction was ended or divided where none was open");
                        Ok(())
                    }
                }
            })
            .await;
        match done {
            Err(error)
                if error.kind() == ErrorKind::ConnectionLost && control == Control::Commit =>
            {
                Err(unknown())
            }
            done => done,
        }
    }

    async fn create_tables(&mut self, _: &[&'static ModelDef]) -> Result<()> {
        Ok(())
    }

    async fn run_text(&mut self, _: &str) -> Result<()> {
        never()
    }

    fn take_cost(&mut self) -> Cost {
        Cost::default()
    }

    fn reset(&mut self) -> bool {
        if self.lost || self.between {
            return false;
        }
        self.transaction = None;
        true
    }

    async fn make_ready(&mut self) -> Result<()> {
        if self.lost {
            return Err(gone());
        }
        self.request("roll back", |_, open, _| {
            *open = None;
            Ok(())
        })
        .await
    }
}
