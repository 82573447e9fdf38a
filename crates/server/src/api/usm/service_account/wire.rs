//! The shapes of service accounts on this surface.

use cloakroom_engine::callers::OrgOwner;
use cloakroom_engine::machine::service_accounts::{OWNER_ROLE, ServiceAccount, ServiceAccountStatus};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::usm::envelope::{Build, Message, Stats, Tagged, enveloped};
use crate::api::usm::wire::time;

/// A service account.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceAccountRecord {
    pub service_account_id: String,
    pub orgcode: String,
    pub caption: String,
    pub roles: Vec<String>,
    /// `active` or `doomed`.
    #[schema(pattern = "^(active|doomed)$")]
    pub status: &'static str,
    pub created_at_utc: String,
    #[schema(required = true)]
    pub doomed_at_utc: Option<String>,
    /// What the owner should know of it; absent when there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<AccountDetails>,
}

/// What the owner should know of a service account.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountDetails {
    pub warnings: Vec<Tagged>,
}

/// A page of an org's service accounts of one status.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceAccountList {
    pub service_accounts: Vec<ServiceAccountRecord>,
    /// Where to go on; null at the end.
    #[schema(required = true)]
    pub next_token: Option<String>,
}

/// A page of both sides of an org's service accounts, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceAccountListAll {
    pub service_accounts: Vec<ServiceAccountRecord>,
    /// Where the active side goes on; null when it is exhausted.
    #[schema(required = true)]
    pub active_next_token: Option<String>,
    /// Where the doomed side goes on; null when it is exhausted.
    #[schema(required = true)]
    pub doomed_next_token: Option<String>,
}

impl ServiceAccountRecord {
    pub fn of(account: &ServiceAccount, owner: &OrgOwner) -> Self {
        let is_doomed = account.status == ServiceAccountStatus::Doomed;
        Self {
            service_account_id: account.uid.to_string(),
            orgcode: owner.code().to_owned(),
            caption: account.caption.clone(),
            roles: account.roles.clone(),
            status: account.status.as_str(),
            created_at_utc: time(account.created_at),
            doomed_at_utc: is_doomed.then(|| time(account.status_since)),
            details: account.roles.iter().any(|role| role == OWNER_ROLE).then(AccountDetails::of_an_owner),
        }
    }
}

impl AccountDetails {
    fn of_an_owner() -> Self {
        let message = Message { en_us: "The role owner lets the machine manage the org; a connector needs less." };
        Self { warnings: vec![Tagged { tag: "owner-role", message }] }
    }
}

/// One side or both.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "documents a reply")]
pub enum AnyServiceAccountList {
    One(ServiceAccountList),
    Both(ServiceAccountListAll),
}

enveloped! {
    /// A service account in its envelope.
    ShownServiceAccount(ServiceAccountRecord),
    /// A list of service accounts in its envelope.
    ListedServiceAccounts(AnyServiceAccountList),
}

/// Body of `service_account/create`.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field to name every bad one")]
pub struct ServiceAccountCreateBody {
    /// Of a session of an owner of the org.
    #[schema(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    session_guid: String,
    #[schema(max_length = 256)]
    orgcode: String,
    #[schema(max_length = 256)]
    caption: String,
    /// Each `^[a-z][a-z0-9_]{1,63}$`; those that stand twice count once.
    #[schema(min_items = 1, max_items = 32)]
    roles: Vec<String>,
    #[schema(max_length = 256)]
    actor: Option<String>,
    #[schema(max_length = 256)]
    cccode: Option<String>,
}

/// Body of `service_account/list`.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field to name every bad one")]
pub struct ServiceAccountListBody {
    /// Of a session of an owner of the org.
    #[schema(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    session_guid: String,
    #[schema(max_length = 256)]
    orgcode: String,
    /// `active` (default), `doomed` or `all`.
    #[schema(pattern = "^(active|doomed|all)$")]
    status: Option<String>,
    /// Default 8, clamped to 1 to 256; with `all` it counts for each side.
    limit: Option<i64>,
    /// From the reply before; not with `all`.
    next_token: Option<String>,
    /// From the reply before, with `all`.
    active_next_token: Option<String>,
    /// From the reply before, with `all`.
    doomed_next_token: Option<String>,
    #[schema(max_length = 256)]
    actor: Option<String>,
    #[schema(max_length = 256)]
    cccode: Option<String>,
}

/// Body of `service_account/status`.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "documents the body; the handler reads it field by field to name every bad one")]
pub struct ServiceAccountStatusBody {
    /// Of a session of an owner of the org.
    #[schema(pattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    session_guid: String,
    #[schema(max_length = 256)]
    orgcode: String,
    #[schema(max_length = 64)]
    service_account_id: String,
    /// `doomed`, and nothing else.
    #[schema(pattern = "^doomed$")]
    status: String,
    #[schema(max_length = 256)]
    actor: Option<String>,
    #[schema(max_length = 256)]
    cccode: Option<String>,
}
