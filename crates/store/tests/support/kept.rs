//! Servers of PostgreSQL that a test stops, kills and promotes.

#![allow(dead_code, reason = "each test target has its own use of it")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout};

use super::cluster::{Past, keeper};

/// A primary with a synchronous standby, each with its socket in a directory of its own.
const PAIR: &str = r#"
set -e
trap '"$0/pg_ctl" -D "$1/first" -m immediate stop >/dev/null 2>&1 || true
      "$0/pg_ctl" -D "$1/second" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$1"' EXIT
mkdir "$1/one" "$1/two"
"$0/initdb" -D "$1/first" -U cloakroom -A trust -E UTF8 --no-locale --no-sync >"$1/log" 2>&1 || { cat "$1/log" >&2; exit 1; }
cat >>"$1/first/postgresql.conf" <<END
listen_addresses = ''
fsync = off
wal_level = replica
dynamic_shared_memory_type = mmap
END
# Nothing has been written yet, so that a copy is as good as a backup.
cp -a "$1/first" "$1/second"
touch "$1/second/standby.signal"
echo "primary_conninfo = 'host=$1/one user=cloakroom application_name=standby'" >>"$1/second/postgresql.conf"
echo "unix_socket_directories = '$1/one'" >>"$1/first/postgresql.conf"
echo "unix_socket_directories = '$1/two'" >>"$1/second/postgresql.conf"
"$0/pg_ctl" -D "$1/first" -l "$1/log" -w start >/dev/null || { cat "$1/log" >&2; exit 1; }
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

/// The same kept by Patroni over etcd, whose ports the kernel gives: who dies is followed by whom Patroni chooses. `CLOAKROOM_TEST_PATRONI`
/// names a folder with the program `etcd`, and Patroni's packages in `lib`.
const PATRONI: &str = r#"
set -e
etcd= one= two= bin=$0 home=$1
trap 'kill -9 $etcd $one $two 2>/dev/null || true
      for node in one two; do "$bin/pg_ctl" -D "$home/$node" -m immediate stop >/dev/null 2>&1 || true; done; rm -rf "$home"' EXIT
set -- $(python3 -c '
import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(6)]
print(*(one.getsockname()[1] for one in held))')
asked="http://127.0.0.1:$1" among="http://127.0.0.1:$2"
"$CLOAKROOM_TEST_PATRONI/etcd" --data-dir "$home/etcd" --listen-client-urls "$asked" --advertise-client-urls "$asked" \
    --listen-peer-urls "$among" --initial-advertise-peer-urls "$among" --initial-cluster "default=$among" >"$home/etcd.log" 2>&1 &
etcd=$!
# node NAME PORT STATE-PORT ETCD-PORT
node() {
    cat >"$home/$1.yml" <<END
scope: cloakroom
name: $1
restapi: { listen: "127.0.0.1:$3", connect_address: "127.0.0.1:$3" }
etcd3: { host: "127.0.0.1:$4" }
bootstrap:
  dcs: { ttl: 20, loop_wait: 2, retry_timeout: 3, synchronous_mode: true, postgresql: { use_pg_rewind: false } }
  initdb: [ { auth: trust }, { encoding: UTF8 }, no-locale, no-sync ]
postgresql:
  listen: "127.0.0.1:$2"
  connect_address: "127.0.0.1:$2"
  data_dir: "$home/$1"
  bin_dir: "$bin"
  pgpass: "$home/$1.pgpass"
  authentication: { superuser: { username: cloakroom }, replication: { username: replicator } }
  pg_hba: [ "host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust" ]
  parameters: { unix_socket_directories: "", fsync: "off", dynamic_shared_memory_type: mmap }
END
    PYTHONPATH="$CLOAKROOM_TEST_PATRONI/lib" exec python3 -m patroni "$home/$1.yml" >"$home/$1.log" 2>&1
}
# leads NAME PROCESS STATE-PORT: waits until it does.
leads() {
    until curl -fso /dev/null "http://127.0.0.1:$3/primary"; do
        kill -0 "$2" || { cat "$home/$1.log" >&2; exit 1; }
        sleep 0.1
    done
}
(node one "$3" "$4" "$1") & one=$!
leads one "$one" "$4"
(node two "$5" "$6" "$1") & two=$!
echo "127.0.0.1:$3 127.0.0.1:$5" >"$home/hosts"
echo ready
while read -r command; do
    case $command in
        kill) kill -9 "$one" "$(head -n 1 "$home/one/postmaster.pid")" ;;
        promote) leads two "$two" "$6" ;;
    esac
    echo "$command"
