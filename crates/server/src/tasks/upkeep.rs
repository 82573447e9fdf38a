//! The background tasks: what time does to sessions, in small batches, observable as metrics.
//!
//! Each runs batch after batch while there is a full one to do, then waits for the next tick. A batch that fails is tried again
//! with the next tick: nothing here is lost by waiting.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use cloakroom_engine::{Engine, EngineError};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use super::stop::{Stage, Stop};

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfTask {
    task: &'static str,
}

/// What the tasks have done since the start.
#[derive(Clone, Default)]
pub struct UpkeepMetrics {
    rows: Family<OfTask, Counter>,
    batches: Family<OfTask, Counter>,
    failures: Family<OfTask, Counter>,
}

impl UpkeepMetrics {
    /// Registers the counters under `cloakroom_task_…`.
    pub fn register(&self, registry: &mut Registry) {
        registry.register("task_rows", "Rows that background tasks changed", self.rows.clone());
        registry.register("task_batches", "Batches that background tasks ran", self.batches.clone());
        registry.register("task_failures", "Batches of background tasks that failed", self.failures.clone());
    }
}

/// The tasks and what they need.
#[derive(Clone)]
pub struct Upkeep {
    pub engine: Arc<Engine>,
    /// Time between two looks at whether there is something to do.
    pub tick: Duration,
    /// Rows that one transaction changes at most.
    pub batch: usize,
    pub metrics: UpkeepMetrics,
}

/// A background task.
#[derive(Clone, Copy)]
struct Task {
    name: &'static str,
    /// Of several processes over one database, one at a time runs it.
    taken_in_turn: bool,
    /// From when on stopping no longer waits for a step under way.
    abandoned_at: Stage,
}

impl Task {
    const fn of_one(name: &'static str) -> Self {
        Self { name, taken_in_turn: true, abandoned_at: Stage::Now }
    }

    /// Every process has something of its own to do.
    const fn of_each(name: &'static str) -> Self {
        Self { name, taken_in_turn: false, abandoned_at: Stage::Now }
    }

    /// It waits for a server of others, which may take its time. What it was about to do is still due at the next start.
    const fn of_one_outbound(name: &'static str) -> Self {
        Self { name, taken_in_turn: true, abandoned_at: Stage::Draining }
    }
}

/// How many rows a step changed, and whether there is more to do at once.
type Stepped = Result<(usize, bool), EngineError>;

/// Ticks between two runs of what may wait: archiving, purging, settling.
const SELDOM: u32 = 10;

/// Sessions that one transaction of a mass end ends at most: each end writes several rows, and others wait behind it.
const IN_A_MASS_END: usize = 200;

/// Half the least lag of a touch. A touch is due within a lag and was noted with two of them left in the store: saved at this pace, it
/// is there before any other process could take its session for expired.
const SAVE_TOUCHES_EVERY: Duration = Duration::from_millis(500);

