//! What many calls of this surface ask alike: the context of a call, which side of a list, where it goes on.

use serde::{Deserialize, Serialize};

/// What is said with every call and echoed in its statistics; for the audit trail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CallContext {
    /// On whose behalf, at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// The org, where the call itself names none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orgcode: Option<String>,
    /// The cost centre, at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cccode: Option<String>,
}

/// What a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ListStatus {
    /// What lives.
    #[default]
    Active,
    /// What is over.
    Doomed,
    /// Both, each side with a cursor of its own.
    All,
}

/// Where a list goes on. What is `None` is exhausted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Cursors {
    /// Of a list of one side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// Of the living side of a list of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_next_token: Option<String>,
    /// Of the other side of a list of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doomed_next_token: Option<String>,
}

impl Cursors {
    /// Whether the list is at its end.
    #[must_use]
    pub const fn is_exhausted(&self) -> bool {
        self.next_token.is_none() && self.active_next_token.is_none() && self.doomed_next_token.is_none()
    }
}
