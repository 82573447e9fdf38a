//! A PostgreSQL of this process's own, from the server binaries of the machine, and a database of its own for each test.

#![allow(dead_code, reason = "each test target has its own use of it")]
#![allow(clippy::disallowed_methods, reason = "test support starts the server and makes its connections")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_store::Database;
use cloakroom_store::driver::Param;
use cloakroom_store::driver::postgres::{Address, Options, Postgres};
use tokio_postgres::{NoTls, SimpleQueryMessage};

/// The one server of this process. Its socket is in a private directory: there is no port.
static CLUSTER: LazyLock<Cluster> = LazyLock::new(Cluster::start);

/// What every database is a copy of: one that was opened and migrated once.
const TEMPLATE: &str = "template_of_tests";

/// Keeps the server running. Whoever holds the other end of the pipe stops it when this process ends, whichever way.
struct Cluster {
    sockets: PathBuf,
    _alive: (Child, ChildStdin),
}

/// `$0` binaries, `$1` directory. Runs as whoever may run PostgreSQL, until its standard input ends.
const KEEPER: &str = r#"
set -e
trap 'rm -rf "$1"' EXIT
"$0/initdb" -D "$1/data" -U cloakroom -A trust -E UTF8 --no-locale --no-sync >"$1/log" 2>&1 || { cat "$1/log" >&2; exit 1; }
cat >>"$1/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$1'
max_connections = 200
fsync = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum_naptime = 10min
plan_cache_mode = force_generic_plan
join_collapse_limit = 1
dynamic_shared_memory_type = mmap
END
"$0/pg_ctl" -D "$1/data" -l "$1/log" -w start >/dev/null || { cat "$1/log" >&2; exit 1; }
trap '"$0/pg_ctl" -D "$1/data" -m immediate stop >/dev/null 2>&1; rm -rf "$1"' EXIT
echo ready
cat >/dev/null
"#;

/// Runs a script that keeps servers: `$0` their binaries, `$1` a directory that it removes in the end.
pub fn keeper(script: &str) -> (PathBuf, Child) {
    let Some(binaries) = binaries() else { skip("there is no PostgreSQL server here (pg_config --bindir)") };
    let memory = Path::new("/dev/shm");
    let home = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap().keep();
    let mut keeper = Command::new("sh");
    // What is meant for the tests, such as an interrupt from the keyboard, must not keep it from clearing up after them.
    keeper.process_group(0);
    keeper.arg("-c").arg(format!("trap '' HUP INT TERM\n{script}")).arg(&binaries).arg(&home).stdin(Stdio::piped()).stdout(Stdio::piped());
    // PostgreSQL refuses to run as root.
    if let Some((user, group)) = other_user() {
        chown(&home, Some(user), Some(group)).unwrap();
        keeper.uid(user).gid(group);
    }
    std::fs::set_permissions(&home, std::fs::Permissions::from_mode(0o755)).unwrap();
    let keeper = keeper.spawn().unwrap();
    (home, keeper)
}

impl Cluster {
    fn start() -> Self {
        let (home, mut keeper) = keeper(KEEPER);
        let mut told = String::new();
        BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut told).unwrap();
        assert_eq!(told, "ready\n", "PostgreSQL did not start");
        let stdin = keeper.stdin.take().unwrap();
        let cluster = Self { sockets: home, _alive: (keeper, stdin) };
        cluster.administer(&format!("CREATE DATABASE {TEMPLATE}"));
        let options = Options::default();
        Postgres::open(&Address::parse(&cluster.url(TEMPLATE), &options).unwrap(), &options).unwrap().shutdown();
        cluster
    }

    fn url(&self, database: &str) -> String {
        let host = self.sockets.display().to_string().replace('/', "%2F");
        format!("postgres://cloakroom@{host}/{database}")
    }

    fn administer(&self, sql: &str) {
        Past { url: self.url("postgres") }.batch(sql);
    }
}

/// Says why on the terminal itself, where no harness keeps it back, and ends this run of the tests.
fn skip(why: &str) -> ! {
    std::io::stderr().write_all(format!("SKIPPED: {why}\n").as_bytes()).unwrap();
    std::process::exit(0)
}

