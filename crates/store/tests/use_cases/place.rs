//! Where a world's database is: a file of SQLite.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_store::Database;
use cloakroom_store::driver::Param;
use cloakroom_store::driver::sqlite::{Location, Options};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};

use crate::world::World;

/// Random histories that the model lives through.
pub const HISTORIES: u32 = 100;

/// A database that outlives the processes that open it.
pub struct Place(tempfile::TempDir);

/// A private directory, in memory where the system has one there: these tests are about what is kept, not about disks.
fn home() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

impl Place {
    pub fn new() -> Self {
        Self(home())
    }

    pub fn file(&self) -> PathBuf {
        self.0.path().join("store.db")
    }

    pub fn open(&self, touches: Arc<PendingTouches>) -> Arc<Database> {
        let options = Options { reader_threads: 1, writer_cache_kib: 512, reader_cache_kib: 512, ..Options::default() };
        Arc::new(Database::open(&Location::File(self.file()), &options, touches).unwrap())
    }

    /// What a killed process leaves to the next one: the database and its log as they are.
    pub fn after_a_crash(&self) -> Self {
        let crashed = Self::new();
        std::fs::copy(self.file(), crashed.file()).unwrap();
        std::fs::copy(self.file().with_extension("db-wal"), crashed.file().with_extension("db-wal")).unwrap();
        crashed
    }

    /// Past the store.
    pub fn past(&self) -> Past {
        Past(self.file())
    }
}

impl World {
    pub fn file(&self) -> PathBuf {
        self.place.file()
    }

    /// A connection past the store, for looking at rows and for damaging them.
    pub fn sql(&self) -> rusqlite::Connection {
        self.past().connect()
    }
}

/// Looks at a database past the store, and changes it.
pub struct Past(PathBuf);

impl Past {
    fn connect(&self) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open(&self.0).unwrap();
        connection.pragma_update(None, "foreign_keys", "OFF").unwrap();
        connection
    }

    /// Runs a statement; how many rows it changed.
    pub fn execute(&self, sql: &str, params: &[Param<'_>]) -> u64 {
        let params = params.iter().map(|param| match *param {
            Param::Null(_) => ToSqlOutput::Owned(Value::Null),
            Param::Int(value) => ToSqlOutput::Owned(Value::Integer(value)),
            Param::Text(value) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
            Param::Blob(value) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
        });
        self.connect().execute(sql, rusqlite::params_from_iter(params)).unwrap() as u64
    }

    /// Every value as text.
    pub fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        let connection = self.connect();
        let mut statement = connection.prepare(sql).unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map((), |row| (0..columns).map(|column| row.get_ref(column).map(text)).collect());
        rows.unwrap().map(Result::unwrap).collect()
    }
}

fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(value) => Some(value.to_string()),
        ValueRef::Real(value) => Some(value.to_string()),
        ValueRef::Text(value) => Some(String::from_utf8_lossy(value).into_owned()),
        ValueRef::Blob(value) => Some(value.iter().map(|byte| format!("{byte:02x}")).collect()),
    }
}
