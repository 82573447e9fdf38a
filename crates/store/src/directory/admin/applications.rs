//! What is done to client applications.

use cloakroom_engine::audit::{Action, ResourceKind};
use cloakroom_engine::callers::{Authority, Refusal, Warrant};
use cloakroom_engine::directory::ApplicationStatus;
use cloakroom_engine::directory::changes::{ApplicationChange, NewApplication, Patch};
use cloakroom_engine::directory::records::{ApplicationRecord, OwnerRecord};
use cloakroom_engine::ids::{ApplicationUid, ClientSecretUid, UserUid};
use cloakroom_engine::secret::ClientSecretHash;

use super::{ChangeError, reachable_tenant, read, tenant_of_new};
use crate::directory::applications::{self, ApplicationRow};
use crate::driver::{Connection, exists};
use crate::{audit, params};

pub(crate) async fn create(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    uid: ApplicationUid,
    new: &NewApplication,
    secret: &(ClientSecretUid, ClientSecretHash),
) -> Result<ApplicationRecord, ChangeError> {
    let (authority, now) = (&warrant.authority, warrant.deed.at.as_millis());
    let tenant = tenant_of_new(conn, authority, new.tenant).await?;
    let owner = match new.owner {
        Some(owner) => Some(reachable_owner(conn, authority, owner).await?),
        None => None,
    };
    let sql = "SELECT 1 FROM applications WHERE client_id = $1";
    if exists(conn, sql, params![&new.client_id]).await? {
        return Err(Refusal::Taken("client_id").into());
    }
    let row = ApplicationRow {
        uid,
        client_id: &new.client_id,
        name: new.name.as_ref().unwrap_or(&new.client_id),
        tenant: tenant.map(|tenant| tenant.number.0),
        owner: owner.map(|owner| owner.number.0),
        kind: new.kind,
        scopes: new.scopes.join(" "),
        redirect_uris: new.redirect_uris.join(" "),
        is_platform: new.is_platform,
        status: new.status,
        jwks: new.jwks.as_deref(),
    };
    let number = applications::insert_row(conn, &row, now).await?;
    applications::add_secret(conn, number, secret, now).await?;
    let told = warrant.deed.entry(Action::ApplicationCreated, ResourceKind::Application, uid);
    audit::append(conn, &told.within(tenant.map(|tenant| tenant.number)).with("secret_id", secret.0.to_string())).await?;
    found(conn, authority, uid).await
}

async fn reachable_owner(conn: &mut dyn Connection, authority: &Authority, owner: UserUid) -> Result<OwnerRecord, ChangeError> {
    let user = read::user(conn, owner).await?.ok_or(Refusal::OutOfReach)?;
    authority.sees(user.home.as_ref())?;
    Ok(OwnerRecord { number: user.number, uid: user.uid, home: user.home })
}

/// The application as it stands, if it is within reach.
async fn found(conn: &mut dyn Connection, authority: &Authority, uid: ApplicationUid) -> Result<ApplicationRecord, ChangeError> {
    let application = read::application(conn, uid).await?.ok_or(Refusal::OutOfReach)?;
    authority.sees(application.tenant.as_ref())?;
    Ok(application)
}

/// The application as it stands, if the warrant reaches that far and that high.
pub(crate) async fn changeable(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    uid: ApplicationUid,
) -> Result<ApplicationRecord, ChangeError> {
    let application = found(conn, &warrant.authority, uid).await?;
    warrant.authority.may_change_application(&application)?;
    Ok(application)
}

pub(crate) async fn change(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    uid: ApplicationUid,
    change: &ApplicationChange,
) -> Result<ApplicationRecord, ChangeError> {
    let authority = &warrant.authority;
    let before = found(conn, authority, uid).await?;
    let tenant = match change.tenant {
        Patch::Keep => before.tenant,
        Patch::Clear => None,
        Patch::Set(tenant) => Some(reachable_tenant(conn, authority, tenant).await?),
    };
    let owner = match change.owner {
        Patch::Keep => before.owner,
        Patch::Clear => None,
        Patch::Set(owner) => Some(reachable_owner(conn, authority, owner).await?),
    };
    authority.may_change_application(&before)?;
    let after = ApplicationRecord {
        name: change.name.clone().unwrap_or_else(|| before.name.clone()),
        tenant,
        owner,
        kind: change.kind.unwrap_or(before.kind),
        scopes: change.scopes.clone().unwrap_or_else(|| before.scopes.clone()),
        redirect_uris: change.redirect_uris.clone().unwrap_or_else(|| before.redirect_uris.clone()),
        jwks: change.jwks.clone().over(before.jwks.clone()),
        is_platform: change.is_platform.unwrap_or(before.is_platform),
        ..before.clone()
    };
    update(conn, warrant, &before, &after).await?;
    if let Some(status) = change.status.filter(|status| *status != before.status) {
        let standing = (before.number, uid, before.tenant_number());
        applications::change_status(conn, &warrant.deed, standing, (before.status, status)).await?;
    }
    found(conn, authority, uid).await
}

/// Writes what differs, and tells which fields that was.
async fn update(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    before: &ApplicationRecord,
    after: &ApplicationRecord,
) -> Result<(), ChangeError> {
    let differs = [
        ("name", after.name != before.name),
        ("tenant_id", after.tenant_number() != before.tenant_number()),
        ("owner_id", after.owner != before.owner),
        ("kind", after.kind != before.kind),
        ("scopes", after.scopes != before.scopes),
        ("redirect_uris", after.redirect_uris != before.redirect_uris),
        ("jwks", after.jwks != before.jwks),
        ("platform", after.is_platform != before.is_platform),
    ];
    let Some(changed) = super::named(&differs) else { return Ok(()) };
    let sql = "UPDATE applications
               SET name = $2, tenant_number = $3, owner_number = $4, kind = $5, scopes = $6, redirect_uris = $7, is_platform = $8,
                   updated_at = $9, jwks = $10
               WHERE number = $1";
    let (scopes, redirect_uris) = (after.scopes.join(" "), after.redirect_uris.join(" "));
    let params = params![
        before.number.0,
        &after.name,
        after.tenant_number().map(|tenant| tenant.0),
        after.owner.map(|owner| owner.number.0),
        after.kind.as_str(),
        &scopes,
        &redirect_uris,
        after.is_platform,
        warrant.deed.at.as_millis(),
        after.jwks.as_ref(),
    ];
    conn.execute(sql, params).await?;
    let told = warrant.deed.entry(Action::ApplicationChanged, ResourceKind::Application, before.uid);
    audit::append(conn, &told.within(before.tenant_number()).with("changed", changed)).await?;
    Ok(())
}

/// Disables the application, and leaves it nothing to authenticate with.
pub(crate) async fn retire(conn: &mut dyn Connection, warrant: &Warrant, uid: ApplicationUid) -> Result<(), ChangeError> {
    let application = changeable(conn, warrant, uid).await?;
    for secret in read::client_secrets(conn, application.number).await? {
        super::client_secrets::remove_one(conn, warrant, &application, secret.uid).await?;
    }
    update(conn, warrant, &application, &ApplicationRecord { jwks: None, ..application.clone() }).await?;
    if application.status != ApplicationStatus::Disabled {
        let standing = (application.number, uid, application.tenant_number());
        applications::change_status(conn, &warrant.deed, standing, (application.status, ApplicationStatus::Disabled)).await?;
    }
    Ok(())
}
