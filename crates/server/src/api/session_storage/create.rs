//! `POST /session-storage/session` and `/session-storage/sessions`

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use cloakroom_engine::sessions::storage::open::StorageWish;
use cloakroom_engine::sessions::storage::{STORAGE_TTL, SUBSCRIBERS_AT_MOST};

use super::SessionStorage;
use super::caller::{Body, Caller};
use super::error::StorageError;
use super::wire::{CreateBody, Created, Failure};

/// A secret stands in the answer.
const NO_STORE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// Create a session of the owner's, with the tokens that are bound to it.
#[utoipa::path(post, path = "/session-storage/session", operation_id = "storage_create", tag = "sessions",
    request_body = Option<CreateBody>,
    responses(
        (status = 201, description = "The session; its tokens are told this once", body = Created),
        (status = 400, description = "The body is not what it should be", body = Failure),
        (status = 401, description = "ClientID or ClientSecret is missing, unknown or wrong", body = Failure),
        (status = 403, description = "The client is disabled, of a closed tenant or belongs to no user, or its owner may have no session", body = Failure),
        (status = 408, description = "The body did not arrive in time", body = Failure),
        (status = 413, description = "The body is too large", body = Failure),
        (status = 429, description = "As many sessions as allowed; deleting one makes room, waiting does not", body = Failure),
        (status = 431, description = "The head of the request is too large", body = Failure),
        (status = 500, description = "A fault of ours", body = Failure),
        (status = 503, description = "Try again shortly", body = Failure),
    ),
    security(("client id" = [], "client secret" = []))
)]
pub async fn create(
    State(surface): State<SessionStorage>,
    Caller { client, origin }: Caller,
    body: Body,
) -> Result<(StatusCode, [(HeaderName, &'static str); 1], Json<Created>), StorageError> {
    let mut data = body.data()?;
    let (least, most) = (i64::from(*STORAGE_TTL.start()), i64::from(*STORAGE_TTL.end()));
    let ttl_seconds = data.optional_integer("ttl_seconds", least..=most).and_then(|ttl| u32::try_from(ttl).ok());
    let subscribers = data.optional_integer("subscriber_count", 0..=i64::from(SUBSCRIBERS_AT_MOST)).unwrap_or(0);
    let intent = data.optional_text("intent", 255);
    data.finish()?;
    let wish = StorageWish { ttl_seconds, subscribers: u32::try_from(subscribers).unwrap_or(0), intent };
    let (engine, caller) = (surface.engine.clone(), client.clone());
    let stored = surface.detached.run(async move { engine.open_stored_session(&caller, wish, origin).await }).await???;
    Ok((StatusCode::CREATED, NO_STORE, Json(Created::of(&client, &stored))))
}
