//! Mails from being asked for to being delivered.

use cloakroom_engine::account::deliver::retry_after;
use cloakroom_engine::account::store::{Addressee, AskedMail, DueMail, SettledMail, TakeMail, TakenMail};
use cloakroom_engine::account::{AddressStanding, MailNumber, MailPurpose};
use cloakroom_engine::audit::{Action, AuditResult, ResourceKind};
use cloakroom_engine::callers::Deed;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::directory::{EmailStatus, UserStatus};
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{TenantNumber, UserUid};
use cloakroom_engine::sessions::credentials::SoughtName;
use const_format::concatcp;

use crate::driver::{Connection, DriverError, Record, one, record};
use crate::{addresses, audit, params, sign_ins};

record! {
    /// Whom a mail would go to.
    struct Found as u {
        user: i64 = "u.number",
        uid: UserUid,
        tenant: Option<TenantNumber> = "u.tenant_number",
        email: i64 = "e.number",
        standing: AddressStanding = AddressStanding::COLUMNS,
    }
}

const SELECT: &str = Found::SELECT;
const BY_USERNAME: &str =
    concatcp!(SELECT, " FROM users u JOIN emails e ON e.user_number = u.number AND e.is_primary = 1 WHERE u.username = $1");
const BY_SOME_ADDRESS: &str = concatcp!(
    SELECT,
    " FROM emails named JOIN users u ON u.number = named.user_number
     JOIN emails e ON e.user_number = u.number AND e.is_primary = 1 WHERE named.address = $1"
);
const BY_ADDRESS: &str = concatcp!(SELECT, " FROM emails e JOIN users u ON u.number = e.user_number WHERE e.address = $1");

/// Every mail that is asked for gets a row and a line, with an addressee or without one: only the values differ. A network that
/// asks for too many gets neither, whoever they are for.
pub(crate) async fn ask(conn: &mut dyn Connection, asked: &AskedMail) -> Result<(), StoreError> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM account_mails WHERE due IS NOT NULL LIMIT $1) AS waiting";
    let waiting = one::<i64>(conn, sql, params![asked.queue]).await?;
    if waiting.is_none_or(|waiting| waiting >= i64::from(asked.queue)) {
        return Err(StoreError::Overloaded);
    }
    let (subject, limit) = &asked.network;
    if sign_ins::locked_until(conn, subject, asked.at).await?.is_some() {
        return Ok(());
    }
    sign_ins::count_failure(conn, subject, asked.at, limit).await?;
    let found = addressee(conn, &asked.addressee).await?.filter(|found| asked.purpose.suits(found.standing));
    let (per_account, window) = asked.per_account;
    let sql = "SELECT count(*) FROM account_mails WHERE user_number = $1 AND purpose = $2 AND asked_at > $3";
    let params = params![found.as_ref().map(|found| found.user), asked.purpose.as_str(), asked.at.minus(window).as_millis()];
    let before = one::<i64>(conn, sql, params).await?.unwrap_or_default();
    let sent = found.as_ref().filter(|_| before < i64::from(per_account));
    let sql = "INSERT INTO account_mails (purpose, user_number, email_number, asked_at, due) VALUES ($1, $2, $3, $4, $4)";
    let (user, email) = (sent.map(|found| found.user), sent.map(|found| found.email));
    conn.execute(sql, params![asked.purpose.as_str(), user, email, asked.at.as_millis()]).await?;
    let mut entry = asked.audit.clone();
    if sent.is_none() {
        entry.result = AuditResult::Refused;
        entry = entry.with("reason", if found.is_some() { "too many" } else { "nobody to send it to" });
    }
    if let Some(found) = &found {
        entry = entry.on(found.uid).within(found.tenant);
    }
    Ok(audit::append(conn, &entry).await?)
}

/// Has an address that somebody entitled just added verified, where it needs that. Nothing limits it: they could do more.
pub(crate) async fn ask_for_added(
    conn: &mut dyn Connection,
    user: UserUid,
    tenant: Option<TenantNumber>,
    address: &str,
    deed: &Deed,
) -> Result<(), DriverError> {
    let sql = "INSERT INTO account_mails (purpose, user_number, email_number, asked_at, due)
               SELECT $2, user_number, number, $3, $3 FROM emails WHERE address = $1 AND status = $4";
    let params = params![address, MailPurpose::EmailVerification.as_str(), deed.at.as_millis(), EmailStatus::Unverified.as_str()];
    if conn.execute(sql, params).await? > 0 {
        let told = deed.entry(Action::VerificationAsked, ResourceKind::User, user).within(tenant);
        audit::append(conn, &told.with("email", address)).await?;
    }
    Ok(())
}

