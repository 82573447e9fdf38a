//! What becomes of client applications and their secrets: each change with its line in the trail and what it ends, whoever asks for it.

use cloakroom_engine::audit::{Action, AuditEntry, ResourceKind};
use cloakroom_engine::callers::Deed;
use cloakroom_engine::directory::ApplicationStatus;
use cloakroom_engine::directory::changes::NewApplication;
use cloakroom_engine::directory::records::ApplicationRecord;
use cloakroom_engine::directory::registration::Registration;
use cloakroom_engine::ids::{ApplicationUid, ClientSecretUid, TenantNumber, UserNumber};
use cloakroom_engine::secret::ClientSecretHash;
use cloakroom_engine::sessions::{End, EndReason};

use crate::driver::{Connection, DriverError, exists, inserted};
use crate::epochs::{EpochScope, move_epoch};
use crate::{audit, params};

/// A secret on its way into a row.
pub(super) type NewSecret = (ClientSecretUid, ClientSecretHash);

/// Makes an application, with a secret where one is given.
pub(super) async fn create<T: Sync, U: Sync>(
    conn: &mut dyn Connection,
    deed: &Deed,
    uid: ApplicationUid,
    new: &NewApplication<T, U>,
    (tenant, owner): (Option<TenantNumber>, Option<UserNumber>),
    secret: Option<&NewSecret>,
) -> Result<(), DriverError> {
    let sql = "INSERT INTO applications (uid, client_id, name, tenant_number, owner_number, scopes, is_platform, status, status_since,
                   created_at, updated_at, jwks, kind, redirect_uris, post_logout_redirect_uris, backchannel_logout_uri, origins,
                   is_first_party, id_token_algorithm, resources, session_claims)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) RETURNING number";
    let (scopes, registered) = (new.scopes.join(" "), Registered::of(&new.registration));
    let params = params![
        uid.as_bytes(),
        &new.client_id,
        new.name.as_ref().unwrap_or(&new.client_id),
        tenant.map(|tenant| tenant.0),
        owner.map(|owner| owner.0),
        &scopes,
        new.is_platform,
        new.status.as_str(),
        deed.at.as_millis(),
        new.jwks.as_ref(),
        new.registration.kind.as_str(),
        &registered.redirect_uris,
        &registered.post_logout_redirect_uris,
        new.registration.backchannel_logout_uri.as_ref(),
        &registered.origins,
        new.registration.is_first_party,
        new.registration.id_token_algorithm.as_str(),
        &registered.resources,
        &registered.session_claims,
    ];
    let number = inserted(conn, sql, params).await?;
    let mut told = deed.entry(Action::ApplicationCreated, ResourceKind::Application, uid).within(tenant);
    if let Some(secret) = secret {
        insert_secret(conn, deed, number, secret).await?;
        told = told.with("secret_id", secret.0.to_string());
    }
    audit::append(conn, &told).await
}

/// The lists of a registration as a row has them.
struct Registered {
    redirect_uris: String,
    post_logout_redirect_uris: String,
    origins: String,
    resources: String,
    session_claims: String,
}

impl Registered {
    fn of(registration: &Registration) -> Self {
        Self {
            redirect_uris: registration.redirect_uris.join(" "),
            post_logout_redirect_uris: registration.post_logout_redirect_uris.join(" "),
            origins: registration.origins.join(" "),
            resources: registration.resources.join(" "),
            session_claims: registration.session_claims.join(" "),
        }
    }
}

