//! The eight routes under `/usm/session/`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Cursors, ListStatus, Usm};
use crate::error::Result;
use crate::secret::Secret;

/// A session to be created. [`SessionCreate::new`] has what is required.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SessionCreate {
    /// A verified address of a verified user; the server trims and lower-cases it.
    pub email: String,
    /// The user's password.
    #[serde(serialize_with = "crate::secret::exposed")]
    pub passcode: Secret,
    /// For people, at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// For programs, at most 64 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_label: Option<String>,
    /// Time to live; 3600 by default, between 60 and 86,400 unless the server is told otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_seconds: Option<u32>,
    /// Whether a validation moves the expiry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_refresh_enabled: Option<bool>,
    /// For the audit trail, at most 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Data to keep with it, at most 4096 bytes as compact JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
}

impl SessionCreate {
    /// A session of this user.
    pub fn new(email: impl Into<String>, passcode: Secret) -> Self {
        Self {
            email: email.into(),
            passcode,
            caption: None,
            session_label: None,
            ttl_seconds: None,
            ttl_refresh_enabled: None,
            reason: None,
            metadata: None,
        }
    }
}

/// A session as it is shown. Times are RFC 3339 in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SessionRecord {
    /// The reference guid: finds and closes the session, validates nothing.
    pub session_guid: String,
    /// `usr_…`
    pub user_id: String,
    /// `active` or `doomed`.
    pub status: String,
    /// When it was created.
    pub created_at_utc: String,
    /// When it was last validated.
    pub last_validated_at_utc: Option<String>,
    /// When it expires, or would have.
    pub expires_at_utc: String,
    /// Time to live, from creation or the last validation.
    pub ttl_seconds: i64,
    /// Whether a validation moves the expiry.
    pub ttl_refresh_enabled: bool,
    /// As given at creation.
    pub caption: Option<String>,
    /// As given at creation.
    pub session_label: Option<String>,
    /// When it ended.
    pub doomed_at_utc: Option<String>,
    /// `ttl-expired`, `closed`, `user-suspended`, `user-doomed`, `email-unverified`, `email-doomed` or `manual`.
    pub doom_reason: Option<String>,
    /// Whether it was archived.
    pub archived: bool,
    /// When it was archived.
    pub archived_at_utc: Option<String>,
    /// Whether it is the session that asks; in lists only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_current: Option<bool>,
    /// What it comes from; from `session_get` and in lists only.
    #[serde(flatten)]
    pub whence: Option<Whence>,
    /// What is kept with it; from `session_get` and `session_update` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// How often that was written; from `session_get` and `session_update` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata_edition: Option<i64>,
}

/// What a session comes from: told by the request that created it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Whence {
    /// The address of that request.
    pub ip_address: Option<String>,
    /// Its user agent.
    pub user_agent: Option<String>,
    /// What that user agent is.
    pub device: Device,
    /// City, region and country of the address, as far as they are known.
    pub location: Option<String>,
}

/// What a session was created with, as far as its user agent tells.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Device {
    /// `desktop`, `mobile`, `tablet`, `console`, `tv`, `headset`, `bot`, `api` or `unknown`.
    pub r#type: String,
    /// Who made it.
    pub brand: Option<String>,
    /// What it calls itself.
    pub model: Option<String>,
    /// Its family: `iOS`.
    pub operating_system: Option<String>,
    /// Numbers separated by dots.
    pub operating_system_version: Option<String>,
    /// The browser, library or program.
    pub application: Option<String>,
    /// Numbers separated by dots.
    pub application_version: Option<String>,
}

/// A new session: the one answer with its bearer guid, which `Debug` and `Serialize` do not show.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct CreatedSession {
    /// The bearer secret.
    #[serde(serialize_with = "crate::secret::redacted")]
    pub session_guid: Secret,
    /// Finds and closes the session, validates nothing.
    pub reference_guid: String,
    /// `usr_…`
    pub user_id: String,
    /// `active`.
    pub status: String,
    /// When it was created.
    pub created_at_utc: String,
    /// Null.
    pub last_validated_at_utc: Option<String>,
    /// When it expires unless it is validated.
    pub expires_at_utc: String,
    /// Time to live, from creation or the last validation.
    pub ttl_seconds: i64,
    /// Whether a validation moves the expiry.
    pub ttl_refresh_enabled: bool,
    /// As given.
    pub caption: Option<String>,
    /// As given.
    pub session_label: Option<String>,
    /// Null.
    pub doomed_at_utc: Option<String>,
    /// Null.
    pub doom_reason: Option<String>,
    /// False.
    pub archived: bool,
    /// Null.
    pub archived_at_utc: Option<String>,
    /// As given.
    #[serde(default)]
    pub metadata: Map<String, Value>,
    /// 1 where anything is kept, else 0.
    #[serde(default)]
    pub metadata_edition: i64,
}

