//! The directory as administrators see and change it. Each change judges its warrant over what its own transaction read.

pub(crate) mod applications;
pub(crate) mod client_secrets;
pub(crate) mod emails;
pub(crate) mod identity_providers;
pub(crate) mod list;
pub(crate) mod locks;
pub(crate) mod partners;
pub(crate) mod tenants;
pub(crate) mod users;

use cloakroom_engine::callers::{Authority, Reach, Refusal};
use cloakroom_engine::directory::TenantPlace;
use cloakroom_engine::ids::{PartnerNumber, PartnerUid, TenantUid};

use super::places;
use crate::database::Undone;
use crate::driver::{Connection, exists};
use crate::params;

/// Why a change was not made.
pub(crate) type ChangeError = Undone<Refusal>;

impl From<Refusal> for ChangeError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The tenant of this uid, if it is within reach.
async fn reachable_tenant(conn: &mut dyn Connection, authority: &Authority, tenant: TenantUid) -> Result<TenantPlace, ChangeError> {
    let place = places::tenant(conn, tenant).await?.ok_or(Refusal::OutOfReach)?;
    authority.sees(Some(&place))?;
    Ok(place)
}

/// The tenant that something new belongs to: the one that is named, or the home of whoever makes it.
async fn tenant_of_new(
    conn: &mut dyn Connection,
    authority: &Authority,
    named: Option<TenantUid>,
) -> Result<Option<TenantPlace>, ChangeError> {
    match (named, authority.reach) {
        (Some(tenant), _) => reachable_tenant(conn, authority, tenant).await.map(Some),
        (None, Reach::Everything) => Ok(None),
        (None, Reach::Partner(_) | Reach::Tenant(_)) => Ok(authority.home),
    }
}

/// The partner of this uid, if it is within reach and not doomed.
async fn reachable_partner(
    conn: &mut dyn Connection,
    authority: &Authority,
    partner: PartnerUid,
) -> Result<(PartnerNumber, PartnerUid), ChangeError> {
    let number = places::partner(conn, partner).await?.filter(|partner| authority.reach.covers_partner(*partner));
    let number = number.ok_or(Refusal::OutOfReach)?;
    let sql = "SELECT 1 FROM partners WHERE number = $1 AND status = 'doomed'";
    if exists(conn, sql, params![number.0]).await? {
        return Err(Refusal::Doomed.into());
    }
    Ok((number, partner))
}

/// Refuses a change after which no super administrator could sign in.
async fn keep_a_super_administrator(conn: &mut dyn Connection) -> Result<(), ChangeError> {
    let sql = "SELECT u.number FROM users u LEFT JOIN tenants n ON n.number = u.tenant_number
               WHERE u.role = 'super_admin' AND u.status = 'verified' AND u.password_hash IS NOT NULL
                 AND (n.status IS NULL OR n.status IN ('unverified', 'verified', 'parked'))
                 AND NOT EXISTS (SELECT 1 FROM emails e
                                 WHERE e.user_number = u.number AND e.is_primary = 1 AND e.status <> 'verified')
               LIMIT 1";
    if exists(conn, sql, params![]).await? { Ok(()) } else { Err(Refusal::LastSuperAdministrator.into()) }
}
