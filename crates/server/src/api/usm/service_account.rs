//! `/usm/service_account/…`: the machines of an org, managed by its owners.

use axum::extract::State;
use cloakroom_engine::callers::{OrgOwner, OrgWriter};
use cloakroom_engine::directory::is_role_name;
use cloakroom_engine::ids::ServiceAccountUid;
use cloakroom_engine::machine::service_accounts::create::ServiceAccountWish;
use cloakroom_engine::machine::service_accounts::list::{AccountCursorRefused, AccountSide, ListedAccounts};
use cloakroom_engine::machine::service_accounts::{OWNER_ROLE, ServiceAccount, ServiceAccountStatus};
use cloakroom_engine::policy::Policy;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::Schema;

use super::UsmDesk;
use super::call::Call;
use super::envelope::{Enveloped, Failed, Message, Reply, Tagged, time};
use super::error::UsmError;
use super::lists::{ListStatus, Sides, standing};
use super::refusals::{OwnerRefusals, WriterRefusals};
use crate::http::cursor;
use crate::http::declared::types::{Clamped, Kind, Read, Text, Texts, words_of};
use crate::http::declared::words::{Named, PublicId};
use crate::http::declared::{Flat, body};
use crate::http::fields::Value;

type CreateServiceAccountCall = Call<OrgWriter, CreateServiceAccountBody>;
type ListServiceAccountsCall = Call<OrgOwner, ListServiceAccountsBody>;
type ServiceAccountStatusCall = Call<OrgWriter, ServiceAccountStatusBody>;
type ServiceAccountReply = Enveloped<ServiceAccountRecord>;
type AnyServiceAccountListReply = Enveloped<AnyServiceAccountList>;

body! {
    /// Body of `service_account/create`.
    pub struct CreateServiceAccountBody {
        caption: Text<1, 256> = "Till 4",
        /// Each `^[a-z][a-z0-9_]{1,63}$`; those that stand twice count once.
        roles: Roles = ["till"],
    }

    /// Body of `service_account/list`.
    pub struct ListServiceAccountsBody {
        sides: Flat<Sides>,
        /// Clamped to 1 to 256; with `all` it counts for each side.
        limit: Clamped<1, 256, 8>,
    }

    /// Body of `service_account/status`.
    pub struct ServiceAccountStatusBody {
        service_account_id: PublicId<ServiceAccountUid, 1, 64>,
        status: NewStatus,
    }
}

/// The roles of a service account, each once.
pub struct Roles;

impl Kind for Roles {
    type Value = Vec<String>;

    fn read(value: Value<'_>, policy: &Policy) -> Read<Vec<String>> {
        let mut roles: Vec<String> = Vec::new();
        for role in Texts::<32, 64>::read(value, policy)? {
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        let good = !roles.is_empty() && roles.iter().all(|role| is_role_name(role));
        if good { Ok(roles) } else { Err("must be one role or more, each ^[a-z][a-z0-9_]{1,63}$".into()) }
    }

    fn schema() -> Schema {
        let mut schema = Texts::<32, 64>::schema();
        if let Schema::Array(list) = &mut schema {
            list.min_items = Some(1);
        }
        schema
    }
}

/// What a service account can become. Another word has a refusal of its own, after all other fields.
pub struct NewStatus;

impl Kind for NewStatus {
    type Value = Named<ServiceAccountStatus>;

    fn read(value: Value<'_>, policy: &Policy) -> Read<Self::Value> {
        let text = Text::<1, 64>::read(value, policy)?;
        let doomed = ServiceAccountStatus::parse(&text).filter(|status| *status == ServiceAccountStatus::Doomed);
        Ok(Named(doomed))
    }