/// Where `CLOAKROOM_TEST_POSTGRES` says, else `pg_config`, else where Debian puts them: the newest there.
fn binaries() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CLOAKROOM_TEST_POSTGRES") {
        return Some(PathBuf::from(named));
    }
    let told = Command::new("pg_config").arg("--bindir").output().ok();
    let told = told.and_then(|told| String::from_utf8(told.stdout).ok()).map(|path| PathBuf::from(path.trim()));
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|version| version.path().join("bin"));
    let mut installed: Vec<_> = installed.collect();
    installed.sort();
    told.into_iter().chain(installed.into_iter().rev()).find(|path| path.join("initdb").is_file())
}

/// Whom to run it as, where this process may not.
fn other_user() -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt as _;
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let of = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut ids = line.split(':').skip(2).map(|id| id.parse::<u32>().ok());
        Some((ids.next()??, ids.next()??))
    };
    Some(of("postgres").or_else(|| of("nobody")).expect("a user who is not root"))
}

/// A database of one test, gone with it.
pub struct Scratch {
    name: String,
}

impl Scratch {
    /// An empty one, with the whole schema.
    pub fn new() -> Self {
        Self::copy_of(TEMPLATE)
    }

    /// One without anything.
    pub fn bare() -> Self {
        Self::copy_of("template0")
    }

    fn copy_of(template: &str) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!("test_{}", NEXT.fetch_add(1, Relaxed));
        CLUSTER.administer(&format!("CREATE DATABASE {name} TEMPLATE {template}"));
        Self { name }
    }

    pub fn url(&self) -> String {
        CLUSTER.url(&self.name)
    }

    /// Opens it as one of the processes that share it, with few connections.
    pub fn open(&self, live_max_bytes: u64, touches: Arc<PendingTouches>) -> Arc<Database> {
        // Longer than a busy machine leaves anybody without a turn: what is paused is tested where it is meant to be.
        let long = Duration::from_secs(60);
        let times =
            Options { statement_timeout: long, lock_timeout: 2 * long, idle_timeout: long, connect_timeout: long, ..Options::default() };
        let options = Options { read_connections: 1, snapshot_connections: 1, live_max_bytes, ..times };
        let address = Address::parse(&self.url(), &options).unwrap();
        Arc::new(Database::connect(&address, &options, touches).unwrap())
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where its server listens.
    pub fn socket(&self) -> PathBuf {
        CLUSTER.sockets.join(".s.PGSQL.5432")
    }

    /// Lets nobody in any more, and ends whoever is.
    pub fn shut(&self) {
        let name = &self.name;
        CLUSTER.administer(&format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"));
        CLUSTER.administer(&format!("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'"));
    }

    /// Takes back [`Self::shut`].
    pub fn reopen(&self) {
        CLUSTER.administer(&format!("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true", self.name));
    }

    /// Past the store.
    pub fn past(&self) -> Past {
        Past { url: self.url() }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        CLUSTER.administer(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

/// Looks at a database past the store, and damages it.
#[derive(Clone)]
pub struct Past {
    url: String,
}

impl Past {
    /// Of the database of a URL.
    pub const fn of(url: String) -> Self {
        Self { url }
    }

    /// Runs statements; how many rows the last one changed.
    pub fn execute(&self, sql: &str, params: &[Param<'_>]) -> u64 {
        self.with(async |client| client.execute_raw(sql, params.iter().copied()).await.unwrap())
    }

    pub fn batch(&self, sql: &str) {
        self.with(async |client| client.batch_execute(sql).await.unwrap());
    }

    /// Every value as text.
    pub fn rows(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        let answered = self.with(async |client| client.simple_query(sql).await.unwrap());
        let rows = answered.into_iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some((0..row.len()).map(|column| row.get(column).map(str::to_owned)).collect()),
            _ => None,
        });
        rows.collect()
    }

    /// On a thread and a runtime of its own: the caller may be inside of one.
    fn with<T: Send>(&self, work: impl AsyncFnOnce(&tokio_postgres::Client) -> T + Send) -> T {
        std::thread::scope(|scope| {
            let run = || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(async {
                    let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await.unwrap();
                    let driven = tokio::spawn(connection);
                    let answer = work(&client).await;
                    drop(client);
                    driven.await.unwrap().unwrap();
                    answer
                })
            };
            scope.spawn(run).join().unwrap()
        })
    }
}
