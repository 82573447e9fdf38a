//! Sessions that an application keeps for its owner, under `/session-storage/`.

use reqwest::header::HeaderName;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::client::Client;
use crate::error::Result;
use crate::request::{Call, Surface, text};
use crate::secret::Secret;

const SURFACE: Surface = Surface::new(&["session-storage", "sessions"], reading);

/// The calls of this surface, each with the id and the secret of an application
/// ([`Credentials::Application`](crate::Credentials::Application)).
///
/// ```no_run
/// # use cloakroom_client::{Client, ClientCredentials, Secret};
/// # async fn example(client: Client) -> cloakroom_client::Result<()> {
/// let client = ClientCredentials::new(&client, "web-shop", Secret::new("clc_…")).client();
/// let page = client.session_storage().list(None, None).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SessionStorage<'c>(pub(crate) &'c Client);

/// A session to be kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StorageWish {
    /// 1 to 31,536,000; 30 days unless the server is told otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_seconds: Option<u32>,
    /// How many tokens that read, 0 to 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscriber_count: Option<u32>,
    /// What it is for, at most 255 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<String>,
    /// Data to keep with it, at most 4096 bytes as compact JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
}

/// What is kept with a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct KeptMetadata {
    /// The data.
    #[serde(default)]
    pub metadata: Map<String, Value>,
    /// How often that was written: 0 where it never was.
    #[serde(default)]
    pub metadata_edition: i64,
}

/// A session with what is kept with it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct ShownStorageSession {
    /// The session.
    #[serde(flatten)]
    pub session: StorageSession,
    /// What is kept with it.
    #[serde(flatten)]
    pub kept: KeptMetadata,
}

/// A session as this surface shows it. Times are RFC 3339, whole seconds, in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct StorageSession {
    /// `<owner>.<8 hex>.<8 hex>`
    pub id: String,
    /// When it was created.
    pub created_at: String,
    /// When it was last used.
    pub updated_at: String,
    /// When it expires.
    pub expires_at: String,
}

/// A new session: the one answer with its tokens, which `Debug` and `Serialize` do not show.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct CreatedStorageSession {
    /// The session.
    #[serde(flatten)]
    pub session: StorageSession,
    /// A JWT that writes.
    #[serde(serialize_with = "crate::secret::redacted")]
    pub publisher: Secret,
    /// JWTs that read, as many as were asked for.
    #[serde(serialize_with = "crate::secret::all_redacted")]
    pub subscriber: Vec<Secret>,
    /// As given.
    pub intent: Option<String>,
    /// What is kept with it.
    #[serde(flatten)]
    pub kept: KeptMetadata,
}

/// A page of sessions, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[non_exhaustive]
pub struct StoragePage {
    /// The sessions.
    #[serde(rename = "data")]
    pub sessions: Vec<StorageSession>,
    /// The cursor of the next page; `None` on the last one.
    #[serde(default)]
    pub next_page_token: Option<String>,
}

impl<'c> SessionStorage<'c> {
    /// Keeps a new session of the application's owner.
    ///
    /// # Errors
    /// `invalid_client` (401), `client_disabled`, `client_changed` and others (403), `too_many_sessions` (429).
    pub async fn create(self, wish: &StorageWish) -> Result<CreatedStorageSession> {
        self.shown(SURFACE.post(self.0, &[]))?.json(&json!({ "data": wish })).data().await
    }

    /// The owner's active sessions, wherever they were born, oldest first.
    ///
    /// # Errors
    /// 400 for a size outside of 1…100 or a token of another list.
    pub async fn list(self, page_size: Option<u32>, page_token: Option<&str>) -> Result<StoragePage> {
        self.shown(SURFACE.get(self.0, &[]))?.query("page_size", page_size).query("page_token", page_token).send().await
    }

    /// One of them.
    ///
    /// # Errors
    /// `session_not_found` (404).
    pub async fn get(self, id: &str) -> Result<ShownStorageSession> {
        self.shown(SURFACE.get(self.0, &[id]))?.data().await
    }

    /// Ends one of them.
    ///
    /// # Errors
    /// `session_not_found` (404).
    pub async fn delete(self, id: &str) -> Result<()> {
        self.shown(SURFACE.delete(self.0, &[id]))?.send_for_nothing().await
    }

    /// Lets one of them expire so many seconds from now.
    ///
    /// # Errors
    /// `session_not_found` (404); 400 outside of 1…31,536,000.
    pub async fn set_expiry(self, id: &str, ttl_seconds: u32) -> Result<()> {
        self.shown(SURFACE.post(self.0, &[id]))?.query("ttl_seconds", Some(ttl_seconds)).send_for_nothing().await
    }

    /// Has something else be kept with one of them, if what is kept is of the edition that was read; says what is kept then.
    ///
    /// # Errors
    /// `metadata_conflict` (409) where somebody else wrote it since; `session_not_found` (404).
    pub async fn set_metadata(self, id: &str, metadata: &Map<String, Value>, read: i64) -> Result<KeptMetadata> {
        let body = json!({ "data": { "metadata": metadata, "metadata_edition": read } });
        self.shown(SURFACE.post(self.0, &[id, "metadata"]))?.json(&body).data().await
    }

    /// The call with who makes it.
    fn shown(self, call: Call<'c>) -> Result<Call<'c>> {
        let application = self.0.credentials.application()?;
        let call = call.secret_header(HeaderName::from_static("clientid"), application.client_id());
        Ok(call.secret_header(HeaderName::from_static("clientsecret"), application.client_secret().expose()))
    }
}

/// A refusal, by its newer form.
fn reading(body: &Value) -> Option<(String, String, Option<Value>)> {
    Some((text(body, "/errors/0/error_code")?, text(body, "/error")?, None))
}
