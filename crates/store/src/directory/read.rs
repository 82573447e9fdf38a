//! Rows of the directory as records.

use cloakroom_engine::directory::records::{
    ApplicationRecord, ClientSecretRecord, EmailRecord, OwnerRecord, PartnerRecord, TenantRecord, UserRecord,
};
use cloakroom_engine::directory::registration::Registration;
use cloakroom_engine::directory::{MembershipRole, TenantPlace, TenantPolicy};
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{ApplicationNumber, ApplicationUid, PartnerUid, TenantUid, UserNumber, UserUid};
use const_format::concatcp;

use crate::driver::{Connection, DriverError, Record, all, one, record};
use crate::params;

record! { for PartnerRecord as p { number, uid, code, name, status, created_at, updated_at } }

record! {
    for TenantRecord as n {
        number, uid, code, name, partner = "p.number, p.uid", status, status_since, policy = TenantPolicy::COLUMNS, created_at,
        updated_at,
    }
}

record! {
    // Without emails and memberships, which [`whole_user`] adds.

    for UserRecord as u {
        number, uid, username, display_name, status, status_since, role, is_operator, session_cap,
        has_password = "u.password_hash IS NOT NULL", created_at, updated_at, home = TenantPlace::COLUMNS;
        emails: Vec::new(), memberships: Vec::new(),
    }
}

record! {
    for ApplicationRecord as a {
        number, uid, client_id, name, registration = Registration::COLUMNS, scopes, is_platform, status, status_since, created_at, updated_at,
        tenant = TenantPlace::COLUMNS, owner = OwnerRecord::COLUMNS, jwks,
    }
}

record! {
    for Registration as a {
        kind, redirect_uris, post_logout_redirect_uris, backchannel_logout_uri, resources, session_claims, origins, is_first_party, id_token_algorithm,
    }
}

record! { for OwnerRecord as o { number, uid, role, is_operator, home = "h.number, h.uid, h.partner_number" } }

record! { for ClientSecretRecord { uid, created_at } }

record! { for EmailRecord { number, address, status, status_since, is_primary } }

record! { struct Membership as m { tenant: TenantPlace = TenantPlace::COLUMNS, role: MembershipRole } }

pub(super) const SELECT_PARTNER: &str = concatcp!(PartnerRecord::SELECT, " FROM partners p ");
pub(super) const SELECT_TENANT: &str =
    concatcp!(TenantRecord::SELECT, " FROM tenants n LEFT JOIN partners p ON p.number = n.partner_number ");
pub(super) const SELECT_USER: &str = concatcp!(UserRecord::SELECT, " FROM users u LEFT JOIN tenants n ON n.number = u.tenant_number ");
pub(super) const SELECT_APPLICATION: &str = concatcp!(
    ApplicationRecord::SELECT,
    " FROM applications a LEFT JOIN tenants n ON n.number = a.tenant_number
     LEFT JOIN users o ON o.number = a.owner_number LEFT JOIN tenants h ON h.number = o.tenant_number "
);
const PARTNER: &str = concatcp!(SELECT_PARTNER, "WHERE p.uid = $1");
const PARTNER_CALLED: &str = concatcp!(SELECT_PARTNER, "WHERE p.code = $1");
const TENANT: &str = concatcp!(SELECT_TENANT, "WHERE n.uid = $1");
const TENANT_CALLED: &str = concatcp!(SELECT_TENANT, "WHERE n.code = $1");
const USER: &str = concatcp!(SELECT_USER, "WHERE u.uid = $1");
const USER_NUMBERED: &str = concatcp!(SELECT_USER, "WHERE u.number = $1");
const USER_CALLED: &str = concatcp!(SELECT_USER, "WHERE u.username = $1");
const APPLICATION: &str = concatcp!(SELECT_APPLICATION, "WHERE a.uid = $1");
const APPLICATION_CALLED: &str = concatcp!(SELECT_APPLICATION, "WHERE a.client_id = $1");
const CLIENT_SECRETS: &str =
    concatcp!(ClientSecretRecord::SELECT, " FROM client_secrets WHERE application_number = $1 ORDER BY number DESC");
