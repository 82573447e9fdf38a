//! Copying, and comparing what was copied.

use cloakroom_engine::error::StoreError;

use super::table::{count, digest, leaked, tables};
use super::tables::{MADE_WITH_THE_SCHEMA, NUMBERED};
use super::{Step, TransferError};
use crate::Database;
use crate::driver::{Connection, Driver, WriteClass, one};
use crate::params;

/// Copies everything from one database to another that is empty, or was begun by an earlier transfer of the same source, and compares
/// the two. Nobody else may change either meanwhile; who did is found out by the comparison. Returns the rows of each table.
///
/// # Errors
/// See [`TransferError`]. What was copied stays, and the same transfer goes on from there.
pub async fn transfer(
    from: &Database,
    to: &Database,
    watch: &mut (dyn FnMut(Step) + Send),
) -> Result<Vec<(&'static str, u64)>, TransferError> {
    if count(from, "users").await? == 0 {
        return Err(TransferError::NothingThere);
    }
    let tables = tables(from).await?;
    let mut counts = Vec::with_capacity(tables.len());
    for table in &tables {
        counts.push((table.name, count(from, table.name).await?));
    }
    let of = counts.iter().map(|(_, rows)| rows).sum();
    // Looked at before anything is written: what stands there is the beginning of what is to come, or somebody else's.
    let mut done = Vec::with_capacity(tables.len());
    for table in tables.iter().filter(|table| !MADE_WITH_THE_SCHEMA.contains(&table.name)) {
        let last = table.last(to).await?;
        let stands = if last.is_some() { Some(digest(to, *table, None).await?) } else { None };
        if let Some(there) = stands
            && there != digest(from, *table, last.as_ref()).await?
        {
            return Err(TransferError::Other(table.name));
        }
        done.push((*table, last, stands.map_or(0, |(_, rows)| rows)));
    }
    let mut rows = done.iter().map(|(.., rows)| rows).sum();
    watch(Step::Copied { rows, of });
    for (table, mut behind, _) in done {
        loop {
            let batch = table.read(from, behind.take()).await?;
            let Some(last) = batch.last() else { break };
            behind = Some(table.key_of(last));
            rows += batch.len() as u64;
            table.write(to, batch).await?;
            watch(Step::Copied { rows, of });
        }
    }
    settle(from, to).await?;
    let mut compared = 0;
    for (table, (_, rows)) in tables.iter().zip(&counts) {
        if digest(from, *table, None).await? != digest(to, *table, None).await? {
            return Err(TransferError::Differs(table.name));
        }
        compared += rows;
        watch(Step::Compared { rows: compared, of });
    }
    Ok(counts)
}

/// What is not a row of its own: the values of the rows that every database has, and the numbers that were given already.
async fn settle(from: &Database, to: &Database) -> Result<(), StoreError> {
    let read = from.driver.read(|conn| {
        Box::pin(async move {
            let epoch = one::<i64>(conn, "SELECT epoch FROM server", params![]).await?.unwrap_or_default();
            let through = one::<i64>(conn, "SELECT through FROM audit_minimised", params![]).await?.unwrap_or_default();
            Ok::<_, StoreError>((epoch, through))
        })
    });
    let (epoch, through) = read.await?;
    let mut given = Vec::new();
    for (table, column) in NUMBERED {
        given.push((*table, *column, last_given(from, table, column).await?));
    }
    let is_sqlite = matches!(to.driver, Driver::Sqlite(_));
    let written = to.driver.write(WriteClass::Ordinary, move |conn| {
        Box::pin(async move {
            conn.execute("UPDATE server SET epoch = $1", params![epoch]).await?;
            conn.execute("UPDATE audit_minimised SET through = $1", params![through]).await?;
            for (table, column, last) in given {
                set_given(conn, is_sqlite, (table, column), last).await?;
            }
            Ok::<_, StoreError>(())
        })
    });
    written.await
}

/// The greatest number that a table ever gave, as far as its database remembers.
async fn last_given(of: &Database, table: &'static str, column: &'static str) -> Result<i64, StoreError> {
    let sql = match &of.driver {
        Driver::Sqlite(_) => leaked(format!(
            "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = '{table}'), 0), coalesce((SELECT max({column}) FROM {table}), 0))"
        )),
        Driver::Postgres(_) => leaked(format!("SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('{table}', '{column}')), 0)")),
    };
    let read = of
        .driver
        .read(move |conn| Box::pin(async move { Ok::<_, StoreError>(one::<i64>(conn, sql, params![]).await?.unwrap_or_default()) }));
    read.await
}

async fn set_given(
    conn: &mut dyn Connection,
    is_sqlite: bool,
    (table, column): (&'static str, &'static str),
    last: i64,
) -> Result<(), StoreError> {
    if is_sqlite {
        // Only tables that never give a number twice have a row here, and only once they gave one.
        let sql = "UPDATE sqlite_sequence SET seq = $2 WHERE name = $1 AND seq < $2";
        if conn.execute(sql, params![table, last]).await? == 0 {
            let sql = "INSERT INTO sqlite_sequence (name, seq) SELECT $1, $2
                       WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = $1)
                         AND EXISTS (SELECT 1 FROM sqlite_schema WHERE name = $1 AND sql LIKE '%AUTOINCREMENT%')";
            conn.execute(sql, params![table, last]).await?;
        }
    } else if last > 0 {
        let sql = leaked(format!("SELECT setval(pg_get_serial_sequence('{table}', '{column}'), $1)"));
        one::<i64>(conn, sql, params![last]).await?;
    }
    Ok(())
}
