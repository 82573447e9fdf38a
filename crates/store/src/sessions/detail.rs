//! Sessions with what is shown beside them. Apart from the snapshot, which every request reads and which has no use for it.

use cloakroom_engine::directory::TenantPlace;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::SessionNumber;
use cloakroom_engine::sessions::detail::{DetailedSnapshot, SessionSurroundings, Whence};
use cloakroom_engine::sessions::device::{DeviceModel, Product};
use cloakroom_engine::sessions::store::SessionLookup;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::SessionSnapshot;
use cloakroom_engine::sessions::{DeviceType, Location, UserAgent};
use const_format::concatcp;

use super::snapshot;
use crate::driver::{Connection, DriverError, Record, Row, one, record};
use crate::{grants, params};

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
    pub(super) struct Surroundings as s {
        number: SessionNumber,
        username: String = "u.username",
        user_email: Option<String> =
            "(SELECT e.address FROM emails e WHERE e.user_number = u.number AND e.is_primary = 1 LIMIT 1) AS user_email",
        user_display_name: Option<String> = "u.display_name",
        tenant: Option<TenantPlace> = TenantPlace::COLUMNS,
        whence: Whence = Whence::COLUMNS,
    }
}

record! {
    struct WhenceRow as s {
        // What is never null says that there is a row.
        _number: SessionNumber = "s.number",
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

impl Record for Whence {
    const COLUMNS: &'static str = WhenceRow::COLUMNS;
    const WIDTH: usize = WhenceRow::WIDTH;

    fn read_opt(row: &dyn Row, at: usize) -> Result<Option<Self>, DriverError> {
        Ok(WhenceRow::read_opt(row, at)?.map(WhenceRow::shown))
    }
}

impl WhenceRow {
    fn shown(self) -> Whence {
        let is_located = self.country.is_some() || self.region.is_some() || self.city.is_some();
        Whence {
            agent: UserAgent {
                device_type: self.device_type.unwrap_or(DeviceType::Unknown),
                device: self.device,
                operating_system: self.operating_system,
                application: self.application,
            },
            location: is_located.then_some(Location { country: self.country, region: self.region, city: self.city }),
        }
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
    let applications = grants::applications(conn, found.number).await?;
    Ok(Some(SessionSurroundings { applications, ..found.shown() }))
}

impl Surroundings {
    /// As they are shown, without the applications that the session reached.
    pub(super) fn shown(self) -> SessionSurroundings {
        SessionSurroundings {
            username: self.username,
            user_email: self.user_email,
            user_display_name: self.user_display_name,
            tenant: self.tenant,
            whence: self.whence,
            applications: Vec::new(),
        }
    }
}
