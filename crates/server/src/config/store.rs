//! The keys about where everything is kept.

use std::path::PathBuf;

use super::{key::section, secret::Secret};

section! {
    /// Where sessions are kept.
    Store as "store" {
        /// Directory of the SQLite database and of the files made on first start.
        data_dir: PathBuf = PathBuf::from("data");
        /// Database to use instead of the one in `data_dir`: `sqlite:PATH`, or `postgres://USER:PASSWORD@HOST:PORT,HOST:PORT/NAME?sslmode=…`. Secret, since it may carry a password.
        database_url: Option<Secret> = None;
        /// File whose content is `database_url`.
        database_url_file: Option<PathBuf> = None;
    }
}

section! {
    /// How PostgreSQL is used, where `store.database_url` names one.
    Postgres as "postgres" {
        /// Connections that point reads share, pipelined. Beside them there is one for writes.
        read_connections: u64 = 2, within 1 ..= 64;
        /// Most connections for lists, counts and exports, one at a time on each; opened as they are needed.
        snapshot_connections: u64 = 2, within 1 ..= 64;
        /// Seconds until statements can be run at a host; then the next one is tried, or a start fails.
        connect_timeout_seconds: u64 = 4, within 1 ..= 300;
        /// Seconds after which a statement is cancelled.
        statement_timeout_seconds: u64 = 10, within 1 ..= 3600;
        /// Seconds to wait for a lock, above all for the turn to write. Longer than `idle_timeout_seconds`.
        lock_timeout_seconds: u64 = 8, within 1 ..= 3600;
        /// Seconds after which PostgreSQL ends the transaction of a process that says nothing: it was paused, or cut off.
        idle_timeout_seconds: u64 = 4, within 1 ..= 3600;
    }
}

/// The database that the store section names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// The URL of a PostgreSQL database.
    Postgres(Secret),
}

impl Database {
    /// The database of a URL.
    ///
    /// # Errors
    /// Why it cannot be used; the text names at most its scheme.
    pub fn of(url: &Secret) -> Result<Self, String> {
        let (scheme, rest) = url.reveal().split_once(':').ok_or("must be `sqlite:PATH` or `postgres://…`")?;
        match scheme {
            "postgres" | "postgresql" => Ok(Self::Postgres(url.clone())),
            "sqlite" => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                if path.is_empty() || path.contains(['?', '#']) {
                    return Err("must be `sqlite:PATH`, a file and no options".into());
                }
                Ok(Self::Sqlite(PathBuf::from(path)))
            }
            _ => {
                let shown = scheme.chars().all(|c| c.is_ascii_alphanumeric()).then_some(scheme);
                Err(format!("scheme `{}` is not supported: use `sqlite:PATH` or `postgres://…`", shown.unwrap_or("?")))
            }
        }
    }
}

/// Whether a database's URL has a password in it.
#[must_use]
pub fn carries_password(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else { return false };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let in_place = place.rsplit_once('@').is_some_and(|(user, _)| user.split_once(':').is_some_and(|(_, password)| !password.is_empty()));
    in_place || query.split('&').any(|parameter| parameter.strip_prefix("password=").is_some_and(|password| !password.is_empty()))
}

impl Store {
    /// Which database to open: `database_url`, else `cloakroom.db` in the data directory.
    ///
    /// # Errors
    /// As [`Database::of`].
    pub fn database(&self) -> Result<Database, String> {
        match &self.database_url {
            Some(url) => Database::of(url),
            None => Ok(Database::Sqlite(self.data_dir.join("cloakroom.db"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_a_url_is_seen() {
        for url in ["postgres://me:hunter2@db/x", "postgres://me:a@b@db:5432,db2/x", "postgres://db/x?user=me&password=hunter2"] {
            assert!(carries_password(url), "{url}");
        }
        for url in ["postgres://me@db:5432/x", "postgres://me:@db/x", "postgres://db:5432/x?sslmode=require", "sqlite:/a:b@c.db"] {
            assert!(!carries_password(url), "{url}");
        }
    }

    #[test]
    fn a_url_names_a_database_of_either_kind() {
        let store = |url: &str| Store { database_url: Some(Secret::new(url.into())), ..Store::default() }.database();
        assert_eq!(Store::default().database(), Ok(Database::Sqlite("data/cloakroom.db".into())));
        assert_eq!(store("sqlite:///var/a.db"), Ok(Database::Sqlite("/var/a.db".into())));
        assert_eq!(store("sqlite:a.db"), Ok(Database::Sqlite("a.db".into())));
        for url in ["postgres://me:hunter2@db/x", "postgresql://db/x?sslmode=require"] {
            assert_eq!(store(url), Ok(Database::Postgres(Secret::new(url.into()))));
        }
        let refused = store("mysql://me:hunter2@db/x").unwrap_err();
        assert!(refused.contains("`mysql`") && !refused.contains("hunter2"), "{refused}");
        assert!(store("sqlite:").is_err());
        assert!(store("plain").is_err());
    }
}
