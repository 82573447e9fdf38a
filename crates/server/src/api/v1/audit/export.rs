//! `GET /api/v1/admin/audit/export`

use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use cloakroom_engine::EngineError;
use futures_util::stream;

use super::filter::{AuditFilters, audit_query};
use super::wire::{AuditLine, lines};
use crate::api::v1::V1;
use crate::api::v1::caller::Administrator;
use crate::api::v1::decode::Query;
use crate::api::v1::envelope::{ErrorResponse, HTTPValidationError};
use crate::api::v1::error::V1Error;

/// Export what was committed before the call, in the order of commits, as lines of JSON. The export is an entry of the trail itself.
/// An answer that breaks off was not finished: go on behind its last line with `after`.
#[utoipa::path(get, path = "/api/v1/admin/audit/export", operation_id = "audit_export", tag = "audit",
    params(("after" = Option<u64>, Query, description = "The `position` of the last line of an earlier export", minimum = 1),
        AuditFilters),
    responses(
        (status = 200, description = "An AuditLine on each line", content_type = "application/x-ndjson", body = AuditLine),
        (status = 401, description = "The access token is missing or not valid", body = ErrorResponse),
        (status = 403, description = "The role does not reach that far", body = ErrorResponse),
        (status = 404, description = "No such tenant or partner within reach", body = ErrorResponse),
        (status = 422, description = "Some value is wrong", body = HTTPValidationError),
        (status = 431, description = "The head of the request is too large", body = ErrorResponse),
        (status = 500, description = "A fault of ours", body = ErrorResponse),
        (status = 503, description = "Try again shortly", body = ErrorResponse),
    ),
    security(("accessToken" = []))
)]
pub async fn export(State(surface): State<V1>, caller: Administrator, mut query: Query) -> Result<Response, V1Error> {
    let after = query.number("after", 0, i64::MAX.unsigned_abs()).cast_signed();
    let query = audit_query(query)?;
    let (engine, admin, origin) = (surface.engine.clone(), caller.admin, caller.origin);
    let begun = surface.detached.run(async move { engine.begin_audit_export(&admin, query, after, &origin).await }).await???;
    let rest = stream::try_unfold((surface.engine, begun), |(engine, mut export)| async move {
        let read = engine.continue_audit_export(&mut export).await;
        // The answer has begun: breaking it off is all that tells the client.
        let links = read.inspect_err(|error| tracing::error!(error = %error, "an export of the audit trail broke off"))?;
        Ok::<_, EngineError>(links.map(|links| (lines(&links), (engine, export))))
    });
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(rest)).into_response())
}
