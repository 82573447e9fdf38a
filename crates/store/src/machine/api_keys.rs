//! API keys as rows, read together with everything that their verdict needs, in one statement.

use std::ops::ControlFlow;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::ApiKeyUid;
use cloakroom_engine::machine::api_keys::ApiKey;
use cloakroom_engine::machine::api_keys::uses::ApiKeyUse;
use cloakroom_engine::machine::service_accounts::ServiceAccountStatus;
use cloakroom_engine::machine::store::{ApiKeyFilter, ListApiKeys, NewApiKey, NewApiKeyOutcome, Page, RevokeApiKey, StoredApiKey};
use cloakroom_engine::machine::verdict::{ApiKeyEpoch, ApiKeySnapshot, ApiKeyStanding, ApiKeyVerdict, verdict};
use const_format::concatcp;

use super::service_accounts;
use crate::driver::{Connection, DriverError, Record, one, record, scan};
use crate::{audit, doubtful, params};

const FROM_KEYS: &str = " FROM api_keys k
    JOIN service_accounts a ON a.number = k.service_account_number
    JOIN tenants n ON n.number = a.tenant_number ";

record! { for ApiKeySnapshot { api_key = ApiKey::COLUMNS, standing = ApiKeyStanding::COLUMNS } }

record! { for ApiKey as k { number, uid, account = "a.uid", caption, created_at, expires_at, revoked_at, last_used_at } }

record! {
    for ApiKeyStanding {
        account = "a.status, a.status_since", org = "n.status, n.status_since", max_age_days = "n.api_key_max_age_days",
        account_epoch = "k.account_epoch, a.epoch, a.api_keys_revoked_before",
        org_epoch = "k.org_epoch, n.api_key_epoch, n.api_keys_revoked_before",
    }
}

record! { for ApiKeyEpoch { born, current, moved_at } }

record! {
    for StoredApiKey as a {
        snapshot = ApiKeySnapshot::COLUMNS, secret = "k.secret_hash", account = "a.number", org = "n.number", org_uid = "n.uid",
        org_code = "n.code", roles,
    }
}

const SELECT: &str = concatcp!(ApiKeySnapshot::SELECT, FROM_KEYS);
const BY_UID: &str = concatcp!(SELECT, "WHERE k.uid = $1");
const OF_ORG: &str = concatcp!(SELECT, "WHERE k.uid = $2 AND n.number = $1");
const OF_ACCOUNT: &str = concatcp!(
    SELECT,
    "WHERE k.service_account_number = $1 AND (k.created_at, k.number) < ($2, $3) ORDER BY k.created_at DESC, k.number DESC"
);
pub(crate) const STORED: &str = concatcp!(StoredApiKey::SELECT, FROM_KEYS, "WHERE k.uid = $1");

/// The key of this uid, whosever it is.
pub(crate) async fn find(conn: &mut dyn Connection, api_key: ApiKeyUid) -> Result<Option<StoredApiKey>, StoreError> {
    Ok(one(conn, STORED, params![api_key.as_bytes()]).await?)
}

/// Makes a key under the epochs as they are now: what a marker that was committed before ended, it does not have.
pub(crate) async fn create(conn: &mut dyn Connection, new: &NewApiKey) -> Result<NewApiKeyOutcome, StoreError> {
    let change = &new.change;
    let Some(account) = service_accounts::find(conn, change.org, new.account).await? else {
        return Ok(NewApiKeyOutcome::NoSuchAccount);
    };
    if account.status == ServiceAccountStatus::Doomed {
        return Ok(NewApiKeyOutcome::AccountDoomed);
    }
    let sql = "INSERT INTO api_keys (uid, service_account_number, account_epoch, org_epoch, secret_hash, caption,
                   created_at, expires_at)
               SELECT $1, a.number, a.epoch, n.api_key_epoch, $3, $4, $5, $6
               FROM service_accounts a
               JOIN tenants n ON n.number = a.tenant_number
               WHERE a.number = $2";
    let params = params![
        new.uid.as_bytes(),
        account.number.0,
        new.secret.as_bytes(),
        new.caption.as_deref(),
        change.at.as_millis(),
        new.expires_at.map(Timestamp::as_millis),
    ];
    conn.execute(sql, params).await?;
    audit::append(conn, &change.audit).await?;
    let created = one::<ApiKeySnapshot>(conn, BY_UID, params![new.uid.as_bytes()]).await?;
    let created = created.ok_or_else(|| DriverError::Corrupt("a key that was just made is gone".into()))?;
    Ok(NewApiKeyOutcome::Created(Box::new(created)))
}

/// A page of one account's keys. The index gives the order; the verdict decides which of them the filter shows.
pub(crate) async fn page(conn: &mut dyn Connection, list: ListApiKeys) -> Result<Option<Page<ApiKeySnapshot>>, StoreError> {
    let Some(account) = service_accounts::find(conn, list.org, list.account).await? else { return Ok(None) };
    let (mut rows, mut doubt) = (Vec::new(), None);
    let visit = |snapshot: ApiKeySnapshot| {
        match verdict(&snapshot, list.now) {
            Ok(judged) if shows(list.filter, judged) => rows.push(snapshot),
            Ok(_) => {}
            Err(doubted) => doubt = Some(doubted),
        }
        Ok(if rows.len() > list.limit || doubt.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    };
    let params = params![account.number.0, list.after.at.as_millis(), list.after.number];
    scan(conn, OF_ACCOUNT, params, visit).await?;
    if let Some(doubt) = doubt {
        return Err(doubtful(doubt));
    }
    let more = rows.len() > list.limit;
    rows.truncate(list.limit);
    Ok(Some(Page { rows, more }))
}

const fn shows(filter: ApiKeyFilter, judged: ApiKeyVerdict) -> bool {
    match filter {
        ApiKeyFilter::Live => matches!(judged, ApiKeyVerdict::Live),
        ApiKeyFilter::Dead => matches!(judged, ApiKeyVerdict::Dead(_)),
        ApiKeyFilter::All => true,
    }
}

/// Records a revocation once, whatever else may have killed the key.
pub(crate) async fn revoke(conn: &mut dyn Connection, revoke: &RevokeApiKey) -> Result<Option<ApiKeySnapshot>, StoreError> {
    let change = &revoke.change;
    let sql = "UPDATE api_keys SET revoked_at = $3
               WHERE uid = $2 AND revoked_at IS NULL
                 AND service_account_number IN (SELECT number FROM service_accounts WHERE tenant_number = $1)";
    let changed = conn.execute(sql, params![change.org.0, revoke.api_key.as_bytes(), change.at.as_millis()]).await?;
    if changed > 0 {
        audit::append(conn, &change.audit).await?;
    }
    Ok(one(conn, OF_ORG, params![change.org.0, revoke.api_key.as_bytes()]).await?)
}

/// Stores last uses by greatest value: what another process or an earlier batch stored is never moved back.
pub(crate) async fn save_uses(conn: &mut dyn Connection, uses: &[ApiKeyUse]) -> Result<(), StoreError> {
    let sql = "UPDATE api_keys SET last_used_at = $2 WHERE number = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
    for ApiKeyUse { api_key, at } in uses {
        conn.change(sql, params![api_key.0, at.as_millis()]).await?;
    }
    Ok(())
}
