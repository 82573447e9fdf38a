//! Whether a database has exactly the tables, indexes, triggers and views that the migrations make. A trigger that somebody planted in
//! a file would act with every right of the server.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use rusqlite::{Connection, OpenFlags};

use super::opening::OpenError;
use super::schema;
use crate::migrate::{self, MigrateError};

/// By kind and name: the table, and the statement that made it.
type Objects = BTreeMap<(String, String), (String, Option<String>)>;

/// What all migrations make. Read once: every opening asks for it.
static NEWEST: LazyLock<Option<Objects>> = LazyLock::new(|| made_by(migrate::SQLITE.len()).ok());

/// Compares the objects of a database with those that the migrations make which it has recorded.
///
/// # Errors
/// The first that is foreign, missing or altered.
pub(super) fn judge(conn: &Connection, recorded: usize) -> Result<Result<(), MigrateError>, OpenError> {
    let found = objects(conn)?;
    match NEWEST.as_ref().filter(|_| recorded == migrate::SQLITE.len()) {
        Some(newest) => Ok(compare(&found, newest)),
        None => Ok(compare(&found, &made_by(recorded)?)),
    }
}

/// The same of a file, before anything of it is run. A file that is not there, or is no database of ours, is for whoever opens it to
/// tell.
pub(crate) fn judge_file(file: &Path) -> Result<(), OpenError> {
    if !file.exists() {
        return Ok(());
    }
    let conn = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(super::opening::PATIENCE)?;
    conn.pragma_update(None, "query_only", "ON")?;
    let Ok(recorded) = schema::recorded(&conn) else { return Ok(()) };
    if recorded.is_empty() || migrate::plan(migrate::SQLITE, &recorded).is_err() {
        return Ok(());
    }
    judge(&conn, recorded.len())?.map_err(|error| OpenError::Schema { database: file.to_owned(), error })
}

fn compare(found: &Objects, made: &Objects) -> Result<(), MigrateError> {
    let told = |(kind, name): &(String, String), how| MigrateError::Strange { object: format!("{kind} {name}"), how };
    if let Some((object, _)) = found.iter().find(|(object, _)| !made.contains_key(*object)) {
        return Err(told(object, "is none of the migrations'"));
    }
    for (object, made) in made {
        match found.get(object) {
            None => return Err(told(object, "is missing")),
            Some(found) if found != made => return Err(told(object, "is not as the migrations made it")),
            Some(_) => {}
        }
    }
    Ok(())
}

fn made_by(migrations: usize) -> Result<Objects, OpenError> {
    let conn = Connection::open_in_memory()?;
    schema::make(&conn, migrate::SQLITE.get(..migrations).unwrap_or(migrate::SQLITE))?;
    Ok(objects(&conn)?)
}

/// SQLite's own tables, of sequences and statistics, and the indexes of constraints have no statement of ours.
fn objects(conn: &Connection) -> rusqlite::Result<Objects> {
    let sql = "SELECT type, name, tbl_name, sql FROM sqlite_schema
               WHERE NOT (type = 'table' AND name IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4'))
                 AND NOT (type = 'index' AND sql IS NULL)";
    let mut statement = conn.prepare(sql)?;
    let read = |row: &rusqlite::Row<'_>| Ok(((row.get(0)?, row.get(1)?), (row.get(2)?, row.get(3)?)));
    statement.query_map((), read)?.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(change: &str) -> Result<(), MigrateError> {
        let conn = Connection::open_in_memory().unwrap();
        schema::make(&conn, migrate::SQLITE).unwrap();
        conn.execute_batch(change).unwrap();
        judge(&conn, migrate::SQLITE.len()).unwrap()
    }

    #[test]
    fn whatever_is_planted_missing_or_altered_is_named() {
        assert_eq!(judged("ANALYZE"), Ok(()));
        for (change, named) in [
            ("CREATE TRIGGER evil AFTER INSERT ON sessions BEGIN UPDATE users SET role = 'super_admin'; END", "trigger evil"),
            ("CREATE VIEW v AS SELECT 1", "view v"),
            ("CREATE INDEX i ON users (role)", "index i"),
            ("CREATE TABLE t (a)", "table t"),
            ("DROP TRIGGER audit_log_keeps_entries", "trigger audit_log_keeps_entries is missing"),
            ("ALTER TABLE users ADD COLUMN more", "table users is not as"),
        ] {
            let error = judged(change).unwrap_err().to_string();
            assert!(error.contains(named), "{error}");
        }
    }

    #[test]
    fn a_database_of_before_is_judged_by_the_migrations_of_then() {
        for recorded in 1..=migrate::SQLITE.len() {
            let conn = Connection::open_in_memory().unwrap();
            schema::make(&conn, &migrate::SQLITE[..recorded]).unwrap();
            assert_eq!(judge(&conn, recorded).unwrap(), Ok(()), "{recorded}");
        }
    }
}