impl Upkeep {
    /// Runs all tasks until `stop` asks to drain.
    pub async fn run(self, stop: Stop) {
        let Self { engine, tick, batch, .. } = &self;
        let seldom = *tick * SELDOM;
        tokio::join!(
            self.repeat(Task::of_each("save_touches"), SAVE_TOUCHES_EVERY, &stop, async || {
                let saved = engine.save_touches(false, *batch).await?;
                Ok((saved, saved == *batch))
            }),
            self.repeat(Task::of_each("save_api_key_uses"), *tick, &stop, async || {
                let saved = engine.save_api_key_uses(false, *batch).await?;
                Ok((saved, saved == *batch))
            }),
            self.repeat(Task::of_each("tell_refusals"), *tick, &stop, async || {
                let told = engine.tell_refusals(false, *batch).await?;
                Ok((told, told == *batch))
            }),
            self.repeat(Task::of_one("sweep"), *tick, &stop, async || {
                let swept = engine.sweep_dead_sessions(*batch).await?;
                Ok((swept.ended, swept.ended + swept.rescheduled == *batch))
            }),
            self.repeat(Task::of_one("stamp_moved_epochs"), *tick, &stop, async || engine.stamp_moved_epochs(*batch).await),
            self.repeat(Task::of_one("run_mass_ends"), *tick, &stop, async || engine.run_mass_ends((*batch).min(IN_A_MASS_END)).await),
            self.repeat(Task::of_one("seal_audit_entries"), *tick, &stop, async || engine.seal_audit_entries(*batch).await),
            self.repeat(Task::of_one("minimise_audit_addresses"), seldom, &stop, async || engine.minimise_audit_addresses(*batch).await),
            self.repeat(Task::of_one("retire_audit_entries"), seldom, &stop, async || engine.retire_audit_entries(*batch).await),
            self.repeat(Task::of_one_outbound("deliver_mails"), *tick, &stop, async || engine.deliver_mails(*batch).await),
            self.deliver_logouts(&stop),
            self.repeat(Task::of_one("forget_logouts"), seldom, &stop, async || {
                let forgotten = engine.forget_old_logouts(*batch).await?;
                Ok((forgotten, forgotten == *batch))
            }),
            self.repeat(Task::of_one("forget_expired_mails"), seldom, &stop, async || {
                let forgotten = engine.forget_expired_mails(*batch).await?;
                Ok((forgotten, forgotten == *batch))
            }),
            self.repeat(Task::of_one("forget_revoked_tokens"), seldom, &stop, async || {
                let forgotten = engine.forget_revoked_tokens(*batch).await?;
                Ok((forgotten, forgotten == *batch))
            }),
            self.repeat(Task::of_one("archive"), seldom, &stop, async || {
                let archived = engine.archive_sessions(*batch).await?;
                Ok((archived, archived == *batch))
            }),
            self.repeat(Task::of_one("purge"), seldom, &stop, async || {
                let purged = engine.purge_sessions(*batch).await?;
                Ok((purged, purged == *batch))
            }),
            self.repeat(Task::of_each("signing_keys"), seldom, &stop, async || Ok((
                usize::from(engine.rotate_signing_keys_when_due().await?),
                false
            ))),
            self.repeat(Task::of_one("settle_sign_in_failures"), seldom, &stop, async || {
                let settled = engine.settle_sign_in_failures(*batch).await?;
                Ok((settled, settled >= *batch))
            }),
        );
    }

    /// Counts a batch.
    pub(super) fn did(&self, task: &'static str, rows: u64) {
        let label = OfTask { task };
        self.metrics.batches.get_or_create(&label).inc();
        self.metrics.rows.get_or_create(&label).inc_by(rows);
    }

    /// Counts a batch that failed, and says why.
    pub(super) fn failed(&self, task: &'static str, error: &dyn Display) {
        self.metrics.failures.get_or_create(&OfTask { task }).inc();
        tracing::warn!(task, error = %error, "a background task failed and goes on with the next tick");
    }

    /// Repeats one task.
    async fn repeat<F>(&self, task: Task, every: Duration, stop: &Stop, mut step: impl FnMut() -> F)
    where
        F: Future<Output = Stepped>,
    {
        let Task { name: task, taken_in_turn, abandoned_at } = task;
        while stop.stage() == Stage::Running {
            let turn = async {
                let may_run = if taken_in_turn { self.engine.may_run_tasks().await? } else { true };
                if may_run { step().await } else { Ok((0, false)) }
            };
            let stepped = tokio::select! {
                stepped = turn => stepped,
                () = stop.reached(abandoned_at) => return,
            };
            let more = match stepped {
                Ok((rows, more)) => {
                    self.did(task, rows as u64);
                    more
                }
                Err(error) => {
                    self.failed(task, &error);
                    false
                }
            };
            // Requests come first: even with more to do, the next batch lets others in before it.
            let pause = if more { Duration::from_millis(1) } else { every };
            tokio::select! {
                () = pause_for(pause) => {}
                () = stop.reached(Stage::Draining) => {}
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the rhythm of a background task decides nothing: every rule takes the engine's clock")]
pub(super) async fn pause_for(pause: Duration) {
    tokio::time::sleep(pause).await;
}

/// Saves every touch, every last use of a key and every sum of refusals that is not on disk yet, as the last thing before the store
/// closes.
///
/// # Errors
/// The store's; what is left is lost with the process, which only shortens sessions, shows keys as used earlier and refusals as fewer.
pub async fn save_all_touches(engine: &Engine, batch: usize) -> Result<(), EngineError> {
    while engine.save_touches(true, batch).await? > 0 {}
    while engine.save_api_key_uses(true, batch).await? > 0 {}
    while engine.tell_refusals(true, batch).await? > 0 {}
    Ok(())
}
