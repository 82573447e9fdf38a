//! Sessions with what is shown beside them. Apart from the snapshot, which every request reads and which has no use for it.

use cloakroom_engine::cursor::Place;
use cloakroom_engine::directory::TenantPlace;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::SessionNumber;
use cloakroom_engine::page::Paged;
use cloakroom_engine::sessions::detail::{DetailedSnapshot, SessionSurroundings};
use cloakroom_engine::sessions::device::{DeviceModel, Product};
use cloakroom_engine::sessions::pages::{ListOwnSessions, OwnSessions};
use cloakroom_engine::sessions::store::SessionLookup;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::{SessionSnapshot, Verdict, verdict};
use cloakroom_engine::sessions::{DeviceType, Location, UserAgent};
use const_format::concatcp;

use super::snapshot::{self, OpenRow};
use crate::driver::{Connection, DriverError, Record, all, one, record};
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

/// The open sessions of the user `$1` behind a place.
const OPEN_OF_USER: &str = "SELECT s.number FROM sessions s
    WHERE s.user_number = $1 AND s.state = 0 AND (s.created_at, s.number) < ($2, $3)
    ORDER BY s.created_at DESC, s.number DESC";

/// A page of the sessions of a user that live; the verdict decides on each, as far as the page goes.
pub(crate) async fn live_of_user(
    conn: &mut dyn Connection,
    list: &ListOwnSessions,
    touches: &PendingTouches,
) -> Result<OwnSessions, StoreError> {
    let (after, before, limit) = match list.page {
        Paged::Numbered(page) => (Place::NEWEST, page.before(), page.per_page as usize),
        Paged::After { place, per_page } => (place, 0, per_page as usize),
    };
    let (mut met, mut live, mut more) = (0, Vec::new(), false);
    for number in all::<SessionNumber>(conn, OPEN_OF_USER, params![list.user.0, after.at.as_millis(), after.number]).await? {
        // A session that cannot be read is not valid.
        let OpenRow::Read(open) = snapshot::open_row(conn, number, touches).await? else { continue };
        if verdict(&open, list.now).map_err(doubtful)? != Verdict::Live {
            continue;
        }
        met += 1;
        more = met > before && live.len() == limit;
        if more {
            break;
        }
        if met > before {
            live.push(*open);
        }
    }
    Ok(OwnSessions { sessions: detailed(conn, live).await?, more })
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

record! {
    struct Surroundings as s {
        number: SessionNumber,
        user_email: Option<String> =
            "(SELECT e.address FROM emails e WHERE e.user_number = u.number AND e.is_primary = 1 LIMIT 1) AS user_email",
        user_display_name: Option<String> = "u.display_name",
        tenant: Option<TenantPlace> = TenantPlace::COLUMNS,
        // Rows from before devices were recognised have none.
        device_type: Option<DeviceType>,
        device: Option<DeviceModel> = "s.device_family, s.device_brand",
        operating_system: Option<Product> = "s.os_family, s.os_version",
        application: Option<Product> = "s.application_family, s.application_version",
        country: Option<String>,
        region: Option<String>,
        city: Option<String>,
    }
}

record! { for DeviceModel { family, brand } }

record! { for Product { family, version } }

const SURROUNDINGS: &str = concatcp!(
    Surroundings::SELECT,
    " FROM sessions s
     JOIN users u ON u.number = s.user_number
     LEFT JOIN tenants n ON n.number = s.tenant_number
     WHERE s.number = $1"
);

async fn surroundings(conn: &mut dyn Connection, session: SessionNumber) -> Result<Option<SessionSurroundings>, DriverError> {
    let Some(found) = one::<Surroundings>(conn, SURROUNDINGS, params![session.0]).await? else { return Ok(None) };
    let is_located = found.country.is_some() || found.region.is_some() || found.city.is_some();
    Ok(Some(SessionSurroundings {
        user_email: found.user_email,
        user_display_name: found.user_display_name,
        tenant: found.tenant,
        agent: UserAgent {
            device_type: found.device_type.unwrap_or(DeviceType::Unknown),
            device: found.device,
            operating_system: found.operating_system,
            application: found.application,
        },
        location: is_located.then_some(Location { country: found.country, region: found.region, city: found.city }),
        applications: grants::applications(conn, found.number).await?,
    }))
}
