//! `GET /api/v1/admin/applications/`

use axum::Json;
use axum::extract::State;
use cloakroom_engine::directory::ApplicationStatus;

use super::wire::{ApplicationPage, ApplicationResponse};
use crate::api::v1::V1;
use crate::api::v1::decode::Query;
use crate::api::v1::directory::caller::Reader;
use crate::api::v1::directory::decode::filter;
use crate::api::v1::envelope::PaginatedResponse;
use crate::api::v1::error::V1Error;

/// List the applications within reach, newest first.
#[utoipa::path(get, path = "/api/v1/admin/applications/", operation_id = "applications_list", tag = "applications",
    params(("page" = Option<u64>, Query, description = "From 1; default 1"),
        ("per_page" = Option<u64>, Query, description = "1 to 100; default 20"),
        ("search" = Option<String>, Query, description = "The beginning of a name"),
        ("status" = Option<String>, Query, description = "Without it all but what is doomed"),
        ("tenant_id" = Option<String>, Query, description = "Only what belongs to this tenant"),
        ("partner_id" = Option<String>, Query, description = "Only what belongs to this partner")),
    responses((status = 200, description = "A page", body = ApplicationPage)),
    security(("accessToken" = []))
)]
pub async fn list(
    State(surface): State<V1>,
    caller: Reader,
    mut query: Query,
) -> Result<Json<PaginatedResponse<ApplicationResponse>>, V1Error> {
    let page = query.page();
    let statuses: Vec<_> = ApplicationStatus::ALL.iter().map(|status| status.as_str()).collect();
    let filter = filter(&mut query, &statuses);
    query.finish()?;
    let listed = surface.engine.list_applications(&caller.reader, filter()?, page).await??;
    Ok(Json(PaginatedResponse::of(&listed.records, listed.total, page, caller.meta, ApplicationResponse::of)))
}
