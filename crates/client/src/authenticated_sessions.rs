//! What operators see and end, under `/api/admin/v1/authenticated-sessions/`.

use reqwest::header::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::client::Client;
use crate::error::{Error, Result};
use crate::request::{Call, text};
use crate::v1::{Page, PageNumber};

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
pub struct AuthenticatedSessions<'c>(&'c Client);

/// A user who has active sessions.
///
/// ```no_run
/// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
/// for user in client.authenticated_sessions().list(Default::default()).await?.items {
///     println!("{} has {}", user.user_name, user.session_count);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct AuthenticatedUser {
    /// Names the user here.
    pub user_guid: String,
    /// The name to log in with.
    pub user_name: String,
    /// How many are active.
    pub session_count: u64,
    /// Whether the user is an operator.
    pub is_operator: bool,
}

/// An active session of a user.
///
/// ```no_run
/// # use cloakroom_client::authenticated_sessions::AuthenticatedSession;
/// # async fn example(client: cloakroom_client::Client, guid: String) -> cloakroom_client::Result<()> {
/// let sessions: Vec<AuthenticatedSession> = client.authenticated_sessions().of_user(&guid, Default::default()).await?.items;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct AuthenticatedSession {
    /// Names the session here.
    #[serde(rename = "ID")]
    pub id: i64,
    /// The user's number.
    #[serde(rename = "UserID")]
    pub user_id: i64,
    /// Names the user here.
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

impl<'c> AuthenticatedSessions<'c> {
    pub(crate) const fn of(client: &'c Client) -> Self {
        Self(client)
    }

    /// Users who have active sessions, by name.
    ///
    /// # Errors
    /// `err_Unauthorized` (401), `err_Forbidden` (403), `err_InvalidRequest` (400).
    ///
    /// ```no_run
    /// # use cloakroom_client::PageNumber;
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// let page = client.authenticated_sessions().list(PageNumber::new(1, 100)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn list(self, page: PageNumber) -> Result<Page<AuthenticatedUser>> {
        let call = Call::get(self.0, &["api", "admin", "v1", "authenticated-sessions", "list"], reading);
        let (rows, headers) = paged(call, page).send_with_headers().await?;
        counted(rows, page, &headers)
    }

    /// The active sessions of a user, the last used first; none where there is no such user.
    ///
    /// # Errors
    /// `err_Unauthorized` (401), `err_Forbidden` (403), `err_InvalidRequest` (400).
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client, guid: String) -> cloakroom_client::Result<()> {
    /// let page = client.authenticated_sessions().of_user(&guid, Default::default()).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn of_user(self, user_guid: &str, page: PageNumber) -> Result<Page<AuthenticatedSession>> {
        let path = ["api", "admin", "v1", "authenticated-sessions", "user-sessions", user_guid];
        let (rows, headers) = paged(Call::get(self.0, &path, reading), page).send_with_headers().await?;
        counted(rows, page, &headers)
    }

    /// Ends an active session.
    ///
    /// # Errors
    /// `err_NoActiveSession` (400) where there is none within reach.
    ///
    /// ```no_run
    /// # async fn example(client: cloakroom_client::Client) -> cloakroom_client::Result<()> {
    /// client.authenticated_sessions().revoke(123).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn revoke(self, id: i64) -> Result<()> {
        let call = Call::post(self.0, &["api", "admin", "v1", "authenticated-sessions", "revoke"], reading);
        call.bearer().json(&json!({ "Session": id })).send_for_nothing().await
    }
}

fn paged(call: Call<'_>, page: PageNumber) -> Call<'_> {
    call.bearer().query("page", Some(page.page)).query("pageSize", Some(page.per_page))
}

/// The total stands in a header.
fn counted<T>(rows: Vec<T>, page: PageNumber, headers: &HeaderMap) -> Result<Page<T>> {
    let total = headers.get("x-total-count").and_then(|value| value.to_str().ok()?.parse().ok());
    let missing = || Error::Unreadable { status: 200, problem: "the header X-Total-Count is missing".into() };
    Ok(Page::counted(rows, page.page, page.per_page, total.ok_or_else(missing)?))
}

/// A refusal: `{"Success": false, "Error", "Message"}`.
fn reading(body: &Value) -> Option<(String, String, Option<Value>)> {
    Some((text(body, "/Error")?, text(body, "/Message")?, None))
}
