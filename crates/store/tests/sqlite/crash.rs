use std::path::Path;

use cloakroom_store::driver::sqlite::{Location, Options, Sqlite};

use crate::{Hold, committed, insert, temporary, wait, with_table};

/// What a killed process leaves: the database and its log as they are, its index and lock forgotten.
fn remains(from: &Path, to: &Path) {
    std::fs::copy(from, to).unwrap();
    std::fs::copy(from.with_extension("db-wal"), to.with_extension("db-wal")).unwrap();
}

#[test]
fn what_was_acknowledged_is_there_after_a_crash_and_what_was_not_is_not() {
    let home = tempfile::tempdir().unwrap();
    let (path, left) = (home.path().join("store.db"), home.path().join("left.db"));
    let store = with_table(Sqlite::open(&Location::File(path.clone()), &Options::default()).unwrap());
    for n in 0..200 {
        wait(insert(&store, n)).unwrap();
    }
    let first = Hold::the_writer(&store);
    first.reached();
    let unacknowledged = insert(&store, 200);
    let second = Hold::the_writer(&store);
    first.release();
    second.reached();
    remains(&path, &left);
    second.release();
    assert_eq!(wait(unacknowledged), Ok(1));

    let revived = Sqlite::open(&Location::File(left), &Options::default()).unwrap();
    assert_eq!(committed(&revived), (0..200).collect::<Vec<_>>());
}

#[test]
fn a_torn_tail_of_the_log_costs_only_what_it_held() {
    let home = tempfile::tempdir().unwrap();
    let (path, left) = (home.path().join("store.db"), home.path().join("left.db"));
    let store = with_table(Sqlite::open(&Location::File(path.clone()), &Options::default()).unwrap());
    wait(insert(&store, 1)).unwrap();
    let kept = std::fs::metadata(path.with_extension("db-wal")).unwrap().len();
    wait(insert(&store, 2)).unwrap();
    remains(&path, &left);
    let log = std::fs::File::options().write(true).open(left.with_extension("db-wal")).unwrap();
    log.set_len(kept + 100).unwrap();
    assert_eq!(committed(&Sqlite::open(&Location::File(left), &Options::default()).unwrap()), [1]);
}

#[test]
fn the_log_begins_anew_under_a_writer_that_does_not_pause() {
    let store = temporary(Options { checkpoint_pages: 64, ..Options::default() });
    let mut longest = 0;
    for n in 0..100_000 {
        wait(insert(&store, n)).unwrap();
        let now = store.stats().wal_bytes;
        if now < longest {
            assert!(store.stats().checkpoints > 0);
            return;
        }
        longest = now;
    }
    panic!("the log never shrank: {:?}", store.stats());
}

#[test]
fn a_reader_that_stays_holds_up_no_commit() {
    let store = temporary(Options { checkpoint_pages: 16, ..Options::default() });
    let (reach, reached) = std::sync::mpsc::channel();
    let (go, gone) = std::sync::mpsc::channel::<()>();
    let read = store.read(move |conn| {
        Box::pin(async move {
            let seen = crate::every(conn).await?;
            reach.send(()).unwrap();
            gone.recv().unwrap();
            Ok::<_, cloakroom_store::driver::DriverError>(seen)
        })
    });
    reached.recv().unwrap();
    for n in 0..200 {
        wait(insert(&store, n)).unwrap();
    }
    assert!(store.stats().wal_bytes > 2 * 16 * 4096, "the log was to grow past where the writer may be held up");
    go.send(()).unwrap();
    assert_eq!(wait(read), Ok(vec![]));
    assert_eq!(committed(&store).len(), 200);
}
