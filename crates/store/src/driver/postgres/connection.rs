//! [`Connection`] over tokio-postgres: binding, rows, portions of a scan.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Error, RowStream};

use super::failure::{driver_error, is_lost, is_worth_another_run, lost};
use super::link::{Link, types};
use crate::driver::{Connection, DriverError, Param, Ready, Row, Visit};

/// Rows that a scan asks for at a time.
const PORTION: usize = 256;

/// A use of a [`Link`]: what a transaction, or a read, is handed.
pub(super) struct PgConnection {
    link: Arc<Link>,
    /// How long to wait for the answer to a statement, where the runtime can tell time.
    patience: Option<Duration>,
    trouble: Trouble,
}

/// The worst that a statement met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Trouble {
    /// The connection is of no more use.
    pub(super) lost: bool,
    /// What did not happen is worth another run.
    pub(super) again: bool,
}

impl PgConnection {
    /// For statements whose end the caller's own deadline sees to.
    pub(super) const fn new(link: Arc<Link>) -> Self {
        Self { link, patience: None, trouble: Trouble { lost: false, again: false } }
    }

    /// For a task of the driver's runtime, that gives up a server which says nothing.
    pub(super) const fn patient(link: Arc<Link>, patience: Duration) -> Self {
        Self { link, patience: Some(patience), trouble: Trouble { lost: false, again: false } }
    }

    pub(super) const fn link(&self) -> &Arc<Link> {
        &self.link
    }

    pub(super) fn trouble(&self) -> Trouble {
        Trouble { lost: self.trouble.lost || self.link.is_closed(), ..self.trouble }
    }

    /// Waits for an answer, and notes what an error means for the connection.
    async fn answer<T>(&mut self, statement: impl Future<Output = Result<T, Failed>> + Send) -> Result<T, DriverError> {
        let answered = match self.patience {
            Some(patience) => tokio::time::timeout(patience, statement).await,
            None => Ok(statement.await),
        };
        match answered {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(Failed::Database(error))) => {
                self.trouble.lost |= is_lost(&error);
                self.trouble.again |= is_worth_another_run(&error);
                Err(driver_error(&error))
            }
            Ok(Err(Failed::Visit(error))) => Err(error),
            Err(_) => {
                self.trouble.lost = true;
                Err(lost())
            }
        }
    }

    /// BEGIN, SAVEPOINT and their like.
    pub(super) async fn control(&mut self, sql: &'static str) -> Result<(), DriverError> {
        let link = self.link.clone();
        let run = async move {
            let statement = link.prepare(sql, &[]).await?;
            link.client().execute_raw::<_, Param<'_>, _>(&statement, []).await?;
            Ok(())
        };
        self.answer(run).await
    }
}

enum Failed {
    Database(Error),
    Visit(DriverError),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

/// Shows rows to `visit`; how many there were, and whether it has seen enough.
async fn show(rows: RowStream, visit: Visit<'_>) -> Result<(usize, bool), Failed> {
    let mut rows = pin!(rows);
    let mut shown = 0;
    while let Some(row) = rows.try_next().await? {
        shown += 1;
        if visit(&PgRow(&row)).map_err(Failed::Visit)?.is_break() {
            return Ok((shown, true));
        }
    }
    Ok((shown, false))
}

impl Connection for PgConnection {
    fn execute<'a>(&'a mut self, sql: &'static str, params: &'a [Param<'a>]) -> Ready<'a, u64> {
        let link = self.link.clone();
        Box::pin(self.answer(async move {
            let statement = link.prepare(sql, params).await?;
            Ok(link.client().execute_raw(&statement, params.iter().copied()).await?)
        }))
    }

    fn query<'a>(&'a mut self, sql: &'static str, params: &'a [Param<'a>], visit: Visit<'a>) -> Ready<'a, ()> {
        let link = self.link.clone();
        Box::pin(self.answer(async move {
            let statement = link.prepare(sql, params).await?;
            let rows = link.client().query_raw(&statement, params.iter().copied()).await?;
            show(rows, visit).await?;
            Ok(())
        }))
    }

    /// By a cursor of the server, in portions.
    fn scan<'a>(&'a mut self, sql: &'static str, params: &'a [Param<'a>], visit: Visit<'a>) -> Ready<'a, ()> {
        let link = self.link.clone();
        Box::pin(self.answer(async move {
            let declare = format!("DECLARE scan NO SCROLL CURSOR FOR {sql}");
            let statement = link.client().prepare_typed(&declare, &types(params)).await?;
            link.client().execute_raw(&statement, params.iter().copied()).await?;
            let fetch = format!("FETCH FORWARD {PORTION} FROM scan");
            loop {
                let rows = link.client().query_typed_raw::<Param<'_>, _>(&fetch, []).await?;
                let (shown, enough) = show(rows, &mut *visit).await?;
                if enough || shown < PORTION {
                    break;
                }
            }
            link.client().query_typed_raw::<Param<'_>, _>("CLOSE scan", []).await?;
            Ok(())
        }))
    }
}

/// PostgreSQL has no text with a NUL in it. Nobody means one: it becomes the sign for what cannot be shown.
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

struct PgRow<'r>(&'r tokio_postgres::Row);

impl PgRow<'_> {
    fn column(&self, col: usize) -> Result<&Type, DriverError> {
        let column = self.0.columns().get(col);
        column.map(tokio_postgres::Column::type_).ok_or_else(|| DriverError::Sql(format!("there is no column {col}")))
    }
}

fn mismatch(col: usize, expected: &str, found: &Type) -> DriverError {
    DriverError::Corrupt(format!("column {col} is {}, not {expected}", found.name()))
}

impl Row for PgRow<'_> {
    fn opt_int(&self, col: usize) -> Result<Option<i64>, DriverError> {
        let found = self.column(col)?;
        let value = match *found {
            Type::INT8 => self.0.try_get::<_, Option<i64>>(col),
            Type::INT4 => self.0.try_get::<_, Option<i32>>(col).map(|value| value.map(i64::from)),
            Type::BOOL => self.0.try_get::<_, Option<bool>>(col).map(|value| value.map(i64::from)),
            _ => return Err(mismatch(col, "an integer", found)),
        };
        value.map_err(|error| DriverError::Corrupt(error.to_string()))
    }

    fn opt_text(&self, col: usize) -> Result<Option<&str>, DriverError> {
        let found = self.column(col)?;
        if *found != Type::TEXT {
            return Err(mismatch(col, "text", found));
        }
        self.0.try_get(col).map_err(|error| DriverError::Corrupt(error.to_string()))
    }

    fn opt_blob(&self, col: usize) -> Result<Option<&[u8]>, DriverError> {
        let found = self.column(col)?;
        if *found != Type::BYTEA {
            return Err(mismatch(col, "bytes", found));
        }
        self.0.try_get(col).map_err(|error| DriverError::Corrupt(error.to_string()))
    }
}
