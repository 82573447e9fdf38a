//! API keys as rows, read together with everything that their verdict needs, in one statement.

use std::ops::ControlFlow;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::directory::TenantStatus;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{ApiKeyNumber, ApiKeyUid, ServiceAccountUid};
use cloakroom_engine::machine::api_keys::ApiKey;
use cloakroom_engine::machine::api_keys::text::ApiKeySecretHash;
use cloakroom_engine::machine::api_keys::uses::ApiKeyUse;
use cloakroom_engine::machine::service_accounts::ServiceAccountStatus;
use cloakroom_engine::machine::store::{ApiKeyFilter, ListApiKeys, NewApiKey, NewApiKeyOutcome, Page, RevokeApiKey, StoredApiKey};
use cloakroom_engine::machine::verdict::{ApiKeyEpoch, ApiKeySnapshot, ApiKeyStanding, ApiKeyVerdict, verdict};
use cloakroom_engine::sessions::verdict::Since;

use super::service_accounts::{self, roles};
use crate::driver::{Connection, DriverError, Row, query_one};
use crate::sessions::snapshot::{bytes, label};
use crate::{audit, doubtful, params};

/// The columns and joins of a snapshot, followed by the given conditions.
macro_rules! select_api_key {
    ($tail:expr) => {
        concat!(
            "SELECT k.number, k.uid, k.caption, k.created_at, k.expires_at, k.revoked_at, k.last_used_at, k.account_epoch, a.epoch,
                 a.api_keys_revoked_before, k.org_epoch, n.api_key_epoch, n.api_keys_revoked_before, a.uid, a.status,
                 a.status_since, n.status, n.status_since, n.api_key_max_age_days, k.secret_hash, n.code, a.roles
             FROM api_keys k
             JOIN service_accounts a ON a.number = k.service_account_number
             JOIN tenants n ON n.number = a.tenant_number ",
            $tail
        )
    };
}

/// The key of this uid, whosever it is.
pub(super) async fn find(conn: &mut dyn Connection, api_key: ApiKeyUid) -> Result<Option<StoredApiKey>, StoreError> {
    let found = query_one(conn, select_api_key!("WHERE k.uid = $1"), params![api_key.as_bytes()], |row| {
        Ok(StoredApiKey {
            snapshot: decode(row)?,
            secret: ApiKeySecretHash::from_bytes(bytes(row.blob(19)?)?),
            org_code: row.text(20)?.to_owned(),
            roles: roles(row.text(21)?),
        })
    })
    .await?;
    Ok(found)
}

/// Makes a key under the epochs as they are now: what a marker that was committed before ended, it does not have.
pub(super) async fn create(conn: &mut dyn Connection, new: &NewApiKey) -> Result<NewApiKeyOutcome, StoreError> {
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
    let created = query_one(conn, select_api_key!("WHERE k.uid = $1"), params![new.uid.as_bytes()], decode).await?;
    let created = created.ok_or_else(|| DriverError::Corrupt("a key that was just made is gone".into()))?;
    Ok(NewApiKeyOutcome::Created(Box::new(created)))
}

/// A page of one account's keys. The index gives the order; the verdict decides which of them the filter shows.
pub(super) async fn page(conn: &mut dyn Connection, list: ListApiKeys) -> Result<Option<Page<ApiKeySnapshot>>, StoreError> {
    let Some(account) = service_accounts::find(conn, list.org, list.account).await? else { return Ok(None) };
    let sql = select_api_key!(
        "WHERE k.service_account_number = $1 AND (k.created_at, k.number) < ($2, $3) ORDER BY k.created_at DESC, k.number DESC"
    );
    let (mut rows, mut doubt) = (Vec::new(), None);
    let mut visit = |row: &dyn Row| -> Result<ControlFlow<()>, DriverError> {
        let snapshot = decode(row)?;
        match verdict(&snapshot, list.now) {
            Ok(judged) if shows(list.filter, judged) => rows.push(snapshot),
            Ok(_) => {}
            Err(doubted) => doubt = Some(doubted),
        }
        Ok(if rows.len() > list.limit || doubt.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    };
    let params = params![account.number.0, list.after.created_at.as_millis(), list.after.number];
    conn.scan(sql, params, &mut visit).await?;
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
pub(super) async fn revoke(conn: &mut dyn Connection, revoke: &RevokeApiKey) -> Result<Option<ApiKeySnapshot>, StoreError> {
    let change = &revoke.change;
    let sql = "UPDATE api_keys SET revoked_at = $3
               WHERE uid = $2 AND revoked_at IS NULL
                 AND service_account_number IN (SELECT number FROM service_accounts WHERE tenant_number = $1)";
    let changed = conn.execute(sql, params![change.org.0, revoke.api_key.as_bytes(), change.at.as_millis()]).await?;
    if changed > 0 {
        audit::append(conn, &change.audit).await?;
    }
    let sql = select_api_key!("WHERE k.uid = $2 AND n.number = $1");
    Ok(query_one(conn, sql, params![change.org.0, revoke.api_key.as_bytes()], decode).await?)
}

/// Stores last uses by greatest value: what another process or an earlier batch stored is never moved back.
pub(super) async fn save_uses(conn: &mut dyn Connection, uses: &[ApiKeyUse]) -> Result<(), StoreError> {
    let sql = "UPDATE api_keys SET last_used_at = $2 WHERE number = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
    for ApiKeyUse { api_key, at } in uses {
        conn.change(sql, params![api_key.0, at.as_millis()]).await?;
    }
    Ok(())
}

fn decode(row: &dyn Row) -> Result<ApiKeySnapshot, DriverError> {
    let time = |col| Ok::<_, DriverError>(row.opt_int(col)?.map(Timestamp::from_millis));
    let days = row.opt_int(18)?.map(u32::try_from).transpose();
    Ok(ApiKeySnapshot {
        api_key: ApiKey {
            number: ApiKeyNumber(row.int(0)?),
            uid: ApiKeyUid::from_bytes(bytes(row.blob(1)?)?),
            account: ServiceAccountUid::from_bytes(bytes(row.blob(13)?)?),
            caption: row.opt_text(2)?.map(str::to_owned),
            created_at: Timestamp::from_millis(row.int(3)?),
            expires_at: time(4)?,
            revoked_at: time(5)?,
            last_used_at: time(6)?,
        },
        standing: ApiKeyStanding {
            account: Since { status: label(row.text(14)?, ServiceAccountStatus::parse)?, since: Timestamp::from_millis(row.int(15)?) },
            org: Since { status: label(row.text(16)?, TenantStatus::parse)?, since: Timestamp::from_millis(row.int(17)?) },
            max_age_days: days.map_err(|_| DriverError::Corrupt("an org's greatest age of keys is no number of days".into()))?,
            account_epoch: ApiKeyEpoch { born: row.int(7)?, current: row.int(8)?, moved_at: time(9)? },
            org_epoch: ApiKeyEpoch { born: row.int(10)?, current: row.int(11)?, moved_at: time(12)? },
        },
    })
}
