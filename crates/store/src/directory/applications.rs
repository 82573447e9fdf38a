//! Client applications with their secrets, and service accounts.

use cloakroom_engine::audit::{Action, ResourceKind};
use cloakroom_engine::callers::Deed;
use cloakroom_engine::directory::document::{ApplicationEntry, ServiceAccountEntry};
use cloakroom_engine::directory::plan::{Planned, PlannedApplication, status_change};
use cloakroom_engine::directory::{ApplicationKind, ApplicationStatus};
use cloakroom_engine::ids::{ApplicationNumber, ApplicationUid, ClientSecretUid, ServiceAccountUid, TenantNumber};
use cloakroom_engine::secret::ClientSecretHash;
use cloakroom_engine::sessions::{End, EndReason};
use const_format::concatcp;

use super::{ApplyError, Applying, tell};
use crate::driver::{Connection, DriverError, Record, exists, inserted, one, record};
use crate::epochs::{EpochScope, move_epoch};
use crate::{audit, params};

record! {
    /// An application as it stands, before the entry moves it.
    struct Existing { number: i64, uid: ApplicationUid, status: ApplicationStatus, tenant: Option<TenantNumber> = "tenant_number" }
}

const EXISTING: &str = concatcp!(Existing::SELECT, " FROM applications WHERE client_id = $1");

/// The rows that an application's entry names.
struct Relations {
    tenant: Option<i64>,
    owner: Option<i64>,
}

pub(super) async fn application(
    conn: &mut dyn Connection,
    applying: &mut Applying<'_>,
    application: &PlannedApplication,
) -> Result<(), ApplyError> {
    let entry = &application.planned.entry;
    let relations = relations(conn, applying, entry).await?;
    let existing = one::<Existing>(conn, EXISTING, params![&entry.client_id]).await?;
    let Some(mut existing) = existing else {
        let number = insert(conn, applying, &application.planned, &relations).await?;
        if let Some(secret) = &application.secret {
            add_secret(conn, number, secret, applying.now()).await?;
        }
        applying.report.created += 1;
        let told = applying.entry(Action::ApplicationCreated, ResourceKind::Application, application.planned.uid);
        return tell(conn, told.within(relations.tenant.map(TenantNumber))).await;
    };
    existing.tenant = existing.tenant.or(relations.tenant.map(TenantNumber));
    let judged = status_change(existing.status, entry.status, applying.overwrite, |_, _| true, ApplicationStatus::as_str);
    let status = applying.judged(judged)?;
    let mut changed = update(conn, applying, &existing, entry, &relations).await?;
    if changed {
        let told = applying.entry(Action::ApplicationChanged, ResourceKind::Application, existing.uid);
        tell(conn, told.within(existing.tenant)).await?;
    }
    if let (true, Some(secret)) = (applying.overwrite, &application.secret) {
        changed |= replace_secret(conn, applying, &existing, secret).await?;
    }
    if let (true, Some(jwks)) = (applying.overwrite, &entry.jwks) {
        changed |= replace_keys(conn, applying, &existing, jwks).await?;
    }
    if let Some(status) = status {
        let number = ApplicationNumber(existing.number);
        let standing = (number, existing.uid, existing.tenant);
        change_status(conn, &applying.deed, standing, (existing.status, status)).await?;
    }
    applying.count_existing(changed || status.is_some());
    Ok(())
}

async fn relations(conn: &mut dyn Connection, applying: &mut Applying<'_>, entry: &ApplicationEntry) -> Result<Relations, ApplyError> {
    let tenant = match &entry.tenant {
        Some(code) => Some(applying.tenant_number(conn, code).await?),
        None => None,
    };
    let owner = match &entry.owner {
        Some(username) => Some(applying.user_number(conn, username).await?),
        None => None,
    };
    Ok(Relations { tenant, owner })
}

