//! What becomes of users, with their passwords and memberships: each change with its line in the trail and what it ends, whoever asks
//! for it.

use std::collections::BTreeMap;

use cloakroom_engine::audit::{Action, AuditEntry, ResourceKind};
use cloakroom_engine::callers::Deed;
use cloakroom_engine::directory::changes::{NewUser, SparedSessions};
use cloakroom_engine::directory::password::PasswordHash;
use cloakroom_engine::directory::plan::KnownUser;
use cloakroom_engine::directory::records::UserRecord;
use cloakroom_engine::directory::{MembershipRole, TenantPlace, UserStatus};
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{TenantNumber, UserNumber, UserUid};
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::store::EndSessionsOfUser;
use cloakroom_engine::sessions::touches::PendingTouches;

use super::emails;
use crate::account::void_resets;
use crate::driver::{Connection, DriverError, all, exists, inserted, one};
use crate::sessions::end;
use crate::{audit, params, sign_ins};

/// Whether there is no user at all.
pub(crate) async fn none_exists(conn: &mut dyn Connection) -> Result<bool, StoreError> {
    Ok(!exists(conn, "SELECT 1 FROM users LIMIT 1", params![]).await?)
}

/// Those of the usernames that exist.
pub(crate) async fn known(conn: &mut dyn Connection, usernames: &[String]) -> Result<Vec<KnownUser>, StoreError> {
    let mut known = Vec::new();
    for username in usernames {
        let sql = "SELECT number, password_hash, display_name FROM users WHERE username = $1";
        let found = one::<(i64, (Option<PasswordHash>, Option<String>))>(conn, sql, params![username]).await?;
        let Some((number, (password, display_name))) = found else { continue };
        let mut names: Vec<String> = all(conn, "SELECT address FROM emails WHERE user_number = $1", params![number]).await?;
        names.extend(display_name);
        known.push(KnownUser { username: username.clone(), password, names });
    }
    Ok(known)
}

/// Keeps a hash of today's costs in the place of `old`, unless the password changed meanwhile.
pub(crate) async fn rehash(
    conn: &mut dyn Connection,
    user: UserNumber,
    old: &PasswordHash,
    new: &PasswordHash,
    entry: &AuditEntry,
) -> Result<(), StoreError> {
    let sql = "UPDATE users SET password_hash = $3, password_cost = $4 WHERE number = $1 AND password_hash = $2";
    if conn.execute(sql, params![user.0, old.as_phc(), new.as_phc(), new.cost().work().cast_signed()]).await? > 0 {
        audit::append(conn, entry).await?;
    }
    Ok(())
}

/// A tenant, and what the user may do in it.
pub(super) type Membership = (TenantPlace, MembershipRole);

/// A user as it stands, as far as a change of one thing needs it.
pub(super) struct ExistingUser {
    pub number: i64,
    pub uid: UserUid,
    pub status: UserStatus,
    /// Under it the trail tells of the user.
    pub tenant: Option<TenantNumber>,
}

impl From<&UserRecord> for ExistingUser {
    fn from(user: &UserRecord) -> Self {
        Self { number: user.number.0, uid: user.uid, status: user.status, tenant: user.home_number() }
    }
}

/// Of a tenant that is named twice the last role counts. By number of the tenant.
pub(super) fn each_once(memberships: impl IntoIterator<Item = Membership>) -> Vec<Membership> {
    let last: BTreeMap<_, _> = memberships.into_iter().map(|membership| (membership.0.number, membership)).collect();
    last.into_values().collect()
}

/// Makes a user, whose address nobody has, with that address and these memberships.
pub(super) async fn create<T: Sync>(
    conn: &mut dyn Connection,
    deed: &Deed,
    uid: UserUid,
    new: &NewUser<T>,
    (home, memberships): (Option<TenantNumber>, &[Membership]),
) -> Result<(), DriverError> {
    let sql = "INSERT INTO users (uid, username, display_name, password_hash, status, status_since, tenant_number, role, is_operator,
                   session_cap, password_is_due, created_at, updated_at, password_cost)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $6, $6, $12) RETURNING number";
    let params = params![
        uid.as_bytes(),
        &new.username,
        new.display_name.as_ref(),
        new.password.as_ref().map(PasswordHash::as_phc),
        new.status.as_str(),
        deed.at.as_millis(),
        home.map(|home| home.0),
        new.role.as_str(),
        new.is_operator,
        new.session_cap,
        new.password_is_due,
        new.password.as_ref().map(|hash| hash.cost().work().cast_signed()),
    ];
    let number = inserted(conn, sql, params).await?;
    let told = deed.entry(Action::UserCreated, ResourceKind::User, uid).within(home);
    audit::append(conn, &told.with("role", new.role.as_str())).await?;
    if let Some((address, status)) = &new.email {
        let user = ExistingUser { number, uid, status: new.status, tenant: home };
        emails::add(conn, deed, &user, (address, *status), true).await?;
    }
    add_memberships(conn, number, memberships).await
}