done
"#;

/// One server, with its socket in the directory itself.
const ALONE: &str = r#"
set -e
trap '"$0/pg_ctl" -D "$1/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$1"' EXIT
"$0/initdb" -D "$1/data" -U cloakroom -A trust -E UTF8 --no-locale --no-sync >"$1/log" 2>&1 || { cat "$1/log" >&2; exit 1; }
cat >>"$1/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$1'
fsync = off
wal_level = minimal
max_wal_senders = 0
min_wal_size = 32MB
max_wal_size = 128MB
dynamic_shared_memory_type = mmap
END
"$0/pg_ctl" -D "$1/data" -l "$1/log" -w start >/dev/null || { cat "$1/log" >&2; exit 1; }
echo ready
while read -r command; do
    case $command in
        stop) "$0/pg_ctl" -D "$1/data" -m immediate -w stop >/dev/null ;;
        start) "$0/pg_ctl" -D "$1/data" -l "$1/log" -w -t 600 start >/dev/null || { cat "$1/log" >&2; exit 1; } ;;
    esac
    echo "$command"
done
"#;

/// A script that keeps servers, does what it is told to, and says so.
struct Kept {
    home: PathBuf,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
    _keeper: Child,
}

impl Kept {
    fn start(script: &str) -> Self {
        let (home, mut child) = keeper(script);
        let (commands, answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut kept = Self { home, commands, answers, _keeper: child };
        assert_eq!(kept.answer(), "ready", "PostgreSQL did not start");
        kept
    }

    fn have(&mut self, command: &str) {
        writeln!(self.commands, "{command}").unwrap();
        assert_eq!(self.answer(), command);
    }

    fn answer(&mut self) -> String {
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        answer.trim_end().to_owned()
    }
}

/// A primary and its synchronous standby.
pub struct Pair {
    one: String,
    two: String,
    kept: Kept,
}

impl Pair {
    /// By Patroni where the environment has it.
    pub fn start() -> Self {
        let pair = if std::env::var_os("CLOAKROOM_TEST_PATRONI").is_some() { Self::by_patroni() } else { Self::by_hand() };
        // Until then a commit would wait for nobody.
        let standing = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'";
        while Past::of(pair.primary("postgres")).rows(standing).is_empty() {}
        pair
    }

    fn by_hand() -> Self {
        let kept = Kept::start(PAIR);
        Self { one: as_host(&kept.home.join("one")), two: as_host(&kept.home.join("two")), kept }
    }

    fn by_patroni() -> Self {
        let kept = Kept::start(PATRONI);
        let hosts = std::fs::read_to_string(kept.home.join("hosts")).unwrap();
        let (one, two) = hosts.trim_end().split_once(' ').unwrap();
        Self { one: one.to_owned(), two: two.to_owned(), kept }
    }

    /// Of whichever can write.
    pub fn url(&self, database: &str) -> String {
        url(&format!("{},{}", self.one, self.two), database)
    }

    /// Of the one that is the primary in the beginning.
    pub fn primary(&self, database: &str) -> String {
        url(&self.one, database)
    }

    /// Of the one that is the standby in the beginning.
    pub fn standby(&self, database: &str) -> String {
        url(&self.two, database)
    }

    /// `kill -9` of the primary.
    pub fn kill(&mut self) {
        self.kept.have("kill");
    }

    /// Has the standby write, or waits until Patroni had it.
    pub fn promote(&mut self) {
        self.kept.have("promote");
    }
}

/// A server without others.
pub struct Alone {
    kept: Kept,
}

impl Alone {
    pub fn start() -> Self {
        Self { kept: Kept::start(ALONE) }
    }

    pub fn url(&self, database: &str) -> String {
        url(&as_host(&self.kept.home), database)
    }

    /// Where it listens.
    pub fn socket(&self) -> PathBuf {
        self.kept.home.join(".s.PGSQL.5432")
    }

    /// Stops it as a crash would; when this returns, nobody listens.
    pub fn stop(&mut self) {
        self.kept.have("stop");
    }

    /// Starts it again; when this returns, it has recovered.
    pub fn start_again(&mut self) {
        self.kept.have("start");
    }
}

fn as_host(directory: &Path) -> String {
    directory.display().to_string().replace('/', "%2F")
}

fn url(hosts: &str, database: &str) -> String {
    format!("postgres://cloakroom@{hosts}/{database}")
}