async fn insert(
    conn: &mut dyn Connection,
    applying: &Applying<'_>,
    planned: &Planned<ApplicationEntry, ApplicationUid>,
    relations: &Relations,
) -> Result<i64, DriverError> {
    let entry = &planned.entry;
    let row = ApplicationRow {
        uid: planned.uid,
        client_id: &entry.client_id,
        name: entry.name.as_ref().unwrap_or(&entry.client_id),
        tenant: relations.tenant,
        owner: relations.owner,
        kind: entry.kind.unwrap_or(ApplicationKind::Web),
        scopes: words(entry.scopes.as_ref()).unwrap_or_default(),
        redirect_uris: words(entry.redirect_uris.as_ref()).unwrap_or_default(),
        is_platform: entry.platform.unwrap_or(false),
        status: entry.status.unwrap_or(ApplicationStatus::Active),
        jwks: entry.jwks.as_deref(),
    };
    insert_row(conn, &row, applying.now()).await
}

/// An application to be inserted.
pub(super) struct ApplicationRow<'r> {
    pub uid: ApplicationUid,
    pub client_id: &'r str,
    pub name: &'r str,
    pub tenant: Option<i64>,
    pub owner: Option<i64>,
    pub kind: ApplicationKind,
    pub scopes: String,
    pub redirect_uris: String,
    pub is_platform: bool,
    pub status: ApplicationStatus,
    pub jwks: Option<&'r str>,
}

pub(super) async fn insert_row(conn: &mut dyn Connection, row: &ApplicationRow<'_>, now: i64) -> Result<i64, DriverError> {
    let sql = "INSERT INTO applications (uid, client_id, name, tenant_number, owner_number, kind, scopes, redirect_uris, is_platform,
                   status, status_since, created_at, updated_at, jwks)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $11, $12) RETURNING number";
    let params = params![
        row.uid.as_bytes(),
        row.client_id,
        row.name,
        row.tenant,
        row.owner,
        row.kind.as_str(),
        &row.scopes,
        &row.redirect_uris,
        row.is_platform,
        row.status.as_str(),
        now,
        row.jwks,
    ];
    inserted(conn, sql, params).await
}

fn words(list: Option<&Vec<String>>) -> Option<String> {
    list.map(|words| words.join(" "))
}

/// Writes what the entry says and the row does not; whether that was anything.
async fn update(
    conn: &mut dyn Connection,
    applying: &Applying<'_>,
    existing: &Existing,
    entry: &ApplicationEntry,
    relations: &Relations,
) -> Result<bool, DriverError> {
    let sql = "UPDATE applications
               SET name = coalesce($2, name), tenant_number = coalesce($3, tenant_number), owner_number = coalesce($4, owner_number),
                   kind = coalesce($5, kind), scopes = coalesce($6, scopes), redirect_uris = coalesce($7, redirect_uris),
                   is_platform = coalesce($8, is_platform), updated_at = $9
               WHERE number = $1
                 AND ((name <> $2) OR (coalesce(tenant_number, -1) <> $3) OR (coalesce(owner_number, -1) <> $4) OR (kind <> $5)
                   OR (scopes <> $6) OR (redirect_uris <> $7) OR (is_platform <> $8))";
    let (scopes, redirect_uris) = (words(entry.scopes.as_ref()), words(entry.redirect_uris.as_ref()));
    let params = params![
        existing.number,
        entry.name.as_ref(),
        relations.tenant,
        relations.owner,
        entry.kind.map(ApplicationKind::as_str),
        scopes.as_deref(),
        redirect_uris.as_deref(),
        entry.platform,
        applying.now(),
    ];
    Ok(conn.execute(sql, params).await? > 0)
}

pub(super) async fn add_secret(
    conn: &mut dyn Connection,
    application: i64,
    (uid, hash): &(ClientSecretUid, ClientSecretHash),
    now: i64,
) -> Result<(), DriverError> {
    let sql = "INSERT INTO client_secrets (uid, application_number, hash, created_at) VALUES ($1, $2, $3, $4)";
    conn.execute(sql, params![uid.as_bytes(), application, hash.as_bytes(), now]).await?;
    Ok(())
}

/// Makes this the application's only secret, unless it is one of them already.
async fn replace_secret(
    conn: &mut dyn Connection,
    applying: &Applying<'_>,
    existing: &Existing,
    secret: &(ClientSecretUid, ClientSecretHash),
) -> Result<bool, ApplyError> {
    let sql = "SELECT 1 FROM client_secrets WHERE application_number = $1 AND hash = $2 LIMIT 1";
    if exists(conn, sql, params![existing.number, secret.1.as_bytes()]).await? {
        return Ok(false);
    }
    conn.execute("DELETE FROM client_secrets WHERE application_number = $1", params![existing.number]).await?;
    add_secret(conn, existing.number, secret, applying.now()).await?;
    let told = applying.entry(Action::ApplicationSecretChanged, ResourceKind::Application, existing.uid);
    tell(conn, told.within(existing.tenant)).await?;
    Ok(true)
}

