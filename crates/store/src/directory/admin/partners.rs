//! What is done to partners.

use cloakroom_engine::callers::{Refusal, Warrant};
use cloakroom_engine::directory::PartnerStatus;
use cloakroom_engine::directory::changes::NewPartner;
use cloakroom_engine::directory::records::PartnerRecord;
use cloakroom_engine::ids::PartnerUid;

use super::ChangeError;
use crate::directory::{partners, read};
use crate::driver::{Connection, exists};
use crate::params;

pub(crate) async fn create(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    uid: PartnerUid,
    new: &NewPartner,
) -> Result<PartnerRecord, ChangeError> {
    if exists(conn, "SELECT 1 FROM partners WHERE code = $1", params![&new.code]).await? {
        return Err(Refusal::Taken("code").into());
    }
    partners::create(conn, &warrant.deed, uid, new).await?;
    found(conn, warrant, uid).await
}

/// The partner as it stands, if it is within reach.
async fn found(conn: &mut dyn Connection, warrant: &Warrant, uid: PartnerUid) -> Result<PartnerRecord, ChangeError> {
    let partner = read::partner(conn, uid).await?.filter(|partner| warrant.authority.reach.covers_partner(partner.number));
    Ok(partner.ok_or(Refusal::OutOfReach)?)
}

pub(crate) async fn rename(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    uid: PartnerUid,
    name: Option<&String>,
) -> Result<PartnerRecord, ChangeError> {
    let partner = found(conn, warrant, uid).await?;
    if partner.status == PartnerStatus::Doomed {
        return Err(Refusal::Doomed.into());
    }
    partners::rename(conn, &warrant.deed, &partner, name).await?;
    found(conn, warrant, uid).await
}

pub(crate) async fn doom(conn: &mut dyn Connection, warrant: &Warrant, uid: PartnerUid) -> Result<(), ChangeError> {
    let partner = found(conn, warrant, uid).await?;
    if partner.status == PartnerStatus::Doomed {
        return Ok(());
    }
    let sql = "SELECT 1 FROM tenants WHERE partner_number = $1 AND status <> 'doomed' LIMIT 1";
    if exists(conn, sql, params![partner.number.0]).await? {
        return Err(Refusal::HasTenants.into());
    }
    Ok(partners::doom(conn, &warrant.deed, &partner).await?)
}
