//! Who may sign in under a name, and what became of those who could not.

use cloakroom_engine::audit::{Action, Actor, AuditEntry, AuditResult, RequestOrigin, ResourceKind};
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::directory::password::PasswordHash;
use cloakroom_engine::directory::{EmailStatus, PlatformRole, TenantStatus, UserStatus};
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{EmailNumber, TenantNumber, TenantUid, UserNumber, UserUid};
use cloakroom_engine::policy::LockoutPolicy;
use cloakroom_engine::sessions::credentials::{
    Credentials, FailureWindows, RefusedSignIn, SignInName, SignInRecord, SignInSubject, TenantStanding,
};

use crate::driver::{Connection, DriverError, Row, query_all, query_one};
use crate::sessions::snapshot::{bytes, label};
use crate::{audit, params};

const MINUTE: i64 = 60_000;

/// The network under which locks and counts for everybody stand.
pub(crate) const EVERYWHERE: &str = "";

/// The columns and joins of credentials, followed by where they are found.
macro_rules! select_credentials {
    ($tail:literal) => {
        concat!(
            "SELECT u.number, u.uid, u.status, u.password_hash, u.session_cap, e.number, e.status, n.number, n.status,
                 n.ttl_seconds, n.absolute_ttl_seconds, n.slides, n.session_cap, n.uid, u.role
             ",
            $tail
        )
    };
}

pub(crate) async fn record(
    conn: &mut dyn Connection,
    name: &SignInName,
    subject: &SignInSubject,
    now: Timestamp,
) -> Result<SignInRecord, StoreError> {
    let (sql, name) = match name {
        SignInName::Email(email) => (
            select_credentials!(
                "FROM emails e JOIN users u ON u.number = e.user_number LEFT JOIN tenants n ON n.number = u.tenant_number
                 WHERE e.address = $1"
            ),
            email,
        ),
        SignInName::Username(username) => (
            select_credentials!(
                "FROM users u LEFT JOIN emails e ON e.user_number = u.number AND e.is_primary = 1
                 LEFT JOIN tenants n ON n.number = u.tenant_number
                 WHERE u.username = $1"
            ),
            username,
        ),
    };
    let credentials = query_one(conn, sql, params![name], credentials).await?;
    Ok(SignInRecord { credentials, locked_until: locked_until(conn, subject, now).await? })
}

/// What a session of this user is opened with.
pub(crate) async fn of_user(conn: &mut dyn Connection, user: UserNumber) -> Result<Option<Credentials>, StoreError> {
    let sql = select_credentials!(
        "FROM users u LEFT JOIN emails e ON e.user_number = u.number AND e.is_primary = 1
         LEFT JOIN tenants n ON n.number = u.tenant_number
         WHERE u.number = $1"
    );
    Ok(query_one(conn, sql, params![user.0], credentials).await?)
}

fn credentials(row: &dyn Row) -> Result<Credentials, DriverError> {
    let tenant = match row.opt_int(7)? {
        Some(number) => Some(TenantStanding {
            number: TenantNumber(number),
            uid: TenantUid::from_bytes(bytes(row.blob(13)?)?),
            status: label(row.text(8)?, TenantStatus::parse)?,
            ttl_seconds: seconds(row, 9)?,
            absolute_ttl_seconds: seconds(row, 10)?,
            slides: row.opt_int(11)?.map(|slides| slides != 0),
            session_cap: seconds(row, 12)?,
        }),
        None => None,
    };
    let email = match row.opt_int(5)? {
        Some(number) => Some((EmailNumber(number), label(row.text(6)?, EmailStatus::parse)?)),
        None => None,
    };
    Ok(Credentials {
        user: UserNumber(row.int(0)?),
        user_uid: UserUid::from_bytes(bytes(row.blob(1)?)?),
        user_status: label(row.text(2)?, UserStatus::parse)?,
        email,
        password_hash: row.opt_text(3)?.map(|phc| PasswordHash::from_stored(phc.to_owned())),
        tenant,
        role: label(row.text(14)?, PlatformRole::parse)?,
        session_cap: row.opt_int(4)?,
    })
}

fn seconds(row: &dyn Row, col: usize) -> Result<Option<u32>, DriverError> {
    let value = row.opt_int(col)?;
    value.map(|value| u32::try_from(value).map_err(|_| DriverError::Corrupt(format!("column {col} is out of bounds")))).transpose()
}

/// Until when a name is locked, for everybody or for one network, at a moment.
macro_rules! select_lock {
    ($name:literal, $everywhere:literal, $network:literal, $now:literal) => {
        concat!(
            "SELECT max(l.locked_until) FROM sign_in_locks l WHERE l.name = ",
            $name,
            " AND l.network IN (",
            $everywhere,
            ", ",
            $network,
            ") AND l.locked_until > ",
            $now
        )
    };
}
pub(crate) use select_lock;

