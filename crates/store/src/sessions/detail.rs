//! Sessions with what is shown beside them. Apart from the snapshot, which every request reads and which has no use for it.

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{SessionNumber, UserNumber};
use cloakroom_engine::sessions::detail::{DetailedSnapshot, SessionSurroundings};
use cloakroom_engine::sessions::device::{DeviceModel, Product};
use cloakroom_engine::sessions::store::SessionLookup;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::{SessionSnapshot, Verdict, verdict};
use cloakroom_engine::sessions::{DeviceType, Location, UserAgent};

use super::snapshot::{self, OpenRow};
use crate::driver::{Connection, DriverError, Row, query_one};
use crate::{doubtful, grants, params};

/// The session that `lookup` names.
pub(crate) async fn find(
    conn: &mut dyn Connection,
    lookup: SessionLookup,
    touches: &PendingTouches,
) -> Result<Option<DetailedSnapshot>, StoreError> {
    match snapshot::find(conn, lookup, touches).await? {
        Some(found) => Ok(detailed(conn, vec![found]).await?.pop()),
        None => Ok(None),
    }
}

/// All sessions of a user that live at `now`, newest first; the verdict decides on each.
pub(crate) async fn live_of_user(
    conn: &mut dyn Connection,
    user: UserNumber,
    now: Timestamp,
    touches: &PendingTouches,
) -> Result<Vec<DetailedSnapshot>, StoreError> {
    let mut live = Vec::new();
    for open in snapshot::open_of_user(conn, user, touches).await? {
        // One that cannot be read is valid to nobody.
        let OpenRow::Read(open) = open else { continue };
        if verdict(&open, now).map_err(doubtful)? == Verdict::Live {
            live.push(*open);
        }
    }
    live.sort_by_key(|snapshot| std::cmp::Reverse((snapshot.session.created_at, snapshot.session.number)));
    Ok(detailed(conn, live).await?)
}

/// Adds to each what is shown beside it.
pub(crate) async fn detailed(conn: &mut dyn Connection, snapshots: Vec<SessionSnapshot>) -> Result<Vec<DetailedSnapshot>, DriverError> {
    let mut detailed = Vec::with_capacity(snapshots.len());
    for snapshot in snapshots {
        // Gone between two statements: purged, and so not to be shown.
        if let Some(surroundings) = surroundings(conn, snapshot.session.number).await? {
            detailed.push(DetailedSnapshot { snapshot, surroundings });
        }
    }
    Ok(detailed)
}

async fn surroundings(conn: &mut dyn Connection, session: SessionNumber) -> Result<Option<SessionSurroundings>, DriverError> {
    let sql = "SELECT (SELECT e.address FROM emails e WHERE e.user_number = u.number AND e.is_primary = 1 LIMIT 1), u.display_name,
                   n.number, n.uid, n.partner_number, s.device_type, s.device_family, s.device_brand, s.os_family, s.os_version,
                   s.application_family, s.application_version, s.country, s.region, s.city
               FROM sessions s
               JOIN users u ON u.number = s.user_number
               LEFT JOIN tenants n ON n.number = s.tenant_number
               WHERE s.number = $1";
    let found = query_one(conn, sql, params![session.0], |row| {
        Ok(SessionSurroundings {
            user_email: row.opt_text(0)?.map(str::to_owned),
            user_display_name: row.opt_text(1)?.map(str::to_owned),
            tenant: snapshot::place(row, 2)?,
            agent: agent(row, 5)?,
            location: location(row, 12)?,
            applications: Vec::new(),
        })
    })
    .await?;
    let Some(mut found) = found else { return Ok(None) };
    found.applications = grants::applications(conn, session).await?;
    Ok(Some(found))
}

/// Seven columns from `first` on.
fn agent(row: &dyn Row, first: usize) -> Result<UserAgent, DriverError> {
    let text = |column: usize| Ok::<_, DriverError>(row.opt_text(first + column)?.map(str::to_owned));
    let product = |family: Option<String>, version: Option<String>| family.map(|family| Product { family, version });
    Ok(UserAgent {
        device_type: device(row.opt_text(first)?)?,
        device: text(1)?.map(|family| Ok::<_, DriverError>(DeviceModel { family, brand: text(2)? })).transpose()?,
        operating_system: product(text(3)?, text(4)?),
        application: product(text(5)?, text(6)?),
    })
}

/// Three columns from `first` on.
fn location(row: &dyn Row, first: usize) -> Result<Option<Location>, DriverError> {
    let text = |column: usize| Ok::<_, DriverError>(row.opt_text(first + column)?.map(str::to_owned));
    let location = Location { country: text(0)?, region: text(1)?, city: text(2)? };
    let is_known = location.country.is_some() || location.region.is_some() || location.city.is_some();
    Ok(is_known.then_some(location))
}

/// Rows from before devices were recognised have none.
pub(crate) fn device(text: Option<&str>) -> Result<DeviceType, DriverError> {
    text.map_or(Ok(DeviceType::Unknown), |text| snapshot::label(text, DeviceType::parse))
}
