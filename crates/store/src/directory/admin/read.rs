//! Rows of the directory as records.

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::directory::records::{
    ApplicationRecord, ClientSecretRecord, EmailRecord, OwnerRecord, PartnerRecord, TenantRecord, UserRecord,
};
use cloakroom_engine::directory::{
    ApplicationKind, ApplicationStatus, EmailStatus, MembershipRole, PartnerStatus, PlatformRole, TenantPolicy, TenantStatus, UserStatus,
};
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{
    ApplicationNumber, ApplicationUid, ClientSecretUid, EmailNumber, PartnerNumber, PartnerUid, TenantNumber, TenantUid, UserNumber,
    UserUid,
};

use crate::driver::{Connection, DriverError, Row, query_all, query_one};
use crate::params;
use crate::sessions::snapshot::{bytes, label, place};

/// The columns and joins of a partner.
macro_rules! select_partner {
    ($($tail:expr),+ $(,)?) => {
        concat!("SELECT p.number, p.uid, p.code, p.name, p.status, p.created_at, p.updated_at FROM partners p ", $($tail),+)
    };
}
pub(super) use select_partner;

/// The columns and joins of a tenant.
macro_rules! select_tenant {
    ($($tail:expr),+ $(,)?) => {
        concat!(
            "SELECT n.number, n.uid, n.code, n.name, n.status, n.status_since, p.number, p.uid, n.ttl_seconds, n.absolute_ttl_seconds,
                 n.slides, n.session_cap, n.api_key_max_age_days, n.created_at, n.updated_at
             FROM tenants n LEFT JOIN partners p ON p.number = n.partner_number ",
            $($tail),+
        )
    };
}
pub(super) use select_tenant;

/// The columns and joins of a user.
macro_rules! select_user {
    ($($tail:expr),+ $(,)?) => {
        concat!(
            "SELECT u.number, u.uid, u.username, u.display_name, u.status, u.status_since, u.role, u.is_operator, u.session_cap,
                 u.password_hash IS NOT NULL, u.created_at, u.updated_at, n.number, n.uid, n.partner_number
             FROM users u LEFT JOIN tenants n ON n.number = u.tenant_number ",
            $($tail),+
        )
    };
}
pub(super) use select_user;

/// The columns and joins of an application.
macro_rules! select_application {
    ($($tail:expr),+ $(,)?) => {
        concat!(
            "SELECT a.number, a.uid, a.client_id, a.name, a.kind, a.scopes, a.redirect_uris, a.is_platform, a.status, a.status_since,
                 a.created_at, a.updated_at, n.number, n.uid, n.partner_number, o.number, o.uid, h.number, h.uid, h.partner_number,
                 a.jwks
             FROM applications a LEFT JOIN tenants n ON n.number = a.tenant_number
             LEFT JOIN users o ON o.number = a.owner_number LEFT JOIN tenants h ON h.number = o.tenant_number ",
            $($tail),+
        )
    };
}
pub(super) use select_application;

pub(super) async fn partner(conn: &mut dyn Connection, uid: PartnerUid) -> Result<Option<PartnerRecord>, StoreError> {
    Ok(query_one(conn, select_partner!("WHERE p.uid = $1"), params![uid.as_bytes()], partner_row).await?)
}

pub(super) async fn tenant(conn: &mut dyn Connection, uid: TenantUid) -> Result<Option<TenantRecord>, StoreError> {
    Ok(query_one(conn, select_tenant!("WHERE n.uid = $1"), params![uid.as_bytes()], tenant_row).await?)
}

pub(super) async fn user(conn: &mut dyn Connection, uid: UserUid) -> Result<Option<UserRecord>, StoreError> {
    let Some(user) = query_one(conn, select_user!("WHERE u.uid = $1"), params![uid.as_bytes()], user_row).await? else {
        return Ok(None);
    };
    Ok(Some(whole_user(conn, user).await?))
}

pub(super) async fn application(conn: &mut dyn Connection, uid: ApplicationUid) -> Result<Option<ApplicationRecord>, StoreError> {
    Ok(query_one(conn, select_application!("WHERE a.uid = $1"), params![uid.as_bytes()], application_row).await?)
}

/// The live secrets of an application, the newest first: those that open something.
pub(super) async fn client_secrets(
    conn: &mut dyn Connection,
    application: ApplicationNumber,
) -> Result<Vec<ClientSecretRecord>, DriverError> {
    let sql = "SELECT uid, created_at FROM client_secrets WHERE application_number = $1 ORDER BY number DESC";
    query_all(conn, sql, params![application.0], |row| {
        Ok(ClientSecretRecord { uid: ClientSecretUid::from_bytes(bytes(row.blob(0)?)?), created_at: time(row, 1)? })
    })
    .await
}

