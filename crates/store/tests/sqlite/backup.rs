use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use cloakroom_store::driver::sqlite::{Contents, CopyError, Location, Options, Restore, Sqlite, Step, back_up};

use crate::{committed, insert, wait, with_table};

struct Place {
    home: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn open(&self, name: &str) -> Sqlite {
        with_table(Sqlite::open(&Location::File(self.path(name)), &Options::default()).unwrap())
    }

    /// A database with these numbers in it, closed.
    fn holding(&self, name: &str, numbers: &[i64]) -> PathBuf {
        let store = self.open(name);
        for n in numbers {
            wait(insert(&store, *n)).unwrap();
        }
        self.path(name)
    }

    /// What is in the directory and begins so.
    fn names(&self, prefix: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.home.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = entries.filter(|name| name.starts_with(prefix)).collect();
        names.sort();
        names
    }
}

fn quietly(from: &Path, to: &Path) -> Result<Contents, CopyError> {
    back_up(from, to, false, |_| Ok(()), &mut |_| {})
}

fn numbers(path: &Path) -> Vec<i64> {
    let conn = rusqlite::Connection::open(path).unwrap();
    let mut all = conn.prepare("SELECT n FROM probe ORDER BY n").unwrap();
    all.query_map((), |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn sql(path: &Path, sql: &str) {
    rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

fn restored(place: &Place, from: &Path, to: &str, replace: bool) -> Option<PathBuf> {
    let restore = Restore::begin(&place.path(to), replace).unwrap();
    restore.stage(from, &mut |_| {}).unwrap();
    restore.publish(".replaced").unwrap()
}

/// Without the read transaction around it SQLite begins anew at each commit and copies the end, if it ever comes to it.
#[test]
fn a_backup_under_a_writer_that_does_not_pause_is_one_moment_of_it() {
    let place = Place::new();
    let store = Arc::new(place.open("store.db"));
    // Large enough for several steps.
    sql(&place.path("store.db"), "CREATE TABLE ballast (b); INSERT INTO ballast VALUES (zeroblob(20000000))");
    wait(insert(&store, 0)).unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let writer = std::thread::spawn({
        let (store, over) = (store.clone(), over.clone());
        move || (1..).take_while(|n| wait(insert(&store, *n)).is_ok() && !over.load(SeqCst)).last().unwrap_or(0)
    });
    let (copy, mut during, mut steps) = (place.path("copy.db"), None, 0);
    let contents = back_up(&place.path("store.db"), &copy, false, |_| Ok(()), &mut |step| {
        if let Step::Copied { bytes, of } = step {
            assert!(bytes <= of && of > 20_000_000, "{bytes} of {of}");
            // The writer goes on while the copy is under way, and what it adds now is not in the copy.
            let seen = committed(&store).len();
            during.get_or_insert(seen);
            wait(store.write::<_, cloakroom_store::driver::DriverError, _>(crate::ORDINARY, |_| Box::pin(async { Ok(()) }))).unwrap();
            steps += 1;
        }
    });
    over.store(true, SeqCst);
    let last = writer.join().unwrap();
    assert!(contents.unwrap().bytes > 20_000_000 && steps > 3, "{steps}");
    let copied = numbers(&copy);
    assert_eq!(copied, (0..i64::try_from(copied.len()).unwrap()).collect::<Vec<_>>(), "a hole: more than one moment");
    assert!(copied.len() <= during.unwrap() + 1, "later than its beginning: {} > {during:?}, of {last}", copied.len());
    assert_eq!(place.names("copy.db"), ["copy.db"], "one file, no log, nothing partial");
}

#[test]
fn what_only_the_log_of_a_killed_process_holds_is_backed_up() {
    let place = Place::new();
    let store = place.open("store.db");
    wait(insert(&store, 7)).unwrap();
    for (from, to) in [("store.db", "left.db"), ("store.db-wal", "left.db-wal")] {
        std::fs::copy(place.path(from), place.path(to)).unwrap();
    }
    quietly(&place.path("left.db"), &place.path("copy.db")).unwrap();
    assert_eq!(numbers(&place.path("copy.db")), [7]);
}

#[test]
fn a_backup_replaces_only_what_it_is_told_to() {
    let place = Place::new();
    let (store, copy) = (place.holding("store.db", &[1]), place.path("copy.db"));
    quietly(&store, &copy).unwrap();
    place.holding("store.db", &[2]);
    assert!(matches!(quietly(&store, &copy), Err(CopyError::Exists(_))));
    assert_eq!(numbers(&copy), [1]);
    back_up(&store, &copy, true, |_| Ok(()), &mut |_| {}).unwrap();
    assert_eq!(numbers(&copy), [1, 2]);
    assert!(matches!(back_up(&store, &store, true, |_| Ok(()), &mut |_| {}), Err(CopyError::Itself(_))));
    assert!(matches!(quietly(&place.path("nowhere.db"), &place.path("c.db")), Err(CopyError::Missing(_))));
    assert_eq!(numbers(&store), [1, 2]);
}

#[test]
fn two_backups_to_one_name_do_not_mix() {
    let place = Place::new();
    let (store, copy) = (place.holding("store.db", &[1]), place.path("copy.db"));
    let mut second = None;
    back_up(&store, &copy, false, |_| Ok(()), &mut |_| second = Some(quietly(&store, &copy))).unwrap();
    assert!(matches!(second, Some(Err(CopyError::Written(_)))), "{second:?}");
    assert_eq!((numbers(&copy), place.names("copy.db")), (vec![1], vec!["copy.db".to_owned()]));
}

#[test]
fn what_an_interrupted_backup_left_is_in_nobodys_way() {
    let place = Place::new();
    let store = place.holding("store.db", &[1]);
    for ending in ["", "-journal", ".lock"] {
        std::fs::write(place.path(&format!("copy.db.partial{ending}")), "half").unwrap();
    }
    quietly(&store, &place.path("copy.db")).unwrap();
    assert_eq!((numbers(&place.path("copy.db")), place.names("copy.db")), (vec![1], vec!["copy.db".to_owned()]));
}

#[test]
fn what_is_damaged_foreign_or_newer_is_no_backup() {
    let place = Place::new();
    let (store, copy) = (place.holding("store.db", &(0..3000).collect::<Vec<_>>()), place.path("copy.db"));
    let refused = |why: &str| {
        let error = quietly(&store, &copy).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
        let restore = Restore::begin(&place.path("other.db"), false).unwrap();
        let error = restore.stage(&store, &mut |_| {}).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
        assert_eq!((place.names("copy.db"), place.names("other.db")), (vec![], vec!["other.db.lock".to_owned()]), "{why}");
    };
    let whole = std::fs::read(&store).unwrap();
    // An index without an entry of its table.
    sql(
        &store,
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'users') WHERE name = 'partners'",
    );
    refused("damaged");
    std::fs::write(&store, &whole).unwrap();
    sql(&store, "INSERT INTO migrations VALUES (9999, 'from_the_future', '', 0)");
    refused("9999 (from_the_future)");
    std::fs::write(&store, &whole).unwrap();
    sql(&store, "PRAGMA application_id = 77");
    refused("77");
    std::fs::write(&store, "certainly not a database, but long enough to have a header".repeat(20)).unwrap();
    refused("not a database");
}

#[test]
fn a_restore_keeps_what_stood_there_with_its_log() {
    let place = Place::new();
    let backup = place.path("backup.db");
    quietly(&place.holding("first.db", &[1]), &backup).unwrap();
    assert_eq!(restored(&place, &backup, "store.db", false), None);
    assert_eq!(numbers(&place.path("store.db")), [1]);
    assert!(matches!(Restore::begin(&place.path("store.db"), false), Err(CopyError::Exists(_))));

    // A process was killed on it: its last commits are in the log.
    let store = place.open("store.db");
    wait(insert(&store, 2)).unwrap();
    let log = std::fs::read(place.path("store.db-wal")).unwrap();
    drop(store);
    sql(&place.path("store.db"), "DELETE FROM probe");
    std::fs::remove_file(place.path("store.db")).unwrap();
    quietly(&backup, &place.path("store.db")).unwrap();
    std::fs::write(place.path("store.db-wal"), &log).unwrap();
    let aside = restored(&place, &backup, "store.db", true).unwrap();
    assert_eq!(aside, place.path("store.db.replaced").canonicalize().unwrap());
    assert!(!place.path("store.db-wal").exists(), "the log of the old one would be played into the new one");
    assert_eq!(numbers(&place.path("store.db")), [1]);
    assert!(numbers(&aside).contains(&1));
}

#[test]
fn a_database_that_cannot_be_opened_is_kept_as_it_is() {
    let place = Place::new();
    let backup = place.path("backup.db");
    quietly(&place.holding("first.db", &[1]), &backup).unwrap();
    std::fs::write(place.path("store.db"), "scribble".repeat(1000)).unwrap();
    std::fs::write(place.path("store.db-wal"), "more of it").unwrap();
    let aside = restored(&place, &backup, "store.db", true).unwrap();
    assert_eq!(std::fs::read_to_string(&aside).unwrap(), "scribble".repeat(1000));
    assert!(!place.path("store.db-wal").exists());
    assert_eq!(numbers(&place.path("store.db")), [1]);
}

#[test]
fn nothing_is_restored_under_a_store_that_is_open() {
    let place = Place::new();
    let backup = place.path("backup.db");
    quietly(&place.holding("first.db", &[1]), &backup).unwrap();
    let store = place.open("store.db");
    let refused = Restore::begin(&place.path("store.db"), true).unwrap_err();
    assert!(refused.to_string().contains("in use by another process"), "{refused}");
    drop(store);
    let restore = Restore::begin(&place.path("store.db"), true).unwrap();
    let open = Sqlite::open(&Location::File(place.path("store.db")), &Options::default());
    assert!(open.is_err(), "a server starts under a restore");
    assert!(matches!(restore.stage(&place.path("store.db"), &mut |_| {}), Err(CopyError::Itself(_))));
}

#[test]
fn numbers_that_were_given_out_after_the_backup_are_not_given_out_again() {
    let place = Place::new();
    let store = place.holding("first.db", &[]);
    sql(&store, "INSERT INTO sqlite_sequence (name, seq) VALUES ('sessions', 41), ('session_grants', 3000000)");
    quietly(&store, &place.path("backup.db")).unwrap();
    restored(&place, &place.path("backup.db"), "store.db", false);
    let conn = rusqlite::Connection::open(place.path("store.db")).unwrap();
    let next =
        |table: &str| conn.query_row("SELECT seq FROM sqlite_sequence WHERE name = ?1", [table], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((next("sessions"), next("session_grants")), (1_000_041, 6_000_000));
}
