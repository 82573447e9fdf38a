//! What is done to identity providers.

use cloakroom_engine::callers::{Authority, Refusal, Warrant};
use cloakroom_engine::directory::TenantPlace;
use cloakroom_engine::directory::changes::{IdentityProviderChange, NewIdentityProvider, Patch};
use cloakroom_engine::directory::identity_provider::{GroupMembership, IdentityProviderRecord, IdentityProviderStatus, SealedSecret};
use cloakroom_engine::directory::registration::RegistrationFault;
use cloakroom_engine::ids::{IdentityProviderUid, TenantUid};

use super::{ChangeError, reachable_tenant, tenant_of_new};
use crate::directory::identity_providers::{read, write};
use crate::driver::{Connection, exists};
use crate::params;

pub(crate) async fn create(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    uid: IdentityProviderUid,
    new: &NewIdentityProvider,
    secret: Option<&SealedSecret>,
) -> Result<IdentityProviderRecord, ChangeError> {
    let authority = &warrant.authority;
    let tenant = tenant_of_new(conn, authority, new.tenant).await?;
    let groups = reachable_groups(conn, authority, &new.group_memberships).await?;
    authority.may_change_provider_of(tenant.as_ref())?;
    let provider = new.born(uid, warrant.deed.at, (tenant, groups), authority.approves_domains());
    provider.judge().map_err(Refusal::from)?;
    if exists(conn, "SELECT 1 FROM identity_providers WHERE code = $1", params![&new.code]).await? {
        return Err(Refusal::Taken("code").into());
    }
    write::create(conn, &warrant.deed, &provider, secret).await?;
    found(conn, authority, uid).await
}

/// The groups that are mapped, all of their tenants within reach.
async fn reachable_groups(
    conn: &mut dyn Connection,
    authority: &Authority,
    wanted: &[GroupMembership<TenantUid>],
) -> Result<Vec<GroupMembership<TenantPlace>>, ChangeError> {
    let mut groups = Vec::with_capacity(wanted.len());
    for GroupMembership { group, tenant, role } in wanted {
        let tenant = reachable_tenant(conn, authority, *tenant).await?;
        groups.push(GroupMembership { group: group.clone(), tenant, role: *role });
    }
    Ok(groups)
}

/// The provider as it stands, if it is within reach.
async fn found(conn: &mut dyn Connection, authority: &Authority, uid: IdentityProviderUid) -> Result<IdentityProviderRecord, ChangeError> {
    let provider = read::provider(conn, uid).await?.ok_or(Refusal::OutOfReach)?;
    authority.sees(provider.tenant.as_ref())?;
    Ok(provider)
}

pub(crate) async fn change(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    uid: IdentityProviderUid,
    change: &IdentityProviderChange,
    secret: &Patch<SealedSecret>,
) -> Result<IdentityProviderRecord, ChangeError> {
    let (authority, deed) = (&warrant.authority, &warrant.deed);
    let before = found(conn, authority, uid).await?;
    let groups = match &change.group_memberships {
        Some(wanted) => reachable_groups(conn, authority, wanted).await?,
        None => before.group_memberships.clone(),
    };
    authority.may_change_provider_of(before.tenant.as_ref())?;
    let after = change.over(&before, groups, authority.approves_domains());
    after.judge().map_err(Refusal::from)?;
    if secret.keeps() {
        before.keeps_secret_as(&after).map_err(Refusal::from)?;
    }
    write::change(conn, deed, &before, &after).await?;
    match secret {
        Patch::Set(secret) => write::set_secret(conn, deed, &before, Some(secret)).await?,
        Patch::Clear if before.has_secret => write::set_secret(conn, deed, &before, None).await?,
        Patch::Clear | Patch::Keep => (),
    }
    if let Some(status) = change.status.filter(|status| *status != before.status) {
        write::change_status(conn, deed, &before, status).await?;
    }
    found(conn, authority, uid).await
}

pub(crate) async fn approve_domains(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    uid: IdentityProviderUid,
    domains: &[String],
) -> Result<IdentityProviderRecord, ChangeError> {
    let before = found(conn, &warrant.authority, uid).await?;
    if !domains.iter().all(|domain| before.settings.domains.contains(domain)) {
        return Err(Refusal::from(RegistrationFault { field: "domains", problem: "must be domains that the provider has now" }).into());
    }
    let after = before.approving(domains);
    if after.approved_domains != before.approved_domains {
        write::approve_domains(conn, &warrant.deed, &after).await?;
    }
    found(conn, &warrant.authority, uid).await
}

/// Disables the provider, and leaves it no secret.
pub(crate) async fn retire(conn: &mut dyn Connection, warrant: &Warrant, uid: IdentityProviderUid) -> Result<(), ChangeError> {
    let provider = found(conn, &warrant.authority, uid).await?;
    warrant.authority.may_change_provider_of(provider.tenant.as_ref())?;
    if provider.has_secret {
        write::set_secret(conn, &warrant.deed, &provider, None).await?;
    }
    if provider.status != IdentityProviderStatus::Disabled {
        write::change_status(conn, &warrant.deed, &provider, IdentityProviderStatus::Disabled).await?;
    }
    Ok(())
}
