//! Where it is not known what has changed: nothing is answered from memory, and what it holds is forgotten.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use cloakroom_store::driver::postgres::Options;

use crate::cluster::{Past, Scratch};
use crate::connections::cut;
use crate::kept::{Alone, Pair};
use crate::options;
use crate::read_index::{Process, is_unavailable, two_processes};
use crate::transfer::lived_in;

/// Processes of a server that are stopped, until this goes.
struct Stopped(Vec<String>);

impl Stopped {
    fn these(pids: Vec<String>) -> Self {
        assert!(!pids.is_empty());
        let stopped = Self(pids);
        stopped.signal("-STOP");
        stopped
    }

    fn signal(&self, signal: &str) {
        assert!(Command::new("kill").arg(signal).args(&self.0).status().unwrap().success());
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        self.signal("-CONT");
    }
}

/// The server's processes that are asked what has changed.
fn askers(past: &Past) -> Vec<String> {
    let sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%FROM fact_heads'";
    past.rows(sql).into_iter().map(|mut row| row.remove(0).unwrap()).collect()
}

fn hasty() -> Options {
    Options { statement_timeout: Duration::from_secs(1), connect_timeout: Duration::from_secs(1), ..options() }
}

#[tokio::test]
async fn what_ended_while_the_connection_was_cut_is_dead() {
    let (scratch, here, there, opened) = two_processes().await;
    for session in opened.iter().step_by(2) {
        here.remember(session).await;
        cut(&scratch);
        there.end(session).await;
        assert!(!here.lives(session).await);
    }
}

#[tokio::test]
async fn a_new_connection_remembers_nothing_of_the_old_one() {
    let (scratch, here, _there, opened) = two_processes().await;
    here.remember(&opened[0]).await;
    let fills = here.database.live_stats().fills;
    cut(&scratch);
    assert!(here.lives(&opened[0]).await);
    assert_eq!(here.database.live_stats().fills, fills + 1, "read again");
    here.remember(&opened[0]).await;
}

/// Whoever gives no answer has nobody believed.
#[tokio::test]
async fn without_an_answer_nobody_is_told_that_a_session_lives() {
    let scratch = Scratch::new();
    let (here, there) = (Process::at(&scratch.url(), &hasty()), Process::over(&scratch));
    let opened = lived_in(&there.database).await;
    there.database.shutdown();
    here.remember(&opened[0]).await;
    here.remember(&opened[2]).await;
    let stopped = Stopped::these(askers(&scratch.past()));
    let there = Process::over(&scratch);
    there.end(&opened[0]).await;
    let validated = here.validate(&opened[0]).await;
    assert!(is_unavailable(&validated), "{validated:?}");
    assert!(!here.lives(&opened[0]).await, "asked on another connection");
    drop(stopped);
    assert!(!here.lives(&opened[0]).await && here.lives(&opened[2]).await);
}

/// The whole server stands still, and goes on.
#[tokio::test]
async fn of_a_server_that_stands_still_nothing_is_believed() {
    let alone = Alone::start();
    Past::of(alone.url("postgres")).batch("CREATE DATABASE kept");
    let here = Process::at(&alone.url("kept"), &hasty());
    let opened = lived_in(&here.database).await;
    here.remember(&opened[0]).await;
    let past = Past::of(alone.url("kept"));
    let backends = past.rows("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
    let pids = backends.into_iter().map(|mut row| row.remove(0).unwrap()).chain([postmaster(&alone.socket())]);
    let stopped = Stopped::these(pids.collect());
    for _ in 0..2 {
        let validated = here.validate(&opened[0]).await;
        assert!(is_unavailable(&validated), "{validated:?}");
    }
    drop(stopped);
    assert!(here.lives(&opened[0]).await);
    here.end(&opened[0]).await;
    assert!(!here.lives(&opened[0]).await);
}

fn postmaster(socket: &Path) -> String {
    let file = std::fs::read_to_string(socket.with_file_name("data").join("postmaster.pid")).unwrap();
    file.lines().next().unwrap().to_owned()
}

/// Sessions of two users whose changes are told in one stripe.
#[tokio::test]
async fn what_the_feed_no_longer_tells_is_not_taken_for_unchanged() {
    let (scratch, here, there, opened) = two_processes().await;
    let (one, other) = (&opened[0], &opened[16]);
    assert_eq!(one.view.session.user.0 % 16, other.view.session.user.0 % 16);
    here.remember(one).await;
    here.remember(other).await;
    there.end(one).await;
    there.end(other).await;
    scratch.past().batch("UPDATE fact_feed SET at = 0");
    there.database.shutdown();
    let trimming = Process::over(&scratch);
    while !trimming.engine.may_run_tasks().await.unwrap() {}
    let left = scratch.past().rows("SELECT stripe FROM fact_feed GROUP BY stripe HAVING count(DISTINCT position) > 1");
    assert_eq!(left, Vec::<Vec<Option<String>>>::new());
    assert!(!here.lives(one).await && !here.lives(other).await);
}

/// As after a restore from an earlier time, behind whatever keeps the connection.
#[tokio::test]
async fn a_head_below_what_was_applied_and_another_table_of_heads_empty_the_memory() {
    let (scratch, here, there, opened) = two_processes().await;
    let past = scratch.past();
    there.end(&opened[0]).await;
    let forgets = async |sql: &str| {
        here.remember(&opened[2]).await;
        let fills = here.database.live_stats().fills;
        past.batch(sql);
        assert!(here.lives(&opened[2]).await);
        assert_eq!(here.database.live_stats().fills, fills + 1, "read again after {sql}");
    };
    forgets("UPDATE fact_heads SET position = 0").await;
    forgets(
        "BEGIN; CREATE TABLE other (LIKE fact_heads INCLUDING ALL); INSERT INTO other SELECT * FROM fact_heads;
             DROP TABLE fact_heads; ALTER TABLE other RENAME TO fact_heads; COMMIT",
    )
    .await;
    forgets("UPDATE fact_heads SET position = position + 3").await;
    forgets("TRUNCATE api_keys").await;
}

/// A standby takes over: whatever the primary had told is forgotten, and what ends on the new one is dead.
#[tokio::test]
async fn the_loss_of_the_primary_empties_the_memory() {
    let mut pair = Pair::start();
    Past::of(pair.primary("postgres")).batch("CREATE DATABASE kept");
    let here = Process::at(&pair.url("kept"), &options());
    let opened = lived_in(&here.database).await;
    for session in opened.iter().step_by(2) {
        here.remember(session).await;
    }
    let filled = here.database.live_stats();
    pair.kill();
    pair.promote();
    let there = Process::at(&pair.standby("kept"), &options());
    there.end(&opened[0]).await;
    let mut validated = here.validate(&opened[0]).await;
    while is_unavailable(&validated) {
        validated = here.validate(&opened[0]).await;
    }
    assert!(validated.unwrap().is_err());
    assert!(here.lives(&opened[2]).await);
    let now = here.database.live_stats();
    assert_eq!((now.hits, now.fills), (filled.hits, filled.fills + 1));
}
