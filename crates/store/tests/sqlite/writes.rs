use cloakroom_store::driver::DriverError;
use cloakroom_store::driver::{WriteClass, sqlite::Options};

use crate::{Hold, ORDINARY, add, committed, insert, poll_once, temporary, wait};

#[test]
fn what_queues_together_commits_together_and_is_answered_after_the_commit() {
    let store = temporary(Options::default());
    let hold = Hold::the_writer(&store);
    hold.reached();
    let before = store.stats();
    let answers: Vec<_> = (0..100).map(|n| insert(&store, n)).collect();
    let last = Hold::the_writer(&store);
    assert_eq!(store.stats().queue_depth, 101);
    hold.release();

    last.reached();
    let mut answers: Vec<_> = answers.into_iter().map(Box::pin).collect();
    assert!(answers.iter_mut().all(|answer| poll_once(answer).is_pending()), "answered before the commit");
    assert!(committed(&store).is_empty(), "a reader saw what is not committed");
    last.release();

    for answer in answers {
        assert_eq!(wait(answer), Ok(1));
    }
    assert_eq!(committed(&store).len(), 100);
    let after = store.stats();
    assert_eq!((after.batches - before.batches, after.largest_batch, after.queue_depth), (2, 101, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_write_is_seen_by_the_next_read() {
    let store = temporary(Options::default());
    let tasks: Vec<_> = (0..32)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                for step in 0..50 {
                    let n = task * 50 + step;
                    insert(&store, n).await.unwrap();
                    assert!(committed(&store).contains(&n));
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(committed(&store).len(), 1600);
}

#[test]
fn a_failing_or_panicking_command_does_not_harm_its_neighbours() {
    let store = temporary(Options::default());
    let hold = Hold::the_writer(&store);
    let first = insert(&store, 1);
    let twice = store.write(ORDINARY, |conn| {
        Box::pin(async move {
            add(conn, 2).await?;
            add(conn, 1).await
        })
    });
    let panics = store.write::<u64, DriverError, _>(ORDINARY, |conn| {
        Box::pin(async move {
            add(conn, 3).await?;
            panic!("as the test wants it")
        })
    });
    let waits = store.write::<u64, DriverError, _>(ORDINARY, |conn| {
        Box::pin(async move {
            add(conn, 4).await?;
            std::future::pending().await
        })
    });
    let last = insert(&store, 5);
    hold.release();

    assert_eq!(wait(first), Ok(1));
    assert!(matches!(wait(twice), Err(DriverError::Constraint(_))));
    assert!(matches!(wait(panics), Err(DriverError::Bug(_))));
    assert!(matches!(wait(waits), Err(DriverError::Bug(_))));
    assert_eq!(wait(last), Ok(1));
    assert_eq!(committed(&store), [1, 5]);
}

#[test]
fn overload_sheds_ordinary_commands_first_and_ends_last() {
    let store = temporary(Options { queue_capacity: 3, end_capacity: 2, ..Options::default() });
    let hold = Hold::the_writer(&store);
    hold.reached();
    let taken: Vec<_> = (0..3).map(|n| insert(&store, n)).collect();
    assert_eq!(wait(insert(&store, 3)), Err(DriverError::Overloaded));
    let ends: Vec<_> = (10..12).map(|n| store.write(WriteClass::End, move |conn| Box::pin(add(conn, n)))).collect();
    assert_eq!(wait(store.write(WriteClass::End, |conn| Box::pin(add(conn, 12)))), Err(DriverError::Overloaded));
    hold.release();
    for answer in taken {
        assert_eq!(wait(answer), Ok(1));
    }
    for answer in ends {
        assert_eq!(wait(answer), Ok(1));
    }
    assert_eq!(committed(&store), [0, 1, 2, 10, 11]);
}

#[test]
fn ends_go_first_but_leave_room() {
    let store = temporary(Options { batch_max: 8, ..Options::default() });
    let hold = Hold::the_writer(&store);
    hold.reached();
    let ordinary = insert(&store, 0);
    let ends: Vec<_> = (1..20).map(|n| store.write(WriteClass::End, move |conn| Box::pin(add(conn, n)))).collect();
    hold.release();
    assert_eq!(wait(ordinary), Ok(1));
    for answer in ends {
        assert_eq!(wait(answer), Ok(1));
    }
    let order = store
        .read_here(|conn| {
            Box::pin(async move {
                cloakroom_store::driver::query_one(conn, "SELECT rowid FROM probe WHERE n = $1", &[0i64.into()], |row| row.int(0)).await
            })
        })
        .unwrap();
    assert_eq!(order, Some(8), "seven ends, then the ordinary command, in the first batch");
}

#[test]
fn a_caller_that_hangs_up_does_not_undo_its_command() {
    let store = temporary(Options::default());
    drop(insert(&store, 1));
    assert_eq!(wait(insert(&store, 2)), Ok(1));
    assert_eq!(committed(&store), [1, 2]);
}

#[test]
fn a_failed_commit_is_acknowledged_to_nobody_and_the_writer_goes_on() {
    let store = temporary(Options::default());
    let sql = "CREATE TABLE child (n INTEGER REFERENCES probe (n) DEFERRABLE INITIALLY DEFERRED)";
    wait(store.write(ORDINARY, move |conn| Box::pin(async move { conn.execute(sql, &[]).await }))).unwrap();
    let hold = Hold::the_writer(&store);
    hold.reached();
    let neighbour = insert(&store, 1);
    let refused = insert(&store, 1);
    let orphan = store.write(ORDINARY, |conn| Box::pin(async move { conn.execute("INSERT INTO child VALUES (7)", &[]).await }));
    hold.release();
    for answer in [wait(neighbour), wait(refused), wait(orphan)] {
        assert!(matches!(answer, Err(DriverError::Constraint(_))), "{answer:?}");
    }
    assert!(committed(&store).is_empty());
    assert_eq!(store.stats().commit_errors, 1);
    assert_eq!(wait(insert(&store, 1)), Ok(1));
}

#[test]
fn a_full_database_fails_what_does_not_fit_and_the_writer_goes_on() {
    let store = temporary(Options::default());
    let limit = |sql: &'static str| {
        wait(store.write(ORDINARY, move |conn| {
            Box::pin(async move { conn.query(sql.into(), &[], &mut |_| Ok(std::ops::ControlFlow::Continue(()))).await })
        }))
        .unwrap();
    };
    wait(store.write(ORDINARY, |conn| Box::pin(async move { conn.execute("CREATE TABLE big (b BLOB)", &[]).await }))).unwrap();
    limit("PRAGMA max_page_count = 1");
    let blob = vec![0u8; 1 << 20];
    let big =
        store.write(ORDINARY, move |conn| Box::pin(async move { conn.execute("INSERT INTO big VALUES ($1)", &[(&blob).into()]).await }));
    assert!(matches!(wait(big), Err(DriverError::Unavailable(_))));
    limit("PRAGMA max_page_count = 4294967294");
    assert_eq!(wait(insert(&store, 1)), Ok(1));
    assert_eq!(committed(&store), [1]);
}

#[test]
fn shutdown_runs_and_acknowledges_what_is_queued_and_takes_no_more() {
    let store = temporary(Options::default());
    let hold = Hold::the_writer(&store);
    hold.reached();
    let queued: Vec<_> = (0..50).map(|n| insert(&store, n)).collect();
    let ending = std::thread::spawn({
        let store = store.clone();
        move || store.shutdown()
    });
    hold.release();
    for answer in queued {
        assert_eq!(wait(answer), Ok(1));
    }
    ending.join().unwrap();
    assert!(matches!(wait(insert(&store, 50)), Err(DriverError::Unavailable(_))));
    let read = store.read_here::<(), DriverError, _>(|_| Box::pin(async { Ok(()) }));
    assert!(matches!(read, Err(DriverError::Unavailable(_))));
    store.shutdown();
}

#[test]
fn a_command_may_hold_the_last_reference_to_its_store() {
    let store = temporary(Options::default());
    let own = store.clone();
    let (dropped, drops) = std::sync::mpsc::channel();
    let hold = Hold::the_writer(&store);
    let answer = store.write::<_, DriverError, _>(ORDINARY, move |_| {
        Box::pin(async move {
            drop(own);
            dropped.send(()).unwrap();
            Ok(())
        })
    });
    drop(store);
    hold.release();
    drops.recv().unwrap();
    assert_eq!(wait(answer), Ok(()));
}
