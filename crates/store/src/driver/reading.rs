//! Running statements that return rows.

use std::ops::ControlFlow;

use super::{Connection, DriverError, Param, Record, Row, Statement};

/// Every row. Unbounded: the statement carries the `LIMIT`.
pub(crate) async fn all<R: Record + Send>(
    conn: &mut dyn Connection,
    sql: &'static str,
    params: &[Param<'_>],
) -> Result<Vec<R>, DriverError> {
    gather(conn, Statement::of::<R>(sql), params, |row| R::read(row, 0)).await
}

/// The one row, or `None`. A second row is [`DriverError::Corrupt`]: a key that should be unique is not.
pub(crate) async fn one<R: Record + Send>(
    conn: &mut dyn Connection,
    sql: &'static str,
    params: &[Param<'_>],
) -> Result<Option<R>, DriverError> {
    single(conn, Statement::of::<R>(sql), params, |row| R::read(row, 0)).await
}

/// Shows every row to `visit`, which ends the reading early with a `Break`.
pub(crate) async fn each<R: Record>(
    conn: &mut dyn Connection,
    sql: &'static str,
    params: &[Param<'_>],
    mut visit: impl FnMut(R) -> Result<ControlFlow<()>, DriverError> + Send,
) -> Result<(), DriverError> {
    conn.query(Statement::of::<R>(sql), params, &mut |row| visit(R::read(row, 0)?)).await
}

/// As [`each`], by [`Connection::scan`].
pub(crate) async fn scan<R: Record>(
    conn: &mut dyn Connection,
    sql: &'static str,
    params: &[Param<'_>],
    mut visit: impl FnMut(R) -> Result<ControlFlow<()>, DriverError> + Send,
) -> Result<(), DriverError> {
    conn.scan(Statement::of::<R>(sql), params, &mut |row| visit(R::read(row, 0)?)).await
}

/// The number that an insert, which returns it, gave to its row.
pub(crate) async fn inserted(conn: &mut dyn Connection, sql: &'static str, params: &[Param<'_>]) -> Result<i64, DriverError> {
    one(conn, sql, params).await?.ok_or_else(|| DriverError::Sql("an insert returned no number".into()))
}

/// Every row, mapped column by column: for statements that are made where no record can be declared. Unbounded: the statement carries
/// the `LIMIT`.
///
/// # Errors
/// The database's, and those of `map`.
pub async fn query_all<T: Send>(
    conn: &mut dyn Connection,
    sql: &'static str,
    params: &[Param<'_>],
    map: impl FnMut(&dyn Row) -> Result<T, DriverError> + Send,
) -> Result<Vec<T>, DriverError> {
    gather(conn, sql.into(), params, map).await
}

/// As [`query_all`], of the one row, or `None`. A second row is [`DriverError::Corrupt`]: a key that should be unique is not.
///
/// # Errors
/// As there.
pub async fn query_one<T: Send>(
    conn: &mut dyn Connection,
    sql: &'static str,
    params: &[Param<'_>],
    map: impl FnMut(&dyn Row) -> Result<T, DriverError> + Send,
) -> Result<Option<T>, DriverError> {
    single(conn, sql.into(), params, map).await
}

async fn gather<T: Send>(
    conn: &mut dyn Connection,
    statement: Statement,
    params: &[Param<'_>],
    mut map: impl FnMut(&dyn Row) -> Result<T, DriverError> + Send,
) -> Result<Vec<T>, DriverError> {
    let mut rows = Vec::new();
    let mut visit = |row: &dyn Row| {
        rows.push(map(row)?);
        Ok(ControlFlow::Continue(()))
    };
    conn.query(statement, params, &mut visit).await?;
    Ok(rows)
}

async fn single<T: Send>(
    conn: &mut dyn Connection,
    statement: Statement,
    params: &[Param<'_>],
    mut map: impl FnMut(&dyn Row) -> Result<T, DriverError> + Send,
) -> Result<Option<T>, DriverError> {
    let mut found = None;
    let mut visit = |row: &dyn Row| {
        if found.is_some() {
            return Err(DriverError::Corrupt("more than one row where one was expected".into()));
        }
        found = Some(map(row)?);
        Ok(ControlFlow::Continue(()))
    };
    conn.query(statement, params, &mut visit).await?;
    Ok(found)
}

/// Whether a statement that selects a 1 finds any row.
pub(crate) async fn exists(conn: &mut dyn Connection, sql: &'static str, params: &[Param<'_>]) -> Result<bool, DriverError> {
    Ok(one::<i64>(conn, sql, params).await?.is_some())
}
