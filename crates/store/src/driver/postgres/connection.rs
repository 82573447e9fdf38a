//! [`Connection`] over tokio-postgres: binding, rows, portions of a scan.

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use futures_util::future::{MaybeDone, maybe_done};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Error, RowStream};

use super::failure::{driver_error, is_lost, is_worth_another_run, lost};
use super::link::{Link, types};
use crate::driver::{Connection, DriverError, Param, Ready, Row, Statement, Value, Visit};

/// Rows that a scan asks for at a time.
const PORTION: usize = 256;

/// Statements whose answers may be outstanding. What one sends is in memory until it is answered.
const UNDER_WAY_AT_MOST: usize = 256;

/// A statement that was sent, and its answer once it is there.
type UnderWay = Pin<Box<MaybeDone<Pin<Box<dyn Future<Output = Result<u64, Error>> + Send>>>>>;

/// A use of a [`Link`]: what a transaction, or a read, is handed.
pub(super) struct PgConnection {
    link: Arc<Link>,
    /// How long to wait for the answer to a statement, where the runtime can tell time.
    patience: Option<Duration>,
    trouble: Trouble,
    /// What nobody has waited for, in the order in which it was sent, and will be answered.
    under_way: Vec<UnderWay>,
    /// What the first statement met that PostgreSQL refused: it refuses all that follow until they are rolled back.
    refused: Option<DriverError>,
}

/// The worst that a statement met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Trouble {
    /// The connection is of no more use.
    pub(super) lost: bool,
    /// A transaction that did not happen can be run again.
    pub(super) again: bool,
}

impl PgConnection {
    /// For statements whose end the caller's own deadline sees to.
    pub(super) const fn new(link: Arc<Link>) -> Self {
        Self { link, patience: None, trouble: Trouble { lost: false, again: false }, under_way: Vec::new(), refused: None }
    }

    /// For a task of the driver's runtime, that gives up a server which says nothing.
    pub(super) const fn patient(link: Arc<Link>, patience: Duration) -> Self {
        Self { link, patience: Some(patience), trouble: Trouble { lost: false, again: false }, under_way: Vec::new(), refused: None }
    }

    pub(super) const fn link(&self) -> &Arc<Link> {
        &self.link
    }

    pub(super) fn trouble(&self) -> Trouble {
        Trouble { lost: self.trouble.lost || self.link.is_closed(), ..self.trouble }
    }

    /// Waits for an answer. Where it is an error, one that came before it is what went wrong.
    async fn answer<T>(&mut self, statement: impl Future<Output = Result<T, Failed>> + Send) -> Result<T, DriverError> {
        match wait(self.patience, statement).await {
            Ok(answer) => Ok(answer),
            Err(Failed::Visit(error)) => Err(error),
            Err(failed) => {
                self.wait_for_what_is_under_way().await;
                Err(self.noted(failed))
            }
        }
    }

    /// Waits for what is under way. The first error of all that was sent, whether or not somebody was told of it.
    pub(super) async fn settle(&mut self) -> Result<(), DriverError> {
        self.wait_for_what_is_under_way().await;
        self.refused.clone().map_or(Ok(()), Err)
    }

    async fn wait_for_what_is_under_way(&mut self) {
        for mut sent in std::mem::take(&mut self.under_way) {
            if self.trouble().lost {
                return;
            }
            let answered = async {
                sent.as_mut().await;
                Ok(sent.as_mut().take_output().transpose()?)
            };
            if let Err(failed) = wait(self.patience, answered).await {
                self.noted(failed);
            }
        }
    }

    /// Notes what an error means for the connection. Only the first counts, since it causes the others.
    fn noted(&mut self, failed: Failed) -> DriverError {
        let error = match failed {
            Failed::Database(error) => {
                self.trouble.lost |= is_lost(&error);
                self.trouble.again |= is_worth_another_run(&error);
                driver_error(&error)
            }
            Failed::Silence => {
                self.trouble.lost = true;
                lost()
            }
            Failed::Visit(error) => return error,
        };
        self.refused.get_or_insert(error).clone()
    }

    /// BEGIN, SAVEPOINT and their like.
    pub(super) async fn control(&mut self, sql: &'static str) -> Result<(), DriverError> {
        let link = self.link.clone();
        let run = async move {
            let statement = link.prepare(sql.into(), &[]).await?;
            link.client().execute_raw::<_, Param<'_>, _>(&statement, []).await?;
            Ok(())
        };
        self.answer(run).await
    }
}

pub(super) enum Failed {
    Database(Error),
    /// No answer for longer than anybody waits.
    Silence,
    /// The caller turned the answer into an error.
    Visit(DriverError),
}

