//! The addresses of a user.

use cloakroom_engine::audit::{Action, ResourceKind};
use cloakroom_engine::directory::EmailStatus;
use cloakroom_engine::directory::apply::status_change;
use cloakroom_engine::directory::document::UserEntry;
use cloakroom_engine::sessions::EndReason;

use super::users::{ExistingUser, end_sessions};
use super::{ApplyError, Applying, tell};
use crate::driver::{Connection, query_one};
use crate::params;
use crate::sessions::snapshot::label;

/// An address as it stands.
struct ExistingEmail {
    number: i64,
    owner: i64,
    status: EmailStatus,
    is_primary: bool,
}

/// Makes the entry's address the primary one, with its status. Returns whether anything changed.
pub(super) async fn email(
    conn: &mut dyn Connection,
    applying: &mut Applying<'_>,
    user: &ExistingUser,
    entry: &UserEntry,
) -> Result<bool, ApplyError> {
    let Some(address) = &entry.email else { return Ok(false) };
    let sql = "SELECT number, user_number, status, is_primary FROM emails WHERE address = $1";
    let found = query_one(conn, sql, params![address], |row| {
        Ok(ExistingEmail {
            number: row.int(0)?,
            owner: row.int(1)?,
            status: label(row.text(2)?, EmailStatus::parse)?,
            is_primary: row.bool(3)?,
        })
    })
    .await?;
    let Some(found) = found else {
        add(conn, applying, user, address, entry.email_status.unwrap_or(EmailStatus::Verified)).await?;
        return Ok(true);
    };
    if found.owner != user.number {
        return Err(applying.wrong(format!("email {address} belongs to another user")));
    }
    if !found.is_primary {
        let sql = "UPDATE emails SET is_primary = CASE WHEN number = $2 THEN 1 ELSE 0 END WHERE user_number = $1";
        conn.execute(sql, params![found.owner, found.number]).await?;
        let told = applying.entry_within(user.tenant, Action::EmailChanged, ResourceKind::User, user.uid);
        tell(conn, told.with("email", address.as_str()).with("is_primary", "true")).await?;
    }
    let judged = status_change(found.status, entry.email_status, applying.overwrite, EmailStatus::may_become, EmailStatus::as_str);
    match applying.judged(judged)? {
        Some(status) => change_status(conn, applying, user, (&found, address), status).await.map(|()| true),
        None => Ok(!found.is_primary),
    }
}

async fn add(
    conn: &mut dyn Connection,
    applying: &Applying<'_>,
    user: &ExistingUser,
    address: &str,
    status: EmailStatus,
) -> Result<(), ApplyError> {
    conn.execute("UPDATE emails SET is_primary = 0 WHERE user_number = $1", params![user.number]).await?;
    let sql = "INSERT INTO emails (user_number, address, status, status_since, is_primary, created_at) VALUES ($1, $2, $3, $4, 1, $4)";
    conn.execute(sql, params![user.number, address, status.as_str(), applying.at.as_millis()]).await?;
    let told = applying.entry_within(user.tenant, Action::EmailAdded, ResourceKind::User, user.uid);
    tell(conn, told.with("email", address).with("status", status.as_str())).await
}

async fn change_status(
    conn: &mut dyn Connection,
    applying: &mut Applying<'_>,
    user: &ExistingUser,
    (email, address): (&ExistingEmail, &str),
    next: EmailStatus,
) -> Result<(), ApplyError> {
    // The sessions first, as with a user's own status.
    if email.status == EmailStatus::Verified {
        let reason = if next == EmailStatus::Doomed { EndReason::EmailDoomed } else { EndReason::EmailUnverified };
        end_sessions(conn, applying, user, reason).await?;
    }
    let sql = "UPDATE emails SET status = $2, status_since = $3 WHERE number = $1";
    conn.execute(sql, params![email.number, next.as_str(), applying.at.as_millis()]).await?;
    let told = applying.entry_within(user.tenant, Action::EmailStatusChanged, ResourceKind::User, user.uid).with("email", address);
    tell(conn, told.with("from", email.status.as_str()).with("to", next.as_str())).await
}
