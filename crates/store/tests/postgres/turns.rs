//! Whose turn it is to run the background tasks.

use crate::cluster::Scratch;
use crate::{open, options};

/// Ends the connection that holds the turn.
fn cut_holder(scratch: &Scratch) {
    let sql = "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND objid = 3
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(scratch.past().rows(sql), [[Some("t".to_owned())]]);
}

#[tokio::test]
async fn one_at_a_time_has_it_and_it_moves_when_that_one_ends() {
    let scratch = Scratch::new();
    let (first, second) = (open(&scratch, &options()), open(&scratch, &options()));
    for _ in 0..3 {
        assert_eq!((first.may_run_tasks().await, second.may_run_tasks().await), (Ok(true), Ok(false)));
    }
    first.shutdown();
    assert!(first.may_run_tasks().await.is_err());
    // PostgreSQL learns of the end a moment later.
    while second.may_run_tasks().await != Ok(true) {}
    assert_eq!(second.may_run_tasks().await, Ok(true));
}

#[tokio::test]
async fn who_lost_the_connection_does_not_think_that_it_still_has_it() {
    let scratch = Scratch::new();
    let (first, second) = (open(&scratch, &options()), open(&scratch, &options()));
    assert_eq!((first.may_run_tasks().await, second.may_run_tasks().await), (Ok(true), Ok(false)));
    cut_holder(&scratch);
    assert_eq!(second.may_run_tasks().await, Ok(true));
    // The first answer after a cut may be that of the connection which ended.
    assert_ne!(first.may_run_tasks().await, Ok(true));
    assert_eq!(first.may_run_tasks().await, Ok(false));
}