/// Until when the name is locked for the subject's network or for everybody.
pub(crate) async fn locked_until(
    conn: &mut dyn Connection,
    subject: &SignInSubject,
    now: Timestamp,
) -> Result<Option<Timestamp>, DriverError> {
    let sql = select_lock!("$1", "$2", "$3", "$4");
    let until =
        query_one(conn, sql, params![&subject.name, EVERYWHERE, subject.network.as_str(), now.as_millis()], |row| row.opt_int(0)).await?;
    Ok(until.flatten().map(Timestamp::from_millis))
}

/// A success: what failed before from there no longer counts.
pub(crate) async fn forget_failures(conn: &mut dyn Connection, subject: &SignInSubject) -> Result<(), DriverError> {
    let sql = "DELETE FROM sign_in_failures WHERE name = $1 AND network = $2";
    conn.change(sql, params![&subject.name, subject.network.as_str()]).await?;
    Ok(())
}

/// Counts and tells a refusal; returns the lock that stood before it.
pub(crate) async fn refuse(conn: &mut dyn Connection, refused: &RefusedSignIn) -> Result<Option<Timestamp>, StoreError> {
    let locked = locked_until(conn, &refused.subject, refused.at).await?;
    if refused.counts && locked.is_none() {
        count_failure(conn, &refused.subject, refused.at, &refused.lockout).await?;
    }
    tell(conn, refused).await?;
    Ok(locked)
}

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
    let sql = "SELECT count(*), coalesce(sum(CASE WHEN network = $2 AND is_spent = 0 THEN 1 ELSE 0 END), 0)
               FROM sign_in_failures WHERE name = $1 AND at > $3";
    let counted =
        query_one(conn, sql, params![&subject.name, subject.network.as_str(), since], |row| Ok((row.int(0)?, row.int(1)?))).await?;
    let (everywhere, here) = counted.unwrap_or_default();
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

/// The first refusal of a name, network and minute is told at once, those after it when the minute is over, in one line.
async fn tell(conn: &mut dyn Connection, refused: &RefusedSignIn) -> Result<(), DriverError> {
    let RefusedSignIn { subject, at, audit: entry, .. } = refused;
    let minute = at.as_millis().div_euclid(MINUTE);
    let (detail, address) = (audit::detail_text(entry), entry.origin.address.map(|address| address.to_string()));
    let sql = "INSERT INTO refused_sign_in_sums (name, network, minute, refusals, address, user_agent, detail)
               VALUES ($1, $2, $3, 0, $4, $5, $6)
               ON CONFLICT (name, network, minute) DO UPDATE
               SET refusals = refused_sign_in_sums.refusals + 1, address = $4, user_agent = $5, detail = $6
               RETURNING refusals";
    let params =
        params![&subject.name, subject.network.as_str(), minute, address.as_deref(), entry.origin.user_agent.as_deref(), detail.as_str(),];
    let more = query_one(conn, sql, params, |row| row.int(0)).await?;
    if more == Some(0) {
        audit::append(conn, entry).await?;
    }
    Ok(())
}

/// One minute of one name and network that is over.
struct Sum {
    name: Vec<u8>,
    network: String,
    minute: i64,
    refusals: i64,
    address: Option<String>,
    user_agent: Option<String>,
    detail: String,
}

/// Tells of minutes that are over, and forgets failures and locks that no longer count.
pub(crate) async fn settle(
    conn: &mut dyn Connection,
    before: Timestamp,
    windows: FailureWindows,
    limit: usize,
) -> Result<usize, StoreError> {
    let sql = "SELECT name, network, minute, refusals, address, user_agent, detail FROM refused_sign_in_sums
               WHERE minute < $1 ORDER BY minute LIMIT $2";
    let minute = before.as_millis().div_euclid(MINUTE);
    let sums = query_all(conn, sql, params![minute, limit as i64], |row| {
        Ok(Sum {
            name: row.blob(0)?.to_vec(),
            network: row.text(1)?.to_owned(),
            minute: row.int(2)?,
            refusals: row.int(3)?,
            address: row.opt_text(4)?.map(str::to_owned),
            user_agent: row.opt_text(5)?.map(str::to_owned),
            detail: row.text(6)?.to_owned(),
        })
    })
    .await?;
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
    entry.result = AuditResult::Refused;
    let told = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&sum.detail).unwrap_or_default();
    for name in ["reason", "network", "name", "name_fingerprint"] {
        if let Some(value) = told.get(name).and_then(serde_json::Value::as_str) {
            entry = entry.with(name, value);
        }
    }
    entry.with("further_refusals", sum.refusals.to_string())
}
