//! The primary dies under load and its synchronous standby takes over: whoever was told that something was done finds it there, and
//! goes on by themselves.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use cloakroom_store::driver::postgres::{Address, Postgres};
use parking_lot::Mutex;

use crate::cluster::Past;
use crate::kept::Pair;
use crate::{note, options};

/// What callers were told is done.
#[derive(Default)]
struct Told {
    notes: Mutex<Vec<String>>,
    enough: AtomicBool,
}

impl Told {
    async fn so_many(&self, notes: usize) {
        while self.notes.lock().len() < notes {
            tokio::task::yield_now().await;
        }
    }
}

/// Writes one note after the other; what is refused, or unknown, is not tried again.
async fn write_on(postgres: Arc<Postgres>, told: Arc<Told>, caller: usize) {
    for number in 0.. {
        let text = format!("caller {caller}, note {number}");
        if note(&postgres, &text).await.is_ok() {
            told.notes.lock().push(text);
        }
        if told.enough.load(Relaxed) {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_loss_of_the_primary_loses_nothing_that_was_acknowledged() {
    let mut pair = Pair::start();
    Past::of(pair.primary("postgres")).batch("CREATE DATABASE kept");
    let url = pair.url("kept");
    let postgres = Arc::new(Postgres::open(&Address::parse(&url, &options()).unwrap(), &options()).unwrap());
    Past::of(pair.primary("kept")).batch("CREATE TABLE notes (text TEXT NOT NULL UNIQUE)");
    let told = Arc::new(Told::default());
    let callers: Vec<_> = (0..4).map(|caller| tokio::spawn(write_on(postgres.clone(), told.clone(), caller))).collect();
    told.so_many(100).await;
    pair.kill();
    pair.promote();
    let before = told.notes.lock().len();
    // They go on by themselves.
    told.so_many(before + 100).await;
    told.enough.store(true, Relaxed);
    for caller in callers {
        caller.await.unwrap();
    }
    let there = Past::of(pair.standby("kept")).rows("SELECT text FROM notes");
    let there: HashSet<_> = there.into_iter().map(|mut row| row.remove(0).unwrap()).collect();
    let told = told.notes.lock();
    let lost: Vec<_> = told.iter().filter(|text| !there.contains(*text)).collect();
    assert_eq!(lost, Vec::<&String>::new());
}
