//! `POST /usm/service_account/list`

use axum::extract::State;
use cloakroom_engine::callers::OrgOwner;
use cloakroom_engine::machine::service_accounts::ServiceAccountStatus;
use cloakroom_engine::machine::service_accounts::list::{AccountCursorRefused, AccountSide, ListedAccounts};

use super::wire::{ListedServiceAccounts, ServiceAccountList, ServiceAccountListAll, ServiceAccountListBody, ServiceAccountRecord};
use crate::api::usm::Usm;
use crate::api::usm::call::Call;
use crate::api::usm::envelope::{Failed, Reply};
use crate::api::usm::error::UsmError;
use crate::api::usm::wire::{self, ListStatus};
use crate::http::fields::Fields;

/// List an org's service accounts, newest first.
#[utoipa::path(post, path = "/usm/service_account/list", tag = "service accounts", request_body = ServiceAccountListBody, responses(
    (status = 200, description = "A page; with status `all` two cursors in the place of one", body = ListedServiceAccounts),
    (status = 400, description = "validation-error, invalid-status", body = Failed),
    (status = 401, description = "session-doomed, ttl-expired, user-suspended, user-doomed, email-unverified, email-doomed", body = Failed),
    (status = 403, description = "not-owner", body = Failed),
    (status = 404, description = "session-not-found, not-found", body = Failed),
    (status = 503, description = "service-unavailable", body = Failed),
))]
pub async fn list(State(usm): State<Usm>, mut call: Call) -> Result<Reply, UsmError> {
    let (session, orgcode) = (call.session_guid(&usm), call.orgcode());
    let (status, sides, limit) = decode(&mut call.fields);
    let owner = call.owner(&usm, &session, &orgcode).await?;
    call.finish()?;
    let status = status.ok_or(UsmError::INVALID_LIST_STATUS)?;
    let listed = usm.engine.list_service_accounts(&owner, &sides, limit).await?.map_err(|refused| cursor_refused(status, refused))?;
    encode(&owner, status, listed)
}

fn decode(fields: &mut Fields) -> (Option<ListStatus>, Vec<AccountSide>, usize) {
    let status = ListStatus::read(fields);
    let (active, doomed) = (ServiceAccountStatus::Active, ServiceAccountStatus::Doomed);
    let sides = wire::sides(fields, status.unwrap_or(ListStatus::Active), active, doomed);
    (status, sides.into_iter().map(|(status, after)| AccountSide { status, after }).collect(), wire::limit(fields))
}

/// Names the field that the cursor stood in.
fn cursor_refused(status: ListStatus, AccountCursorRefused(side): AccountCursorRefused) -> UsmError {
    UsmError::cursor_refused(status.token_field(side == ServiceAccountStatus::Active))
}

fn encode(owner: &OrgOwner, status: ListStatus, listed: Vec<ListedAccounts>) -> Result<Reply, UsmError> {
    let token = |side| listed.iter().find(|listed| listed.status == side).and_then(|listed| listed.next).map(wire::token);
    let (active, doomed) = (token(ServiceAccountStatus::Active), token(ServiceAccountStatus::Doomed));
    let mut accounts: Vec<_> = listed.into_iter().flat_map(|listed| listed.accounts).collect();
    accounts.sort_by_key(|account| std::cmp::Reverse((account.created_at, account.number)));
    let service_accounts = accounts.iter().map(|account| ServiceAccountRecord::of(account, owner)).collect();
    match status {
        ListStatus::All => Reply::new(&ServiceAccountListAll { service_accounts, active_next_token: active, doomed_next_token: doomed }),
        ListStatus::Active | ListStatus::Doomed => Reply::new(&ServiceAccountList { service_accounts, next_token: active.or(doomed) }),
    }
}
