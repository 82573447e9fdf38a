//! Ending all sessions of a user, this one included or not. One transaction: there is no moment in which half of them live.

use super::EndReason;
use super::authenticate::end_entry;
use super::store::EndSessionsOfUser;
use crate::audit::RequestOrigin;
use crate::callers::EndUser;
use crate::engine::Engine;
use crate::error::EngineError;

/// How far a log-out reaches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogOutReach {
    /// Every session of the user but the one that asks.
    OtherDevices,
    /// Every session of the user.
    Everywhere,
}

impl Engine {
    /// Ends the caller's sessions and returns how many were live.
    ///
    /// # Errors
    /// When the store cannot be relied on; whether they ended may then be unknown.
    pub async fn log_out(&self, caller: &EndUser, reach: LogOutReach, origin: &RequestOrigin) -> Result<usize, EngineError> {
        let now = self.now();
        let audit = end_entry(now, caller.actor(), caller.shown(), origin).with(
            "reach",
            match reach {
                LogOutReach::OtherDevices => "other devices",
                LogOutReach::Everywhere => "everywhere",
            },
        );
        let end = EndSessionsOfUser {
            user: caller.user(),
            except: (reach == LogOutReach::OtherDevices).then_some(caller.session()),
            at: now,
            reason: EndReason::Revoked,
            by: Some(caller.user()),
            audit,
        };
        Ok(self.store.end_sessions_of_user(caller.basis(now), end).await?.len())
    }
}
