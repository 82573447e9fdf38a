//! What is opened, and what is refused untouched.

use cloakroom_store::driver::postgres::{Address, OpenError, Options, Postgres};
use cloakroom_store::migrate::{MigrateError, POSTGRES};

use crate::cluster::Scratch;
use crate::{noted, options};

fn refused(scratch: &Scratch) -> OpenError {
    let options = options();
    match Postgres::open(&Address::parse(&scratch.url(), &options).unwrap(), &options) {
        Ok(_) => panic!("opened"),
        Err(error) => error,
    }
}

#[test]
fn several_that_start_at_once_make_one_schema() {
    let scratch = Scratch::bare();
    std::thread::scope(|scope| {
        let opening: Vec<_> = (0..4).map(|_| scope.spawn(|| crate::open(&scratch, &options()).shutdown())).collect();
        opening.into_iter().for_each(|opening| opening.join().unwrap());
    });
    let recorded = scratch.past().rows("SELECT version FROM migrations ORDER BY 1");
    assert_eq!(recorded.len(), POSTGRES.len());
}

#[test]
fn a_newer_schema_and_a_changed_migration_are_refused() {
    let scratch = noted();
    scratch.past().batch("UPDATE migrations SET checksum = 'other' WHERE version = 2");
    assert!(matches!(refused(&scratch), OpenError::Schema { error: MigrateError::Changed { version: 2, .. }, .. }));
    scratch.past().batch("INSERT INTO migrations (version, name, checksum, applied_at) VALUES (9999, 'later', '', 0)");
    assert!(matches!(refused(&scratch), OpenError::Schema { error: MigrateError::Newer { found: 9999, .. }, .. }));
}

#[test]
fn somebody_elses_database_is_left_alone() {
    let scratch = Scratch::bare();
    scratch.past().batch("CREATE TABLE theirs (number BIGINT)");
    assert!(matches!(refused(&scratch), OpenError::Foreign(_)));
    assert_eq!(scratch.past().rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").len(), 1);
}

#[test]
fn who_cannot_be_reached_is_named_without_a_password() {
    let options = Options { connect_timeout: std::time::Duration::from_millis(500), ..options() };
    let nowhere = tempfile::tempdir().unwrap();
    let host = nowhere.path().display().to_string().replace('/', "%2F");
    let address = Address::parse(&format!("postgres://ada:sesame@{host}/wardrobe"), &options).unwrap();
    let Err(error) = Postgres::open(&address, &options) else { panic!("opened") };
    let told = error.to_string();
    assert!(told.contains("wardrobe") && !told.contains("sesame"), "{told}");
}

/// A server that was paused still takes connections: the system does that for it.
#[test]
fn one_that_says_nothing_is_passed_over_and_told() {
    let options = Options { connect_timeout: std::time::Duration::from_millis(300), ..options() };
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let open = |url: &str| Postgres::open(&Address::parse(url, &options).unwrap(), &options);
    let Err(error) = open(&format!("postgres://ada@127.0.0.1:{port}/wardrobe")) else { panic!("opened") };
    assert!(error.to_string().ends_with("cannot be reached: it said nothing for 0.3 s"), "{error}");
    let scratch = Scratch::new();
    let socket = scratch.socket();
    let folder = socket.parent().unwrap().display().to_string().replace('/', "%2F");
    let name = scratch.name();
    open(&format!("postgres://cloakroom@127.0.0.1:{port},{folder}:5432/{name}")).unwrap().shutdown();
}

/// This server has no certificate: whoever asks for TLS gets none, and goes no further.
#[test]
fn asking_for_tls_is_not_answered_without_it() {
    let scratch = Scratch::new();
    for mode in ["require", "verify-full&sslrootcert=system"] {
        let options = options();
        let opened = Address::parse(&format!("{}?sslmode={mode}", scratch.url()), &options).and_then(|at| Postgres::open(&at, &options));
        assert!(matches!(opened, Err(OpenError::Unreachable { .. } | OpenError::Certificates(_))), "{mode}");
    }
}