/// Makes these the public keys that the application proves itself by, unless they are already.
async fn replace_keys(conn: &mut dyn Connection, applying: &Applying<'_>, existing: &Existing, jwks: &str) -> Result<bool, ApplyError> {
    let sql = "UPDATE applications SET jwks = $2, updated_at = $3 WHERE number = $1 AND coalesce(jwks, '') <> $2";
    if conn.execute(sql, params![existing.number, jwks, applying.now()]).await? == 0 {
        return Ok(false);
    }
    let told = applying.entry(Action::ApplicationKeysChanged, ResourceKind::Application, existing.uid);
    tell(conn, told.within(existing.tenant)).await?;
    Ok(true)
}

/// Changes the status; disabling moves the application's epoch, which ends everything under it in this one row.
pub(super) async fn change_status(
    conn: &mut dyn Connection,
    deed: &Deed,
    (number, uid, tenant): (ApplicationNumber, ApplicationUid, Option<TenantNumber>),
    (from, to): (ApplicationStatus, ApplicationStatus),
) -> Result<(), DriverError> {
    let sql = "UPDATE applications SET status = $2, status_since = $3, updated_at = $3 WHERE number = $1";
    conn.execute(sql, params![number.0, to.as_str(), deed.at.as_millis()]).await?;
    if to == ApplicationStatus::Disabled {
        let end = End { at: deed.at, reason: EndReason::ApplicationDisabled, by: deed.by };
        move_epoch(conn, EpochScope::Application(number), end).await?;
    }
    let told = deed.entry(Action::ApplicationStatusChanged, ResourceKind::Application, uid).within(tenant);
    audit::append(conn, &told.with("from", from.as_str()).with("to", to.as_str())).await
}

record! { struct Account { number: i64, uid: ServiceAccountUid, roles: String } }

/// Captions may stand more than once: owners make accounts too. A doomed one is found only where no active one has the caption.
const ACCOUNT: &str = concatcp!(
    Account::SELECT,
    " FROM service_accounts WHERE tenant_number = $1 AND caption = $2
     ORDER BY CASE WHEN status = 'active' THEN 0 ELSE 1 END, number LIMIT 1"
);

pub(super) async fn service_account(
    conn: &mut dyn Connection,
    applying: &mut Applying<'_>,
    planned: &Planned<ServiceAccountEntry, ServiceAccountUid>,
) -> Result<(), ApplyError> {
    let (entry, now) = (&planned.entry, applying.now());
    let tenant = applying.tenant_number(conn, &entry.tenant).await?;
    let existing = one(conn, ACCOUNT, params![tenant, &entry.caption]).await?;
    let roles = words(entry.roles.as_ref());
    let Some(Account { number, uid, roles: current }) = existing else {
        let sql = "INSERT INTO service_accounts (uid, tenant_number, caption, roles, status, status_since, created_at, updated_at)
                   VALUES ($1, $2, $3, $4, 'active', $5, $5, $5)";
        conn.execute(sql, params![planned.uid.as_bytes(), tenant, &entry.caption, &roles.unwrap_or_default(), now]).await?;
        applying.report.created += 1;
        let told = applying.entry(Action::ServiceAccountCreated, ResourceKind::ServiceAccount, planned.uid);
        return tell(conn, told.within(Some(TenantNumber(tenant)))).await;
    };
    let changed = roles.as_ref().is_some_and(|roles| *roles != current);
    if changed {
        let sql = "UPDATE service_accounts SET roles = $2, updated_at = $3 WHERE number = $1";
        conn.execute(sql, params![number, roles.as_deref(), now]).await?;
        let told = applying.entry(Action::ServiceAccountChanged, ResourceKind::ServiceAccount, uid);
        tell(conn, told.within(Some(TenantNumber(tenant)))).await?;
    }
    applying.count_existing(changed);
    Ok(())
}