const EMAILS: &str = concatcp!(EmailRecord::SELECT, " FROM emails WHERE user_number = $1 ORDER BY is_primary DESC, address");
const MEMBERSHIPS: &str = concatcp!(
    Membership::SELECT,
    " FROM memberships m JOIN tenants n ON n.number = m.tenant_number WHERE m.user_number = $1 ORDER BY n.number"
);

pub(crate) async fn partner(conn: &mut dyn Connection, uid: PartnerUid) -> Result<Option<PartnerRecord>, StoreError> {
    Ok(one(conn, PARTNER, params![uid.as_bytes()]).await?)
}

pub(crate) async fn tenant(conn: &mut dyn Connection, uid: TenantUid) -> Result<Option<TenantRecord>, StoreError> {
    Ok(one(conn, TENANT, params![uid.as_bytes()]).await?)
}

pub(crate) async fn user(conn: &mut dyn Connection, uid: UserUid) -> Result<Option<UserRecord>, StoreError> {
    let Some(user) = one(conn, USER, params![uid.as_bytes()]).await? else { return Ok(None) };
    Ok(Some(whole_user(conn, user).await?))
}

pub(crate) async fn application(conn: &mut dyn Connection, uid: ApplicationUid) -> Result<Option<ApplicationRecord>, StoreError> {
    Ok(one(conn, APPLICATION, params![uid.as_bytes()]).await?)
}

/// The partner of this code.
pub(super) async fn partner_called(conn: &mut dyn Connection, code: &str) -> Result<Option<PartnerRecord>, DriverError> {
    one(conn, PARTNER_CALLED, params![code]).await
}

/// The tenant of this code.
pub(super) async fn tenant_called(conn: &mut dyn Connection, code: &str) -> Result<Option<TenantRecord>, DriverError> {
    one(conn, TENANT_CALLED, params![code]).await
}

/// The user of this number.
pub(super) async fn user_numbered(conn: &mut dyn Connection, user: UserNumber) -> Result<Option<UserRecord>, DriverError> {
    let Some(user) = one(conn, USER_NUMBERED, params![user.0]).await? else { return Ok(None) };
    Ok(Some(whole_user(conn, user).await?))
}

/// The user of this username.
pub(super) async fn user_called(conn: &mut dyn Connection, username: &str) -> Result<Option<UserRecord>, DriverError> {
    let Some(user) = one(conn, USER_CALLED, params![username]).await? else { return Ok(None) };
    Ok(Some(whole_user(conn, user).await?))
}

/// The application of this client id.
pub(super) async fn application_called(conn: &mut dyn Connection, client_id: &str) -> Result<Option<ApplicationRecord>, DriverError> {
    one(conn, APPLICATION_CALLED, params![client_id]).await
}

/// The live secrets of an application, the newest first: those that open something.
pub(crate) async fn client_secrets(
    conn: &mut dyn Connection,
    application: ApplicationNumber,
) -> Result<Vec<ClientSecretRecord>, DriverError> {
    all(conn, CLIENT_SECRETS, params![application.0]).await
}

pub(crate) async fn application_with_secrets(
    conn: &mut dyn Connection,
    uid: ApplicationUid,
) -> Result<Option<(ApplicationRecord, Vec<ClientSecretRecord>)>, StoreError> {
    let Some(found) = application(conn, uid).await? else { return Ok(None) };
    let secrets = client_secrets(conn, found.number).await?;
    Ok(Some((found, secrets)))
}

/// The user with emails and memberships.
pub(crate) async fn whole_user(conn: &mut dyn Connection, mut user: UserRecord) -> Result<UserRecord, DriverError> {
    user.emails = all(conn, EMAILS, params![user.number.0]).await?;
    let memberships = all(conn, MEMBERSHIPS, params![user.number.0]).await?;
    user.memberships = memberships.into_iter().map(|Membership { tenant, role }| (tenant, role)).collect();
    Ok(user)
}
