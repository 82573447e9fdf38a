//! `/api/v1/admin/audit/…`

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use cloakroom_engine::EngineError;
use cloakroom_engine::audit::chain::Link;
use cloakroom_engine::audit::{Action, ResourceKind};
use cloakroom_engine::callers::Reach;
use futures_util::stream;

use super::Trail;
use super::filter::{ExportQuery, ListQuery};
use super::wire::{AuditChainHead, AuditEntries, AuditHead, AuditLine, AuditWords, lines};
use crate::api::v1::caller::Administrator;
use crate::api::v1::envelope::PaginatedResponse;
use crate::api::v1::error::{ErrorDetail, V1Error};
use crate::http::declared::parameters::Params;

/// List the entries of the audit trail within reach, newest first. Entries without a tenant reach super administrators alone.
#[utoipa::path(get, path = "/api/v1/admin/audit/", operation_id = "listAuditEntries", tag = "audit",
    params(ListQuery),
    responses(
        (status = 200, description = "A page", body = AuditEntries),
        (status = 404, description = "No such tenant or partner within reach", body = ErrorDetail),
    ),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(
    State(desk): State<Trail>,
    caller: Administrator,
    Params(ListQuery { paging, filters }): Params<ListQuery>,
) -> Result<Json<AuditEntries>, V1Error> {
    let page = paging.asked();
    let listed = desk.engine.list_audit(&caller.admin, filters.query()?, page).await??;
    Ok(Json(PaginatedResponse::of(&listed, page, caller.meta, |entry| entry.into())))
}

/// Everything that the trail may say happened.
#[utoipa::path(get, path = "/api/v1/admin/audit/actions", operation_id = "listAuditActions", tag = "audit",
    responses((status = 200, description = "Every one", body = AuditWords)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn actions(caller: Administrator) -> Json<AuditWords> {
    Json(AuditWords { data: Action::ALL.iter().map(|word| word.as_str()).collect(), meta: caller.meta })
}

/// Everything that the trail may say it happened to.
#[utoipa::path(get, path = "/api/v1/admin/audit/resource-types", operation_id = "listAuditResourceTypes", tag = "audit",
    responses((status = 200, description = "Every one", body = AuditWords)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn resource_types(caller: Administrator) -> Json<AuditWords> {
    Json(AuditWords { data: ResourceKind::ALL.iter().map(|word| word.as_str()).collect(), meta: caller.meta })
}

/// The end of the chain, for noting it where this server's operator cannot reach. For super administrators.
#[utoipa::path(get, path = "/api/v1/admin/audit/head", operation_id = "getAuditHead", tag = "audit",
    responses((status = 200, description = "The last link", body = AuditChainHead)),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn head(State(desk): State<Trail>, caller: Administrator) -> Result<Json<AuditChainHead>, V1Error> {
    if caller.admin.reach() != Reach::Everything {
        return Err(V1Error::FORBIDDEN);
    }
    let head = desk.engine.audit_head().await?;
    Ok(Json(AuditChainHead { data: head.map(AuditHead::from), meta: caller.meta }))
}

/// Links as the lines of an export.
pub fn exported(links: &[Link]) -> Vec<u8> {
    lines(links)
}

/// Export what was committed before the call, in the order of commits, as lines of JSON. The export is an entry of the trail itself.
/// An answer that breaks off was not finished: go on behind its last line with `after`.
#[utoipa::path(get, path = "/api/v1/admin/audit/export", operation_id = "exportAudit", tag = "audit",
    params(ExportQuery),
    responses(
        (status = 200, description = "An AuditLine on each line", content_type = "application/x-ndjson", body = AuditLine),
        (status = 404, description = "No such tenant or partner within reach", body = ErrorDetail),
    ),
    extensions(("x-effect" = json!("changes")), ("x-stream" = json!(true)))
)]
pub async fn export(
    State(desk): State<Trail>,
    caller: Administrator,
    Params(ExportQuery { after, filters }): Params<ExportQuery>,
) -> Result<Response, V1Error> {
    let export = desk.engine.export_audit(&caller.admin, filters.query()?, after.cast_signed(), &caller.origin).await??;
    let rest = stream::try_unfold(export, |mut export| async move {
        // The answer has begun: breaking it off is all that tells the client.
        let links = export.next().await.inspect_err(|error| tracing::error!(error = %error, "an export of the audit trail broke off"))?;
        Ok::<_, EngineError>(links.map(|links| (lines(&links), export)))
    });
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(rest)).into_response())
}