/// Which sessions a list shows. [`SessionListQuery::new`] has what is required.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SessionListQuery {
    /// The bearer guid of a live session, whose user's sessions are listed.
    #[serde(serialize_with = "crate::secret::exposed")]
    pub session_guid: Secret,
    /// Which side is listed.
    pub status: ListStatus,
    /// 8 by default, clamped to 1…256; with [`ListStatus::All`] it counts for each side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The cursor of the page before.
    #[serde(flatten)]
    pub cursors: Cursors,
    /// Exactly this caption.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// Exactly this label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_label: Option<String>,
    /// Archived ones, too.
    pub include_archived: bool,
    /// Archived at this time (RFC 3339) or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_from_utc: Option<String>,
    /// Archived before this time (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived_to_utc: Option<String>,
}

impl SessionListQuery {
    /// The live sessions of the user whose session this is.
    #[must_use]
    pub fn new(session_guid: Secret) -> Self {
        Self {
            session_guid,
            status: ListStatus::Active,
            limit: None,
            cursors: Cursors::default(),
            caption: None,
            session_label: None,
            include_archived: false,
            archived_from_utc: None,
            archived_to_utc: None,
        }
    }
}

/// A page of sessions, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SessionList {
    /// The sessions.
    pub sessions: Vec<SessionRecord>,
    /// The cursor of the next page.
    #[serde(flatten)]
    pub cursors: Cursors,
}

#[derive(Deserialize)]
struct Doomed {
    doomed_count: u64,
}

impl Usm<'_> {
    /// Signs a user in: a new session.
    ///
    /// # Errors
    /// `invalid-passcode` (401), `user-not-verified` and `email-not-verified` (403), `too-many-sessions` (409), `rate-limited` (429).
    pub async fn session_create(&self, wish: &SessionCreate) -> Result<CreatedSession> {
        self.call("session", "create", wish)?.data().await
    }

    /// Says whether a session is live, and moves its expiry if it slides.
    ///
    /// # Errors
    /// [`Error::SessionDead`](crate::Error::SessionDead) where it does not; `session-not-found` (404) where there is none.
    pub async fn session_validate(&self, session_guid: &Secret) -> Result<SessionRecord> {
        let body = json!({ "session_guid": session_guid.expose() });
        self.call("session", "validate", &body)?.repeatable().data().await
    }

    /// Ends a session, by its bearer or its reference guid.
    ///
    /// # Errors
    /// [`Error::SessionDead`](crate::Error::SessionDead) where it was over already.
    pub async fn session_close(&self, session_guid: &Secret, reason: Option<&str>) -> Result<SessionRecord> {
        let mut body = json!({ "session_guid": session_guid.expose() });
        if let Some(reason) = reason {
            body["reason"] = reason.into();
        }
        self.call("session", "close", &body)?.data().await
    }

    /// Shows a session, by its bearer or its reference guid, dead ones too.
    ///
    /// # Errors
    /// `session-not-found` (404), also of an archived one unless those are included.
    pub async fn session_get(&self, session_guid: &Secret, include_archived: bool) -> Result<SessionRecord> {
        let body = json!({ "session_guid": session_guid.expose(), "include_archived": include_archived });
        self.call("session", "get", &body)?.repeatable().data().await
    }

    /// Has something else be kept with a session, by its bearer guid, if what is kept is of the edition that was read.
    ///
    /// # Errors
    /// `metadata-conflict` (409) where somebody else wrote it since; `session-held-by-browser` (403);
    /// [`Error::SessionDead`](crate::Error::SessionDead).
    pub async fn session_update(&self, session_guid: &Secret, metadata: &Map<String, Value>, read: i64) -> Result<SessionRecord> {
        let body = json!({ "session_guid": session_guid.expose(), "metadata": metadata, "metadata_edition": read });
        self.call("session", "update", &body)?.data().await
    }

    /// Lists the sessions of the user whose session asks.
    ///
    /// # Errors
    /// [`Error::SessionDead`](crate::Error::SessionDead); `validation-error` (400) for a cursor of another list.
    pub async fn session_list(&self, query: &SessionListQuery) -> Result<SessionList> {
        self.call("session", "list", query)?.repeatable().data().await
    }

    /// Ends every other session of the user; says how many lived.
    ///
    /// # Errors
    /// [`Error::SessionDead`](crate::Error::SessionDead).
    pub async fn session_logout_other_devices(&self, session_guid: &Secret) -> Result<u64> {
        let body = json!({ "session_guid": session_guid.expose() });
        Ok(self.call("session", "logout_other_devices", &body)?.data::<Doomed>().await?.doomed_count)
    }

    /// Ends every session of the user, this one too; says how many lived.
    ///
    /// # Errors
    /// [`Error::SessionDead`](crate::Error::SessionDead).
    pub async fn session_logout_everywhere(&self, session_guid: &Secret) -> Result<u64> {
        let body = json!({ "session_guid": session_guid.expose() });
        Ok(self.call("session", "logout_everywhere", &body)?.data::<Doomed>().await?.doomed_count)
    }
}
