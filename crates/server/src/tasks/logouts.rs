//! Telling applications of sessions that are over: several at a time, so that one that is slow keeps only itself waiting.

use cloakroom_engine::EngineError;
use cloakroom_engine::ids::ApplicationNumber;
use cloakroom_engine::openid::logout::DueLogout;
use cloakroom_engine::openid::logout::deliver::Told;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::stop::{Stage, Stop};
use super::upkeep::{Upkeep, pause_for};

/// Notices under way at the same time.
const AT_A_TIME: usize = 32;

/// The name of this task in metrics and log lines.
const TASK: &str = "deliver_logouts";

impl Upkeep {
    /// Delivers until `stop` asks to drain. What is under way then is due again at the next start.
    pub(super) async fn deliver_logouts(&self, stop: &Stop) {
        let mut under_way = FuturesUnordered::new();
        let mut whose: Vec<ApplicationNumber> = Vec::with_capacity(AT_A_TIME);
        while stop.stage() == Stage::Running {
            let taken = match self.take_over(&whose).await {
                Ok(taken) => taken,
                Err(error) => {
                    self.failed(TASK, &error);
                    Vec::new()
                }
            };
            for due in taken {
                whose.push(due.application);
                under_way.push(self.tell(due));
            }
            // Somebody who was told makes room for the next one; where there is none, there may be by the next tick.
            tokio::select! {
                Some(application) = under_way.next(), if !under_way.is_empty() => {
                    if let Some(at) = whose.iter().position(|other| *other == application) {
                        whose.swap_remove(at);
                    }
                }
                () = pause_for(self.tick) => {}
                () = stop.reached(Stage::Draining) => return,
            }
        }
    }

    async fn take_over(&self, whose: &[ApplicationNumber]) -> Result<Vec<DueLogout>, EngineError> {
        let room = AT_A_TIME.saturating_sub(whose.len());
        if room == 0 || !self.engine.may_run_tasks().await? {
            return Ok(Vec::new());
        }
        let under_way = |application| whose.iter().filter(|other| **other == application).count().try_into().unwrap_or(u32::MAX);
        self.engine.take_due_logouts(room, under_way).await
    }

    /// One attempt, and to whom it was made.
    async fn tell(&self, due: DueLogout) -> ApplicationNumber {
        match self.engine.tell_of_logout(&due).await {
            Ok(Told::Delivered) => self.did(TASK, 1),
            Ok(Told::Later(problem)) => self.failed(TASK, &format_args!("{} was not told of a logout: {problem}", due.client_id)),
            Ok(Told::GivenUp(problem)) => self.failed(TASK, &format_args!("{} is not told of a logout: {problem}", due.client_id)),
            Err(error) => self.failed(TASK, &error),
        }
        due.application
    }
}
