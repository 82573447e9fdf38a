//! Who may sign in under a name, and the failures of those who could not.

use cloakroom_engine::audit::{Action, Actor, AuditEntry, AuditResult, RequestOrigin, ResourceKind};
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::directory::TenantPolicy;
use cloakroom_engine::directory::password::PasswordHash;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{TenantNumber, UserNumber, UserUid};
use cloakroom_engine::policy::LockoutPolicy;
use cloakroom_engine::sessions::credentials::{
    Credentials, FailureWindows, NOBODYS_NAME, RefusedSignIn, SignInLock, SignInRecord, SignInSubject, SoughtName, TenantStanding,
};
use const_format::concatcp;

use crate::driver::{Connection, DriverError, Record, all, one, record};
use crate::{addresses, audit, params};

const MINUTE: i64 = 60_000;

/// The network under which locks and counts for everybody stand.
pub(crate) const EVERYWHERE: &str = "";

record! {
    for Credentials as u {
        user = "u.number", user_uid = "u.uid", user_status = "u.status", password_hash, session_cap, email = "e.number, e.status",
        tenant = TenantStanding::COLUMNS, role,
    }
}

record! { for TenantStanding as n { number, uid, status, policy = TenantPolicy::COLUMNS } }

const SELECT: &str = Credentials::SELECT;
const BY_EMAIL: &str = concatcp!(
    SELECT,
    " FROM emails e JOIN users u ON u.number = e.user_number LEFT JOIN tenants n ON n.number = u.tenant_number WHERE e.address = $1"
);
const FROM_USERS: &str = " FROM users u LEFT JOIN emails e ON e.user_number = u.number AND e.is_primary = 1
    LEFT JOIN tenants n ON n.number = u.tenant_number ";
const BY_USERNAME: &str = concatcp!(SELECT, FROM_USERS, "WHERE u.username = $1");
const BY_NUMBER: &str = concatcp!(SELECT, FROM_USERS, "WHERE u.number = $1");

/// The end of an index, read with every sign-in: exact, whoever wrote what a moment ago.
const DEAREST: &str = "SELECT password_hash FROM users WHERE password_cost IS NOT NULL ORDER BY password_cost DESC LIMIT 1";

pub(crate) async fn record(
    conn: &mut dyn Connection,
    name: &SoughtName,
    subject: &SignInSubject,
    now: Timestamp,
) -> Result<SignInRecord, StoreError> {
    let (sql, name) = match name {
        SoughtName::Email(email) => (BY_EMAIL, addresses::kept(conn, email).await?),
        SoughtName::Username(username) => (BY_USERNAME, username.clone().unwrap_or_default()),
    };
    let credentials: Option<Credentials> = one(conn, sql, params![&name]).await?;
    let counted = subject.clone().of_account(credentials.as_ref().map(|user| user.user_uid));
    let dearest = one::<Option<PasswordHash>>(conn, DEAREST, params![]).await?.flatten();
    Ok(SignInRecord { credentials, locked_until: locked_until(conn, &counted, now).await?, dearest })
}

/// What a session of this user is opened with.
pub(crate) async fn of_user(conn: &mut dyn Connection, user: UserNumber) -> Result<Option<Credentials>, StoreError> {
    Ok(one(conn, BY_NUMBER, params![user.0]).await?)
}

/// Until when the name `$1` is locked at the moment `$4`: [`EVERYWHERE`] (`$2`), or for the network `$3`.
pub(crate) const SELECT_LOCK: &str =
    "SELECT max(l.locked_until) FROM sign_in_locks l WHERE l.name = $1 AND l.network IN ($2, $3) AND l.locked_until > $4";

/// Until when the name is locked for the subject's network or for everybody.
pub(crate) async fn locked_until(
    conn: &mut dyn Connection,
    subject: &SignInSubject,
    now: Timestamp,
) -> Result<Option<Timestamp>, DriverError> {
    let params = params![&subject.name, EVERYWHERE, subject.network.as_str(), now.as_millis()];
    Ok(one::<Option<Timestamp>>(conn, SELECT_LOCK, params).await?.flatten())
}

record! { struct LockRow { network: String, until: Timestamp = "locked_until" } }

const LOCKS: &str = concatcp!(LockRow::SELECT, " FROM sign_in_locks WHERE name = $1 AND locked_until > $2 ORDER BY network");

