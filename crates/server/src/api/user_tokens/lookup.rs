//! `/common/…`: what everybody may ask.

use axum::Json;
use cloakroom_engine::directory::{EmailStatus, MembershipRole, PlatformRole, TenantStatus, UserStatus};
use cloakroom_engine::sessions::{DeviceType, EndReason};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::path::{Parameter as Described, ParameterIn};

use super::envelope::{APIResponse, Nothing};
use crate::http::declared::About;
use crate::http::declared::parameters::{Given, Parameter, Params, described, parameters};
use crate::http::declared::types::string;

/// A category: its name, what it holds, and its rows.
type Category = (&'static str, &'static str, fn() -> Vec<LookupRow>);

const CATEGORIES: &[Category] = &[
    ("countries", "Countries by ISO 3166-1 alpha-2 code", countries),
    ("deviceTypes", "Types of devices that sessions come from", || labels(DeviceType::ALL, DeviceType::as_str)),
    ("roles", "Roles of users, on the platform and within a tenant", roles),
    ("sessionEndReasons", "Why sessions end", || labels(EndReason::ALL, EndReason::as_str)),
    ("statuses", "Statuses of users, emails and tenants", statuses),
];

/// The category that lists the others.
const INFO: &str = "info";

parameters! {
    in Query pub struct LookupQuery {
        /// The category, in any case
        category as "Name": CategoryName = "roles",
    }
}

/// The name of a category, in any case, under a name in any case.
pub struct CategoryName;

impl Parameter for CategoryName {
    type Value = Vec<LookupRow>;

    fn take(given: &mut Given, name: &'static str) -> Option<Vec<LookupRow>> {
        let wanted = given.in_any_case(name).next().unwrap_or_default();
        if wanted.eq_ignore_ascii_case(INFO) {
            return Some(CATEGORIES.iter().map(|(id, about, _)| LookupRow { id, value: (*about).to_owned() }).collect());
        }
        let known = CATEGORIES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(wanted));
        if known.is_none() {
            given.refuse(name, "There is no such category; the category info lists them.", "");
        }
        known.map(|(_, _, rows)| rows())
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        let categories = CATEGORIES.iter().map(|(id, ..)| *id).chain([INFO]);
        described(name, place, true, string(|name| name.enum_values = Some(categories.map(Into::into).collect())), about)
    }
}

/// One row of a look-up.
#[derive(Serialize, ToSchema)]
pub struct LookupRow {
    #[schema(example = "tenant_admin")]
    id: &'static str,
    #[schema(example = "Tenant admin")]
    value: String,
}

/// The rows of a category.
#[derive(Serialize, ToSchema)]
pub struct Rows(Vec<LookupRow>);

/// List the values of a category; the category `info` lists the categories.
#[utoipa::path(get, path = "/common/lookup", operation_id = "lookUp", tag = "common",
    params(LookupQuery),
    responses((status = 200, description = "The rows of the category", body = APIResponse<Rows>)),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn lookup(Params(query): Params<LookupQuery>) -> Json<APIResponse<Rows>> {
    Json(APIResponse::success(query.category.len(), Rows(query.category)))
}

/// Say that the server serves.
#[utoipa::path(get, path = "/common/healthcheck", operation_id = "checkHealth", tag = "common",
    responses((status = 200, description = "It serves", body = APIResponse<Nothing>)),
    security(()),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn health_check() -> Json<APIResponse<Nothing>> {
    Json(APIResponse::success(0, Nothing {}))
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

/// A label as people write it: `tenant_admin` is "Tenant admin".
fn row(id: &'static str) -> LookupRow {
    let mut value = id.replace('_', " ");
    if let Some(first) = value.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    LookupRow { id, value }
}
