//! The addresses of a user: by the directory file, and what administrators do to them one by one.

use cloakroom_engine::audit::{Action, ResourceKind};
use cloakroom_engine::callers::Deed;
use cloakroom_engine::directory::EmailStatus;
use cloakroom_engine::directory::document::UserEntry;
use cloakroom_engine::directory::plan::status_change;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::touches::PendingTouches;
use const_format::concatcp;

use super::users::{ExistingUser, end_sessions};
use super::{ApplyError, Applying};
use crate::driver::{Connection, DriverError, Record, one, record};
use crate::{audit, params};

record! {
    /// An address as it stands.
    pub(super) struct ExistingEmail {
        pub number: i64,
        pub owner: i64 = "user_number",
        pub status: EmailStatus,
        pub is_primary: bool,
    }
}

const FOUND: &str = concatcp!(ExistingEmail::SELECT, " FROM emails WHERE address = $1");

/// The address, whosever it is.
pub(super) async fn find(conn: &mut dyn Connection, address: &str) -> Result<Option<ExistingEmail>, DriverError> {
    one(conn, FOUND, params![address]).await
}

/// Makes the entry's address the primary one, with its status. Returns whether anything changed.
pub(super) async fn email(
    conn: &mut dyn Connection,
    applying: &mut Applying<'_>,
    user: &ExistingUser,
    entry: &UserEntry,
) -> Result<bool, ApplyError> {
    let Some(address) = &entry.email else { return Ok(false) };
    let Some(found) = find(conn, address).await? else {
        add(conn, &applying.deed, user, (address, entry.email_status.unwrap_or(EmailStatus::Verified)), true).await?;
        return Ok(true);
    };
    if found.owner != user.number {
        return Err(applying.wrong(format!("email {address} belongs to another user")));
    }
    if !found.is_primary {
        make_primary(conn, &applying.deed, user, (&found, address)).await?;
    }
    let judged = status_change(found.status, entry.email_status, applying.overwrite, EmailStatus::may_become, EmailStatus::as_str);
    match applying.judged(judged)? {
        Some(status) => {
            let ended = change_status(conn, &applying.deed, applying.touches, user, (&found, address), status).await?;
            applying.report.sessions_ended += ended;
            Ok(true)
        }
        None => Ok(!found.is_primary),
    }
}

/// Gives the user another address.
pub(super) async fn add(
    conn: &mut dyn Connection,
    deed: &Deed,
    user: &ExistingUser,
    (address, status): (&str, EmailStatus),
    is_primary: bool,
) -> Result<(), DriverError> {
    if is_primary {
        conn.execute("UPDATE emails SET is_primary = 0 WHERE user_number = $1", params![user.number]).await?;
    }
    let sql = "INSERT INTO emails (user_number, address, status, status_since, is_primary, created_at) VALUES ($1, $2, $3, $4, $5, $4)";
    conn.execute(sql, params![user.number, address, status.as_str(), deed.at.as_millis(), is_primary]).await?;
    let told = deed.entry(Action::EmailAdded, ResourceKind::User, user.uid).within(user.tenant);
    audit::append(conn, &told.with("email", address).with("status", status.as_str())).await
}

/// Makes one address of the user the primary one, and no other.
pub(super) async fn make_primary(
    conn: &mut dyn Connection,
    deed: &Deed,
    user: &ExistingUser,
    (email, address): (&ExistingEmail, &str),
) -> Result<(), DriverError> {
    let sql = "UPDATE emails SET is_primary = CASE WHEN number = $2 THEN 1 ELSE 0 END WHERE user_number = $1";
    conn.execute(sql, params![user.number, email.number]).await?;
    let told = deed.entry(Action::EmailChanged, ResourceKind::User, user.uid).within(user.tenant);
    audit::append(conn, &told.with("email", address).with("is_primary", "true")).await
}

/// Changes the status of an address; out of verified ends the sessions of its user, as many as are returned.
pub(super) async fn change_status(
    conn: &mut dyn Connection,
    deed: &Deed,
    touches: &PendingTouches,
    user: &ExistingUser,
    (email, address): (&ExistingEmail, &str),
    next: EmailStatus,
) -> Result<usize, StoreError> {
    // The sessions first, as with a user's own status.
    let mut ended = 0;
    if email.status == EmailStatus::Verified {
        let reason = if next == EmailStatus::Doomed { EndReason::EmailDoomed } else { EndReason::EmailUnverified };
        ended = end_sessions(conn, deed, touches, user, None, reason).await?;
    }
    let sql = "UPDATE emails SET status = $2, status_since = $3 WHERE number = $1";
    conn.execute(sql, params![email.number, next.as_str(), deed.at.as_millis()]).await?;
    let told = deed.entry(Action::EmailStatusChanged, ResourceKind::User, user.uid).within(user.tenant).with("email", address);
    audit::append(conn, &told.with("from", email.status.as_str()).with("to", next.as_str())).await?;
    Ok(ended)
}
