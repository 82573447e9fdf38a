//! What is done to tenants.

use cloakroom_engine::audit::{Action, ResourceKind};
use cloakroom_engine::callers::{Reach, Refusal, Warrant};
use cloakroom_engine::directory::TenantStatus;
use cloakroom_engine::directory::changes::{NewTenant, Patch, TenantChange};
use cloakroom_engine::directory::records::TenantRecord;
use cloakroom_engine::ids::{PartnerNumber, TenantUid};

use super::{ChangeError, keep_a_super_administrator, reachable_partner, read};
use crate::directory::organisations::{self, TenantRow};
use crate::driver::{Connection, exists};
use crate::{audit, params};

pub(crate) async fn create(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    uid: TenantUid,
    new: &NewTenant,
) -> Result<TenantRecord, ChangeError> {
    let authority = &warrant.authority;
    let partner = match (new.partner, authority.reach) {
        (Some(partner), _) => Some(reachable_partner(conn, authority, partner).await?),
        (None, Reach::Partner(own)) => Some(own),
        (None, Reach::Everything | Reach::Tenant(_)) => None,
    };
    if exists(conn, "SELECT 1 FROM tenants WHERE code = $1", params![&new.code]).await? {
        return Err(Refusal::Taken("code").into());
    }
    let row = TenantRow {
        uid,
        code: &new.code,
        name: new.name.as_ref().unwrap_or(&new.code),
        partner: partner.map(|partner| partner.0),
        status: new.status,
        policy: new.policy,
    };
    let number = organisations::insert(conn, &row, warrant.deed.at.as_millis()).await?;
    let told = warrant.deed.entry(Action::TenantCreated, ResourceKind::Tenant, uid).within(Some(number));
    audit::append(conn, &told).await?;
    found(conn, warrant, uid).await
}

/// The tenant as it stands, if it is within reach.
async fn found(conn: &mut dyn Connection, warrant: &Warrant, uid: TenantUid) -> Result<TenantRecord, ChangeError> {
    let tenant = read::tenant(conn, uid).await?.ok_or(Refusal::OutOfReach)?;
    warrant.authority.sees(Some(&tenant.place()))?;
    Ok(tenant)
}

pub(crate) async fn change(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    uid: TenantUid,
    change: &TenantChange,
) -> Result<TenantRecord, ChangeError> {
    let (tenant, authority) = (found(conn, warrant, uid).await?, &warrant.authority);
    let partner = match change.partner {
        Patch::Keep => tenant.partner.map(|(number, _)| number),
        Patch::Clear => None,
        Patch::Set(partner) => Some(reachable_partner(conn, authority, partner).await?),
    };
    if tenant.status == TenantStatus::Doomed {
        // Dooming it once more changes nothing; anything else is refused.
        return if change.status == Some(TenantStatus::Doomed) { Ok(tenant) } else { Err(Refusal::Doomed.into()) };
    }
    update(conn, warrant, &tenant, change, partner).await?;
    if let Some(status) = change.status.filter(|status| *status != tenant.status) {
        if !status.lets_sessions_live() {
            authority.not_own_home(tenant.number)?;
        }
        organisations::change_status(conn, &warrant.deed, (tenant.number, uid), (tenant.status, status)).await?;
        keep_a_super_administrator(conn).await?;
    }
    found(conn, warrant, uid).await
}

/// Writes what differs, and tells which fields that was.
async fn update(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    tenant: &TenantRecord,
    change: &TenantChange,
    partner: Option<PartnerNumber>,
) -> Result<(), ChangeError> {
    let (policy, before) = (change.policy(tenant.policy), tenant.policy);
    let name = change.name.as_ref().unwrap_or(&tenant.name);
    let differs = [
        ("name", *name != tenant.name),
        ("partner_id", partner != tenant.partner.map(|(number, _)| number)),
        ("ttl_seconds", policy.ttl_seconds != before.ttl_seconds),
        ("absolute_ttl_seconds", policy.absolute_ttl_seconds != before.absolute_ttl_seconds),
        ("sliding", policy.slides != before.slides),
        ("session_cap", policy.session_cap != before.session_cap),
        ("api_key_max_age_days", policy.api_key_max_age_days != before.api_key_max_age_days),
    ];
    let Some(changed) = super::named(&differs) else { return Ok(()) };
    let sql = "UPDATE tenants
               SET name = $2, partner_number = $3, ttl_seconds = $4, absolute_ttl_seconds = $5, slides = $6, session_cap = $7,
                   api_key_max_age_days = $8, updated_at = $9
               WHERE number = $1";
    let params = params![
        tenant.number.0,
        name,
        partner.map(|partner| partner.0),
        policy.ttl_seconds,
        policy.absolute_ttl_seconds,
        policy.slides,
        policy.session_cap,
        policy.api_key_max_age_days,
        warrant.deed.at.as_millis(),
    ];
    conn.execute(sql, params).await?;
    let told = warrant.deed.entry(Action::TenantChanged, ResourceKind::Tenant, tenant.uid).within(Some(tenant.number));
    audit::append(conn, &told.with("changed", changed)).await?;
    Ok(())
}
