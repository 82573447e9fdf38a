//! `/console/ends`: ending all sessions that a search selects. It is asked for on a page that says how many they are, done in the background,
//! and found again here.

pub mod ask;
pub mod list;
pub mod progress;

use cloakroom_engine::sessions::mass_end::{MassEnd, MassEndState};

use super::cells::grouped;
use crate::web::door::Door;
use crate::web::language::Language;
use crate::web::words::Moment;

/// Where they are listed.
pub const PATH: &str = "/console/ends";

/// Where one is asked for.
pub const NEW: &str = "/console/ends/new";

/// One of them as pages show it.
pub struct ShownEnd {
    /// Where its page is.
    pub page: String,
    pub username: String,
    pub asked_at: Moment,
    pub state: String,
    pub is_running: bool,
    pub ended: u64,
    pub meant: u64,
    /// Both, in words.
    pub progress: String,
    pub settled_at: Option<Moment>,
}

impl ShownEnd {
    pub fn of(door: &Door, language: Language, end: &MassEnd, now: cloakroom_engine::clock::Timestamp) -> Self {
        let counts = [("ended", grouped(language, end.ended).into()), ("meant", grouped(language, end.meant).into())];
        Self {
            page: door.at(&format!("{PATH}/{}", end.uid)),
            username: end.username.clone(),
            asked_at: Moment::of(language, end.asked_at, now),
            state: language.say(match end.state {
                MassEndState::Running => "ends-running",
                MassEndState::Done => "ends-done",
                MassEndState::Stopped => "ends-stopped",
            }),
            is_running: end.state == MassEndState::Running,
            ended: end.ended,
            meant: end.meant,
            progress: language.say_with("ends-progress", &counts),
            settled_at: end.settled_at.map(|at| Moment::of(language, at, now)),
        }
    }
}
