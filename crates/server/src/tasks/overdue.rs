//! Cutting off clients that do not take their answers.

use std::time::Duration;

use super::stop::{Stage, Stop};
use crate::http::answers::Answers;

const EVERY: Duration = Duration::from_secs(1);

/// Looks every second until `stop` asks to drain, which has a deadline of its own.
#[expect(clippy::disallowed_methods, reason = "the pace of the transport: no rule of the engine sees it")]
pub async fn cut_overdue(answers: Answers, stop: Stop) {
    while stop.stage() < Stage::Draining {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => answers.cut_overdue(),
            () = stop.reached(Stage::Draining) => {}
        }
    }
}
