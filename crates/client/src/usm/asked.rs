//! What many calls of this surface have in common: their context, which side of a list they show, its cursors.

use serde::{Deserialize, Serialize};

/// What every call sends along; the server echoes it in `stats`.
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

/// Which side of a list is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ListStatus {
    /// Active entries.
    #[default]
    Active,
    /// Ended entries.
    Doomed,
    /// Both, each side with a cursor of its own.
    All,
}

/// The cursors of a list. A side whose cursor is `None` is exhausted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Cursors {
    /// Of a list of one side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// Of the active side of [`ListStatus::All`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active_next_token: Option<String>,
    /// Of the ended side of [`ListStatus::All`].
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
