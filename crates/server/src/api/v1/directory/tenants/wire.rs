//! The shapes of tenants. They never leave this folder.

use cloakroom_engine::directory::changes::{NewTenant, TenantChange};
use cloakroom_engine::directory::records::TenantRecord;
use cloakroom_engine::directory::{TenantPolicy, TenantStatus, canonical_org_code};
use cloakroom_engine::ids::PartnerUid;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::v1::decode::named;
use crate::api::v1::directory::decode::{ID, canonical, label, name, patch, patched_id, policy_number, refuse_fixed};
use crate::api::v1::envelope::{MetaResponse, PaginationMeta, documented, time};
use crate::api::v1::error::V1Error;
use crate::http::fields::Fields;

/// A tenant. What is null of its policy is as the server has it.
#[derive(Serialize, ToSchema)]
pub struct TenantResponse {
    pub id: String,
    pub code: String,
    pub name: String,
    #[schema(required = true)]
    pub partner_id: Option<String>,
    /// unverified, verified, parked, suspended, frozen or doomed.
    pub status: &'static str,
    #[schema(format = DateTime)]
    pub status_since: String,
    #[schema(required = true)]
    pub ttl_seconds: Option<u32>,
    #[schema(required = true)]
    pub absolute_ttl_seconds: Option<u32>,
    #[schema(required = true)]
    pub sliding: Option<bool>,
    #[schema(required = true)]
    pub session_cap: Option<u32>,
    #[schema(required = true)]
    pub api_key_max_age_days: Option<u32>,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
}

impl TenantResponse {
    pub fn of(tenant: &TenantRecord) -> Self {
        let policy = tenant.policy;
        Self {
            id: tenant.uid.to_string(),
            code: tenant.code.clone(),
            name: tenant.name.clone(),
            partner_id: tenant.partner.map(|(_, uid)| uid.to_string()),
            status: tenant.status.as_str(),
            status_since: time(tenant.status_since),
            ttl_seconds: policy.ttl_seconds,
            absolute_ttl_seconds: policy.absolute_ttl_seconds,
            sliding: policy.slides,
            session_cap: policy.session_cap,
            api_key_max_age_days: policy.api_key_max_age_days,
            created_at: time(tenant.created_at),
            updated_at: time(tenant.updated_at),
        }
    }
}

/// A tenant to be created.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the body; it is read field by field to name every bad one")]
pub struct NewTenantRequest {
    /// 1 to 64 characters without spaces; kept in upper case.
    code: String,
    /// Without it the code.
    name: Option<String>,
    /// Without it the caller's own partner; of a super administrator's none.
    partner_id: Option<String>,
    /// verified unless said otherwise.
    status: Option<String>,
    ttl_seconds: Option<u32>,
    absolute_ttl_seconds: Option<u32>,
    sliding: Option<bool>,
    session_cap: Option<u32>,
    api_key_max_age_days: Option<u32>,
}

/// What is to change. `null` takes a value away where it may be absent.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documents the body; it is read field by field to name every bad one")]
pub struct ChangeTenantRequest {
    name: Option<String>,
    /// By super administrators.
    partner_id: Option<String>,
    /// By those who reach the partner.
    status: Option<String>,
    ttl_seconds: Option<u32>,
    absolute_ttl_seconds: Option<u32>,
    sliding: Option<bool>,
    session_cap: Option<u32>,
    api_key_max_age_days: Option<u32>,
}

pub fn new_tenant(mut fields: Fields) -> Result<NewTenant, V1Error> {
    let code = canonical(&mut fields, "code", canonical_org_code, "must have 1 to 64 characters without spaces");
    let name = name(&mut fields);
    let partner = fields.optional_text("partner_id", ID);
    let status = label(&mut fields, "status", TenantStatus::ALL, TenantStatus::as_str);
    let policy = TenantPolicy {
        ttl_seconds: policy_number(&mut fields, "ttl_seconds"),
        absolute_ttl_seconds: policy_number(&mut fields, "absolute_ttl_seconds"),
        slides: fields.optional_bool("sliding"),
        session_cap: policy_number(&mut fields, "session_cap"),
        api_key_max_age_days: policy_number(&mut fields, "api_key_max_age_days"),
    };
    fields.finish()?;
    let status = status.unwrap_or(TenantStatus::Verified);
    Ok(NewTenant { code, name, partner: named(partner, PartnerUid::parse)?, status, policy })
}

pub fn tenant_change(mut fields: Fields) -> Result<TenantChange, V1Error> {
    let name = name(&mut fields);
    let partner = patch(&mut fields, "partner_id", |fields| fields.optional_text("partner_id", ID));
    let status = label(&mut fields, "status", TenantStatus::ALL, TenantStatus::as_str);
    let number = |fields: &mut Fields, name| patch(fields, name, |fields| policy_number(fields, name));
    let ttl_seconds = number(&mut fields, "ttl_seconds");
    let absolute_ttl_seconds = number(&mut fields, "absolute_ttl_seconds");
    let slides = patch(&mut fields, "sliding", |fields| fields.optional_bool("sliding"));
    let session_cap = number(&mut fields, "session_cap");
    let api_key_max_age_days = number(&mut fields, "api_key_max_age_days");
    refuse_fixed(&mut fields, &[("code", "cannot be changed")]);
    fields.finish()?;
    let partner = patched_id(partner, PartnerUid::parse)?;
    Ok(TenantChange { name, partner, status, ttl_seconds, absolute_ttl_seconds, slides, session_cap, api_key_max_age_days })
}

documented! {
    /// A page of tenants.
    TenantPage { data: Vec<TenantResponse>, pagination: PaginationMeta },
    /// One tenant.
    OneTenant { data: TenantResponse },
}
