//! `GET /common/lookup?Name=`

use axum::Json;
use cloakroom_engine::directory::{EmailStatus, MembershipRole, PlatformRole, TenantStatus, UserStatus};
use cloakroom_engine::sessions::EndReason;
use serde_json::json;

use super::call::FoldedQuery;
use super::error::TokensError;
use super::wire::{ApiResponse, LookupRow};

/// A category: its name, what it holds, and its rows.
type Category = (&'static str, &'static str, fn() -> Vec<LookupRow>);

const CATEGORIES: &[Category] = &[
    ("countries", "Countries by ISO 3166-1 alpha-2 code", countries),
    ("deviceTypes", "Types of devices that sessions come from", || same(&["desktop", "mobile", "tablet", "bot", "api", "unknown"])),
    ("roles", "Roles of users, on the platform and within a tenant", roles),
    ("sessionEndReasons", "Why sessions end", || labels(EndReason::ALL, EndReason::as_str)),
    ("statuses", "Statuses of users, emails and tenants", statuses),
];

/// List the values of a category; the category `info` lists the categories.
#[utoipa::path(get, path = "/common/lookup", tag = "common",
    params(("Name" = String, Query, description = "The category, in any case")),
    responses(
        (status = 200, description = "The rows, each with `id` and `value`", body = ApiResponse),
    (status = 431, description = "The head of the request is too large", body = ApiResponse),
    (status = 500, description = "A fault of ours", body = ApiResponse),
    (status = 503, description = "Try again shortly", body = ApiResponse),
        (status = 400, description = "No such category", body = ApiResponse),
    )
)]
pub async fn lookup(FoldedQuery(query): FoldedQuery) -> Result<Json<ApiResponse>, TokensError> {
    let name = query.into_iter().find(|(name, _)| name == "name").map(|(_, value)| value).unwrap_or_default();
    let rows = if name.eq_ignore_ascii_case("info") {
        CATEGORIES.iter().map(|(id, about, _)| LookupRow { id, value: (*about).to_owned() }).collect()
    } else {
        let known = CATEGORIES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(&name));
        let (_, _, rows) = known.ok_or(TokensError::UNKNOWN_CATEGORY)?;
        rows()
    };
    Ok(Json(ApiResponse::success(rows.len(), json!(rows))))
}

fn countries() -> Vec<LookupRow> {
    rust_iso3166::ALL.iter().map(|country| LookupRow { id: country.alpha2, value: country.name.to_owned() }).collect()
}

fn roles() -> Vec<LookupRow> {
    let mut rows = labels(PlatformRole::ALL, PlatformRole::as_str);
    rows.extend(labels(MembershipRole::ALL, MembershipRole::as_str));
    rows
}

fn statuses() -> Vec<LookupRow> {
    let all = [
        labels(UserStatus::ALL, UserStatus::as_str),
        labels(EmailStatus::ALL, EmailStatus::as_str),
        labels(TenantStatus::ALL, TenantStatus::as_str),
    ];
    let mut rows: Vec<LookupRow> = all.into_iter().flatten().collect();
    rows.sort_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    rows
}

fn labels<T: Copy>(all: &[T], spell: fn(T) -> &'static str) -> Vec<LookupRow> {
    all.iter().map(|variant| row(spell(*variant))).collect()
}

fn same(ids: &[&'static str]) -> Vec<LookupRow> {
    ids.iter().map(|id| row(id)).collect()
}

/// A label as people write it: `tenant_admin` is "Tenant admin".
fn row(id: &'static str) -> LookupRow {
    let mut value = id.replace('_', " ");
    if let Some(first) = value.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    LookupRow { id, value }
}
