//! Where tenants, partners and users stand, for those who name them.

use cloakroom_engine::directory::TenantPlace;
use cloakroom_engine::directory::records::OwnerRecord;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{PartnerNumber, PartnerUid, TenantUid, UserNumber, UserUid};
use cloakroom_engine::sessions::credentials::SoughtName;
use cloakroom_engine::sessions::scope::SessionScope;
use cloakroom_engine::sessions::searching::{FoundNames, SoughtApplication, SoughtNames};
use const_format::concatcp;

use crate::driver::{Connection, DriverError, Record, one};
use crate::{addresses, params};

const TENANT: &str = concatcp!(TenantPlace::SELECT, " FROM tenants n WHERE n.uid = $1");
const TENANT_CALLED: &str = concatcp!(TenantPlace::SELECT, " FROM tenants n WHERE n.code = $1");
const OWNER_CALLED: &str =
    concatcp!(OwnerRecord::SELECT, " FROM users o LEFT JOIN tenants h ON h.number = o.tenant_number WHERE o.username = $1");

pub(crate) async fn tenant(conn: &mut dyn Connection, tenant: TenantUid) -> Result<Option<TenantPlace>, StoreError> {
    Ok(one(conn, TENANT, params![tenant.as_bytes()]).await?)
}

pub(crate) async fn partner(conn: &mut dyn Connection, partner: PartnerUid) -> Result<Option<PartnerNumber>, StoreError> {
    let sql = "SELECT number FROM partners WHERE uid = $1";
    Ok(one(conn, sql, params![partner.as_bytes()]).await?)
}

pub(super) async fn partner_called(conn: &mut dyn Connection, code: &str) -> Result<Option<(PartnerNumber, PartnerUid)>, DriverError> {
    one(conn, "SELECT number, uid FROM partners WHERE code = $1", params![code]).await
}

pub(super) async fn tenant_called(conn: &mut dyn Connection, code: &str) -> Result<Option<TenantPlace>, DriverError> {
    one(conn, TENANT_CALLED, params![code]).await
}

/// The user of this name, for whatever belongs to a user.
pub(super) async fn owner_called(conn: &mut dyn Connection, username: &str) -> Result<Option<OwnerRecord>, DriverError> {
    one(conn, OWNER_CALLED, params![username]).await
}

/// Who and what these names name.
pub(crate) async fn found(conn: &mut dyn Connection, sought: &SoughtNames) -> Result<FoundNames, StoreError> {
    let user = match &sought.user {
        Some(SoughtName::Username(Some(name))) => one(conn, "SELECT u.uid FROM users u WHERE u.username = $1", params![name]).await?,
        Some(SoughtName::Email(email)) => {
            let sql = "SELECT u.uid FROM emails e JOIN users u ON u.number = e.user_number WHERE e.address = $1";
            let address = addresses::kept(conn, email).await?;
            one(conn, sql, params![&address]).await?
        }
        Some(SoughtName::Username(None)) | None => None,
    };
    let tenant = match &sought.tenant {
        Some(code) => one(conn, "SELECT n.uid FROM tenants n WHERE lower(n.code) = $1", params![code]).await?,
        None => None,
    };
    let application = match &sought.application {
        Some(SoughtApplication::Uid(uid)) => one(conn, "SELECT number FROM applications WHERE uid = $1", params![uid.as_bytes()]).await?,
        Some(SoughtApplication::ClientId(name)) => one(conn, "SELECT number FROM applications WHERE client_id = $1", params![name]).await?,
        None => None,
    };
    Ok(FoundNames { user, tenant, application })
}

/// The user, if some tenant of the scope has anything to do with them: as home, by membership, by a session born under it.
pub(crate) async fn user_within(conn: &mut dyn Connection, user: UserUid, scope: SessionScope) -> Result<Option<UserNumber>, StoreError> {
    let sql = "SELECT u.number FROM users u
               WHERE u.uid = $1
                 AND (($2 IS NULL AND $3 IS NULL)
                   OR EXISTS (SELECT 1 FROM tenants n
                              WHERE ($2 IS NULL OR n.number = $2) AND ($3 IS NULL OR n.partner_number = $3)
                                AND (n.number = u.tenant_number
                                  OR EXISTS (SELECT 1 FROM memberships m WHERE m.user_number = u.number AND m.tenant_number = n.number)
                                  OR EXISTS (SELECT 1 FROM sessions s WHERE s.user_number = u.number AND s.tenant_number = n.number))))";
    let params = params![user.as_bytes(), scope.tenant.map(|tenant| tenant.0), scope.partner.map(|partner| partner.0)];
    Ok(one(conn, sql, params).await?)
}
