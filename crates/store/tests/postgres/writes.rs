//! Commands that share a transaction, and processes that take turns to write.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use cloakroom_store::driver::postgres::Postgres;
use cloakroom_store::driver::{Connection, DriverError, Param, WriteClass, query_one};

use crate::{insert, note, noted, notes, open, options};

/// Holds the writer in a command of its own until `release` is dropped, so that what comes meanwhile shares the next transaction.
fn hold(postgres: &Postgres) -> (tokio::sync::oneshot::Sender<()>, impl Future<Output = Result<(), DriverError>> + use<>) {
    let (release, released) = tokio::sync::oneshot::channel::<()>();
    let released = Arc::new(tokio::sync::Mutex::new(Some(released)));
    let held = postgres.write(WriteClass::Ordinary, move |_| {
        Box::pin(async move {
            if let Some(released) = released.lock().await.take() {
                let _ = released.await;
            }
            Ok(())
        })
    });
    (release, held)
}

#[tokio::test]
async fn a_command_that_fails_undoes_itself_and_nothing_else() {
    let scratch = noted();
    let postgres = open(&scratch, &options());
    let (release, held) = hold(&postgres);
    let first = note(&postgres, "one");
    let failing = postgres.write(WriteClass::Ordinary, |conn| {
        Box::pin(async move {
            insert(conn, "undone").await?;
            Err::<(), _>(DriverError::Sql("of its own".into()))
        })
    });
    let twice = postgres.write(WriteClass::Ordinary, |conn| {
        Box::pin(async move {
            insert(conn, "undone too").await?;
            insert(conn, "one").await
        })
    });
    let panicking = postgres.write(WriteClass::Ordinary, |conn| {
        Box::pin(async move {
            insert(conn, "undone as well").await?;
            assert_eq!(conn.execute("UPDATE counter SET value = 9", &[]).await, Ok(0), "panics on purpose");
            Ok::<_, DriverError>(())
        })
    });
    let last = note(&postgres, "two");
    drop(release);
    let (held, first, failing, twice, panicking, last) = tokio::join!(held, first, failing, twice, panicking, last);
    assert_eq!((held, first, last), (Ok(()), Ok(()), Ok(())));
    assert_eq!(failing, Err(DriverError::Sql("of its own".into())));
    let Err(DriverError::Constraint(told)) = twice else { panic!("{twice:?}") };
    assert!(told.contains("notes_text_key") && !told.contains("one"), "{told}");
    assert!(matches!(panicking, Err(DriverError::Bug(_))));
    assert_eq!(scratch.past().rows("SELECT text FROM notes ORDER BY 1"), [[Some("one".to_owned())], [Some("two".to_owned())]]);
    assert_eq!(scratch.past().rows("SELECT value FROM counter"), [[Some("0".to_owned())]]);
    let stats = postgres.stats();
    assert!(stats.batches < stats.commands, "they shared transactions: {stats:?}");
}

/// A statement that nobody waits for, and that fails where the note is there already.
async fn send(conn: &mut dyn Connection, text: &str) -> Result<(), DriverError> {
    conn.change("INSERT INTO notes (text) VALUES ($1)", &[Param::from(text)]).await
}

#[tokio::test]
async fn what_nobody_waited_for_fails_its_own_command() {
    let scratch = noted();
    let postgres = open(&scratch, &options());
    let (release, held) = hold(&postgres);
    let first = note(&postgres, "one");
    let last_statement = postgres.write(WriteClass::Ordinary, |conn| Box::pin(async move { send(conn, "one").await }));
    let followed = postgres.write(WriteClass::Ordinary, |conn| {
        Box::pin(async move {
            send(conn, "undone").await?;
            send(conn, "one").await?;
            insert(conn, "undone too").await
        })
    });
    let swallowed = postgres.write(WriteClass::Ordinary, |conn| {
        Box::pin(async move {
            send(conn, "one").await?;
            let _ = insert(conn, "undone as well").await;
            Ok::<_, DriverError>(())
        })
    });
    let last = note(&postgres, "two");
    drop(release);
    let (held, first, last_statement, followed, swallowed, last) = tokio::join!(held, first, last_statement, followed, swallowed, last);
    assert_eq!((held, first, last), (Ok(()), Ok(()), Ok(())));
    for failed in [last_statement, followed, swallowed] {
        assert!(matches!(failed, Err(DriverError::Constraint(_))), "its own error, not that it was aborted: {failed:?}");
    }
    let alone = postgres.write(WriteClass::Ordinary, |conn| Box::pin(async move { send(conn, "one").await }));
    assert!(matches!(alone.await, Err(DriverError::Constraint(_))));
    assert_eq!(scratch.past().rows("SELECT text FROM notes ORDER BY 1"), [[Some("one".to_owned())], [Some("two".to_owned())]]);
}

