use std::sync::mpsc::channel;

use cloakroom_store::driver::sqlite::Options;
use cloakroom_store::driver::{DriverError, query_one};

use crate::{committed, every, insert, temporary, wait};

#[tokio::test(flavor = "multi_thread")]
async fn the_statements_of_a_read_see_one_snapshot() {
    let store = temporary(Options::default());
    insert(&store, 1).await.unwrap();
    let (reach, reached) = channel();
    let (go, gone) = channel();
    let both = store.read(move |conn| {
        Box::pin(async move {
            let before = every(conn).await?;
            reach.send(()).unwrap();
            gone.recv().unwrap();
            Ok::<_, DriverError>((before, every(conn).await?))
        })
    });
    reached.recv().unwrap();
    insert(&store, 2).await.unwrap();
    go.send(()).unwrap();
    assert_eq!(both.await, Ok((vec![1], vec![1])));
    assert_eq!(store.read(|conn| Box::pin(every(conn))).await, Ok(vec![1, 2]));
}

#[test]
fn a_read_here_may_borrow_from_its_caller() {
    let store = temporary(Options::default());
    wait(insert(&store, 7)).unwrap();
    let wanted = [7i64, 8];
    let found = store.read_here(|conn| {
        Box::pin(async { query_one(conn, "SELECT n FROM probe WHERE n = $1", &[wanted[0].into()], |row| row.int(0)).await })
    });
    assert_eq!(found, Ok(Some(7)));
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_cannot_write_and_survive_a_panic() {
    let store = temporary(Options::default());
    assert!(store.read_here(|conn| Box::pin(crate::add(conn, 1))).is_err());
    for _ in 0..8 {
        assert!(store.read(|conn| Box::pin(crate::add(conn, 1))).await.is_err());
        let panics = store.read::<(), DriverError, _>(|_| Box::pin(async { panic!("as the test wants it") }));
        assert!(matches!(panics.await, Err(DriverError::Bug(_))));
    }
    assert_eq!(store.read(|conn| Box::pin(every(conn))).await, Ok(vec![]));
    assert!(committed(&store).is_empty());
}

#[test]
fn too_many_reads_are_shed() {
    let store = temporary(Options { reader_threads: 1, read_queue_capacity: 1, ..Options::default() });
    let (reach, reached) = channel();
    let (go, gone) = channel::<()>();
    let held = store.read::<_, DriverError, _>(move |_| {
        Box::pin(async move {
            reach.send(()).unwrap();
            gone.recv().unwrap();
            Ok(())
        })
    });
    reached.recv().unwrap();
    let queued = store.read(|conn| Box::pin(every(conn)));
    assert_eq!(wait(store.read(|conn| Box::pin(every(conn)))), Err(DriverError::Overloaded));
    go.send(()).unwrap();
    assert_eq!(wait(held), Ok(()));
    assert_eq!(wait(queued), Ok(vec![]));
}
