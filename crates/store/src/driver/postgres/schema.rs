//! Running migrations on PostgreSQL; what to run is decided by [`migrate::plan`].

use super::link::Link;
use super::{Address, OpenError};
use crate::migrate::{self, Migration, Recorded};

const RECORD: &str = "CREATE TABLE IF NOT EXISTS migrations (
    version BIGINT PRIMARY KEY,
    name TEXT COLLATE \"C\" NOT NULL,
    checksum TEXT COLLATE \"C\" NOT NULL,
    applied_at BIGINT NOT NULL
)";

/// Brings the schema up to the last of `known`, each migration and its record in one transaction. Of several processes that start
/// at once, one does it and the others wait.
pub(super) async fn bring_up(link: &Link, address: &Address, known: &[Migration]) -> Result<usize, OpenError> {
    let client = link.client();
    let refused = |error| OpenError::Schema { address: address.to_string(), error };
    migrate::plan(known, &recorded(link).await?).map_err(refused)?;
    // The connection is closed after this, whatever comes of it, and the lock goes with it.
    client.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0; SELECT pg_advisory_lock(1129073490, 2)").await?;
    let recorded = recorded(link).await?;
    let todo = migrate::plan(known, &recorded).map_err(refused)?;
    // Of a new one no single step says anything to anybody.
    let is_new = recorded.is_empty();
    for migration in todo {
        let failed = |error| OpenError::Sql(format!("migration {} ({}): {error}", migration.version, migration.name));
        client.batch_execute("BEGIN").await?;
        client.batch_execute(RECORD).await?;
        client.batch_execute(migration.sql).await.map_err(|error| failed(OpenError::from(error).to_string()))?;
        let sql = "INSERT INTO migrations (version, name, checksum, applied_at)
                   VALUES ($1, $2, $3, extract(epoch FROM now())::int8)";
        let inserted = client.execute(sql, &[&migration.version, &migration.name, &migration.checksum()]).await?;
        if inserted != 1 || client.query_one("SELECT pg_current_xact_id_if_assigned() IS NULL", &[]).await?.get::<_, bool>(0) {
            return Err(failed("it ended its own transaction".into()));
        }
        client.batch_execute("COMMIT").await?;
        if !is_new {
            tracing::info!(version = migration.version, name = migration.name, "migrated");
        }
    }
    if let (true, Some(last)) = (is_new, todo.last()) {
        tracing::info!(version = last.version, name = last.name, "made a new database");
    }
    Ok(todo.len())
}

pub(super) async fn recorded(link: &Link) -> Result<Vec<Recorded>, OpenError> {
    let exists = link.client().query_one("SELECT to_regclass('migrations') IS NOT NULL", &[]).await?;
    if !exists.get::<_, bool>(0) {
        return Ok(Vec::new());
    }
    let rows = link.client().query("SELECT version, name, checksum FROM migrations ORDER BY version", &[]).await?;
    Ok(rows.iter().map(|row| Recorded { version: row.get(0), name: row.get(1), checksum: row.get(2) }).collect())
}
