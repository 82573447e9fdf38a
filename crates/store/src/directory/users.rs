//! Users with their passwords and memberships.

use cloakroom_engine::audit::{Action, AuditEntry, ResourceKind};
use cloakroom_engine::callers::Deed;
use cloakroom_engine::directory::document::UserEntry;
use cloakroom_engine::directory::password::PasswordHash;
use cloakroom_engine::directory::plan::{PlannedUser, status_change};
use cloakroom_engine::directory::{MembershipRole, PlatformRole, UserStatus};
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{SessionNumber, TenantNumber, UserNumber, UserUid};
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::store::EndSessionsOfUser;
use cloakroom_engine::sessions::touches::PendingTouches;
use const_format::concatcp;

use super::{ApplyError, Applying, emails, tell};
use crate::account::void_resets;
use crate::driver::{Connection, DriverError, Record, all, exists, inserted, one, record};
use crate::sessions::end;
use crate::{audit, params};

/// Whether there is no user at all.
pub(crate) async fn none_exists(conn: &mut dyn Connection) -> Result<bool, StoreError> {
    Ok(!exists(conn, "SELECT 1 FROM users LIMIT 1", params![]).await?)
}

/// Those of the usernames that exist, with their password hashes.
pub(crate) async fn known(conn: &mut dyn Connection, usernames: &[String]) -> Result<Vec<(String, Option<PasswordHash>)>, StoreError> {
    let mut known = Vec::new();
    for username in usernames {
        let found = one::<Option<PasswordHash>>(conn, "SELECT password_hash FROM users WHERE username = $1", params![username]).await?;
        known.extend(found.map(|password| (username.clone(), password)));
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
    let sql = "UPDATE users SET password_hash = $3 WHERE number = $1 AND password_hash = $2";
    if conn.execute(sql, params![user.0, old.as_phc(), new.as_phc()]).await? > 0 {
        audit::append(conn, entry).await?;
    }
    Ok(())
}

record! {
    /// A user as it stands.
    pub(super) struct ExistingUser {
        pub number: i64,
        pub uid: UserUid,
        pub status: UserStatus,
        /// The home tenant, before it changes: under it the trail tells of the user.
        pub tenant: Option<TenantNumber> = "tenant_number",
    }
}

const EXISTING: &str = concatcp!(ExistingUser::SELECT, " FROM users WHERE username = $1");

pub(super) async fn user(conn: &mut dyn Connection, applying: &mut Applying<'_>, user: &PlannedUser) -> Result<(), ApplyError> {
    let entry = &user.planned.entry;
    let tenant = match &entry.tenant {
        Some(code) => Some(applying.tenant_number(conn, code).await?),
        None => None,
    };
    let existing = one::<ExistingUser>(conn, EXISTING, params![&entry.username]).await?;
    let Some(mut existing) = existing else {
        let number = insert_entry(conn, applying, user, tenant).await?;
        let status = entry.status.unwrap_or(UserStatus::Verified);
        let created = ExistingUser { number, uid: user.planned.uid, status, tenant: tenant.map(TenantNumber) };
        tell(conn, applying.entry(Action::UserCreated, ResourceKind::User, created.uid).within(created.tenant)).await?;
        emails::email(conn, applying, &created, entry).await?;
        memberships(conn, applying, number, entry).await?;
        applying.report.created += 1;
        return Ok(());
    };
    existing.tenant = existing.tenant.or(tenant.map(TenantNumber));
    let judged = status_change(existing.status, entry.status, applying.overwrite, UserStatus::may_become, UserStatus::as_str);
    let status = applying.judged(judged)?;
    let mut changed = update(conn, applying, &existing, entry, tenant).await?;
    changed |= memberships(conn, applying, existing.number, entry).await?;
    if changed {
        tell(conn, applying.entry(Action::UserChanged, ResourceKind::User, existing.uid).within(existing.tenant)).await?;
    }
    changed |= emails::email(conn, applying, &existing, entry).await?;
    // Whoever came to be after the plan was made has a password of another's choice.
    if let Some(hash) = user.password.as_ref().filter(|_| applying.overwrite) {
        applying.report.sessions_ended += password(conn, &applying.deed, applying.touches, &existing, hash, Some(None)).await?;
        changed = true;
    }
    if let Some(status) = status {
        applying.report.sessions_ended += change_status(conn, &applying.deed, applying.touches, &existing, status).await?;
    }
    applying.count_existing(changed || status.is_some());
    Ok(())
}

async fn insert_entry(
    conn: &mut dyn Connection,
    applying: &Applying<'_>,
    user: &PlannedUser,
    tenant: Option<i64>,
) -> Result<i64, DriverError> {
    let entry = &user.planned.entry;
    let row = UserRow {
        uid: user.planned.uid,
        username: &entry.username,
        display_name: entry.display_name.as_ref(),
        password: user.password.as_ref(),
        status: entry.status.unwrap_or(UserStatus::Verified),
        tenant: tenant.map(TenantNumber),
        role: entry.role.unwrap_or(PlatformRole::None),
        is_operator: entry.is_operator.unwrap_or(false),
        session_cap: entry.session_cap,
    };
    insert(conn, &row, applying.now()).await
}

/// A user to be inserted.
pub(super) struct UserRow<'r> {
    pub uid: UserUid,
    pub username: &'r str,
    pub display_name: Option<&'r String>,
    pub password: Option<&'r PasswordHash>,
    pub status: UserStatus,
    pub tenant: Option<TenantNumber>,
    pub role: PlatformRole,
    pub is_operator: bool,
    pub session_cap: Option<i64>,
}

