//! The primary dies under load and its synchronous standby takes over: whoever was told that something was done finds it there, and
//! goes on by themselves.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{ChildStdin, ChildStdout};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use cloakroom_store::driver::postgres::{Address, Postgres};
use parking_lot::Mutex;

use crate::cluster::{Past, keeper};
use crate::{note, options};

/// A primary with a synchronous standby, each with its socket in a directory of its own.
const PAIR: &str = r#"
set -e
trap '"$0/pg_ctl" -D "$1/first" -m immediate stop >/dev/null 2>&1 || true
      "$0/pg_ctl" -D "$1/second" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$1"' EXIT
mkdir "$1/one" "$1/two"
"$0/initdb" -D "$1/first" -U cloakroom -A trust -E UTF8 --no-locale --no-sync >"$1/log" 2>&1 || { cat "$1/log" >&2; exit 1; }
cat >>"$1/first/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$1/one'
fsync = off
wal_level = replica
dynamic_shared_memory_type = mmap
END
"$0/pg_ctl" -D "$1/first" -l "$1/log" -w start >/dev/null || { cat "$1/log" >&2; exit 1; }
"$0/pg_basebackup" -d "host=$1/one user=cloakroom application_name=standby" -D "$1/second" -R -X stream -c fast --no-sync
echo "unix_socket_directories = '$1/two'" >>"$1/second/postgresql.conf"
"$0/pg_ctl" -D "$1/second" -l "$1/log2" -w start >/dev/null || { cat "$1/log2" >&2; exit 1; }
echo "synchronous_standby_names = 'standby'" >>"$1/first/postgresql.conf"
"$0/pg_ctl" -D "$1/first" reload >/dev/null
echo ready
while read -r command; do
    case $command in
        kill)
            shared=$(sed -n 7p "$1/first/postmaster.pid")
            kill -9 "$(head -n 1 "$1/first/postmaster.pid")"
            # Nobody else removes what a killed server shared.
            ipcrm -m "${shared##* }" 2>/dev/null || true ;;
        promote) "$0/pg_ctl" -D "$1/second" -w promote >/dev/null ;;
    esac
    echo "$command"
done
"#;

struct Pair {
    one: String,
    two: String,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
    _keeper: std::process::Child,
}

impl Pair {
    fn start() -> Self {
        let (home, mut child) = keeper(PAIR);
        let (commands, mut answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut told = String::new();
        answers.read_line(&mut told).unwrap();
        assert_eq!(told, "ready\n", "PostgreSQL did not start");
        let host = |name: &str| home.join(name).display().to_string().replace('/', "%2F");
        let pair = Self { one: host("one"), two: host("two"), commands, answers, _keeper: child };
        // Until then a commit would wait for nobody.
        let standing = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'";
        while Past::of(pair.url(&pair.one, "postgres")).rows(standing).is_empty() {}
        pair
    }

    fn url(&self, hosts: &str, database: &str) -> String {
        format!("postgres://cloakroom@{hosts}/{database}")
    }

    fn have(&mut self, command: &str) {
        writeln!(self.commands, "{command}").unwrap();
        let mut done = String::new();
        self.answers.read_line(&mut done).unwrap();
        assert_eq!(done.trim_end(), command);
    }
}

/// What callers were told is done.
#[derive(Default)]
struct Told {
    notes: Mutex<Vec<String>>,
    enough: AtomicBool,
}

impl Told {
    async fn so_many(&self, notes: usize) {
        while self.notes.lock().len() < notes {
            tokio::task::yield_now().await;
        }
    }
}

/// Writes one note after the other; what is refused, or unknown, is not tried again.
async fn write_on(postgres: Arc<Postgres>, told: Arc<Told>, caller: usize) {
    for number in 0.. {
        let text = format!("caller {caller}, note {number}");
        if note(&postgres, &text).await.is_ok() {
            told.notes.lock().push(text);
        }
        if told.enough.load(Relaxed) {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_loss_of_the_primary_loses_nothing_that_was_acknowledged() {
    let mut pair = Pair::start();
    Past::of(pair.url(&pair.one, "postgres")).batch("CREATE DATABASE kept");
    let url = pair.url(&format!("{},{}", pair.one, pair.two), "kept");
    let postgres = Arc::new(Postgres::open(&Address::parse(&url, &options()).unwrap(), &options()).unwrap());
    Past::of(pair.url(&pair.one, "kept")).batch("CREATE TABLE notes (text TEXT NOT NULL UNIQUE)");
    let told = Arc::new(Told::default());
    let callers: Vec<_> = (0..4).map(|caller| tokio::spawn(write_on(postgres.clone(), told.clone(), caller))).collect();
    told.so_many(100).await;
    pair.have("kill");
    pair.have("promote");
    let before = told.notes.lock().len();
    // They go on by themselves.
    told.so_many(before + 100).await;
    told.enough.store(true, Relaxed);
    for caller in callers {
        caller.await.unwrap();
    }
    let there = Past::of(pair.url(&pair.two, "kept")).rows("SELECT text FROM notes");
    let there: HashSet<_> = there.into_iter().map(|mut row| row.remove(0).unwrap()).collect();
    let told = told.notes.lock();
    let lost: Vec<_> = told.iter().filter(|text| !there.contains(*text)).collect();
    assert_eq!(lost, Vec::<&String>::new());
}
