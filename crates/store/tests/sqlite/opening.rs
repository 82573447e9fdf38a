use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use cloakroom_store::driver::sqlite::{Location, OpenError, Options, Sqlite};

use crate::{committed, insert, wait, with_table};

fn open(path: &Path) -> Result<Sqlite, OpenError> {
    Sqlite::open(&Location::File(path.to_owned()), &Options::default())
}

/// Why it was refused, in the words an operator reads.
fn refusal(path: &Path) -> String {
    open(path).err().expect("it was opened").to_string()
}

fn tamper(path: &Path, sql: &str) {
    rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_second_store_on_one_database_is_refused_until_the_first_is_gone() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("store.db");
    let first = open(&path).unwrap();
    assert!(matches!(open(&path), Err(OpenError::InUse { .. })));
    let alias = home.path().join("alias.db");
    symlink(&path, &alias).unwrap();
    assert!(refusal(&alias).contains("in use by another process"));
    first.shutdown();
    drop(open(&alias).unwrap());
    open(&path).unwrap();
}

#[test]
fn files_are_private_and_the_log_is_emptied_at_the_end() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("store.db");
    let store = with_table(open(&path).unwrap());
    for file in std::fs::read_dir(home.path()).unwrap().map(Result::unwrap) {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.path());
    }
    wait(insert(&store, 1)).unwrap();
    drop(store);
    assert!(!home.path().join("store.db-wal").exists());
    assert_eq!(committed(&open(&path).unwrap()), [1]);
}

#[test]
fn what_is_not_ours_is_refused_and_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("other.db");
    tamper(&path, "CREATE TABLE theirs (a)");
    assert!(refusal(&path).contains("not a database of Cloakroom"));
    tamper(&path, "PRAGMA application_id = 77");
    assert!(refusal(&path).contains("77"));
    let text = home.path().join("text.db");
    std::fs::write(&text, "certainly not a database, but long enough to have a header".repeat(20)).unwrap();
    assert!(matches!(open(&text), Err(OpenError::Foreign { .. })));
    assert!(std::fs::read_to_string(&text).unwrap().starts_with("certainly"));
    let theirs: String = rusqlite::Connection::open(&path).unwrap().query_row("PRAGMA journal_mode", (), |row| row.get(0)).unwrap();
    assert_eq!(theirs, "delete");
}

#[test]
fn a_newer_schema_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("store.db");
    drop(open(&path).unwrap());
    tamper(&path, "INSERT INTO migrations VALUES (9999, 'from_the_future', '', 0)");
    let refusal = refusal(&path);
    assert!(refusal.contains("9999 (from_the_future)") && refusal.contains("newer"), "{refusal}");
}

#[test]
fn an_altered_migration_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("store.db");
    drop(open(&path).unwrap());
    tamper(&path, "UPDATE migrations SET checksum = 'abc' WHERE version = 1");
    let refusal = refusal(&path);
    assert!(refusal.contains("migration 1") && refusal.contains("checksum abc"), "{refusal}");
}

#[test]
fn a_missing_directory_is_an_error_that_names_it() {
    let home = tempfile::tempdir().unwrap();
    assert!(refusal(&home.path().join("nowhere/store.db")).contains("nowhere"));
}

#[test]
fn a_temporary_store_leaves_nothing() {
    let store = with_table(Sqlite::open(&Location::Temporary, &Options::default()).unwrap());
    let path: String = store
        .read_here::<_, cloakroom_store::driver::DriverError, _>(|conn| {
            Box::pin(async move {
                Ok(cloakroom_store::driver::query_one(conn, "PRAGMA database_list", &[], |row| Ok(row.text(2)?.to_owned())).await?.unwrap())
            })
        })
        .unwrap();
    assert!(Path::new(&path).exists());
    drop(store);
    assert!(!Path::new(&path).parent().unwrap().exists());
}
