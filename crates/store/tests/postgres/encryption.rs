//! TLS: what each mode asks of the server, against one whose certificate is for `localhost`, from an authority of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use cloakroom_store::driver::postgres::{Address, OpenError, Postgres};
use cloakroom_store::driver::{DriverError, query_one};

use crate::cluster::keeper;
use crate::options;

/// Starts on the first port of those that it is told which nobody else has taken meanwhile.
const ENCRYPTED: &str = r#"
set -e
trap '"$0/pg_ctl" -D "$1/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$1"' EXIT
"$0/initdb" -D "$1/data" -U cloakroom -A trust -E UTF8 --no-locale --no-sync >"$1/log" 2>&1 || { cat "$1/log" >&2; exit 1; }
for name in ours theirs; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$name" \
        -keyout "$1/$name.key" -out "$1/$name.pem" 2>/dev/null
done
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout "$1/data/server.key" -out "$1/server.csr" 2>/dev/null
printf 'subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n' >"$1/names"
openssl x509 -req -in "$1/server.csr" -CA "$1/ours.pem" -CAkey "$1/ours.key" -CAcreateserial -days 2 -extfile "$1/names" \
    -out "$1/data/server.crt" 2>/dev/null
chmod 600 "$1/data/server.key"
chmod 644 "$1/ours.pem" "$1/theirs.pem"
cat >>"$1/data/postgresql.conf" <<END
listen_addresses = 'localhost'
unix_socket_directories = ''
ssl = on
fsync = off
dynamic_shared_memory_type = mmap
END
while read -r port; do
    if "$0/pg_ctl" -D "$1/data" -l "$1/log" -o "-p $port" -w start >/dev/null; then echo ready; else echo taken; fi
done
"#;

struct Encrypted {
    home: PathBuf,
    port: u16,
    _keeper: (std::process::Child, std::process::ChildStdin),
}

impl Encrypted {
    fn start() -> Self {
        let (home, mut child) = keeper(ENCRYPTED);
        let (mut ports, answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut answers = answers.lines();
        for _ in 0..20 {
            let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
            writeln!(ports, "{port}").unwrap();
            if answers.next().unwrap().unwrap() == "ready" {
                return Self { home, port, _keeper: (child, ports) };
            }
        }
        panic!("PostgreSQL did not start")
    }

    fn certificate(&self, name: &str) -> String {
        Path::display(&self.home.join(name)).to_string()
    }

    /// Whether the connection is encrypted, if there is one.
    async fn connect(&self, host: &str, query: &str) -> Result<bool, OpenError> {
        let options = options();
        let url = format!("postgres://cloakroom@{host}:{}/postgres?{query}", self.port);
        let postgres = Postgres::open(&Address::parse(&url, &options)?, &options)?;
        let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        let encrypted = postgres.read(move |conn| Box::pin(query_one(conn, sql, &[], |row| row.bool(0))));
        let encrypted: Result<_, DriverError> = encrypted.await;
        Ok(encrypted.unwrap().unwrap())
    }
}

#[tokio::test]
async fn each_mode_asks_what_it_says() {
    let server = Encrypted::start();
    let (ours, theirs) = (server.certificate("ours.pem"), server.certificate("theirs.pem"));
    let trusting = |mode: &str, root: &str| format!("sslmode={mode}&sslrootcert={root}");
    assert!(!server.connect("localhost", "sslmode=disable").await.unwrap());
    for (host, query) in [
        ("localhost", String::new()),
        ("localhost", "sslmode=prefer".into()),
        ("127.0.0.1", "sslmode=require".into()),
        ("127.0.0.1", trusting("require", &ours)),
        ("127.0.0.1", trusting("verify-ca", &ours)),
        ("localhost", trusting("verify-full", &ours)),
    ] {
        assert!(server.connect(host, &query).await.unwrap(), "{host} {query}");
    }
    for (host, query) in [
        ("127.0.0.1", trusting("verify-full", &ours)),
        ("localhost", trusting("verify-full", &theirs)),
        ("localhost", trusting("verify-ca", &theirs)),
        ("localhost", trusting("require", &theirs)),
        ("localhost", "sslmode=require&sslrootcert=system".into()),
    ] {
        let refused = server.connect(host, &query).await;
        assert!(matches!(refused, Err(OpenError::Unreachable { .. } | OpenError::Certificates(_))), "{host} {query}: {refused:?}");
    }
    let unread = server.connect("localhost", &trusting("verify-ca", &server.certificate("none.pem"))).await;
    assert!(matches!(unread, Err(OpenError::Certificates(_))), "{unread:?}");
}
