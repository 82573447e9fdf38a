//! Identity providers of a directory file.

use cloakroom_engine::directory::TenantPlace;
use cloakroom_engine::directory::identity_provider::{GroupMembership, IdentityProviderStatus};
use cloakroom_engine::directory::plan::{Planned, PlannedIdentityProvider, status_change};

use super::{read, write};
use crate::directory::applying::{Applied, ApplyError, Applying};
use crate::driver::Connection;

/// Makes the provider as the file says. Whoever writes the file approves domains.
pub(in crate::directory) async fn apply(
    conn: &mut dyn Connection,
    applying: &mut Applying<'_>,
    PlannedIdentityProvider { planned: Planned { uid, new, change, .. }, secret }: &PlannedIdentityProvider,
) -> Result<Applied, ApplyError> {
    let tenant = match &new.tenant {
        Some(code) => Some(applying.tenant(conn, code).await?),
        None => None,
    };
    let groups = found_groups(conn, applying, &new.group_memberships).await?;
    let Some(stored) = read::called(conn, &new.code).await? else {
        let provider = new.born(*uid, applying.deed.at, (tenant, groups), true);
        provider.judge().map_err(|fault| applying.wrong(fault.to_string()))?;
        write::create(conn, &applying.deed, &provider, secret.as_ref()).await?;
        return Ok(Applied::Created);
    };
    let before = stored.provider;
    if tenant.is_some_and(|tenant| Some(tenant.number) != before.tenant_number()) {
        return Err(applying.wrong("tenant cannot be changed: what this code names belongs to another one, or to the platform"));
    }
    let groups = if change.group_memberships.is_some() { groups } else { before.group_memberships.clone() };
    let after = change.over(&before, groups, true);
    after.judge().map_err(|fault| applying.wrong(fault.to_string()))?;
    // Of another issuer the secret that was there is none.
    let secret = secret.as_ref().filter(|_| applying.overwrite || after.settings.issuer != before.settings.issuer);
    if secret.is_none() {
        before.keeps_secret_as(&after).map_err(|fault| applying.wrong(fault.to_string()))?;
    }
    let judged = status_change(before.status, change.status, applying.overwrite, |_, _| true, IdentityProviderStatus::as_str);
    let status = applying.judged(judged)?;
    let changed = write::change(conn, &applying.deed, &before, &after).await?;
    if secret.is_some() {
        write::set_secret(conn, &applying.deed, &before, secret).await?;
    }
    if let Some(status) = status {
        write::change_status(conn, &applying.deed, &before, status).await?;
    }
    Ok(Applied::existing(changed || secret.is_some() || status.is_some()))
}

async fn found_groups(
    conn: &mut dyn Connection,
    applying: &mut Applying<'_>,
    wanted: &[GroupMembership<String>],
) -> Result<Vec<GroupMembership<TenantPlace>>, ApplyError> {
    let mut groups = Vec::with_capacity(wanted.len());
    for GroupMembership { group, tenant, role } in wanted {
        groups.push(GroupMembership { group: group.clone(), tenant: applying.tenant(conn, tenant).await?, role: *role });
    }
    Ok(groups)
}