/// The user with emails and memberships.
pub(super) async fn whole_user(conn: &mut dyn Connection, mut user: UserRecord) -> Result<UserRecord, DriverError> {
    let sql = "SELECT number, address, status, status_since, is_primary FROM emails WHERE user_number = $1
               ORDER BY is_primary DESC, address";
    user.emails = query_all(conn, sql, params![user.number.0], |row| {
        Ok(EmailRecord {
            number: EmailNumber(row.int(0)?),
            address: row.text(1)?.to_owned(),
            status: label(row.text(2)?, EmailStatus::parse)?,
            status_since: time(row, 3)?,
            is_primary: row.bool(4)?,
        })
    })
    .await?;
    let sql = "SELECT n.number, n.uid, n.partner_number, m.role FROM memberships m JOIN tenants n ON n.number = m.tenant_number
               WHERE m.user_number = $1 ORDER BY n.number";
    let memberships =
        query_all(conn, sql, params![user.number.0], |row| Ok((place(row, 0)?, label(row.text(3)?, MembershipRole::parse)?))).await?;
    user.memberships = memberships.into_iter().filter_map(|(tenant, role)| Some((tenant?, role))).collect();
    Ok(user)
}

fn time(row: &dyn Row, col: usize) -> Result<Timestamp, DriverError> {
    row.int(col).map(Timestamp::from_millis)
}

/// A number that is small by its column's bounds.
fn small(row: &dyn Row, col: usize) -> Result<Option<u32>, DriverError> {
    let number = row.opt_int(col)?.map(u32::try_from).transpose();
    number.map_err(|_| DriverError::Corrupt(format!("column {col} is beyond its bounds")))
}

pub(super) fn partner_row(row: &dyn Row) -> Result<PartnerRecord, DriverError> {
    Ok(PartnerRecord {
        number: PartnerNumber(row.int(0)?),
        uid: PartnerUid::from_bytes(bytes(row.blob(1)?)?),
        code: row.text(2)?.to_owned(),
        name: row.text(3)?.to_owned(),
        status: label(row.text(4)?, PartnerStatus::parse)?,
        created_at: time(row, 5)?,
        updated_at: time(row, 6)?,
    })
}

pub(super) fn tenant_row(row: &dyn Row) -> Result<TenantRecord, DriverError> {
    let partner = match row.opt_int(6)? {
        Some(number) => Some((PartnerNumber(number), PartnerUid::from_bytes(bytes(row.blob(7)?)?))),
        None => None,
    };
    Ok(TenantRecord {
        number: TenantNumber(row.int(0)?),
        uid: TenantUid::from_bytes(bytes(row.blob(1)?)?),
        code: row.text(2)?.to_owned(),
        name: row.text(3)?.to_owned(),
        partner,
        status: label(row.text(4)?, TenantStatus::parse)?,
        status_since: time(row, 5)?,
        policy: TenantPolicy {
            ttl_seconds: small(row, 8)?,
            absolute_ttl_seconds: small(row, 9)?,
            slides: row.opt_int(10)?.map(|slides| slides != 0),
            session_cap: small(row, 11)?,
            api_key_max_age_days: small(row, 12)?,
        },
        created_at: time(row, 13)?,
        updated_at: time(row, 14)?,
    })
}

/// A user without emails and memberships, which [`whole_user`] adds.
pub(super) fn user_row(row: &dyn Row) -> Result<UserRecord, DriverError> {
    Ok(UserRecord {
        number: UserNumber(row.int(0)?),
        uid: UserUid::from_bytes(bytes(row.blob(1)?)?),
        username: row.text(2)?.to_owned(),
        display_name: row.opt_text(3)?.map(str::to_owned),
        status: label(row.text(4)?, UserStatus::parse)?,
        status_since: time(row, 5)?,
        role: label(row.text(6)?, PlatformRole::parse)?,
        is_operator: row.bool(7)?,
        session_cap: row.opt_int(8)?,
        has_password: row.bool(9)?,
        created_at: time(row, 10)?,
        updated_at: time(row, 11)?,
        home: place(row, 12)?,
        emails: Vec::new(),
        memberships: Vec::new(),
    })
}

pub(super) fn application_row(row: &dyn Row) -> Result<ApplicationRecord, DriverError> {
    let words = |col| Ok::<_, DriverError>(row.text(col)?.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    let owner = match row.opt_int(15)? {
        Some(number) => {
            let uid = UserUid::from_bytes(bytes(row.blob(16)?)?);
            Some(OwnerRecord { number: UserNumber(number), uid, home: place(row, 17)? })
        }
        None => None,
    };
    Ok(ApplicationRecord {
        number: ApplicationNumber(row.int(0)?),
        uid: ApplicationUid::from_bytes(bytes(row.blob(1)?)?),
        client_id: row.text(2)?.to_owned(),
        name: row.text(3)?.to_owned(),
        kind: label(row.text(4)?, ApplicationKind::parse)?,
        scopes: words(5)?,
        redirect_uris: words(6)?,
        jwks: row.opt_text(20)?.map(str::to_owned),
        is_platform: row.bool(7)?,
        status: label(row.text(8)?, ApplicationStatus::parse)?,
        status_since: time(row, 9)?,
        created_at: time(row, 10)?,
        updated_at: time(row, 11)?,
        tenant: place(row, 12)?,
        owner,
    })
}
