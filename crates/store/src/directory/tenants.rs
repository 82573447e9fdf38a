//! What becomes of tenants: each change with its line in the trail and what it ends, whoever asks for it.

use cloakroom_engine::audit::{Action, ResourceKind};
use cloakroom_engine::callers::Deed;
use cloakroom_engine::directory::changes::NewTenant;
use cloakroom_engine::directory::records::TenantRecord;
use cloakroom_engine::directory::{TenantPolicy, TenantStatus};
use cloakroom_engine::ids::{PartnerNumber, TenantNumber, TenantUid};
use cloakroom_engine::sessions::{End, EndReason};

use crate::driver::{Connection, DriverError, all, inserted, record};
use crate::epochs::{EpochScope, move_epoch};
use crate::{audit, params};

record! { for TenantPolicy as n { ttl_seconds, absolute_ttl_seconds, slides, session_cap, api_key_max_age_days } }

pub(super) async fn create<P: Sync>(
    conn: &mut dyn Connection,
    deed: &Deed,
    uid: TenantUid,
    new: &NewTenant<P>,
    partner: Option<PartnerNumber>,
) -> Result<(), DriverError> {
    let sql = "INSERT INTO tenants (uid, code, name, partner_number, status, status_since, ttl_seconds, absolute_ttl_seconds, slides,
                   session_cap, api_key_max_age_days, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $6, $6) RETURNING number";
    let policy = new.policy;
    let params = params![
        uid.as_bytes(),
        &new.code,
        new.name.as_ref().unwrap_or(&new.code),
        partner.map(|partner| partner.0),
        new.status.as_str(),
        deed.at.as_millis(),
        policy.ttl_seconds,
        policy.absolute_ttl_seconds,
        policy.slides,
        policy.session_cap,
        policy.api_key_max_age_days,
    ];
    let number = TenantNumber(inserted(conn, sql, params).await?);
    audit::append(conn, &deed.entry(Action::TenantCreated, ResourceKind::Tenant, uid).within(Some(number))).await
}

/// Writes what differs, and tells which fields that was; whether there were any.
pub(super) async fn change(
    conn: &mut dyn Connection,
    deed: &Deed,
    before: &TenantRecord,
    after: &TenantRecord,
) -> Result<bool, DriverError> {
    let Some(changed) = before.changed(after) else { return Ok(false) };
    let sql = "UPDATE tenants
               SET name = $2, partner_number = $3, ttl_seconds = $4, absolute_ttl_seconds = $5, slides = $6, session_cap = $7,
                   api_key_max_age_days = $8, updated_at = $9
               WHERE number = $1";
    let policy = after.policy;
    let params = params![
        before.number.0,
        &after.name,
        after.partner.map(|(partner, _)| partner.0),
        policy.ttl_seconds,
        policy.absolute_ttl_seconds,
        policy.slides,
        policy.session_cap,
        policy.api_key_max_age_days,
        deed.at.as_millis(),
    ];
    conn.execute(sql, params).await?;
    let told = deed.entry(Action::TenantChanged, ResourceKind::Tenant, before.uid).within(Some(before.number));
    audit::append(conn, &told.with("changed", changed)).await?;
    Ok(true)
}

/// Changes the status; one that lets no session live moves the tenant's epoch, which ends everything under it in this one row.
pub(super) async fn change_status(
    conn: &mut dyn Connection,
    deed: &Deed,
    tenant: &TenantRecord,
    status: TenantStatus,
) -> Result<(), DriverError> {
    let sql = "UPDATE tenants SET status = $2, status_since = $3, updated_at = $3 WHERE number = $1";
    conn.execute(sql, params![tenant.number.0, status.as_str(), deed.at.as_millis()]).await?;
    if !status.lets_sessions_live() {
        move_epoch(conn, EpochScope::Tenant(tenant.number), End { at: deed.at, reason: EndReason::TenantClosed, by: deed.by }).await?;
    }
    let told = deed.entry(Action::TenantStatusChanged, ResourceKind::Tenant, tenant.uid).within(Some(tenant.number));
    audit::append(conn, &told.with("from", tenant.status.as_str()).with("to", status.as_str())).await
}

/// The tenants that belong to a partner.
pub(crate) async fn tenants_of(conn: &mut dyn Connection, partner: PartnerNumber) -> Result<Vec<TenantNumber>, DriverError> {
    all(conn, "SELECT number FROM tenants WHERE partner_number = $1", params![partner.0]).await
}
