//! Service accounts as rows.

use cloakroom_engine::audit::AuditEntry;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{ServiceAccountNumber, ServiceAccountUid, TenantNumber};
use cloakroom_engine::machine::service_accounts::ServiceAccount;
use cloakroom_engine::machine::store::{DoomServiceAccount, ListServiceAccounts, NewServiceAccount, Page};
use const_format::concatcp;

use crate::driver::{Connection, DriverError, Record, all, inserted, one, record};
use crate::{audit, params};

record! { for ServiceAccount { number, uid, caption, roles, status, status_since, created_at } }

const SELECT: &str = concatcp!(ServiceAccount::SELECT, " FROM service_accounts ");
const BY_UID: &str = concatcp!(SELECT, "WHERE tenant_number = $1 AND uid = $2");
/// Captions may stand more than once: owners make accounts too. A doomed one is found only where no active one has the caption.
const CALLED: &str =
    concatcp!(SELECT, "WHERE tenant_number = $1 AND caption = $2 ORDER BY CASE WHEN status = 'active' THEN 0 ELSE 1 END, number LIMIT 1");
const PAGE: &str = concatcp!(
    SELECT,
    "WHERE tenant_number = $1 AND status = $2 AND (created_at, number) < ($3, $4) ORDER BY created_at DESC, number DESC LIMIT $5"
);

pub(crate) async fn create(conn: &mut dyn Connection, new: &NewServiceAccount) -> Result<ServiceAccountNumber, StoreError> {
    let account = &new.account;
    let sql = "INSERT INTO service_accounts (uid, tenant_number, caption, roles, status, status_since, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $6, $6) RETURNING number";
    let roles = account.roles.join(" ");
    let (status, at) = (account.status.as_str(), account.created_at.as_millis());
    let params = params![account.uid.as_bytes(), new.org.0, &account.caption, &roles, status, at];
    let number = inserted(conn, sql, params).await?;
    audit::append(conn, &new.audit).await?;
    Ok(ServiceAccountNumber(number))
}

/// The first `limit + 1` decide whether anything follows.
pub(crate) async fn page(conn: &mut dyn Connection, list: ListServiceAccounts) -> Result<Page<ServiceAccount>, StoreError> {
    let after = list.after;
    let params = params![list.org.0, list.status.as_str(), after.at.as_millis(), after.number, list.limit as i64 + 1];
    let mut rows = all(conn, PAGE, params).await?;
    let more = rows.len() > list.limit;
    rows.truncate(list.limit);
    Ok(Page { rows, more })
}

/// Dooms the account and moves the epoch of its keys, in one row; leaves one alone that is doomed already.
pub(crate) async fn doom(conn: &mut dyn Connection, doom: &DoomServiceAccount) -> Result<Option<ServiceAccount>, StoreError> {
    let change = &doom.change;
    let sql = "UPDATE service_accounts
               SET status = 'doomed', status_since = $3, updated_at = $3, epoch = epoch + 1,
                   api_keys_revoked_before = CASE WHEN api_keys_revoked_before >= $3 THEN api_keys_revoked_before ELSE $3 END
               WHERE tenant_number = $1 AND uid = $2 AND status = 'active'";
    let changed = conn.execute(sql, params![change.org.0, doom.account.as_bytes(), change.at.as_millis()]).await?;
    if changed > 0 {
        audit::append(conn, &change.audit).await?;
    }
    Ok(find(conn, change.org, doom.account).await?)
}

/// The account of this caption.
pub(crate) async fn called(conn: &mut dyn Connection, org: TenantNumber, caption: &str) -> Result<Option<ServiceAccount>, DriverError> {
    one(conn, CALLED, params![org.0, caption]).await
}

/// Gives the account these roles.
pub(crate) async fn change_roles(
    conn: &mut dyn Connection,
    account: &ServiceAccount,
    roles: &[String],
    audit: &AuditEntry,
) -> Result<(), DriverError> {
    let sql = "UPDATE service_accounts SET roles = $2, updated_at = $3 WHERE number = $1";
    conn.execute(sql, params![account.number.0, &roles.join(" "), audit.at.as_millis()]).await?;
    audit::append(conn, audit).await
}

/// The account, if it is the org's.
pub(crate) async fn find(
    conn: &mut dyn Connection,
    org: TenantNumber,
    account: ServiceAccountUid,
) -> Result<Option<ServiceAccount>, DriverError> {
    one(conn, BY_UID, params![org.0, account.as_bytes()]).await
}