async fn addressee(conn: &mut dyn Connection, addressee: &Addressee) -> Result<Option<Found>, DriverError> {
    let (sql, name) = match addressee {
        Addressee::UserOf(SoughtName::Username(username)) => (BY_USERNAME, username.clone().unwrap_or_default()),
        Addressee::UserOf(SoughtName::Email(email)) => (BY_SOME_ADDRESS, addresses::kept(conn, email).await?),
        Addressee::Address(email) => (BY_ADDRESS, addresses::kept(conn, email).await?),
    };
    one(conn, sql, params![&name]).await
}

record! {
    /// A due mail as it is read, whether or not there is anybody to send it to.
    struct DueRow as m {
        number: MailNumber,
        purpose: MailPurpose,
        attempts: u32,
        user: Option<DueUser> = DueUser::COLUMNS,
        email: Option<DueEmail> = DueEmail::COLUMNS,
    }
}

record! { struct DueUser as u { uid: UserUid, tenant: Option<TenantNumber> = "u.tenant_number", username: String, status: UserStatus } }

record! { struct DueEmail as e { address: String, status: EmailStatus, is_primary: bool } }

const OLDEST_DUE: &str = concatcp!(
    DueRow::SELECT,
    " FROM account_mails m LEFT JOIN users u ON u.number = m.user_number
     LEFT JOIN emails e ON e.number = m.email_number AND e.user_number = m.user_number
     WHERE m.due <= $1 ORDER BY m.due, m.number LIMIT 1"
);

impl DueRow {
    /// The mail, where it may still be sent to somebody.
    fn due(self) -> Option<DueMail> {
        let Self { number, purpose, attempts, user: Some(user), email: Some(email) } = self else { return None };
        let standing = AddressStanding { user: user.status, email: email.status, is_primary: email.is_primary };
        purpose.suits(standing).then(|| DueMail {
            number,
            purpose,
            attempts: attempts.saturating_add(1),
            user: user.uid,
            tenant: user.tenant,
            username: user.username,
            address: email.address,
        })
    }
}

/// Gives the oldest due mail its token, or drops the mail if there is nobody to send it to any more.
pub(crate) async fn take_due(conn: &mut dyn Connection, take: &TakeMail) -> Result<TakenMail, StoreError> {
    let Some(row) = one::<DueRow>(conn, OLDEST_DUE, params![take.now.as_millis()]).await? else { return Ok(TakenMail::NothingDue) };
    let (MailNumber(number), purpose, due) = (row.number, row.purpose, row.due());
    let Some(due) = due else {
        conn.execute("DELETE FROM account_mails WHERE number = $1", params![number]).await?;
        return Ok(TakenMail::Dropped);
    };
    let expires_at = match purpose {
        MailPurpose::PasswordReset => take.reset_expires_at,
        MailPurpose::EmailVerification => take.verification_expires_at,
    };
    let sql = "UPDATE account_mails SET token_hash = $2, expires_at = $3, attempts = $4, due = $5 WHERE number = $1";
    let again = take.now.plus(retry_after(due.attempts));
    conn.execute(sql, params![number, take.token.as_bytes(), expires_at.as_millis(), due.attempts, again.as_millis()]).await?;
    Ok(TakenMail::Due(due))
}

/// A mail that was delivered is its token from now on; one that is given up is gone.
pub(crate) async fn settle(conn: &mut dyn Connection, settled: &SettledMail) -> Result<(), StoreError> {
    let sql = if settled.delivered {
        "UPDATE account_mails SET due = NULL WHERE number = $1 AND token_hash = $2"
    } else {
        "DELETE FROM account_mails WHERE number = $1 AND token_hash = $2"
    };
    conn.execute(sql, params![settled.number.0, settled.token.as_bytes()]).await?;
    // Told whether or not the row is still there: a token may be redeemed before its delivery is settled.
    Ok(audit::append(conn, &settled.audit).await?)
}

/// Forgets tokens that expired. One that is still due gets another token with its next attempt.
pub(crate) async fn forget_expired(
    conn: &mut dyn Connection,
    now: Timestamp,
    asked_before: Timestamp,
    limit: usize,
) -> Result<usize, StoreError> {
    let sql = "DELETE FROM account_mails WHERE number IN
                 (SELECT number FROM account_mails
                  WHERE expires_at <= $1 AND due IS NULL AND asked_at <= $2 ORDER BY expires_at LIMIT $3)";
    let forgotten = conn.execute(sql, params![now.as_millis(), asked_before.as_millis(), limit as i64]).await?;
    Ok(forgotten as usize)
}
