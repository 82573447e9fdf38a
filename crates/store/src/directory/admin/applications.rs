//! What is done to client applications.

use cloakroom_engine::callers::{Authority, Refusal, Warrant};
use cloakroom_engine::directory::ApplicationStatus;
use cloakroom_engine::directory::changes::{ApplicationChange, NewApplication, Patch};
use cloakroom_engine::directory::records::{ApplicationRecord, OwnerRecord};
use cloakroom_engine::ids::{ApplicationUid, UserUid};

use super::{ChangeError, reachable_tenant, tenant_of_new};
use crate::directory::applications::{self, NewSecret};
use crate::directory::read;
use crate::driver::{Connection, exists};
use crate::params;

pub(crate) async fn create(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    uid: ApplicationUid,
    new: &NewApplication,
    secret: Option<&NewSecret>,
) -> Result<ApplicationRecord, ChangeError> {
    let authority = &warrant.authority;
    let tenant = tenant_of_new(conn, authority, new.tenant).await?;
    let owner = match new.owner {
        Some(owner) => Some(reachable_owner(conn, authority, owner).await?),
        None => None,
    };
    let sql = "SELECT 1 FROM applications WHERE client_id = $1";
    if exists(conn, sql, params![&new.client_id]).await? {
        return Err(Refusal::Taken("client_id").into());
    }
    let relations = (tenant.map(|tenant| tenant.number), owner.map(|owner| owner.number));
    applications::create(conn, &warrant.deed, uid, new, relations, secret).await?;
    let created = found(conn, authority, uid).await?;
    authority.may_endow(&created)?;
    Ok(created)
}

async fn reachable_owner(conn: &mut dyn Connection, authority: &Authority, owner: UserUid) -> Result<OwnerRecord, ChangeError> {
    let user = read::user(conn, owner).await?.ok_or(Refusal::OutOfReach)?;
    authority.sees(user.home.as_ref())?;
    Ok(OwnerRecord::from(&user))
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
    let after = change.over(&before, tenant, owner);
    let status = change.status.unwrap_or(before.status);
    authority.may_remake(&before, &ApplicationRecord { status, ..after.clone() })?;
    fits(conn, &before, &after).await?;
    applications::change(conn, &warrant.deed, &before, &after).await?;
    if status != before.status {
        applications::change_status(conn, &warrant.deed, &before, status).await?;
    }
    found(conn, authority, uid).await
}

/// What is registered anew fits, and what becomes public has no secret left. What is registered already is left as it is.
async fn fits(conn: &mut dyn Connection, before: &ApplicationRecord, after: &ApplicationRecord) -> Result<(), ChangeError> {
    if after.registration == before.registration && after.jwks == before.jwks {
        return Ok(());
    }
    after.registration.judge(after.jwks.is_some()).map_err(Refusal::from)?;
    let is_bare = !after.registration.kind.is_public() || read::client_secrets(conn, before.number).await?.is_empty();
    if is_bare { Ok(()) } else { Err(Refusal::PublicApplication.into()) }
}

/// Disables the application, and leaves it nothing to authenticate with.
pub(crate) async fn retire(conn: &mut dyn Connection, warrant: &Warrant, uid: ApplicationUid) -> Result<(), ChangeError> {
    let application = changeable(conn, warrant, uid).await?;
    for secret in read::client_secrets(conn, application.number).await? {
        applications::remove_secret(conn, &warrant.deed, &application, secret.uid).await?;
    }
    let keyless = ApplicationRecord { jwks: None, ..application.clone() };
    applications::change(conn, &warrant.deed, &application, &keyless).await?;
    if application.status != ApplicationStatus::Disabled {
        applications::change_status(conn, &warrant.deed, &application, ApplicationStatus::Disabled).await?;
    }
    Ok(())
}
