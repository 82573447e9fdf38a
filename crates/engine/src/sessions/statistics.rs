//! Numbers about the sessions of a tenant.

use std::collections::BTreeMap;

use super::{DeviceType, EndReason};
use crate::clock::Span;

/// How far back the recent numbers reach.
pub const RECENT: Span = Span::from_seconds(86_400);

/// How many families of applications are counted separately: senders choose their user agents, and the answer must stay bounded.
pub const MOST_APPLICATIONS: i64 = 100;

/// The name for the rest: uap-core's word for what no rule recognises.
pub const OTHER_APPLICATIONS: &str = "Other";

/// The numbers of a tenant's sessions at one moment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SessionStatistics {
    pub active: u64,
    /// All that are recorded: active, ended, archived.
    pub total: u64,
    /// Users with an active session.
    pub active_users: u64,
    pub created_recently: u64,
    pub ended_recently: u64,
    /// From creation to end, summed over all that ended.
    pub ended_duration: Span,
    /// Of the active ones.
    pub by_device: BTreeMap<DeviceType, u64>,
    /// Of the active ones: by the family of the application that opened them, the [`MOST_APPLICATIONS`] most frequent; the rest, and
    /// what was not recognised, as [`OTHER_APPLICATIONS`].
    pub by_application: BTreeMap<String, u64>,
    /// Of all that ended.
    pub by_end_reason: BTreeMap<EndReason, u64>,
}

impl SessionStatistics {
    /// Mean time from creation to end of those that ended; zero where none did.
    pub fn average_duration(&self) -> Span {
        let ended: u64 = self.by_end_reason.values().sum();
        Span::from_millis(self.ended_duration.as_millis() / i64::try_from(ended).unwrap_or(i64::MAX).max(1))
    }
}