/// The locks on an account at this moment, that for everybody first.
pub(crate) async fn locks(conn: &mut dyn Connection, account: UserUid, now: Timestamp) -> Result<Vec<SignInLock>, DriverError> {
    let rows = all::<LockRow>(conn, LOCKS, params![account.as_bytes(), now.as_millis()]).await?;
    let lock = |LockRow { network, until }| SignInLock { network: (network != EVERYWHERE).then_some(network), until };
    Ok(rows.into_iter().map(lock).collect())
}

/// Lifts every lock on an account and forgets the failures that count towards the next one.
pub(crate) async fn lift(conn: &mut dyn Connection, account: UserUid) -> Result<(), DriverError> {
    conn.execute("DELETE FROM sign_in_failures WHERE name = $1", params![account.as_bytes()]).await?;
    conn.execute("DELETE FROM sign_in_locks WHERE name = $1", params![account.as_bytes()]).await?;
    Ok(())
}

/// A success: what failed before from there no longer counts.
pub(crate) async fn forget_failures(conn: &mut dyn Connection, subject: &SignInSubject) -> Result<(), DriverError> {
    let sql = "DELETE FROM sign_in_failures WHERE name = $1 AND network = $2";
    conn.change(sql, params![&subject.name, subject.network.as_str()]).await
}

/// Counts a refusal and writes its audit entry; returns the lock that stood before.
pub(crate) async fn refuse(conn: &mut dyn Connection, refused: &RefusedSignIn) -> Result<Option<Timestamp>, StoreError> {
    let locked = locked_until(conn, &refused.subject, refused.at).await?;
    if refused.counts && locked.is_none() {
        count_failure(conn, &refused.subject, refused.at, &refused.lockout).await?;
    }
    tell(conn, refused).await?;
    Ok(locked)
}

record! {
    #[derive(Default)]
    struct Failures {
        everywhere: i64 = "count(*)",
        here: i64 = "coalesce(sum(CASE WHEN network = $2 AND is_spent = 0 THEN 1 ELSE 0 END), 0)",
    }
}

const FAILURES: &str = concatcp!(Failures::SELECT, " FROM sign_in_failures WHERE name = $1 AND at > $3");

/// Counts one more of what is limited, and locks the subject's name where that is one too many.
pub(crate) async fn count_failure(
    conn: &mut dyn Connection,
    subject: &SignInSubject,
    at: Timestamp,
    lockout: &LockoutPolicy,
) -> Result<(), DriverError> {
    let sql = "INSERT INTO sign_in_failures (name, network, at) VALUES ($1, $2, $3)";
    conn.change(sql, params![&subject.name, subject.network.as_str(), at.as_millis()]).await?;
    let since = at.minus(lockout.window()).as_millis();
    let Failures { everywhere, here } =
        one(conn, FAILURES, params![&subject.name, subject.network.as_str(), since]).await?.unwrap_or_default();
    let until = at.plus(lockout.lock());
    if lockout.failures > 0 && here >= i64::from(lockout.failures) {
        lock(conn, subject, &subject.network, until).await?;
    }
    if lockout.failures_everywhere > 0 && everywhere >= i64::from(lockout.failures_everywhere) {
        lock(conn, subject, EVERYWHERE, until).await?;
    }
    Ok(())
}

async fn lock(conn: &mut dyn Connection, subject: &SignInSubject, network: &str, until: Timestamp) -> Result<(), DriverError> {
    let sql = "INSERT INTO sign_in_locks (name, network, locked_until) VALUES ($1, $2, $3)
               ON CONFLICT (name, network) DO UPDATE SET locked_until = $3";
    conn.execute(sql, params![&subject.name, network, until.as_millis()]).await?;
    // What led to this lock must not lead to the next one as soon as it is over. Failures that locked their network still count
    // for everybody's lock: thirty in ten minutes are thirty, however many locks they met.
    if network == EVERYWHERE {
        conn.execute("DELETE FROM sign_in_failures WHERE name = $1", params![&subject.name]).await?;
    } else {
        let sql = "UPDATE sign_in_failures SET is_spent = 1 WHERE name = $1 AND network = $2";
        conn.execute(sql, params![&subject.name, network]).await?;
    }
    Ok(())
}

