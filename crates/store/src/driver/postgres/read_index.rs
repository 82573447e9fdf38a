//! Whether the memory has every change that was committed before a request asked: one question to PostgreSQL for all who wait for it.
//!
//! Who asks joins the round that is being gathered. A round is closed before its question is sent, so what was committed before anybody
//! of it asked is in its answer; who asks while it is under way waits for the next one. There is no clock and no lease: without an
//! answer nobody is told anything.
//!
//! The memory is emptied whenever the answers may not be one history: on every new connection, on another server behind the same one,
//! where a head lies below what was applied, and where the feed no longer has everything in between. Before that, the connections that
//! point reads share are taken out of use: a read that begins afterwards, and may be remembered, goes to where the question goes.

use std::mem;
use std::pin::pin;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::feed::{self, Heads, NoAnswer, Origin};
use super::link::Link;
use super::links::{Links, Opening};
use crate::driver::DriverError;
use crate::driver::stats::Counters;
use crate::live::{Fact, Live};

/// Where requests ask, and the one who finds out for them is told.
pub(super) struct ReadIndex {
    gathering: Mutex<Gathering>,
    asked: Notify,
}

struct Gathering {
    round: Arc<Round>,
    is_asked: bool,
    is_open: bool,
}

/// All who wait for one question.
#[derive(Default)]
struct Round {
    outcome: OnceLock<Result<(), DriverError>>,
    told: Notify,
}

impl Round {
    async fn outcome(&self) -> Result<(), DriverError> {
        // Before looking, so that nothing is told in between.
        let mut told = pin!(self.told.notified());
        told.as_mut().enable();
        if self.outcome.get().is_none() {
            told.await;
        }
        self.outcome.get().cloned().unwrap_or_else(shut_down)
    }

    /// Only what is told first counts.
    fn tell(&self, outcome: Result<(), DriverError>) {
        let _ = self.outcome.set(outcome);
        self.told.notify_waiters();
    }
}

fn shut_down() -> Result<(), DriverError> {
    Err(DriverError::Unavailable("the store is shut down".into()))
}

/// A round whose question is to be asked. However that ends, nobody is left waiting.
struct Closed(Arc<Round>);

impl Drop for Closed {
    fn drop(&mut self) {
        self.0.tell(shut_down());
    }
}

impl ReadIndex {
    pub(super) fn new() -> Self {
        Self { gathering: Mutex::new(Gathering { round: Arc::default(), is_asked: false, is_open: true }), asked: Notify::new() }
    }

    /// Waits until the memory has everything that was committed before this was called.
    pub(super) async fn ask(&self) -> Result<(), DriverError> {
        let round = {
            let mut gathering = self.gathering.lock();
            if !gathering.is_open {
                return shut_down();
            }
            if !mem::replace(&mut gathering.is_asked, true) {
                self.asked.notify_one();
            }
            gathering.round.clone()
        };
        round.outcome().await
    }

    /// The next round that somebody waits for; nobody joins it any more. `None` once closed.
    async fn next(&self) -> Option<Closed> {
        loop {
            {
                let mut gathering = self.gathering.lock();
                if !gathering.is_open {
                    return None;
                }
                if mem::replace(&mut gathering.is_asked, false) {
                    return Some(Closed(mem::take(&mut gathering.round)));
                }
            }
            self.asked.notified().await;
        }
    }

    /// Who waits, and who asks from now on, is told that the store is shut down.
    pub(super) fn close(&self) {
        let mut gathering = self.gathering.lock();
        gathering.is_open = false;
        gathering.round.tell(shut_down());
        self.asked.notify_one();
    }
}

/// What has been applied, by the answers of one connection.
pub(super) struct Following {
    link: Arc<Link>,
    origin: Origin,
    applied: Heads,
}

/// The one task that asks PostgreSQL, and applies what it tells.
pub(super) struct Follower {
    pub(super) index: Arc<ReadIndex>,
    pub(super) opening: Opening,
    /// The connections by which is read what may be remembered.
    pub(super) points: Arc<Links>,
    pub(super) live: Arc<Live>,
    pub(super) counters: Arc<Counters>,
    pub(super) patience: Duration,
}

// It may end with its runtime, at any point.
impl Drop for Follower {
    fn drop(&mut self) {
        self.index.close();
    }
}

impl Follower {
    /// Before anything can be remembered. Where that fails, the first who asks tries again.
    pub(super) async fn first(&self) -> Option<Following> {
        let mut following = None;
        let begun = self.catch_up(&mut following).await;
        begun.ok().and(following)
    }

    /// Until the store is shut down.
    pub(super) async fn run(self, mut following: Option<Following>) {
        while let Some(round) = self.index.next().await {
            let outcome = self.catch_up(&mut following).await;
            round.0.tell(outcome);
        }
    }

    /// Leaves no connection unless its last answer was whole.
    async fn catch_up(&self, following: &mut Option<Following>) -> Result<(), DriverError> {
        if let Some(before) = following.take() {
            match self.patiently(self.go_on(before)).await {
                Ok(gone_on) => {
                    *following = Some(gone_on);
                    return Ok(());
                }
                Err(NoAnswer { lost: true, .. }) => {}
                Err(NoAnswer { error, .. }) => return Err(unavailable(error)),
            }
        }
        let link = self.opening.open_by_key().await?;
        let begun = self.patiently(self.begin(link)).await.map_err(|no_answer| unavailable(no_answer.error))?;
        *following = Some(begun);
        Ok(())
    }

    async fn patiently(&self, asked: impl Future<Output = Result<Following, NoAnswer>>) -> Result<Following, NoAnswer> {
        self.counters.read_indexes.fetch_add(1, Relaxed);
        let silent = || DriverError::Unavailable("PostgreSQL does not say what has changed".into());
        tokio::time::timeout(self.patience, asked).await.unwrap_or_else(|_| Err(NoAnswer { error: silent(), lost: false }))
    }

    /// What was remembered before is of no use to a new connection.
    async fn begin(&self, link: Arc<Link>) -> Result<Following, NoAnswer> {
        let (origin, heads) = feed::heads(&link).await?;
        self.forget();
        Ok(Following { link, origin, applied: heads })
    }

    async fn go_on(&self, before: Following) -> Result<Following, NoAnswer> {
        let Following { link, origin, applied } = before;
        let (now, heads) = feed::heads(&link).await?;
        let goes_on = now == origin && heads.iter().zip(&applied).all(|(head, applied)| head >= applied);
        let changed = if !goes_on {
            None
        } else if heads == applied {
            Some(Vec::new())
        } else {
            feed::changes(&link, &applied, &heads).await?
        };
        match changed {
            Some(facts) if facts.is_empty() => {}
            Some(facts) if !facts.contains(&Fact::EVERYTHING) => self.live.settle(&facts),
            Some(_) | None => self.forget(),
        }
        Ok(Following { link, origin: now, applied: heads })
    }

    /// In this order: a read that begins once all is forgotten finds no connection from before.
    fn forget(&self) {
        self.points.discard_all();
        self.live.forget_all();
    }
}

/// Whatever it is: it is not known what has changed.
fn unavailable(error: DriverError) -> DriverError {
    match error {
        DriverError::Unavailable(what) => DriverError::Unavailable(what),
        other => DriverError::Unavailable(other.to_string()),
    }
}
