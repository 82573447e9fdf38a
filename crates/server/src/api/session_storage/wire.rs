//! The shapes of this surface. None of them leaves this folder.

use cloakroom_engine::machine::owned_client::OwnedClient;
use cloakroom_engine::sessions::Session;
use cloakroom_engine::sessions::storage::open::StoredSession;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::time::seconds;

/// What a session may be created with.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field")]
pub struct CreateBody {
    data: Option<CreateData>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field")]
pub struct CreateData {
    /// 30 days unless configured otherwise.
    #[schema(minimum = 1, maximum = 31_536_000)]
    ttl_seconds: Option<u32>,
    /// How many tokens that read.
    #[schema(minimum = 0, maximum = 10)]
    subscriber_count: Option<u32>,
    /// What the session is for; other surfaces show it as its caption.
    #[schema(max_length = 255)]
    intent: Option<String>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field")]
pub struct ExpiryBody {
    data: Option<ExpiryData>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field")]
pub struct ExpiryData {
    /// Counts where the query has none.
    #[schema(minimum = 1, maximum = 31_536_000)]
    ttl_seconds: Option<u32>,
}

/// A session. Times are RFC 3339, whole seconds, `Z`.
#[derive(Serialize, ToSchema)]
pub struct StorageSession {
    /// `<owner>.<8 hex>.<8 hex>`
    id: String,
    created_at: String,
    /// Of its last activity.
    updated_at: String,
    expires_at: String,
}

impl StorageSession {
    pub fn of(client: &OwnedClient, session: &Session) -> Self {
        Self {
            id: client.storage_id(session.number).to_string(),
            created_at: seconds(session.created_at.as_millis()),
            updated_at: seconds(session.activity.last_active_at.as_millis()),
            expires_at: seconds(session.activity.expires_at.min(session.absolute_expires_at).as_millis()),
        }
    }
}

/// One session.
#[derive(Serialize, ToSchema)]
pub struct OneSession {
    pub data: StorageSession,
}

/// A page.
#[derive(Serialize, ToSchema)]
pub struct SessionPage {
    pub data: Vec<StorageSession>,
    /// Where the next page begins; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}

/// A session that was just created, with the one copy of its tokens.
#[derive(Serialize, ToSchema)]
pub struct CreatedData {
    #[serde(flatten)]
    session: StorageSession,
    /// A JWT with the scope `session:write`.
    publisher: String,
    /// As many JWTs with the scope `session:read` as were asked for.
    subscriber: Vec<String>,
    intent: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Created {
    ok: bool,
    data: CreatedData,
}

impl Created {
    pub fn of(client: &OwnedClient, stored: &StoredSession) -> Self {
        let data = CreatedData {
            session: StorageSession::of(client, &stored.session),
            publisher: stored.publisher.to_string(),
            subscriber: stored.subscribers.iter().map(|token| token.to_string()).collect(),
            intent: stored.session.caption.clone(),
        };
        Self { ok: true, data }
    }
}

/// Every refusal, in the older form and the newer.
#[derive(Serialize, ToSchema)]
pub struct Failure {
    pub ok: bool,
    pub error: String,
    pub errors: Vec<Problem>,
}

#[derive(Serialize, ToSchema)]
pub struct Problem {
    pub r#type: &'static str,
    pub status: u16,
    pub title: &'static str,
    pub detail: String,
    /// The request's path.
    pub instance: String,
    pub error_code: &'static str,
}
