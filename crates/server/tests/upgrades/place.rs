//! A database as an old server left it.

use std::fs::{DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::sync::Arc;

use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_store::Database;
use cloakroom_store::driver::sqlite::{Location, Options};
use cloakroom_store::driver::{Param, postgres};
use cloakroom_store::migrate::{self, Migration};

use crate::database::cluster::Scratch;
use crate::history::{ISSUER, MASTER, written_under};
use crate::support::Home;

/// What servers have marked their SQLite files with since the first.
const APPLICATION_ID: i32 = 0x434c_4b52;

/// Their record of migrations, likewise.
const RECORD: &str = "CREATE TABLE IF NOT EXISTS migrations (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT";

/// The same in PostgreSQL.
const POSTGRES_RECORD: &str = "CREATE TABLE IF NOT EXISTS migrations (
    version BIGINT PRIMARY KEY,
    name TEXT COLLATE \"C\" NOT NULL,
    checksum TEXT COLLATE \"C\" NOT NULL,
    applied_at BIGINT NOT NULL
)";

/// Numbers that PostgreSQL gives go on behind those that rows have.
const NUMBERS_GO_ON: &str = "DO $$ DECLARE c record; BEGIN
    FOR c IN SELECT table_name AS t, column_name AS n FROM information_schema.columns
        WHERE table_schema = current_schema() AND is_identity = 'YES' LOOP
        EXECUTE format('SELECT setval(pg_get_serial_sequence(%L, %L), max(%I)) FROM %I HAVING max(%I) IS NOT NULL', c.t, c.n, c.n, c.t, c.n);
    END LOOP;
END $$";

/// Where it is.
pub struct Place {
    pub home: Home,
    scratch: Option<Arc<Scratch>>,
}

fn home() -> Home {
    let home = Home::new().setting("KEYS__MASTER", MASTER).setting("SERVER__PUBLIC_URL", ISSUER);
    DirBuilder::new().mode(0o700).create(home.data()).unwrap();
    home
}

impl Place {
    pub fn sqlite() -> Self {
        Self { home: home(), scratch: None }
    }

    pub fn postgres() -> Self {
        let scratch = Scratch::bare();
        Self { home: home().setting("STORE__DATABASE_URL", &scratch.url()), scratch: Some(Arc::new(scratch)) }
    }

    pub fn scratch(&self) -> Option<Arc<Scratch>> {
        self.scratch.clone()
    }

    /// Each migration up to this one, and after each what a server wrote then.
    pub fn made_by_a_server_of(&self, schema: usize) {
        match &self.scratch {
            None => self.made_in_sqlite(&migrate::SQLITE[..schema]),
            Some(scratch) => made_in_postgres(scratch, &migrate::POSTGRES[..schema]),
        }
    }

    fn made_in_sqlite(&self, migrations: &[Migration]) {
        let file = self.home.data().join("cloakroom.db");
        let past = rusqlite::Connection::open(&file).unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        past.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
        past.execute_batch(RECORD).unwrap();
        for (schema, migration) in (1..).zip(migrations) {
            past.execute_batch(migration.sql).unwrap();
            let recorded = "INSERT INTO migrations (version, name, checksum, applied_at) VALUES (?1, ?2, ?3, 0)";
            past.execute(recorded, (migration.version, migration.name, migration.checksum())).unwrap();
            past.execute_batch(&written_under(schema)).unwrap();
        }
    }

    /// Opens it as this server does.
    pub fn open(&self, touches: Arc<PendingTouches>) -> Arc<Database> {
        let opened = match &self.scratch {
            None => Database::open(&Location::File(self.home.data().join("cloakroom.db")), &Options::default(), touches).unwrap(),
            Some(scratch) => {
                let options = postgres::Options { read_connections: 1, snapshot_connections: 1, ..postgres::Options::default() };
                Database::connect(&postgres::Address::parse(&scratch.url(), &options).unwrap(), &options, touches).unwrap()
            }
        };
        Arc::new(opened)
    }
}

fn made_in_postgres(scratch: &Scratch, migrations: &[Migration]) {
    let past = scratch.past();
    past.batch(POSTGRES_RECORD);
    for (schema, migration) in (1..).zip(migrations) {
        past.batch(migration.sql);
        let recorded = "INSERT INTO migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, 0)";
        let checksum = migration.checksum();
        past.execute(recorded, &[Param::Int(migration.version), Param::from(migration.name), Param::from(&checksum)]);
        past.batch(&as_postgres_writes(&written_under(schema)));
        past.batch(NUMBERS_GO_ON);
    }
}

/// Blobs are all that the two write differently.
fn as_postgres_writes(statements: &str) -> String {
    statements.replace("(x'", r"('\x").replace(", x'", r", '\x")
}