/// The first refusal of a name, network and minute gets an entry at once, the later ones share one when the minute is over. All names
/// that nobody has count as one, so that no stranger makes more of them by inventing names.
async fn tell(conn: &mut dyn Connection, refused: &RefusedSignIn) -> Result<(), DriverError> {
    let RefusedSignIn { subject, summed_under, at, audit: entry, .. } = refused;
    let minute = at.as_millis().div_euclid(MINUTE);
    let (detail, address) = (audit::detail_text(entry), entry.origin.address.map(|address| address.to_string()));
    let agent = entry.origin.user_agent.as_deref();
    // Somebody who moves within the minute is told of to nobody: what was tried before is not the new tenant's, nor the rest the old one's.
    let sql = "INSERT INTO refused_sign_in_sums (name, network, minute, refusals, address, user_agent, detail, tenant_number)
               VALUES ($1, $2, $3, 0, $4, $5, $6, $7)
               ON CONFLICT (name, network, minute) DO UPDATE
               SET refusals = refused_sign_in_sums.refusals + 1, address = $4, user_agent = $5, detail = $6,
                   tenant_number = CASE WHEN refused_sign_in_sums.tenant_number = $7 THEN $7 END
               RETURNING refusals";
    let params = params![
        summed_under,
        subject.network.as_str(),
        minute,
        address.as_deref(),
        agent,
        detail.as_str(),
        entry.tenant.map(|tenant| tenant.0)
    ];
    let more = one::<i64>(conn, sql, params).await?;
    if more == Some(0) {
        audit::append(conn, entry).await?;
    }
    Ok(())
}

record! {
    /// One minute of one name and network that is over.
    struct Sum {
        name: Vec<u8>,
        network: String,
        minute: i64,
        refusals: i64,
        address: Option<String>,
        user_agent: Option<String>,
        detail: String,
        tenant: Option<TenantNumber> = "tenant_number",
    }
}

const SUMS: &str = concatcp!(Sum::SELECT, " FROM refused_sign_in_sums WHERE minute < $1 ORDER BY minute LIMIT $2");

/// Writes the entries of minutes that are over, and deletes failures and locks that no longer count.
pub(crate) async fn settle(
    conn: &mut dyn Connection,
    before: Timestamp,
    windows: FailureWindows,
    limit: usize,
) -> Result<usize, StoreError> {
    let minute = before.as_millis().div_euclid(MINUTE);
    let sums = all::<Sum>(conn, SUMS, params![minute, limit as i64]).await?;
    for sum in &sums {
        if sum.refusals > 0 {
            audit::append(conn, &summed(sum)).await?;
        }
        let sql = "DELETE FROM refused_sign_in_sums WHERE name = $1 AND network = $2 AND minute = $3";
        conn.execute(sql, params![&sum.name, sum.network.as_str(), sum.minute]).await?;
    }
    let sql = "DELETE FROM sign_in_failures WHERE number IN
                 (SELECT number FROM sign_in_failures WHERE (at <= $1 AND name <> $3) OR (at <= $4 AND name = $3) ORDER BY at LIMIT $2)";
    let (name, window) = windows.mails;
    let (since, mails_since) = (before.minus(windows.sign_ins).as_millis(), before.minus(window).as_millis());
    let failures = conn.execute(sql, params![since, limit as i64, &name, mails_since]).await?;
    let locks = conn.execute("DELETE FROM sign_in_locks WHERE locked_until <= $1", params![before.as_millis()]).await?;
    Ok(sums.len() + failures as usize + locks as usize)
}

fn summed(sum: &Sum) -> AuditEntry {
    let end_of_minute = Timestamp::from_millis((sum.minute + 1).saturating_mul(MINUTE) - 1);
    let origin = RequestOrigin {
        address: sum.address.as_deref().and_then(|address| address.parse().ok()),
        user_agent: sum.user_agent.clone(),
        request_id: None,
    };
    let mut entry = AuditEntry::success(end_of_minute, Action::SignInRefused, ResourceKind::SignIn, Actor::Stranger, origin);
    entry = entry.within(sum.tenant);
    entry.result = AuditResult::Refused;
    let told = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&sum.detail).unwrap_or_default();
    // Many names share the sum of those that nobody has; the fingerprint of one would pass for that of all.
    let is_of_many = sum.name == NOBODYS_NAME;
    for name in ["reason", "network", "name", "name_fingerprint"] {
        if is_of_many && name == "name_fingerprint" {
            entry = entry.with("names", "unknown");
        } else if let Some(value) = told.get(name).and_then(serde_json::Value::as_str) {
            entry = entry.with(name, value);
        }
    }
    entry.with("further_refusals", sum.refusals.to_string())
}
