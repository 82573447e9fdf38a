//! What is done to users.

use cloakroom_engine::callers::{Authority, Refusal, Warrant};
use cloakroom_engine::directory::changes::{NewUser, Patch, SparedSessions, UserChange};
use cloakroom_engine::directory::password::PasswordHash;
use cloakroom_engine::directory::records::UserRecord;
use cloakroom_engine::directory::{MembershipRole, UserStatus};
use cloakroom_engine::ids::{TenantUid, UserUid};
use cloakroom_engine::sessions::touches::PendingTouches;

use super::{ChangeError, keep_a_super_administrator, reachable_tenant, tenant_of_new};
use crate::account::ask_for_added;
use crate::directory::users::{self, Membership, each_once};
use crate::directory::{emails, read};
use crate::driver::{Connection, exists};
use crate::params;

pub(crate) async fn create(conn: &mut dyn Connection, warrant: &Warrant, uid: UserUid, new: &NewUser) -> Result<UserRecord, ChangeError> {
    let authority = &warrant.authority;
    let home = tenant_of_new(conn, authority, new.tenant).await?;
    let memberships = memberships(conn, authority, &new.memberships).await?;
    if exists(conn, "SELECT 1 FROM users WHERE username = $1", params![&new.username]).await? {
        return Err(Refusal::Taken("username").into());
    }
    if let Some((address, _)) = &new.email
        && emails::owner(conn, address).await?.is_some()
    {
        return Err(Refusal::Taken("email").into());
    }
    let home = home.map(|home| home.number);
    users::create(conn, &warrant.deed, uid, new, (home, &memberships)).await?;
    if let Some((address, _)) = &new.email {
        ask_for_added(conn, uid, home, address, &warrant.deed).await?;
    }
    found(conn, authority, uid).await
}

/// The user as it stands, if within reach.
async fn found(conn: &mut dyn Connection, authority: &Authority, uid: UserUid) -> Result<UserRecord, ChangeError> {
    let user = read::user(conn, uid).await?.ok_or(Refusal::OutOfReach)?;
    authority.sees(user.home.as_ref())?;
    Ok(user)
}

/// The user as it stands, if the warrant reaches that far and that high.
pub(crate) async fn changeable(conn: &mut dyn Connection, warrant: &Warrant, uid: UserUid) -> Result<UserRecord, ChangeError> {
    let user = found(conn, &warrant.authority, uid).await?;
    warrant.authority.may_change(&user)?;
    Ok(user)
}

/// The tenants of wanted memberships, all of them within reach.
async fn memberships(
    conn: &mut dyn Connection,
    authority: &Authority,
    wanted: &[(TenantUid, MembershipRole)],
) -> Result<Vec<Membership>, ChangeError> {
    let mut memberships = Vec::with_capacity(wanted.len());
    for (tenant, role) in wanted {
        memberships.push((reachable_tenant(conn, authority, *tenant).await?, *role));
    }
    Ok(each_once(memberships))
}

pub(crate) async fn change(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    touches: &PendingTouches,
    uid: UserUid,
    change: &UserChange,
) -> Result<UserRecord, ChangeError> {
    let authority = &warrant.authority;
    // What is out of reach is so before anything else is said, whichever of the names it is.
    let user = found(conn, authority, uid).await?;
    let home = match change.tenant {
        Patch::Keep => user.home,
        Patch::Clear => None,
        Patch::Set(tenant) => Some(reachable_tenant(conn, authority, tenant).await?),
    };
    let memberships = match &change.memberships {
        Some(wanted) => {
            let kept = user.memberships.iter().filter(|(tenant, _)| !authority.reach.covers(Some(tenant))).copied();
            each_once(kept.chain(memberships(conn, authority, wanted).await?))
        }
        None => user.memberships.clone(),
    };
    authority.may_change(&user)?;
    if user.status == UserStatus::Doomed {
        return Err(Refusal::Doomed.into());
    }
    let after = change.over(&user, home, memberships);
    if after.role != user.role || after.is_operator != user.is_operator || after.home_number() != user.home_number() {
        authority.not_own_standing(user.number)?;
    }
    if after.memberships != user.memberships {
        authority.may_set_memberships_of(user.number)?;
    }
    if users::change(conn, &warrant.deed, touches, &user, &after).await?.is_some() {
        keep_a_super_administrator(conn).await?;
    }
    found(conn, authority, uid).await
}

pub(crate) async fn change_status(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    touches: &PendingTouches,
    uid: UserUid,
    status: UserStatus,
) -> Result<UserRecord, ChangeError> {
    let user = changeable(conn, warrant, uid).await?;
    if status == user.status {
        return Ok(user);
    }
    if user.status == UserStatus::Doomed {
        return Err(Refusal::Doomed.into());
    }
    if !user.status.may_become(status) {
        return Err(Refusal::NoSuchStep.into());
    }
    warrant.authority.not_own_standing(user.number)?;
    users::change_status(conn, &warrant.deed, touches, &(&user).into(), status).await?;
    keep_a_super_administrator(conn).await?;
    found(conn, &warrant.authority, uid).await
}

pub(crate) async fn reset_password(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    touches: &PendingTouches,
    uid: UserUid,
    (hash, spared): (&PasswordHash, SparedSessions),
) -> Result<UserRecord, ChangeError> {
    let user = changeable(conn, warrant, uid).await?;
    warrant.authority.not_own_standing(user.number)?;
    if user.status == UserStatus::Doomed {
        return Err(Refusal::Doomed.into());
    }
    users::password(conn, &warrant.deed, touches, &(&user).into(), hash, spared).await?;
    found(conn, &warrant.authority, uid).await
}
