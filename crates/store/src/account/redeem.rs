//! Redeems the tokens of mails. Deleting the row of a token redeems it.

use cloakroom_engine::account::mail_token::MailTokenHash;
use cloakroom_engine::account::store::PasswordReset;
use cloakroom_engine::account::{AddressStanding, MailNumber, MailPurpose};
use cloakroom_engine::audit::{Actor, AuditEntry};
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::directory::EmailStatus;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{TenantNumber, UserNumber, UserUid};
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::store::EndSessionsOfUser;
use cloakroom_engine::sessions::touches::PendingTouches;
use const_format::concatcp;

use crate::driver::{Connection, DriverError, Record, all, one, record};
use crate::sessions::end;
use crate::{audit, params, sign_ins};

record! {
    /// A token with what it depends on.
    struct Redeemable as u {
        mail: MailNumber = "m.number",
        user: UserNumber = "u.number",
        uid: UserUid,
        tenant: Option<TenantNumber> = "u.tenant_number",
        email: i64 = "e.number",
        address: String = "e.address",
        standing: AddressStanding = AddressStanding::COLUMNS,
    }
}

// How an address `e` and its user `u` stand.
record! { for AddressStanding as e { user = "u.status", email = "e.status", is_primary } }

const REDEEMABLE: &str = concatcp!(
    Redeemable::SELECT,
    " FROM account_mails m JOIN users u ON u.number = m.user_number JOIN emails e ON e.number = m.email_number
     WHERE m.token_hash = $1 AND m.purpose = $2 AND m.expires_at > $3 AND e.user_number = u.number"
);

impl Redeemable {
    /// The audit entry. Its actor is somebody who reads this user's mails.
    fn told(&self, entry: &AuditEntry) -> AuditEntry {
        AuditEntry { actor: Actor::User(self.user, self.uid), ..entry.clone() }.on(self.uid).within(self.tenant)
    }
}

/// The token, if it could be redeemed at `now`.
async fn redeemable(
    conn: &mut dyn Connection,
    purpose: MailPurpose,
    token: MailTokenHash,
    now: Timestamp,
) -> Result<Option<Redeemable>, StoreError> {
    let params = params![token.as_bytes(), purpose.as_str(), now.as_millis()];
    let found = one::<Redeemable>(conn, REDEEMABLE, params).await?;
    Ok(found.filter(|found| purpose.suits(found.standing)))
}

pub(crate) async fn redeems(
    conn: &mut dyn Connection,
    purpose: MailPurpose,
    token: MailTokenHash,
    now: Timestamp,
) -> Result<Option<Vec<String>>, StoreError> {
    let Some(found) = redeemable(conn, purpose, token, now).await? else { return Ok(None) };
    let sql = "SELECT username FROM users WHERE number = $1
               UNION ALL SELECT display_name FROM users WHERE number = $1 AND display_name IS NOT NULL
               UNION ALL SELECT address FROM emails WHERE user_number = $1";
    Ok(Some(all(conn, sql, params![found.user.0]).await?))
}

/// If several redeem a token at once, the one that deletes the row succeeds.
async fn redeem(conn: &mut dyn Connection, mail: MailNumber, token: MailTokenHash) -> Result<bool, DriverError> {
    let sql = "DELETE FROM account_mails WHERE number = $1 AND token_hash = $2";
    Ok(conn.execute(sql, params![mail.0, token.as_bytes()]).await? == 1)
}

/// Voids every mail that could still reset the password, delivered or not: a password that changed is nobody's to reset by an
/// older mail.
pub(crate) async fn void_resets(conn: &mut dyn Connection, user: UserNumber) -> Result<(), DriverError> {
    let sql = "DELETE FROM account_mails WHERE user_number = $1 AND purpose = $2";
    conn.execute(sql, params![user.0, MailPurpose::PasswordReset.as_str()]).await?;
    Ok(())
}

pub(crate) async fn reset_password(
    conn: &mut dyn Connection,
    reset: &PasswordReset,
    touches: &PendingTouches,
) -> Result<Option<usize>, StoreError> {
    let Some(found) = redeemable(conn, MailPurpose::PasswordReset, reset.token, reset.at).await? else { return Ok(None) };
    if !redeem(conn, found.mail, reset.token).await? {
        return Ok(None);
    }
    void_resets(conn, found.user).await?;
    // Whoever reads the user's mails is not who was guessing.
    sign_ins::lift(conn, found.uid).await?;
    let sql = "UPDATE users SET password_hash = $2, password_cost = $4, password_is_due = 0, updated_at = $3 WHERE number = $1";
    let cost = reset.password.cost().work().cast_signed();
    conn.execute(sql, params![found.user.0, reset.password.as_phc(), reset.at.as_millis(), cost]).await?;
    audit::append(conn, &found.told(&reset.audit)).await?;
    let end = EndSessionsOfUser {
        user: found.user,
        except: None,
        at: reset.at,
        reason: EndReason::PasswordChanged,
        by: Some(found.user),
        audit: found.told(&reset.ended),
    };
    Ok(Some(end::end_of_user(conn, &end, touches).await?.len()))
}

pub(crate) async fn verify_email(
    conn: &mut dyn Connection,
    token: MailTokenHash,
    at: Timestamp,
    entry: &AuditEntry,
) -> Result<bool, StoreError> {
    let Some(found) = redeemable(conn, MailPurpose::EmailVerification, token, at).await? else { return Ok(false) };
    if !redeem(conn, found.mail, token).await? {
        return Ok(false);
    }
    let sql = "DELETE FROM account_mails WHERE email_number = $1 AND purpose = $2";
    conn.execute(sql, params![found.email, MailPurpose::EmailVerification.as_str()]).await?;
    let sql = "UPDATE emails SET status = $2, status_since = $3 WHERE number = $1";
    conn.execute(sql, params![found.email, EmailStatus::Verified.as_str(), at.as_millis()]).await?;
    let told = found.told(entry).with("email", found.address.as_str());
    let told = told.with("from", found.standing.email.as_str()).with("to", EmailStatus::Verified.as_str());
    audit::append(conn, &told).await?;
    Ok(true)
}