pub(super) async fn insert(conn: &mut dyn Connection, row: &UserRow<'_>, now: i64) -> Result<i64, DriverError> {
    let sql = "INSERT INTO users (uid, username, display_name, password_hash, status, status_since, tenant_number, role, is_operator,
                   session_cap, created_at, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $6, $6) RETURNING number";
    let params = params![
        row.uid.as_bytes(),
        row.username,
        row.display_name,
        row.password.map(PasswordHash::as_phc),
        row.status.as_str(),
        now,
        row.tenant.map(|tenant| tenant.0),
        row.role.as_str(),
        row.is_operator,
        row.session_cap,
    ];
    inserted(conn, sql, params).await
}

/// Writes what the entry says and the row does not; whether that was anything.
async fn update(
    conn: &mut dyn Connection,
    applying: &Applying<'_>,
    existing: &ExistingUser,
    entry: &UserEntry,
    tenant: Option<i64>,
) -> Result<bool, DriverError> {
    let sql = "UPDATE users
               SET display_name = coalesce($2, display_name), tenant_number = coalesce($3, tenant_number), role = coalesce($4, role),
                   is_operator = coalesce($5, is_operator), session_cap = coalesce($6, session_cap), updated_at = $7
               WHERE number = $1
                 AND ((coalesce(display_name, '') <> $2) OR (coalesce(tenant_number, -1) <> $3) OR (role <> $4) OR (is_operator <> $5)
                   OR (coalesce(session_cap, -1) <> $6))";
    let params = params![
        existing.number,
        entry.display_name.as_ref(),
        tenant,
        entry.role.map(PlatformRole::as_str),
        entry.is_operator,
        entry.session_cap,
        applying.now(),
    ];
    Ok(conn.execute(sql, params).await? > 0)
}

async fn memberships(conn: &mut dyn Connection, applying: &mut Applying<'_>, user: i64, entry: &UserEntry) -> Result<bool, ApplyError> {
    let Some(wanted) = &entry.memberships else { return Ok(false) };
    let mut wanted_numbers = Vec::with_capacity(wanted.len());
    for (code, role) in wanted {
        wanted_numbers.push((applying.tenant_number(conn, code).await?, *role));
    }
    wanted_numbers.sort_unstable();
    let sql = "SELECT tenant_number, role FROM memberships WHERE user_number = $1 ORDER BY tenant_number";
    if all::<(i64, MembershipRole)>(conn, sql, params![user]).await? == wanted_numbers {
        return Ok(false);
    }
    conn.execute("DELETE FROM memberships WHERE user_number = $1", params![user]).await?;
    for (tenant, role) in wanted_numbers {
        let sql = "INSERT INTO memberships (user_number, tenant_number, role) VALUES ($1, $2, $3)
                   ON CONFLICT (user_number, tenant_number) DO UPDATE SET role = $3";
        conn.execute(sql, params![user, tenant, role.as_str()]).await?;
    }
    Ok(true)
}

/// A reset by an administrator: the new password, and no session of the old one but `except`, where any is to end at all. Returns
/// how many ended.
pub(super) async fn password(
    conn: &mut dyn Connection,
    deed: &Deed,
    touches: &PendingTouches,
    user: &ExistingUser,
    hash: &PasswordHash,
    ends: Option<Option<SessionNumber>>,
) -> Result<usize, StoreError> {
    let sql = "UPDATE users SET password_hash = $2, updated_at = $3 WHERE number = $1";
    conn.execute(sql, params![user.number, hash.as_phc(), deed.at.as_millis()]).await?;
    void_resets(conn, UserNumber(user.number)).await?;
    audit::append(conn, &deed.entry(Action::UserPasswordChanged, ResourceKind::User, user.uid).within(user.tenant)).await?;
    match ends {
        Some(except) => end_sessions(conn, deed, touches, user, except, EndReason::PasswordChanged).await,
        None => Ok(0),
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
        UserStatus::Suspended => end_sessions(conn, deed, touches, user, None, EndReason::UserSuspended).await?,
        UserStatus::Doomed => end_sessions(conn, deed, touches, user, None, EndReason::UserDoomed).await?,
        UserStatus::Verified | UserStatus::Unverified => 0,
    };
    let sql = "UPDATE users SET status = $2, status_since = $3, updated_at = $3 WHERE number = $1";
    conn.execute(sql, params![user.number, status.as_str(), deed.at.as_millis()]).await?;
    let told = deed.entry(Action::UserStatusChanged, ResourceKind::User, user.uid).within(user.tenant);
    audit::append(conn, &told.with("from", user.status.as_str()).with("to", status.as_str())).await?;
    Ok(ended)
}

/// Ends all sessions of a user but one in the transaction that takes their ground away; how many.
pub(super) async fn end_sessions(
    conn: &mut dyn Connection,
    deed: &Deed,
    touches: &PendingTouches,
    user: &ExistingUser,
    except: Option<SessionNumber>,
    reason: EndReason,
) -> Result<usize, StoreError> {
    let audit = deed.entry(Action::SessionEnded, ResourceKind::Session, user.uid);
    let end = EndSessionsOfUser { user: UserNumber(user.number), except, at: deed.at, reason, by: deed.by, audit };
    Ok(end::end_of_user(conn, &end, touches).await?.len())
}
