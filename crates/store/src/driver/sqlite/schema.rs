//! Running migrations on SQLite; what to run is decided by [`migrate::plan`].

use rusqlite::{Connection, TransactionBehavior};

use super::opening::OpenError;
use crate::migrate::{self, MigrateError, Migration, Recorded};

const RECORD: &str = "CREATE TABLE IF NOT EXISTS migrations (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT";

pub(super) enum Failure {
    Refused(MigrateError),
    Open(OpenError),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Open(error.into())
    }
}

/// Brings the schema up to the last of `known`, each migration and its record in one transaction. Answers how many were run.
pub(super) fn bring_up(conn: &mut Connection, known: &[Migration]) -> Result<usize, Failure> {
    let recorded = recorded(conn)?;
    let todo = migrate::plan(known, &recorded).map_err(Failure::Refused)?;
    // Of a new one no single step says anything to anybody.
    let is_new = recorded.is_empty();
    for migration in todo {
        let run = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        run.execute(RECORD, ())?;
        run.execute_batch(migration.sql)
            .map_err(|error| OpenError::Sql(format!("migration {} ({}): {error}", migration.version, migration.name)))
            .map_err(Failure::Open)?;
        if run.is_autocommit() {
            let text = format!("migration {} ({}) ended its own transaction", migration.version, migration.name);
            return Err(Failure::Open(OpenError::Sql(text)));
        }
        // Told by the database: it is for people to read, and no rule looks at it.
        run.execute(
            "INSERT INTO migrations (version, name, checksum, applied_at) VALUES (?1, ?2, ?3, unixepoch())",
            (migration.version, migration.name, migration.checksum()),
        )?;
        run.commit()?;
        if !is_new {
            tracing::info!(version = migration.version, name = migration.name, "migrated");
        }
    }
    if let (true, Some(last)) = (is_new, todo.last()) {
        tracing::info!(version = last.version, name = last.name, "made a new database");
    }
    Ok(todo.len())
}

/// Makes the schema of these migrations in an empty database, for whoever compares with it.
pub(super) fn make(conn: &Connection, migrations: &[Migration]) -> rusqlite::Result<()> {
    conn.execute_batch(RECORD)?;
    migrations.iter().try_for_each(|migration| conn.execute_batch(migration.sql))
}

