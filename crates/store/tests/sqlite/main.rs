//! The SQLite driver from outside: what it promises to those who write transactions.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test, its fixtures included, fails by panicking, and it starts its own threads and looks at its own files"
)]

mod backup;
mod crash;
mod opening;
mod reads;
mod writes;

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::{Context, Poll, Wake, Waker};

use cloakroom_store::driver::WriteClass;
use cloakroom_store::driver::sqlite::{Location, Options, Sqlite};
use cloakroom_store::driver::{Connection, DriverError, query_all};

const ORDINARY: WriteClass = WriteClass::Ordinary;

fn temporary(options: Options) -> Arc<Sqlite> {
    Arc::new(with_table(Sqlite::open(&Location::Temporary, &options).unwrap()))
}

fn with_table(store: Sqlite) -> Sqlite {
    let made = store.write(ORDINARY, |conn| {
        Box::pin(async move { conn.execute("CREATE TABLE IF NOT EXISTS probe (n INTEGER NOT NULL UNIQUE)", &[]).await })
    });
    wait(made).unwrap();
    store
}

async fn add(conn: &mut dyn Connection, n: i64) -> Result<u64, DriverError> {
    conn.execute("INSERT INTO probe (n) VALUES ($1)", &[n.into()]).await
}

/// Queues an insert; the answer need not be awaited.
fn insert(store: &Sqlite, n: i64) -> impl Future<Output = Result<u64, DriverError>> + Send + use<> {
    store.write(ORDINARY, move |conn| Box::pin(add(conn, n)))
}

async fn every(conn: &mut dyn Connection) -> Result<Vec<i64>, DriverError> {
    query_all(conn, "SELECT n FROM probe ORDER BY n", &[], |row| row.int(0)).await
}

fn committed(store: &Sqlite) -> Vec<i64> {
    store.read_here(|conn| Box::pin(every(conn))).unwrap()
}

/// Holds the writer inside a command, so that what is queued meanwhile becomes one batch.
struct Hold {
    release: Sender<()>,
    reached: Receiver<()>,
}

impl Hold {
    fn the_writer(store: &Sqlite) -> Self {
        let (release, released) = channel();
        let (reach, reached) = channel();
        let hold = store.write::<_, DriverError, _>(ORDINARY, move |_| {
            Box::pin(async move {
                reach.send(()).unwrap();
                released.recv().unwrap();
                Ok(())
            })
        });
        drop(hold);
        Self { release, reached }
    }

    fn reached(&self) {
        self.reached.recv().unwrap();
    }

    fn release(self) {
        self.release.send(()).unwrap();
    }
}

fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

struct Unpark(std::thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Blocks for an answer, with or without a runtime around.
fn wait<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let waker = Arc::new(Unpark(std::thread::current())).into();
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(answer) => return answer,
            Poll::Pending => std::thread::park(),
        }
    }
}
