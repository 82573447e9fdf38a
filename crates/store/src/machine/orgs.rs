//! Orgs, for the owners of their service accounts: what a user is in an org, and what holds for all its keys.

use cloakroom_engine::callers::OrgStanding;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::UserNumber;
use cloakroom_engine::machine::store::{RevokeApiKeys, SetApiKeyPolicy};
use const_format::concatcp;

use crate::driver::{Connection, Record, one, record};
use crate::{audit, params};

record! {
    for OrgStanding as n {
        number, uid, code, status, role = "m.role",
        is_home = "EXISTS (SELECT 1 FROM users u WHERE u.number = $1 AND u.tenant_number = n.number)",
    }
}

const STANDING: &str = concatcp!(
    OrgStanding::SELECT,
    " FROM tenants n
     LEFT JOIN memberships m ON m.tenant_number = n.number AND m.user_number = $1
     WHERE n.code = $2"
);

/// The org of this code, and what the user is in it.
pub(crate) async fn standing(conn: &mut dyn Connection, user: UserNumber, code: &str) -> Result<Option<OrgStanding>, StoreError> {
    Ok(one(conn, STANDING, params![user.0, code]).await?)
}

/// Moves the epoch of one account's keys or of the whole org's, in one row.
pub(crate) async fn revoke_api_keys(conn: &mut dyn Connection, revoke: &RevokeApiKeys) -> Result<Option<Timestamp>, StoreError> {
    let change = &revoke.change;
    let of_account = "UPDATE service_accounts
                      SET epoch = epoch + 1,
                          api_keys_revoked_before = CASE WHEN api_keys_revoked_before >= $2 THEN api_keys_revoked_before ELSE $2 END
                      WHERE tenant_number = $1 AND uid = $3 RETURNING api_keys_revoked_before";
    let of_org = "UPDATE tenants
                  SET api_key_epoch = api_key_epoch + 1,
                      api_keys_revoked_before = CASE WHEN api_keys_revoked_before >= $2 THEN api_keys_revoked_before ELSE $2 END
                  WHERE number = $1 RETURNING api_keys_revoked_before";
    let (org, at) = (change.org.0, change.at.as_millis());
    let marked = match &revoke.account {
        Some(account) => one::<Timestamp>(conn, of_account, params![org, at, account.as_bytes()]).await?,
        None => one::<Timestamp>(conn, of_org, params![org, at]).await?,
    };
    if marked.is_some() {
        audit::append(conn, &change.audit).await?;
    }
    Ok(marked)
}

/// Sets or clears the greatest age of the org's keys.
pub(crate) async fn set_api_key_policy(conn: &mut dyn Connection, policy: &SetApiKeyPolicy) -> Result<(), StoreError> {
    let change = &policy.change;
    let sql = "UPDATE tenants SET api_key_max_age_days = $2, updated_at = $3 WHERE number = $1";
    conn.execute(sql, params![change.org.0, policy.max_age_days, change.at.as_millis()]).await?;
    Ok(audit::append(conn, &change.audit).await?)
}
