//! What operators see and end, under `/api/admin/v1/authenticated-sessions/`.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::Client;
use crate::error::{Error, Result};
use crate::request::{Surface, text};
use crate::v1::{Page, PageNumber};

const SURFACE: Surface = Surface::new(&["api", "admin", "v1", "authenticated-sessions"], reading).bearer();

/// The calls of operators, each with the access token of one.
///
/// ```no_run
/// # async fn example(operator: cloakroom_client::Auth) -> cloakroom_client::Result<()> {
/// let client = operator.client();
/// let users = client.authenticated_sessions().list(Default::default()).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AuthenticatedSessions<'c>(pub(crate) &'c Client);

/// A user who has active sessions.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct AuthenticatedUser {
    /// The id of the user on this surface.
    pub user_guid: String,
    /// The name to log in with.
    pub user_name: String,
    /// How many are active.
    pub session_count: u64,
    /// Whether the user is an operator.
    pub is_operator: bool,
}

/// An active session of a user.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct AuthenticatedSession {
    /// The id of the session on this surface.
    #[serde(rename = "ID")]
    pub id: i64,
    /// The user's number.
    #[serde(rename = "UserID")]
    pub user_id: i64,
    /// The id of the user on this surface.
    pub user_guid: String,
    /// When it was last used (RFC 3339).
    pub last_updated: String,
    /// When it expires (RFC 3339).
    pub expiration_date: String,
    /// The name to log in with.
    pub user_name: String,
    /// Whether the user is an operator.
    pub is_operator: bool,
    /// The phone that opened it, `-` where it was none.
    pub smartphone: Option<String>,
    /// Family and version.
    pub operating_system: Option<String>,
    /// Family and version.
    pub application: Option<String>,
}

impl AuthenticatedSessions<'_> {
    /// Users who have active sessions, by name.
    ///
    /// # Errors
    /// `err_Unauthorized` (401), `err_Forbidden` (403), `err_InvalidRequest` (400).
    pub async fn list(self, page: PageNumber) -> Result<Page<AuthenticatedUser>> {
        self.page(&["list"], page, None).await
    }

    /// Those who follow the `next_cursor` of a page.
    ///
    /// # Errors
    /// As [`list`](Self::list).
    pub async fn list_after(self, cursor: &str, per_page: u32) -> Result<Page<AuthenticatedUser>> {
        self.page(&["list"], PageNumber::new(0, per_page), Some(cursor)).await
    }

    /// The active sessions of a user, the last used first; none where there is no such user.
    ///
    /// # Errors
    /// `err_Unauthorized` (401), `err_Forbidden` (403), `err_InvalidRequest` (400).
    pub async fn of_user(self, user_guid: &str, page: PageNumber) -> Result<Page<AuthenticatedSession>> {
        self.page(&["user-sessions", user_guid], page, None).await
    }

    /// Those that follow the `next_cursor` of a page; what is used meanwhile moves to the front of the list.
    ///
    /// # Errors
    /// As [`of_user`](Self::of_user).
    pub async fn of_user_after(self, user_guid: &str, cursor: &str, per_page: u32) -> Result<Page<AuthenticatedSession>> {
        self.page(&["user-sessions", user_guid], PageNumber::new(0, per_page), Some(cursor)).await
    }

    /// Ends an active session.
    ///
    /// # Errors
    /// `err_NoActiveSession` (400) where there is none within reach.
    pub async fn revoke(self, id: i64) -> Result<()> {
        SURFACE.post(self.0, &["revoke"]).json(&json!({ "Session": id })).send_for_nothing().await
    }

    /// A list is a bare array; its total and where it goes on stand in headers.
    async fn page<T: DeserializeOwned>(self, path: &[&str], page: PageNumber, cursor: Option<&str>) -> Result<Page<T>> {
        let number = cursor.is_none().then_some(page.page);
        let call = SURFACE.get(self.0, path).query("page", number).query("pageSize", Some(page.per_page)).query("cursor", cursor);
        let (rows, headers) = call.send_with_headers().await?;
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let missing = || Error::Unreadable { status: 200, problem: "the header X-Total-Count is missing".into() };
        let total = header("x-total-count").and_then(|value| value.parse().ok()).ok_or_else(missing)?;
        Ok(Page::counted(rows, page, total, header("x-next-cursor").map(str::to_owned)))
    }
}

/// A refusal: `{"Success": false, "Error", "Message"}`.
fn reading(body: &Value) -> Option<(String, String, Option<Value>)> {
    Some((text(body, "/Error")?, text(body, "/Message")?, None))
}
