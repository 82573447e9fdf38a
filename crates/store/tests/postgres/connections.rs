//! Connections that are lost, and processes that are paused while they write.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use cloakroom_store::driver::postgres::Options;
use cloakroom_store::driver::{Connection, DriverError, WriteClass, query_all};

use crate::cluster::Scratch;
use crate::{insert, note, noted, notes, open, options};

/// Ends every connection of the store.
pub(crate) fn cut(scratch: &Scratch) {
    let sql = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'cloakroom' AND datname = current_database()";
    assert!(!scratch.past().rows(sql).is_empty());
}

async fn plan(conn: &mut dyn Connection) -> Result<String, DriverError> {
    let lines = query_all(conn, "EXPLAIN SELECT text FROM notes WHERE text = 'one'", &[], |row| Ok(row.text(0)?.to_owned())).await?;
    Ok(lines.join("\n"))
}

/// What is planned while a table is small is kept while it grows.
#[tokio::test]
async fn a_row_of_a_small_table_is_found_by_its_key() {
    let scratch = noted();
    let postgres = open(&scratch, &options());
    assert_eq!(note(&postgres, "one").await, Ok(()));
    scratch.past().batch("ANALYZE notes");
    let read = postgres.read(|conn| Box::pin(plan(conn))).await.unwrap();
    assert!(read.contains("Seq Scan"), "left to itself, PostgreSQL reads all of it: {read}");
    let point = postgres.read_point(|conn| Box::pin(plan(conn))).await.unwrap();
    let written = postgres.write(WriteClass::Ordinary, |conn| Box::pin(plan(conn))).await.unwrap();
    assert!(point.contains("notes_text_key") && written.contains("notes_text_key"), "{point}\n{written}");
}

#[tokio::test]
async fn a_cut_between_requests_is_not_noticed() {
    let scratch = noted();
    let postgres = open(&scratch, &options());
    for round in 1..=3 {
        assert_eq!(note(&postgres, &format!("note {round}")).await, Ok(()));
        assert_eq!(notes(&postgres).await, Ok(round));
        assert_eq!(postgres.read(|conn| Box::pin(crate::counted(conn))).await, Ok(round));
        cut(&scratch);
    }
}

#[tokio::test]
async fn what_was_cut_before_its_commit_is_run_again() {
    let scratch = noted();
    let postgres = open(&scratch, &options());
    let (past, runs) = (scratch.past(), Arc::new(AtomicU32::new(0)));
    let seen = runs.clone();
    let written = postgres.write(WriteClass::Ordinary, move |conn| {
        Box::pin(async move {
            insert(conn, "one").await?;
            if seen.fetch_add(1, Relaxed) == 0 {
                let sql = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                           WHERE application_name = 'cloakroom' AND datname = current_database() AND state = 'idle in transaction'";
                assert_eq!(past.rows(sql).len(), 1);
            }
            insert(conn, "two").await
        })
    });
    assert_eq!(written.await, Ok(()));
    assert_eq!((runs.load(Relaxed), notes(&postgres).await), (2, Ok(2)), "once each");
}

/// A process that was stopped in the middle of a transaction: its turn is taken away, and the others go on.
#[tokio::test]
async fn a_writer_that_says_nothing_loses_its_turn() {
    let scratch = noted();
    // The one that is not paused has all the time of a busy machine.
    let hasty = Options { idle_timeout: Duration::from_secs(1), ..options() };
    let (paused, other) = (open(&scratch, &hasty), open(&scratch, &options()));
    let (resume, resumed) = tokio::sync::oneshot::channel::<()>();
    let (tell, begun) = tokio::sync::oneshot::channel::<()>();
    let once = Arc::new(tokio::sync::Mutex::new(Some((tell, resumed))));
    let stuck = paused.write(WriteClass::Ordinary, move |conn| {
        Box::pin(async move {
            insert(conn, "late").await?;
            if let Some((tell, resumed)) = once.lock().await.take() {
                let _ = tell.send(());
                let _ = resumed.await;
            }
            Ok::<_, DriverError>(())
        })
    });
    begun.await.unwrap();
    assert_eq!(note(&other, "in time").await, Ok(()), "it waits no longer than the idle one is let be");
    resume.send(()).unwrap();
    assert_eq!(stuck.await, Ok(()), "known not to have happened, so it was run again");
    assert_eq!(notes(&other).await, Ok(2));
}

/// Somebody who is neither idle nor done holds the lock of all writers for longer than anybody waits.
#[tokio::test]
async fn waiting_for_the_turn_to_write_is_bounded() {
    let scratch = noted();
    let postgres = open(&scratch, &Options { lock_timeout: Duration::from_millis(300), ..options() });
    let past = scratch.past();
    let hold = "DO $$ BEGIN PERFORM pg_advisory_xact_lock(1129073490, 1); PERFORM pg_sleep(600);
                EXCEPTION WHEN query_canceled THEN NULL; END $$";
    let holding = std::thread::spawn(move || past.batch(hold));
    // Not the lock of opening, which may still be let go.
    let of_holder = "FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = 1129073490 AND objid = 1
                     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    while scratch.past().rows(&format!("SELECT 1 {of_holder}")).is_empty() {}
    assert!(matches!(note(&postgres, "one").await, Err(DriverError::Unavailable(_))));
    scratch.past().rows(&format!("SELECT pg_cancel_backend(pid) {of_holder}"));
    holding.join().unwrap();
    assert_eq!(note(&postgres, "two").await, Ok(()));
    assert_eq!(notes(&postgres).await, Ok(1));
}

#[tokio::test]
async fn nothing_is_taken_in_after_the_end_and_what_was_is_done() {
    let scratch = noted();
    let postgres = open(&scratch, &options());
    let queued = note(&postgres, "one");
    postgres.shutdown();
    assert_eq!(queued.await, Ok(()));
    assert!(matches!(note(&postgres, "two").await, Err(DriverError::Unavailable(_))));
    assert!(matches!(notes(&postgres).await, Err(DriverError::Unavailable(_))));
    assert!(matches!(postgres.read(|conn| Box::pin(crate::counted(conn))).await, Err(DriverError::Unavailable(_))));
    postgres.shutdown();
}
