//! The seven routes under `/usm/session/`.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::calls::{Cursors, ListStatus, Usm};
use crate::error::Result;
use crate::secret::Secret;

/// A session to be created. [`SessionCreate::new`] has what is required.
///
/// ```
/// use cloakroom_client::{Secret, usm::SessionCreate};
///
/// let mut wish = SessionCreate::new("alice@example.com", Secret::new("Correct-horse-7"));
/// wish.caption = Some("laptop".into());
/// wish.ttl_seconds = Some(900);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SessionCreate {
    /// Of a verified user, itself verified; trimmed and lower-cased by the server.
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
}

impl SessionCreate {
    /// A session of this user.
    ///
    /// ```
    /// # use cloakroom_client::{Secret, usm::SessionCreate};
    /// let wish = SessionCreate::new("alice@example.com", Secret::new("Correct-horse-7"));
    /// ```
    pub fn new(email: impl Into<String>, passcode: Secret) -> Self {
        Self {
            email: email.into(),
            passcode,
            caption: None,
            session_label: None,
            ttl_seconds: None,
            ttl_refresh_enabled: None,
            reason: None,
        }
    }
}

/// A session as it is shown. Times are RFC 3339 in UTC.
///
/// ```no_run
/// # async fn example(client: cloakroom_client::Client, guid: cloakroom_client::Secret) -> cloakroom_client::Result<()> {
/// let record = client.usm().session_validate(&guid).await?;
/// println!("{} until {}", record.status, record.expires_at_utc);
/// # Ok(())
/// # }
/// ```
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
}

/// A new session: the one answer with its bearer guid, which `Debug` and `Serialize` do not show.
///
/// ```no_run
/// # use cloakroom_client::usm::{CreatedSession, SessionCreate};
/// # async fn example(client: cloakroom_client::Client, wish: SessionCreate) -> cloakroom_client::Result<()> {
/// let created: CreatedSession = client.usm().session_create(&wish).await?;
/// let guid = created.session_guid;
/// # Ok(())
/// # }
/// ```
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
}

/// Which sessions a list shows. [`SessionListQuery::new`] has what is required.
///
/// ```
/// use cloakroom_client::{Secret, usm::{ListStatus, SessionListQuery}};
///
/// let mut query = SessionListQuery::new(Secret::new("0190b6a4-…"));
/// query.status = ListStatus::All;
/// query.limit = Some(100);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SessionListQuery {
    /// The bearer guid of a live session, whose user's sessions are listed.
    #[serde(serialize_with = "crate::secret::exposed")]
    pub session_guid: Secret,
    /// What is shown.
    pub status: ListStatus,
    /// 8 by default, clamped to 1…256; of all it counts for each side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Where to go on, from the page before.
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
    ///
    /// ```
    /// # use cloakroom_client::{Secret, usm::SessionListQuery};
    /// let query = SessionListQuery::new(Secret::new("0190b6a4-…"));
    /// ```
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
///
/// ```no_run
/// # use cloakroom_client::usm::SessionListQuery;
/// # async fn example(client: cloakroom_client::Client, query: SessionListQuery) -> cloakroom_client::Result<()> {
/// let page = client.usm().session_list(&query).await?;
/// let here = page.sessions.iter().find(|session| session.is_current == Some(true));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct SessionList {
    /// The sessions.
    pub sessions: Vec<SessionRecord>,
    /// Where to go on.
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
    ///
    /// ```no_run
    /// # use cloakroom_client::{Secret, usm::SessionCreate};
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let wish = SessionCreate::new("alice@example.com", Secret::new("Correct-horse-7"));
    /// let created = client.usm().session_create(&wish).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn session_create(&self, wish: &SessionCreate) -> Result<CreatedSession> {
        Self::data(self.call("session", "create", wish)?).await
    }

    /// Says whether a session lives, and moves its expiry where it slides.
    ///
    /// # Errors
    /// [`Error::SessionDead`](crate::Error::SessionDead) where it does not; `session-not-found` (404) where there is none.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client, guid: cloakroom_client::Secret) -> cloakroom_client::Result<()> {
    /// let record = client.usm().session_validate(&guid).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn session_validate(&self, session_guid: &Secret) -> Result<SessionRecord> {
        let body = json!({ "session_guid": session_guid.expose() });
        Self::data(self.call("session", "validate", &body)?.repeatable()).await
    }

    /// Ends a session, by its bearer or its reference guid.
    ///
    /// # Errors
    /// [`Error::SessionDead`](crate::Error::SessionDead) where it was over already.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client, guid: cloakroom_client::Secret) -> cloakroom_client::Result<()> {
    /// let record = client.usm().session_close(&guid, Some("lost laptop")).await?;
    /// assert_eq!(record.doom_reason.as_deref(), Some("closed"));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn session_close(&self, session_guid: &Secret, reason: Option<&str>) -> Result<SessionRecord> {
        let mut body = json!({ "session_guid": session_guid.expose() });
        if let Some(reason) = reason {
            body["reason"] = reason.into();
        }
        Self::data(self.call("session", "close", &body)?).await
    }

    /// Shows a session, by its bearer or its reference guid, dead ones too.
    ///
    /// # Errors
    /// `session-not-found` (404), also of an archived one unless those are included.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client, guid: cloakroom_client::Secret) -> cloakroom_client::Result<()> {
    /// let record = client.usm().session_get(&guid, true).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn session_get(&self, session_guid: &Secret, include_archived: bool) -> Result<SessionRecord> {
        let body = json!({ "session_guid": session_guid.expose(), "include_archived": include_archived });
        Self::data(self.call("session", "get", &body)?.repeatable()).await
    }

    /// Lists the sessions of whose session asks.
    ///
    /// # Errors
    /// [`Error::SessionDead`](crate::Error::SessionDead); `validation-error` (400) for a cursor of another list.
    ///
    /// ```no_run
    /// # use cloakroom_client::{Secret, usm::SessionListQuery};
    /// # async fn example(client: cloakroom_client::Client, guid: Secret) -> cloakroom_client::Result<()> {
    /// let page = client.usm().session_list(&SessionListQuery::new(guid)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn session_list(&self, query: &SessionListQuery) -> Result<SessionList> {
        Self::data(self.call("session", "list", query)?.repeatable()).await
    }

    /// Ends every other session of the user; says how many lived.
    ///
    /// # Errors
    /// [`Error::SessionDead`](crate::Error::SessionDead).
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client, guid: cloakroom_client::Secret) -> cloakroom_client::Result<()> {
    /// let ended = client.usm().session_logout_other_devices(&guid).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn session_logout_other_devices(&self, session_guid: &Secret) -> Result<u64> {
        let body = json!({ "session_guid": session_guid.expose() });
        Ok(Self::data::<Doomed>(self.call("session", "logout_other_devices", &body)?).await?.doomed_count)
    }

    /// Ends every session of the user, this one too; says how many lived.
    ///
    /// # Errors
    /// [`Error::SessionDead`](crate::Error::SessionDead).
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client, guid: cloakroom_client::Secret) -> cloakroom_client::Result<()> {
    /// let ended = client.usm().session_logout_everywhere(&guid).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn session_logout_everywhere(&self, session_guid: &Secret) -> Result<u64> {
        let body = json!({ "session_guid": session_guid.expose() });
        Ok(Self::data::<Doomed>(self.call("session", "logout_everywhere", &body)?).await?.doomed_count)
    }
}
