//! What becomes of partners: each change with its line in the trail, whoever asks for it.

use cloakroom_engine::audit::{Action, ResourceKind};
use cloakroom_engine::callers::Deed;
use cloakroom_engine::directory::PartnerStatus;
use cloakroom_engine::directory::changes::NewPartner;
use cloakroom_engine::directory::records::PartnerRecord;
use cloakroom_engine::ids::PartnerUid;

use crate::driver::{Connection, DriverError};
use crate::{audit, params};

pub(super) async fn create(conn: &mut dyn Connection, deed: &Deed, uid: PartnerUid, new: &NewPartner) -> Result<(), DriverError> {
    let sql = "INSERT INTO partners (uid, code, name, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)";
    let name = new.name.as_ref().unwrap_or(&new.code);
    conn.execute(sql, params![uid.as_bytes(), &new.code, name, deed.at.as_millis()]).await?;
    audit::append(conn, &deed.entry(Action::PartnerCreated, ResourceKind::Partner, uid)).await
}

/// Gives the partner this name, where one is given; whether it had another.
pub(super) async fn rename(
    conn: &mut dyn Connection,
    deed: &Deed,
    partner: &PartnerRecord,
    name: Option<&String>,
) -> Result<bool, DriverError> {
    let Some(name) = name.filter(|name| **name != partner.name) else { return Ok(false) };
    let sql = "UPDATE partners SET name = $2, updated_at = $3 WHERE number = $1";
    conn.execute(sql, params![partner.number.0, name, deed.at.as_millis()]).await?;
    let told = deed.entry(Action::PartnerChanged, ResourceKind::Partner, partner.uid);
    audit::append(conn, &told.with("changed", "name")).await?;
    Ok(true)
}

pub(super) async fn doom(conn: &mut dyn Connection, deed: &Deed, partner: &PartnerRecord) -> Result<(), DriverError> {
    let sql = "UPDATE partners SET status = $2, updated_at = $3 WHERE number = $1";
    conn.execute(sql, params![partner.number.0, PartnerStatus::Doomed.as_str(), deed.at.as_millis()]).await?;
    let told = deed.entry(Action::PartnerStatusChanged, ResourceKind::Partner, partner.uid);
    audit::append(conn, &told.with("from", partner.status.as_str()).with("to", PartnerStatus::Doomed.as_str())).await
}
