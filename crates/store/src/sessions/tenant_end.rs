//! Ending everything under a tenant by one row, and finding out afterwards what that ended.

use cloakroom_engine::ids::SessionUid;
use cloakroom_engine::sessions::admin::end_tenant::{EndSessionsOfTenant, EndedWithTenant, TenantEnd};
use cloakroom_engine::store::StoreError;

use super::snapshot::{bytes, from_sessions};
use crate::directory::organisations;
use crate::driver::{Connection, query_all, query_one};
use crate::{audit, params};

pub(crate) async fn end(conn: &mut dyn Connection, end: &EndSessionsOfTenant) -> Result<TenantEnd, StoreError> {
    let epoch = organisations::move_epoch(conn, end.tenant, end.end).await?;
    audit::append(conn, &end.audit.clone().with("epoch", epoch.to_string())).await?;
    Ok(TenantEnd { tenant: end.tenant, born: epoch - 1, end: end.end })
}

/// Born under the epoch `$2` of the tenant `$1`, with no end recorded before it moved, and killed by nothing but the move at `$3`.
/// Whether a row was stamped since makes no difference: its recorded end is then that of the move.
macro_rules! ended_by_move {
    () => {
        "WHERE s.tenant_number = $1 AND s.tenant_epoch = $2
           AND ((s.state = 0
                 AND t.expires_at > $3 AND s.absolute_expires_at > $3
                 AND (u.status = 'verified' OR u.status_since > $3)
                 AND (e.status IS NULL OR e.status = 'verified' OR e.status_since > $3)
                 AND (n.status IN ('unverified', 'verified', 'parked') OR n.status_since > $3)
                 AND s.server_epoch = v.epoch
                 AND (s.partner_number IS NULL OR s.partner_epoch = p.epoch)
                 AND (s.application_number IS NULL OR s.application_epoch = a.epoch))
             OR (s.state <> 0 AND s.ended_tenant_epoch > $2 AND s.ended_at = $3 AND s.end_reason = $4)) "
    };
}

/// What the move ended, from one snapshot of the database.
pub(crate) async fn ended(conn: &mut dyn Connection, end: TenantEnd, list: usize) -> Result<EndedWithTenant, StoreError> {
    let (tenant, born, at, reason) = (end.tenant.0, end.born, end.end.at.as_millis(), end.end.reason.as_str());
    let sql = concat!("SELECT count(*)", from_sessions!(), ended_by_move!());
    let count = query_one(conn, sql, params![tenant, born, at, reason], |row| row.int(0)).await?.unwrap_or(0);
    let sql = concat!("SELECT s.uid", from_sessions!(), ended_by_move!(), "ORDER BY s.created_at DESC, s.number DESC LIMIT $5");
    let params = params![tenant, born, at, reason, i64::try_from(list).unwrap_or(i64::MAX)];
    let sessions = query_all(conn, sql, params, |row| Ok(SessionUid::from_bytes(bytes(row.blob(0)?)?))).await?;
    Ok(EndedWithTenant { count: u64::try_from(count).unwrap_or(0), sessions })
}