pub(super) fn recorded(conn: &Connection) -> rusqlite::Result<Vec<Recorded>> {
    if !conn.table_exists(None, "migrations")? {
        return Ok(Vec::new());
    }
    conn.prepare("SELECT version, name, checksum FROM migrations ORDER BY version")?
        .query_map((), |row| Ok(Recorded { version: row.get(0)?, name: row.get(1)?, checksum: row.get(2)? }))?
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dump(conn: &Connection) -> Vec<(String, Option<String>)> {
        let mut statement = conn.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").unwrap();
        statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    }

    fn brought_up(conn: &mut Connection, known: &[Migration]) -> usize {
        bring_up(conn, known).unwrap_or_else(|_| panic!("refused"))
    }

    #[test]
    fn init_is_the_sum_of_the_migrations() {
        let mut at_once = Connection::open_in_memory().unwrap();
        assert_eq!(brought_up(&mut at_once, migrate::SQLITE), migrate::SQLITE.len());
        let mut step_by_step = Connection::open_in_memory().unwrap();
        for last in 1..=migrate::SQLITE.len() {
            assert_eq!(brought_up(&mut step_by_step, &migrate::SQLITE[..last]), 1);
        }
        assert_eq!(dump(&at_once), dump(&step_by_step));
        assert_eq!(brought_up(&mut at_once, migrate::SQLITE), 0);
    }

    /// What was there before is counted like what comes after.
    #[test]
    fn sessions_of_before_are_counted() {
        let mut conn = Connection::open_in_memory().unwrap();
        let (before, _) = migrate::SQLITE.split_at(11);
        brought_up(&mut conn, before);
        let sessions = "
            INSERT INTO users (number, uid, username, status, status_since, role, is_operator, created_at, updated_at)
            VALUES (1, x'01', 'ada', 'verified', 0, 'none', 0, 0, 0);
            INSERT INTO sessions (uid, user_number, server_epoch, birth, state, due, created_at, ttl_millis, slides, absolute_expires_at,
                device_type, application_family, ended_at, end_reason)
            VALUES (x'01', 1, 0, 'usm', 0, 9, 1500, 1, 1, 9000, 'mobile', 'Safari', NULL, NULL),
                (x'02', 1, 0, 'usm', 0, 9, 2700, 1, 1, 9000, 'mobile', 'Safari', NULL, NULL),
                (x'03', 1, 0, 'usm', 0, 9, 3000, 1, 1, 9000, NULL, NULL, NULL, NULL),
                (x'04', 1, 0, 'usm', 1, 9, 4000, 1, 1, 9000, 'mobile', 'Safari', 5000, 'closed');";
        conn.execute_batch(sessions).unwrap();
        brought_up(&mut conn, migrate::SQLITE);
        let counts = || {
            let sql = "SELECT device_type, application_family, open, ended, archived, born_seconds, born_millis FROM session_counts
                       ORDER BY device_type";
            let mut statement = conn.prepare(sql).unwrap();
            let numbers = |row: &rusqlite::Row<'_>| (2..7).map(|col| row.get::<_, i64>(col)).collect::<Result<Vec<_>, _>>();
            let read = |row: &rusqlite::Row<'_>| Ok(((row.get(0)?, row.get(1)?), numbers(row)?));
            statement.query_map((), read).unwrap().map(Result::unwrap).collect::<Vec<_>>()
        };
        let kind = |device: &str, application: &str| (device.to_owned(), application.to_owned());
        assert_eq!(counts(), [(kind("", ""), vec![1, 1, 0, 3, 0]), (kind("mobile", "Safari"), vec![2, 0, 0, 3, 1200])]);
        conn.execute_batch("UPDATE sessions SET state = 1, ended_at = 6000, end_reason = 'closed' WHERE uid = x'02'").unwrap();
        assert_eq!(counts(), [(kind("", ""), vec![1, 2, 0, 3, 0]), (kind("mobile", "Safari"), vec![1, 0, 0, 1, 500])]);
        conn.execute_batch("DELETE FROM sessions").unwrap();
        assert_eq!(counts(), []);
    }

    /// A kind was a word; it must make nobody public who had a secret.
    #[test]
    fn applications_of_before_stay_what_they_could_do() {
        let mut conn = Connection::open_in_memory().unwrap();
        let before = migrate::SQLITE.iter().position(|migration| migration.name == "openid_applications").unwrap();
        brought_up(&mut conn, &migrate::SQLITE[..before]);
        let applications = "
            INSERT INTO applications (number, uid, client_id, name, kind, scopes, redirect_uris, is_platform, status, status_since, created_at,
                updated_at, jwks)
            VALUES (1, x'01', 'a', 'A', 'native', '', '', 0, 'active', 0, 0, 0, NULL),
                (2, x'02', 'b', 'B', 'native', '', 'https://b.example/', 0, 'active', 0, 0, 0, NULL),
                (3, x'03', 'c', 'C', 'native', '', '', 0, 'active', 0, 0, 0, '{}'),
                (4, x'04', 'd', 'D', 'native', '', 'https://d.example/', 0, 'active', 0, 0, 0, NULL),
                (5, x'05', 'e', 'E', 'service', '', 'https://e.example/', 0, 'active', 0, 0, 0, NULL),
                (6, x'06', 'f', 'F', 'web', '', '', 0, 'active', 0, 0, 0, NULL);
            INSERT INTO client_secrets (application_number, hash, created_at) VALUES (1, x'01', 0), (2, x'02', 0);";
        conn.execute_batch(applications).unwrap();
        brought_up(&mut conn, migrate::SQLITE);
        let mut statement =
            conn.prepare("SELECT kind, origins, is_first_party, id_token_algorithm FROM applications ORDER BY number").unwrap();
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
        let kinds: Vec<(String, String, i64, String)> = statement.query_map((), read).unwrap().map(Result::unwrap).collect();
        let named: Vec<_> = kinds.iter().map(|(kind, ..)| kind.as_str()).collect();
        assert_eq!(named, ["service", "web", "service", "native", "web", "web"]);
        assert!(kinds.iter().all(|(_, origins, asked, signed)| origins.is_empty() && *asked == 0 && signed == "RS256"));
    }

    #[test]
    fn a_failing_migration_leaves_nothing() {
        let broken = [
            Migration { version: 1, name: "one", sql: "CREATE TABLE one (a)" },
            Migration { version: 2, name: "two", sql: "CREATE TABLE two (a); CREATE TABLE one (a)" },
        ];
        let mut conn = Connection::open_in_memory().unwrap();
        assert!(matches!(bring_up(&mut conn, &broken), Err(Failure::Open(OpenError::Sql(_)))));
        let names: Vec<_> = dump(&conn).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["migrations", "one"]);
        assert_eq!(recorded(&conn).unwrap().len(), 1);
    }

    #[test]
    fn a_migration_that_ends_its_transaction_is_refused() {
        let broken = [Migration { version: 1, name: "one", sql: "CREATE TABLE one (a); COMMIT" }];
        let mut conn = Connection::open_in_memory().unwrap();
        assert!(matches!(bring_up(&mut conn, &broken), Err(Failure::Open(OpenError::Sql(_)))));
    }
}
