//! What is done to users.

use cloakroom_engine::audit::{Action, ResourceKind};
use cloakroom_engine::callers::{Authority, Refusal, Warrant};
use cloakroom_engine::directory::changes::{NewUser, Patch, SparedSessions, UserChange};
use cloakroom_engine::directory::password::PasswordHash;
use cloakroom_engine::directory::records::UserRecord;
use cloakroom_engine::directory::{MembershipRole, TenantPlace, UserStatus};
use cloakroom_engine::ids::{TenantUid, UserUid};
use cloakroom_engine::sessions::touches::PendingTouches;

use super::{ChangeError, keep_a_super_administrator, reachable_tenant, read, tenant_of_new};
use crate::account::ask_for_added;
use crate::directory::emails;
use crate::directory::users::{self, ExistingUser, UserRow};
use crate::driver::{Connection, exists};
use crate::{audit, params};

pub(crate) async fn create(conn: &mut dyn Connection, warrant: &Warrant, uid: UserUid, new: &NewUser) -> Result<UserRecord, ChangeError> {
    let authority = &warrant.authority;
    let home = tenant_of_new(conn, authority, new.tenant).await?;
    let memberships = memberships(conn, authority, &new.memberships).await?;
    if exists(conn, "SELECT 1 FROM users WHERE username = $1", params![&new.username]).await? {
        return Err(Refusal::Taken("username").into());
    }
    let row = UserRow {
        uid,
        username: &new.username,
        display_name: new.display_name.as_ref(),
        password: new.password.as_ref(),
        status: new.status,
        tenant: home.map(|home| home.number),
        role: new.role,
        is_operator: new.is_operator,
        session_cap: new.session_cap,
    };
    let number = users::insert(conn, &row, warrant.deed.at.as_millis()).await?;
    let user = ExistingUser { number, uid, status: new.status, tenant: row.tenant };
    let told = warrant.deed.entry(Action::UserCreated, ResourceKind::User, uid).within(user.tenant);
    audit::append(conn, &told.with("role", new.role.as_str())).await?;
    if let Some((address, status)) = &new.email {
        if emails::find(conn, address).await?.is_some() {
            return Err(Refusal::Taken("email").into());
        }
        emails::add(conn, &warrant.deed, &user, (address, *status), true).await?;
        ask_for_added(conn, uid, user.tenant, address, &warrant.deed).await?;
    }
    for (tenant, role) in &memberships {
        add_membership(conn, number, tenant, *role).await?;
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

pub(super) fn existing(user: &UserRecord) -> ExistingUser {
    ExistingUser { number: user.number.0, uid: user.uid, status: user.status, tenant: user.home_number() }
}

/// The tenants of wanted memberships, all of them within reach. Of one that is named twice the last role counts.
async fn memberships(
    conn: &mut dyn Connection,
    authority: &Authority,
    wanted: &[(TenantUid, MembershipRole)],
) -> Result<Vec<(TenantPlace, MembershipRole)>, ChangeError> {
    let mut places: Vec<(TenantPlace, MembershipRole)> = Vec::with_capacity(wanted.len());
    for (tenant, role) in wanted {
        let place = reachable_tenant(conn, authority, *tenant).await?;
        places.retain(|(known, _)| known.number != place.number);
        places.push((place, *role));
    }
    places.sort_unstable_by_key(|(place, _)| place.number);
    Ok(places)
}

async fn add_membership(conn: &mut dyn Connection, user: i64, tenant: &TenantPlace, role: MembershipRole) -> Result<(), ChangeError> {
    let sql = "INSERT INTO memberships (user_number, tenant_number, role) VALUES ($1, $2, $3)";
    conn.execute(sql, params![user, tenant.number.0, role.as_str()]).await?;
    Ok(())
}

pub(crate) async fn change(
    conn: &mut dyn Connection,
    warrant: &Warrant,
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
    let wanted = match &change.memberships {
        Some(wanted) => Some(memberships(conn, authority, wanted).await?),
        None => None,
    };
    authority.may_change(&user)?;
    if user.status == UserStatus::Doomed {
        return Err(Refusal::Doomed.into());
    }
    let (role, is_operator) = (change.role.unwrap_or(user.role), change.is_operator.unwrap_or(user.is_operator));
    let moves = home.map(|home| home.number) != user.home_number();
    if role != user.role || is_operator != user.is_operator || moves {
        authority.not_own_standing(user.number)?;
    }
    let wanted_row = UserRecord {
        display_name: change.display_name.clone().over(user.display_name.clone()),
        home,
        role,
        is_operator,
        session_cap: change.session_cap.clone().over(user.session_cap),
        ..user.clone()
    };
    let reachable: Vec<_> = user.memberships.iter().filter(|(tenant, _)| authority.reach.covers(Some(tenant))).copied().collect();
    let wanted = wanted.filter(|wanted| *wanted != reachable);
    if update(conn, warrant, &user, &wanted_row, wanted.is_some()).await? {
        for (tenant, _) in wanted.iter().flat_map(|_| &reachable) {
            let sql = "DELETE FROM memberships WHERE user_number = $1 AND tenant_number = $2";
            conn.execute(sql, params![user.number.0, tenant.number.0]).await?;
        }
        for (tenant, role) in wanted.iter().flatten() {
            add_membership(conn, user.number.0, tenant, *role).await?;
        }
        keep_a_super_administrator(conn).await?;
    }
    found(conn, authority, uid).await
}

/// Writes what differs, and tells which fields that was; whether there were any.
async fn update(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    before: &UserRecord,
    after: &UserRecord,
    memberships: bool,
) -> Result<bool, ChangeError> {
    let differs = [
        ("display_name", after.display_name != before.display_name),
        ("tenant_id", after.home_number() != before.home_number()),
        ("role", after.role != before.role),
        ("is_operator", after.is_operator != before.is_operator),
        ("session_cap", after.session_cap != before.session_cap),
        ("memberships", memberships),
    ];
    let Some(changed) = super::named(&differs) else { return Ok(false) };
    let sql = "UPDATE users
               SET display_name = $2, tenant_number = $3, role = $4, is_operator = $5, session_cap = $6, updated_at = $7
               WHERE number = $1";
    let params = params![
        before.number.0,
        after.display_name.as_ref(),
        after.home_number().map(|home| home.0),
        after.role.as_str(),
        after.is_operator,
        after.session_cap,
        warrant.deed.at.as_millis(),
    ];
    conn.execute(sql, params).await?;
    let mut told = warrant.deed.entry(Action::UserChanged, ResourceKind::User, before.uid).within(before.home_number());
    told = told.with("changed", changed);
    if after.role != before.role {
        told = told.with("role", after.role.as_str());
    }
    audit::append(conn, &told).await?;
    Ok(true)
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
    users::change_status(conn, &warrant.deed, touches, &existing(&user), status).await?;
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
    if user.status == UserStatus::Doomed {
        return Err(Refusal::Doomed.into());
    }
    let ends = match spared {
        SparedSessions::None => Some(None),
        SparedSessions::Current => Some(warrant.authority.session),
        SparedSessions::All => None,
    };
    users::password(conn, &warrant.deed, touches, &existing(&user), hash, ends).await?;
    found(conn, &warrant.authority, uid).await
}
