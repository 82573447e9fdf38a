//! What is done to tenants.

use cloakroom_engine::callers::{Reach, Refusal, Warrant};
use cloakroom_engine::directory::TenantStatus;
use cloakroom_engine::directory::changes::{NewTenant, Patch, TenantChange};
use cloakroom_engine::directory::records::TenantRecord;
use cloakroom_engine::ids::TenantUid;

use super::{ChangeError, keep_a_super_administrator, reachable_partner};
use crate::directory::{read, tenants};
use crate::driver::{Connection, exists};
use crate::params;

pub(crate) async fn create(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    uid: TenantUid,
    new: &NewTenant,
) -> Result<TenantRecord, ChangeError> {
    let authority = &warrant.authority;
    let partner = match (new.partner, authority.reach) {
        (Some(partner), _) => Some(reachable_partner(conn, authority, partner).await?.0),
        (None, Reach::Partner(own)) => Some(own),
        (None, Reach::Everything | Reach::Tenant(_)) => None,
    };
    if exists(conn, "SELECT 1 FROM tenants WHERE code = $1", params![&new.code]).await? {
        return Err(Refusal::Taken("code").into());
    }
    tenants::create(conn, &warrant.deed, uid, new, partner).await?;
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
        Patch::Keep => tenant.partner,
        Patch::Clear => None,
        Patch::Set(partner) => Some(reachable_partner(conn, authority, partner).await?),
    };
    if tenant.status == TenantStatus::Doomed {
        // Dooming it once more changes nothing; anything else is refused.
        return if change.status == Some(TenantStatus::Doomed) { Ok(tenant) } else { Err(Refusal::Doomed.into()) };
    }
    tenants::change(conn, &warrant.deed, &tenant, &change.over(&tenant, partner)).await?;
    if let Some(status) = change.status.filter(|status| *status != tenant.status) {
        if !status.lets_sessions_live() {
            authority.not_own_home(tenant.number)?;
        }
        tenants::change_status(conn, &warrant.deed, &tenant, status).await?;
        keep_a_super_administrator(conn).await?;
    }
    found(conn, warrant, uid).await
}