async fn wait<T>(patience: Option<Duration>, statement: impl Future<Output = Result<T, Failed>> + Send) -> Result<T, Failed> {
    match patience {
        Some(patience) => tokio::time::timeout(patience, statement).await.unwrap_or(Err(Failed::Silence)),
        None => statement.await,
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

/// Shows rows to `visit`, of which it saw some before; how many there were, and whether it has seen enough.
async fn show(rows: RowStream, statement: Statement, before: usize, visit: Visit<'_>) -> Result<(usize, bool), Failed> {
    let mut rows = pin!(rows);
    let mut shown = 0;
    while let Some(row) = rows.try_next().await? {
        shown += 1;
        if visit(&PgRow { row: &row, statement, nth: before + shown }).map_err(Failed::Visit)?.is_break() {
            return Ok((shown, true));
        }
    }
    Ok((shown, false))
}

impl Connection for PgConnection {
    fn execute<'a>(&'a mut self, sql: &'static str, params: &'a [Param<'a>]) -> Ready<'a, u64> {
        let link = self.link.clone();
        Box::pin(self.answer(async move {
            let statement = link.prepare(sql.into(), params).await?;
            Ok(link.client().execute_raw(&statement, params.iter().copied()).await?)
        }))
    }

    fn change<'a>(&'a mut self, sql: &'static str, params: &'a [Param<'a>]) -> Ready<'a, ()> {
        Box::pin(async move {
            if self.under_way.len() >= UNDER_WAY_AT_MOST {
                self.settle().await?;
            }
            let link = self.link.clone();
            let statement = self.answer(link.prepare(sql.into(), params)).await?;
            let (link, params) = (self.link.clone(), params.iter().map(|param| Value::from(*param)).collect::<Vec<_>>());
            let run: Pin<Box<dyn Future<Output = _> + Send>> =
                Box::pin(async move { link.client().execute_raw(&statement, params.iter().map(Value::param)).await });
            let mut sent = Box::pin(maybe_done(run));
            // The first look sends it.
            poll_fn(|context| Poll::Ready(sent.as_mut().poll(context).is_ready())).await;
            self.under_way.push(sent);
            Ok(())
        })
    }

    fn query<'a>(&'a mut self, statement: Statement, params: &'a [Param<'a>], visit: Visit<'a>) -> Ready<'a, ()> {
        let link = self.link.clone();
        Box::pin(self.answer(async move {
            let prepared = link.prepare(statement, params).await?;
            let rows = link.client().query_raw(&prepared, params.iter().copied()).await?;
            show(rows, statement, 0, visit).await?;
            Ok(())
        }))
    }

    /// By a cursor of the server, in portions.
    fn scan<'a>(&'a mut self, statement: Statement, params: &'a [Param<'a>], visit: Visit<'a>) -> Ready<'a, ()> {
        let link = self.link.clone();
        Box::pin(self.answer(async move {
            // Of a cursor, PostgreSQL does not say which columns it has.
            link.prepare(statement, params).await?;
            let declare = format!("DECLARE scan NO SCROLL CURSOR FOR {}", statement.sql);
            let declared = link.client().prepare_typed(&declare, &types(params)).await?;
            link.client().execute_raw(&declared, params.iter().copied()).await?;
            let fetch = format!("FETCH FORWARD {PORTION} FROM scan");
            let mut before = 0;
            loop {
                let rows = link.client().query_typed_raw::<Param<'_>, _>(&fetch, []).await?;
                let (shown, enough) = show(rows, statement, before, &mut *visit).await?;
                if enough || shown < PORTION {
                    break;
                }
                before += shown;
            }
            link.client().query_typed_raw::<Param<'_>, _>("CLOSE scan", []).await?;
            Ok(())
        }))
    }
}

/// PostgreSQL stores no NUL in texts; it becomes the replacement character.
fn storable(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{fffd}").into() } else { text.into() }
}

impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut bytes::BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Param::Null(_) => Ok(IsNull::Yes),
            Param::Int(value) => value.to_sql(ty, out),
            Param::Text(value) => storable(value).as_ref().to_sql(ty, out),
            Param::Blob(value) => value.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA].contains(ty)
    }

    to_sql_checked!();
}

struct PgRow<'r> {
    row: &'r tokio_postgres::Row,
    statement: Statement,
    /// From 1.
    nth: usize,
}

impl PgRow<'_> {
    fn column(&self, col: usize) -> Result<&Type, DriverError> {
        let column = self.row.columns().get(col);
        column.map(tokio_postgres::Column::type_).ok_or_else(|| DriverError::Sql(format!("there is no column {col}")))
    }

    /// The value, if the column is of this type.
    fn value<'r, T: FromSql<'r>>(&'r self, col: usize, ty: &Type, expected: &str) -> Result<Option<T>, DriverError> {
        let found = self.column(col)?;
        if found != ty {
            return Err(self.damage(col, format_args!("is {}, not {expected},", found.name())));
        }
        self.row.try_get(col).map_err(|error| self.damage(col, format_args!("cannot be read ({error})")))
    }
}

impl Row for PgRow<'_> {
    fn opt_int(&self, col: usize) -> Result<Option<i64>, DriverError> {
        match *self.column(col)? {
            Type::INT4 => Ok(self.value::<i32>(col, &Type::INT4, "")?.map(i64::from)),
            Type::BOOL => Ok(self.value::<bool>(col, &Type::BOOL, "")?.map(i64::from)),
            _ => self.value(col, &Type::INT8, "an integer"),
        }
    }

    fn opt_text(&self, col: usize) -> Result<Option<&str>, DriverError> {
        self.value(col, &Type::TEXT, "text")
    }

    fn opt_blob(&self, col: usize) -> Result<Option<&[u8]>, DriverError> {
        self.value(col, &Type::BYTEA, "bytes")
    }

    fn damage(&self, col: usize, what: fmt::Arguments<'_>) -> DriverError {
        self.statement.damage(self, (self.nth, col), what)
    }
}
