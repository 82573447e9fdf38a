//! What is done to partners.

use cloakroom_engine::audit::{Action, ResourceKind};
use cloakroom_engine::callers::{Refusal, Warrant};
use cloakroom_engine::directory::PartnerStatus;
use cloakroom_engine::directory::changes::NewPartner;
use cloakroom_engine::directory::records::PartnerRecord;
use cloakroom_engine::ids::PartnerUid;

use super::{ChangeError, read};
use crate::driver::{Connection, exists};
use crate::{audit, params};

pub(crate) async fn create(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    uid: PartnerUid,
    new: &NewPartner,
) -> Result<PartnerRecord, ChangeError> {
    if exists(conn, "SELECT 1 FROM partners WHERE code = $1", params![&new.code]).await? {
        return Err(Refusal::Taken("code").into());
    }
    let sql = "INSERT INTO partners (uid, code, name, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)";
    let name = new.name.as_ref().unwrap_or(&new.code);
    conn.execute(sql, params![uid.as_bytes(), &new.code, name, warrant.deed.at.as_millis()]).await?;
    audit::append(conn, &warrant.deed.entry(Action::PartnerCreated, ResourceKind::Partner, uid)).await?;
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
    let Some(name) = name.filter(|name| **name != partner.name) else { return Ok(partner) };
    let sql = "UPDATE partners SET name = $2, updated_at = $3 WHERE number = $1";
    conn.execute(sql, params![partner.number.0, name, warrant.deed.at.as_millis()]).await?;
    let told = warrant.deed.entry(Action::PartnerChanged, ResourceKind::Partner, uid);
    audit::append(conn, &told.with("changed", "name")).await?;
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
    let sql = "UPDATE partners SET status = $2, updated_at = $3 WHERE number = $1";
    conn.execute(sql, params![partner.number.0, PartnerStatus::Doomed.as_str(), warrant.deed.at.as_millis()]).await?;
    let told = warrant.deed.entry(Action::PartnerStatusChanged, ResourceKind::Partner, uid);
    audit::append(conn, &told.with("from", partner.status.as_str()).with("to", PartnerStatus::Doomed.as_str())).await?;
    Ok(())
}