    fn schema() -> Schema {
        words_of([ServiceAccountStatus::Doomed.as_str()])
    }
}

/// A service account.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceAccountRecord {
    #[schema(example = "sva_01J8ZQ4Y7N3V5K2M6P9R1S0T8W")]
    pub service_account_id: String,
    #[schema(example = "ACME")]
    pub orgcode: String,
    #[schema(example = "Till 4")]
    pub caption: String,
    #[schema(example = json!(["till"]))]
    pub roles: Vec<String>,
    #[schema(schema_with = standing)]
    pub status: &'static str,
    #[schema(format = DateTime)]
    pub created_at_utc: String,
    #[schema(required = true, format = DateTime)]
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
pub enum AnyServiceAccountList {
    One(ServiceAccountList),
    Both(ServiceAccountListAll),
}

/// Make a service account in an org of the caller's.
#[utoipa::path(post, path = "/usm/service_account/create", operation_id = "createServiceAccount", tag = "service accounts",
    request_body = CreateServiceAccountCall,
    responses((status = 200, description = "The service account", body = ServiceAccountReply), WriterRefusals),
    extensions(("x-effect" = json!("changes")))
)]
pub async fn create(State(desk): State<UsmDesk>, call: CreateServiceAccountCall) -> Result<Reply, UsmError> {
    let Call { caller, body, origin } = call;
    let wish = ServiceAccountWish { caption: body.caption, roles: body.roles };
    let account = desk.engine.create_service_account(&caller, wish, &origin).await?;
    Reply::new(&ServiceAccountRecord::of(&account, &caller))
}

/// List an org's service accounts, newest first.
#[utoipa::path(post, path = "/usm/service_account/list", operation_id = "listServiceAccounts", tag = "service accounts",
    request_body = ListServiceAccountsCall,
    responses(
        (status = 200, description = "A page; with status `all` two cursors in the place of one", body = AnyServiceAccountListReply),
        (status = 400, description = "validation-error, invalid-status", body = Failed),
        OwnerRefusals,
    ),
    extensions(("x-effect" = json!("reads")))
)]
pub async fn list(State(desk): State<UsmDesk>, call: ListServiceAccountsCall) -> Result<Reply, UsmError> {
    let Call { caller, body, .. } = call;
    let status = body.sides.status.or(UsmError::INVALID_LIST_STATUS)?;
    let sides = body.sides.shown(status, ServiceAccountStatus::Active, ServiceAccountStatus::Doomed);
    let sides: Vec<_> = sides.into_iter().map(|(status, after)| AccountSide { status, after }).collect();
    let refused = |AccountCursorRefused(side)| UsmError::cursor_refused(status.token_field(side == ServiceAccountStatus::Active));
    let listed = desk.engine.list_service_accounts(&caller, &sides, body.limit).await?.map_err(refused)?;
    page(&caller, status, listed)
}

fn page(owner: &OrgOwner, status: ListStatus, listed: Vec<ListedAccounts>) -> Result<Reply, UsmError> {
    let next = |side| listed.iter().find(|listed| listed.status == side).and_then(|listed| listed.next).map(cursor::text);
    let (active, doomed) = (next(ServiceAccountStatus::Active), next(ServiceAccountStatus::Doomed));
    let mut accounts: Vec<_> = listed.into_iter().flat_map(|listed| listed.accounts).collect();
    accounts.sort_by_key(|account| std::cmp::Reverse((account.created_at, account.number)));
    let service_accounts = accounts.iter().map(|account| ServiceAccountRecord::of(account, owner)).collect();
    Reply::new(&match status {
        ListStatus::All => {
            AnyServiceAccountList::Both(ServiceAccountListAll { service_accounts, active_next_token: active, doomed_next_token: doomed })
        }
        ListStatus::Active | ListStatus::Doomed => {
            AnyServiceAccountList::One(ServiceAccountList { service_accounts, next_token: active.or(doomed) })
        }
    })
}

/// Doom a service account; all its keys die with it.
#[utoipa::path(post, path = "/usm/service_account/status", operation_id = "setServiceAccountStatus", tag = "service accounts",
    request_body = ServiceAccountStatusCall,
    responses(
        (status = 200, description = "The service account, doomed", body = ServiceAccountReply),
        (status = 400, description = "validation-error, invalid-status", body = Failed),
        WriterRefusals,
    ),
    extensions(("x-effect" = json!("ends")))
)]
pub async fn status(State(desk): State<UsmDesk>, call: ServiceAccountStatusCall) -> Result<Reply, UsmError> {
    let Call { caller, body, origin } = call;
    body.status.or(UsmError::INVALID_NEW_STATUS)?;
    let account = body.service_account_id.or(UsmError::NO_SUCH_RECORD)?;
    let doomed = desk.engine.doom_service_account(&caller, account, &origin).await??;
    Reply::new(&ServiceAccountRecord::of(&doomed, &caller))
}
