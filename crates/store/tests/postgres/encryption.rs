//! TLS: what each mode asks of the server, against one whose certificate is for `localhost`, from an authority of its own; and what the
//! server asks of the client, where it wants a certificate, too.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
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
for name in badge other; do
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" -keyout "$1/$name.key" -out "$1/$name.csr" 2>/dev/null
done
# Of version 1, as openssl makes them of itself, and of version 3.
openssl x509 -req -in "$1/badge.csr" -CA "$1/ours.pem" -CAkey "$1/ours.key" -CAcreateserial -days 2 -out "$1/badge.pem" 2>/dev/null
openssl x509 -req -in "$1/other.csr" -CA "$1/ours.pem" -CAkey "$1/ours.key" -CAcreateserial -days 2 -extfile "$1/names" \
    -out "$1/other.pem" 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=badge -keyout "$1/false.key" -out "$1/false.csr" 2>/dev/null
openssl x509 -req -in "$1/false.csr" -CA "$1/theirs.pem" -CAkey "$1/theirs.key" -CAcreateserial -days 2 -out "$1/false.pem" 2>/dev/null
openssl pkcs8 -topk8 -in "$1/badge.key" -passout pass:sesame -out "$1/encrypted.key" 2>/dev/null
echo 'CREATE ROLE badge LOGIN SUPERUSER' | "$0/postgres" --single -D "$1/data" postgres >>"$1/log" 2>&1
printf 'hostssl all badge all cert\nhost all badge all reject\n' | cat - "$1/data/pg_hba.conf" >"$1/hba.conf"
mv "$1/hba.conf" "$1/data/pg_hba.conf"
chmod 600 "$1/data/server.key" "$1/badge.key" "$1/other.key" "$1/false.key" "$1/encrypted.key"
chmod 644 "$1/ours.pem" "$1/theirs.pem"
cat >>"$1/data/postgresql.conf" <<END
listen_addresses = 'localhost'
unix_socket_directories = ''
ssl = on
ssl_ca_file = '$1/ours.pem'
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

    /// A copy of the key of this name, with that mode.
    fn key(&self, name: &str, mode: u32) -> PathBuf {
        let copy = self.home.join(format!("{mode:o}.key"));
        std::fs::copy(self.home.join(name), &copy).unwrap();
        std::fs::set_permissions(&copy, std::fs::Permissions::from_mode(mode)).unwrap();
        copy
    }

    /// Whether the connection is encrypted, if there is one.
    async fn connect(&self, host: &str, query: &str) -> Result<bool, OpenError> {
        self.connect_as("cloakroom", host, query).await
    }

    async fn connect_as(&self, user: &str, host: &str, query: &str) -> Result<bool, OpenError> {
        let options = options();
        let url = format!("postgres://{user}@{host}:{}/postgres?{query}", self.port);
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

#[tokio::test]
async fn a_server_that_asks_for_a_certificate_is_shown_one() {
    let server = Encrypted::start();
    let file = |name: &str| server.certificate(name);
    let trusting = format!("sslmode=verify-full&sslrootcert={}", file("ours.pem"));
    let shown = |certificate: &str, key: &str| format!("{trusting}&sslcert={}&sslkey={}", file(certificate), file(key));
    assert!(server.connect_as("badge", "localhost", &shown("badge.pem", "badge.key")).await.unwrap());
    // Whoever is not asked for one may show it all the same.
    assert!(server.connect_as("cloakroom", "localhost", &shown("other.pem", "other.key")).await.unwrap());
    for query in [trusting.clone(), shown("other.pem", "other.key"), shown("false.pem", "false.key"), "sslmode=disable".into()] {
        let refused = server.connect_as("badge", "localhost", &query).await;
        assert!(matches!(refused, Err(OpenError::Unreachable { .. })), "{query}: {refused:?}");
    }
}

#[tokio::test]
async fn a_certificate_or_key_that_cannot_be_used_is_told_and_not_shown() {
    let server = Encrypted::start();
    let file = |name: &str| server.certificate(name);
    let broken = server.key("badge.key", 0o400);
    let whole = std::fs::read_to_string(&broken).unwrap();
    let secret = whole.lines().nth(1).unwrap().to_owned();
    std::fs::remove_file(&broken).unwrap();
    std::fs::write(&broken, whole.replace("-----END", "-----BEGIN")).unwrap();
    std::fs::set_permissions(&broken, std::fs::Permissions::from_mode(0o600)).unwrap();
    for (certificate, key, word) in [
        ("badge.pem", "none.key", "No such file"),
        ("none.pem", "badge.key", "none.pem"),
        ("badge.pem", "data", "it is no file"),
        ("badge.key", "badge.key", "it holds no certificate"),
        ("badge.pem", "400.key", "it holds no private key"),
        ("badge.pem", "encrypted.key", "it holds no private key in PEM that is not encrypted"),
        ("other.pem", "badge.key", "other.pem with the key"),
    ] {
        let query = format!("sslmode=require&sslcert={}&sslkey={}", file(certificate), file(key));
        let refused = server.connect_as("badge", "localhost", &query).await.unwrap_err();
        let told = format!("{refused} {refused:?}");
        assert!(matches!(refused, OpenError::Certificates(_)) && told.contains(word), "{query}: {told}");
        assert!(!told.contains(&secret) && !told.contains("PRIVATE"), "{told}");
    }
    for mode in [0o644, 0o660, 0o640] {
        let key = server.key("badge.key", mode);
        let query = format!("sslmode=require&sslcert={}&sslkey={}", file("badge.pem"), Path::display(&key));
        let outcome = server.connect_as("badge", "localhost", &query).await;
        if mode == 0o640 && std::fs::metadata(&key).unwrap().uid() == 0 {
            assert!(outcome.unwrap());
        } else {
            let told = outcome.unwrap_err().to_string();
            assert!(told.contains(&format!("mode 0{mode:o}")) && told.contains("chmod 600"), "{told}");
        }
    }
}
