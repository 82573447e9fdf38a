//! `GET /api/v1/admin/audit/`

use axum::Json;
use axum::extract::State;

use super::filter::{AuditFilters, audit_query};
use super::wire::{AuditEntries, AuditItem};
use crate::api::v1::V1;
use crate::api::v1::caller::Administrator;
use crate::api::v1::decode::Query;
use crate::api::v1::envelope::{ErrorResponse, HTTPValidationError, PaginatedResponse};
use crate::api::v1::error::V1Error;

/// List the entries of the audit trail within reach, newest first. Entries without a tenant reach super administrators alone.
#[utoipa::path(get, path = "/api/v1/admin/audit/", operation_id = "audit_list", tag = "audit",
    params(("page" = Option<u64>, Query, description = "From 1; default 1", minimum = 1),
        ("per_page" = Option<u64>, Query, description = "Default 20", minimum = 1, maximum = 100),
        AuditFilters),
    responses(
        (status = 200, description = "A page", body = AuditEntries),
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
pub async fn list(
    State(surface): State<V1>,
    caller: Administrator,
    mut query: Query,
) -> Result<Json<PaginatedResponse<AuditItem>>, V1Error> {
    let page = query.page();
    let listed = surface.engine.list_audit(&caller.admin, audit_query(query)?, page).await??;
    Ok(Json(PaginatedResponse::of(&listed.entries, listed.total, page, caller.meta, |entry| entry.into())))
}