/// More of them than are ever under way at once.
#[tokio::test]
async fn what_follows_sees_what_nobody_waited_for() {
    let scratch = noted();
    let postgres = open(&scratch, &options());
    let counted = postgres.write(WriteClass::Ordinary, |conn| {
        Box::pin(async move {
            for number in 0..1000 {
                send(conn, &number.to_string()).await?;
            }
            query_one(conn, "SELECT count(*) FROM notes", &[], |row| row.int(0)).await
        })
    });
    assert_eq!(counted.await, Ok(Some(1000)));
    assert_eq!(notes(&postgres).await, Ok(1000));
}

#[tokio::test]
async fn ends_go_first_and_what_is_too_much_is_refused_at_once() {
    let scratch = noted();
    let postgres = open(&scratch, &cloakroom_store::driver::postgres::Options { queue_capacity: 2, end_capacity: 1, ..options() });
    let order = Arc::new(parking_lot::Mutex::new(Vec::new()));
    let (release, held) = hold(&postgres);
    // Taken once the first statement of the holder's transaction was answered, hence not in the queue any more.
    let taken = async {
        while postgres.stats().queue_depth > 0 {
            tokio::task::yield_now().await
        }
    };
    taken.await;
    let push = |class, name: &'static str| {
        let order = order.clone();
        postgres.write(class, move |_| {
            Box::pin(async move {
                order.lock().push(name);
                Ok::<_, DriverError>(())
            })
        })
    };
    let (one, two, end) = (push(WriteClass::Ordinary, "one"), push(WriteClass::Ordinary, "two"), push(WriteClass::End, "end"));
    assert_eq!(push(WriteClass::Ordinary, "three").await, Err(DriverError::Overloaded));
    assert_eq!(push(WriteClass::End, "another end").await, Err(DriverError::Overloaded));
    drop(release);
    let answers = tokio::join!(held, one, two, end);
    assert_eq!(answers, (Ok(()), Ok(()), Ok(()), Ok(())));
    assert_eq!(*order.lock(), ["end", "one", "two"]);
}

/// Reading, deciding and writing is safe without a lock of its own, whichever process does it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_take_turns_to_write() {
    let scratch = noted();
    let processes: Vec<_> = (0..3).map(|_| open(&scratch, &options())).collect();
    let add = |postgres: &Postgres| {
        postgres.write(WriteClass::Ordinary, |conn| {
            Box::pin(async move {
                let value = query_one(conn, "SELECT value FROM counter", &[], |row| row.int(0)).await?.unwrap();
                conn.execute("UPDATE counter SET value = $1", &[Param::Int(value + 1)]).await.map(drop)
            })
        })
    };
    let adding: Vec<_> = (0..120).map(|turn| add(&processes[turn % 3])).collect();
    for added in adding {
        assert_eq!(added.await, Ok(()));
    }
    assert_eq!(scratch.past().rows("SELECT value FROM counter"), [[Some("120".to_owned())]]);
}

/// People at the same tables may still get in the way: what did not happen for that is run again.
#[tokio::test]
async fn a_transaction_that_met_others_is_run_again() {
    let scratch = noted();
    scratch.past().batch(
        "CREATE SEQUENCE runs;
         CREATE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
             IF nextval('runs') = 1 THEN RAISE EXCEPTION 'met' USING ERRCODE = 'serialization_failure'; END IF;
             RETURN NEW;
         END $$;
         CREATE TRIGGER meet BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION meet()",
    );
    let postgres = open(&scratch, &options());
    let runs = Arc::new(AtomicU32::new(0));
    let seen = runs.clone();
    let written = postgres.write(WriteClass::Ordinary, move |conn| {
        Box::pin(async move {
            seen.fetch_add(1, Relaxed);
            insert(conn, "one").await
        })
    });
    assert_eq!(written.await, Ok(()));
    assert_eq!((runs.load(Relaxed), notes(&postgres).await), (2, Ok(1)));
}