/// Writes what differs, and tells which fields that was; whether there were any.
pub(super) async fn change(
    conn: &mut dyn Connection,
    deed: &Deed,
    before: &ApplicationRecord,
    after: &ApplicationRecord,
) -> Result<bool, DriverError> {
    let Some(changed) = before.changed(after) else { return Ok(false) };
    let sql = "UPDATE applications
               SET name = $2, tenant_number = $3, owner_number = $4, scopes = $5, is_platform = $6, updated_at = $7, jwks = $8,
                   kind = $9, redirect_uris = $10, post_logout_redirect_uris = $11, backchannel_logout_uri = $12, origins = $13,
                   is_first_party = $14, id_token_algorithm = $15, resources = $16, session_claims = $17
               WHERE number = $1";
    let (scopes, registered) = (after.scopes.join(" "), Registered::of(&after.registration));
    let params = params![
        before.number.0,
        &after.name,
        after.tenant_number().map(|tenant| tenant.0),
        after.owner.map(|owner| owner.number.0),
        &scopes,
        after.is_platform,
        deed.at.as_millis(),
        after.jwks.as_ref(),
        after.registration.kind.as_str(),
        &registered.redirect_uris,
        &registered.post_logout_redirect_uris,
        after.registration.backchannel_logout_uri.as_ref(),
        &registered.origins,
        after.registration.is_first_party,
        after.registration.id_token_algorithm.as_str(),
        &registered.resources,
        &registered.session_claims,
    ];
    conn.execute(sql, params).await?;
    audit::append(conn, &told(deed, Action::ApplicationChanged, before).with("changed", changed)).await?;
    Ok(true)
}

/// Changes the status; disabling moves the application's epoch, which ends everything under it in this one row.
pub(super) async fn change_status(
    conn: &mut dyn Connection,
    deed: &Deed,
    application: &ApplicationRecord,
    status: ApplicationStatus,
) -> Result<(), DriverError> {
    let sql = "UPDATE applications SET status = $2, status_since = $3, updated_at = $3 WHERE number = $1";
    conn.execute(sql, params![application.number.0, status.as_str(), deed.at.as_millis()]).await?;
    if status == ApplicationStatus::Disabled {
        let end = End { at: deed.at, reason: EndReason::ApplicationDisabled, by: deed.by };
        move_epoch(conn, EpochScope::Application(application.number), end).await?;
    }
    let told = told(deed, Action::ApplicationStatusChanged, application);
    audit::append(conn, &told.with("from", application.status.as_str()).with("to", status.as_str())).await
}

pub(super) async fn add_secret(
    conn: &mut dyn Connection,
    deed: &Deed,
    application: &ApplicationRecord,
    secret: &NewSecret,
) -> Result<(), DriverError> {
    insert_secret(conn, deed, application.number.0, secret).await?;
    let told = told(deed, Action::ApplicationSecretAdded, application);
    audit::append(conn, &told.with("secret_id", secret.0.to_string())).await
}

async fn insert_secret(conn: &mut dyn Connection, deed: &Deed, application: i64, (uid, hash): &NewSecret) -> Result<(), DriverError> {
    let sql = "INSERT INTO client_secrets (uid, application_number, hash, created_at) VALUES ($1, $2, $3, $4)";
    conn.execute(sql, params![uid.as_bytes(), application, hash.as_bytes(), deed.at.as_millis()]).await.map(drop)
}

/// Removes a secret of the application; whether it was one.
pub(super) async fn remove_secret(
    conn: &mut dyn Connection,
    deed: &Deed,
    application: &ApplicationRecord,
    secret: ClientSecretUid,
) -> Result<bool, DriverError> {
    let sql = "DELETE FROM client_secrets WHERE application_number = $1 AND uid = $2";
    if conn.execute(sql, params![application.number.0, secret.as_bytes()]).await? == 0 {
        return Ok(false);
    }
    let told = told(deed, Action::ApplicationSecretRemoved, application);
    audit::append(conn, &told.with("secret_id", secret.to_string())).await?;
    Ok(true)
}

/// Makes this the application's only secret, unless it is one of them already; whether it was not.
pub(super) async fn replace_secrets(
    conn: &mut dyn Connection,
    deed: &Deed,
    application: &ApplicationRecord,
    secret: &NewSecret,
) -> Result<bool, DriverError> {
    let sql = "SELECT 1 FROM client_secrets WHERE application_number = $1 AND hash = $2 LIMIT 1";
    if exists(conn, sql, params![application.number.0, secret.1.as_bytes()]).await? {
        return Ok(false);
    }
    conn.execute("DELETE FROM client_secrets WHERE application_number = $1", params![application.number.0]).await?;
    insert_secret(conn, deed, application.number.0, secret).await?;
    audit::append(conn, &told(deed, Action::ApplicationSecretChanged, application)).await?;
    Ok(true)
}

fn told(deed: &Deed, action: Action, application: &ApplicationRecord) -> AuditEntry {
    deed.entry(action, ResourceKind::Application, application.uid).within(application.tenant_number())
}
