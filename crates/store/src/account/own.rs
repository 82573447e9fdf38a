//! What users see of themselves, and what they change.

use cloakroom_engine::account::store::{Account, Membership, OwnEmail, OwnTenant, PasswordChange, PasswordChangeOutcome};
use cloakroom_engine::audit::AuditEntry;
use cloakroom_engine::directory::UserStatus;
use cloakroom_engine::directory::password::PasswordHash;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::UserNumber;
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::store::EndSessionsOfUser;
use cloakroom_engine::sessions::touches::PendingTouches;
use const_format::concatcp;

use super::redeem::void_resets;
use crate::driver::{Connection, Record, all, one, record};
use crate::sessions::end;
use crate::{audit, params, sign_ins};

record! {
    for Account as u {
        number, uid, username, display_name, status, role, is_operator, tenant = OwnTenant::COLUMNS, created_at, updated_at;
        emails: Vec::new(), memberships: Vec::new(),
    }
}

record! { for OwnTenant as n { number, uid, code, status } }

record! { for Membership as m { tenant = OwnTenant::COLUMNS, role } }

record! { for OwnEmail { address, status, is_primary } }

pub(crate) const ACCOUNT: &str =
    concatcp!(Account::SELECT, " FROM users u LEFT JOIN tenants n ON n.number = u.tenant_number WHERE u.number = $1");
pub(crate) const EMAILS: &str = concatcp!(OwnEmail::SELECT, " FROM emails WHERE user_number = $1 ORDER BY is_primary DESC, number");
pub(crate) const MEMBERSHIPS: &str = concatcp!(
    Membership::SELECT,
    " FROM memberships m JOIN tenants n ON n.number = m.tenant_number WHERE m.user_number = $1 ORDER BY n.number"
);

pub(crate) async fn account(conn: &mut dyn Connection, user: UserNumber) -> Result<Option<Account>, StoreError> {
    let Some(mut account) = one::<Account>(conn, ACCOUNT, params![user.0]).await? else { return Ok(None) };
    account.emails = all(conn, EMAILS, params![user.0]).await?;
    account.memberships = all(conn, MEMBERSHIPS, params![user.0]).await?;
    Ok(Some(account))
}

pub(crate) async fn rename(
    conn: &mut dyn Connection,
    user: UserNumber,
    display_name: Option<&String>,
    entry: &AuditEntry,
) -> Result<(), StoreError> {
    let sql = "UPDATE users SET display_name = $2, updated_at = $3 WHERE number = $1 AND coalesce(display_name, '') <> coalesce($2, '')";
    if conn.execute(sql, params![user.0, display_name, entry.at.as_millis()]).await? > 0 {
        audit::append(conn, entry).await?;
    }
    Ok(())
}

pub(crate) async fn change_password(
    conn: &mut dyn Connection,
    change: &PasswordChange,
    touches: &PendingTouches,
) -> Result<PasswordChangeOutcome, StoreError> {
    if let Some(subject) = &change.subject
        && let Some(until) = sign_ins::locked_until(conn, subject, change.at).await?
    {
        return Ok(PasswordChangeOutcome::Locked { until });
    }
    let sql = "UPDATE users SET password_hash = $3, password_cost = $6, password_is_due = 0, updated_at = $4
               WHERE number = $1 AND password_hash = $2 AND status = $5";
    let proven = change.proven.as_ref().map(PasswordHash::as_phc);
    let (status, cost) = (UserStatus::Verified.as_str(), change.password.cost().work().cast_signed());
    let params = params![change.user.0, proven, change.password.as_phc(), change.at.as_millis(), status, cost];
    if conn.execute(sql, params).await? == 0 {
        return Ok(PasswordChangeOutcome::CredentialsChanged);
    }
    if let Some(subject) = &change.subject {
        sign_ins::forget_failures(conn, subject).await?;
    }
    void_resets(conn, change.user).await?;
    if let Some(secret) = &change.secret {
        let sql = "UPDATE sessions SET secret_lookup = $2, secret_hash = $3 WHERE number = $1";
        conn.execute(sql, params![change.except.0, secret.lookup(), secret.as_bytes()]).await?;
    }
    audit::append(conn, &change.audit).await?;
    let end = EndSessionsOfUser {
        user: change.user,
        except: Some(change.except),
        at: change.at,
        reason: EndReason::PasswordChanged,
        by: Some(change.user),
        audit: change.ended.clone(),
    };
    let ended = end::end_of_user(conn, &end, touches).await?;
    Ok(PasswordChangeOutcome::Changed { sessions_ended: ended.len() })
}
