//! `POST /session-storage/sessions/{session_id}`

use axum::extract::State;
use axum::http::StatusCode;
use cloakroom_engine::sessions::storage::STORAGE_TTL;

use super::SessionStorage;
use super::caller::{Body, Caller, Named, Query};
use super::error::StorageError;
use super::wire::{ExpiryBody, Failure};

/// Set when one of the owner's active sessions expires: so many seconds from now.
#[utoipa::path(post, path = "/session-storage/sessions/{session_id}", operation_id = "storage_set_expiry", tag = "sessions",
    params(("session_id" = String, Path, description = "`<owner>.<8 hex>.<8 hex>`"),
        ("ttl_seconds" = Option<u32>, Query, minimum = 1, maximum = 31_536_000, description = "Else the body's")),
    request_body = Option<ExpiryBody>,
    responses(
        (status = 204, description = "It is set"),
        (status = 400, description = "There is no ttl_seconds, or not a good one", body = Failure),
        (status = 401, description = "ClientID or ClientSecret is missing, unknown or wrong", body = Failure),
        (status = 403, description = "The client is disabled, of a closed tenant, or belongs to no user", body = Failure),
        (status = 404, description = "No such live session of the owner's", body = Failure),
        (status = 408, description = "The body did not arrive in time", body = Failure),
        (status = 413, description = "The body is too large", body = Failure),
        (status = 431, description = "The head of the request is too large", body = Failure),
        (status = 500, description = "A fault of ours", body = Failure),
        (status = 503, description = "Try again shortly", body = Failure),
    ),
    security(("client id" = [], "client secret" = []))
)]
pub async fn set_expiry(
    State(surface): State<SessionStorage>,
    Caller { client, origin }: Caller,
    named: Named,
    query: Query,
    body: Body,
) -> Result<StatusCode, StorageError> {
    let asked = query.number("ttl_seconds", *STORAGE_TTL.start(), *STORAGE_TTL.end())?;
    let ttl_seconds = asked.map_or_else(|| of_body(&body), Ok)?;
    let (id, engine) = (named.session()?, surface.engine.clone());
    surface.detached.run(async move { engine.set_stored_session_expiry(&client, &id, ttl_seconds, &origin).await }).await???;
    Ok(StatusCode::NO_CONTENT)
}

fn of_body(body: &Body) -> Result<u32, StorageError> {
    let mut data = body.data()?;
    let ttl = data.required_integer("ttl_seconds", i64::from(*STORAGE_TTL.start())..=i64::from(*STORAGE_TTL.end()));
    data.finish()?;
    u32::try_from(ttl).map_err(|_| StorageError::bad("ttl_seconds", "is out of bounds"))
}