async fn add_memberships(conn: &mut dyn Connection, user: i64, memberships: &[Membership]) -> Result<(), DriverError> {
    for (tenant, role) in memberships {
        let sql = "INSERT INTO memberships (user_number, tenant_number, role) VALUES ($1, $2, $3)";
        conn.execute(sql, params![user, tenant.number.0, role.as_str()]).await?;
    }
    Ok(())
}

/// What `these` has and `those` has not.
fn without(these: &[Membership], those: &[Membership]) -> Vec<Membership> {
    these.iter().filter(|membership| !those.contains(membership)).copied().collect()
}

/// Writes what differs, memberships included, and tells which fields that was; `None` where there were none, else how many sessions that
/// ended. Whoever moves to another home keeps none: a session lives under the tenant that its user belongs to, and ends with it.
pub(super) async fn change(
    conn: &mut dyn Connection,
    deed: &Deed,
    touches: &PendingTouches,
    before: &UserRecord,
    after: &UserRecord,
) -> Result<Option<usize>, StoreError> {
    let Some(changed) = before.changed(after) else { return Ok(None) };
    let ended = if before.home_number() == after.home_number() {
        0
    } else {
        end_sessions(conn, deed, touches, &before.into(), EndReason::Revoked).await?
    };
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
        deed.at.as_millis(),
    ];
    conn.execute(sql, params).await?;
    for (tenant, _) in without(&before.memberships, &after.memberships) {
        let sql = "DELETE FROM memberships WHERE user_number = $1 AND tenant_number = $2";
        conn.execute(sql, params![before.number.0, tenant.number.0]).await?;
    }
    add_memberships(conn, before.number.0, &without(&after.memberships, &before.memberships)).await?;
    let told = deed.entry(Action::UserChanged, ResourceKind::User, before.uid).within(before.home_number());
    let mut told = told.with("changed", changed);
    if after.role != before.role {
        told = told.with("role", after.role.as_str());
    }
    audit::append(conn, &told).await?;
    Ok(Some(ended))
}

/// A new password that another one than the user sets, which ends the sessions of the old one unless they are spared. Returns how many
/// ended.
pub(super) async fn password(
    conn: &mut dyn Connection,
    deed: &Deed,
    touches: &PendingTouches,
    user: &ExistingUser,
    hash: &PasswordHash,
    spared: SparedSessions,
) -> Result<usize, StoreError> {
    let sql = "UPDATE users SET password_hash = $2, password_cost = $4, password_is_due = 0, updated_at = $3 WHERE number = $1";
    let cost = hash.cost().work().cast_signed();
    conn.execute(sql, params![user.number, hash.as_phc(), deed.at.as_millis(), cost]).await?;
    void_resets(conn, UserNumber(user.number)).await?;
    sign_ins::lift(conn, user.uid).await?;
    audit::append(conn, &deed.entry(Action::UserPasswordChanged, ResourceKind::User, user.uid).within(user.tenant)).await?;
    match spared {
        SparedSessions::None => end_sessions(conn, deed, touches, user, EndReason::PasswordChanged).await,
        SparedSessions::All => Ok(0),
    }
}

/// Changes the status of a user; out of verified ends the sessions, as many as are returned.
pub(super) async fn change_status(
    conn: &mut dyn Connection,
    deed: &Deed,
    touches: &PendingTouches,
    user: &ExistingUser,
    status: UserStatus,
) -> Result<usize, StoreError> {
    // The sessions first: once the status stands, the verdict would find them dead already and the count would be lost.
    let ended = match status {
        UserStatus::Suspended => end_sessions(conn, deed, touches, user, EndReason::UserSuspended).await?,
        UserStatus::Doomed => end_sessions(conn, deed, touches, user, EndReason::UserDoomed).await?,
        UserStatus::Verified | UserStatus::Unverified => 0,
    };
    let sql = "UPDATE users SET status = $2, status_since = $3, updated_at = $3 WHERE number = $1";
    conn.execute(sql, params![user.number, status.as_str(), deed.at.as_millis()]).await?;
    let told = deed.entry(Action::UserStatusChanged, ResourceKind::User, user.uid).within(user.tenant);
    audit::append(conn, &told.with("from", user.status.as_str()).with("to", status.as_str())).await?;
    Ok(ended)
}

/// Ends all sessions of a user in the transaction that takes their ground away; how many.
pub(super) async fn end_sessions(
    conn: &mut dyn Connection,
    deed: &Deed,
    touches: &PendingTouches,
    user: &ExistingUser,
    reason: EndReason,
) -> Result<usize, StoreError> {
    let audit = deed.entry(Action::SessionEnded, ResourceKind::Session, user.uid);
    let end = EndSessionsOfUser { user: UserNumber(user.number), except: None, at: deed.at, reason, by: deed.by, audit };
    Ok(end::end_of_user(conn, &end, touches).await?.len())
}
