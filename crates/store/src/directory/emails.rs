//! What becomes of the addresses of users: each change with its line in the trail and what it ends, whoever asks for it.

use cloakroom_engine::audit::{Action, ResourceKind};
use cloakroom_engine::callers::Deed;
use cloakroom_engine::directory::records::EmailRecord;
use cloakroom_engine::directory::{EmailStatus, SoughtEmail};
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::UserNumber;
use cloakroom_engine::sessions::EndReason;
use cloakroom_engine::sessions::touches::PendingTouches;

use super::users::{ExistingUser, end_sessions};
use crate::driver::{Connection, DriverError, one};
use crate::{addresses, audit, params};

/// Whose the address is, in whichever spelling.
pub(super) async fn owner(conn: &mut dyn Connection, address: &str) -> Result<Option<UserNumber>, DriverError> {
    let address = addresses::kept(conn, &SoughtEmail::of(address)).await?;
    one(conn, "SELECT user_number FROM emails WHERE address = $1", params![&address]).await
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
    email: &EmailRecord,
) -> Result<(), DriverError> {
    let sql = "UPDATE emails SET is_primary = CASE WHEN number = $2 THEN 1 ELSE 0 END WHERE user_number = $1";
    conn.execute(sql, params![user.number, email.number.0]).await?;
    let told = deed.entry(Action::EmailChanged, ResourceKind::User, user.uid).within(user.tenant);
    audit::append(conn, &told.with("email", &*email.address).with("is_primary", "true")).await
}

/// Changes the status of an address; out of verified ends the sessions of its user, as many as are returned.
pub(super) async fn change_status(
    conn: &mut dyn Connection,
    deed: &Deed,
    touches: &PendingTouches,
    user: &ExistingUser,
    email: &EmailRecord,
    next: EmailStatus,
) -> Result<usize, StoreError> {
    // The sessions first, as with a user's own status.
    let mut ended = 0;
    if email.status == EmailStatus::Verified {
        let reason = if next == EmailStatus::Doomed { EndReason::EmailDoomed } else { EndReason::EmailUnverified };
        ended = end_sessions(conn, deed, touches, user, reason).await?;
    }
    let sql = "UPDATE emails SET status = $2, status_since = $3 WHERE number = $1";
    conn.execute(sql, params![email.number.0, next.as_str(), deed.at.as_millis()]).await?;
    let told = deed.entry(Action::EmailStatusChanged, ResourceKind::User, user.uid).within(user.tenant).with("email", &*email.address);
    audit::append(conn, &told.with("from", email.status.as_str()).with("to", next.as_str())).await?;
    Ok(ended)
}
