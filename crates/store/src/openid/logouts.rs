//! Notices to applications of sessions that are over.

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::cursor::Place;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::SessionNumber;
use cloakroom_engine::openid::logout::store::{ListLogouts, SettledLogout, TakenLogout};
use cloakroom_engine::openid::logout::{DueLogout, LogoutNumber, LogoutRecord, LogoutStatus};
use cloakroom_engine::page::ListPage;
use const_format::concatcp;

use crate::driver::{Connection, DriverError, Record, all, one, record};
use crate::paging::{Rows, counted};
use crate::{audit, params};

/// Notes for each application that was given a token within a session, and that wants to be told, that the session is over.
pub(crate) async fn note(conn: &mut dyn Connection, session: SessionNumber, ended_at: Timestamp) -> Result<(), DriverError> {
    let sql = "INSERT INTO logout_notices (session_uid, user_uid, application_number, ended_at, due)
               SELECT DISTINCT s.uid, u.uid, a.number, $2, $2 FROM session_grants g
               JOIN applications a ON a.number = g.application_number
               JOIN sessions s ON s.number = g.session_number
               JOIN users u ON u.number = s.user_number
               WHERE g.session_number = $1 AND a.backchannel_logout_uri IS NOT NULL";
    conn.change(sql, params![session.0, ended_at.as_millis()]).await
}

record! {
    for DueLogout as l {
        number, application = "l.application_number", session = "l.session_uid", user = "l.user_uid", tenant = "a.tenant_number", attempts, client_id = "a.client_id",
        uri = "a.backchannel_logout_uri", algorithm = "a.id_token_algorithm",
    }
}

/// Applications that are looked at in one go.
const APPLICATIONS_AT_ONCE: i64 = 256;

/// Who may be told: an application that is not disabled and has an address for it.
const TOLD: &str = "a.backchannel_logout_uri IS NOT NULL AND a.status = 'active'";
const APPLICATIONS: &str = concatcp!(
    "SELECT a.number FROM applications a WHERE ",
    TOLD,
    " AND EXISTS (SELECT 1 FROM logout_notices l WHERE l.application_number = a.number AND l.due <= $1) ORDER BY a.number LIMIT $2"
);
const DUE: &str = concatcp!(
    DueLogout::SELECT,
    " FROM logout_notices l JOIN applications a ON a.number = l.application_number
     WHERE l.application_number = $1 AND l.due <= $2 AND ",
    TOLD,
    " ORDER BY l.due, l.number LIMIT $3"
);

/// The notices that are due, at most so many of each application.
pub(crate) async fn due(conn: &mut dyn Connection, now: Timestamp, of_each: u32) -> Result<Vec<DueLogout>, StoreError> {
    let mut due = Vec::new();
    for application in all::<i64>(conn, APPLICATIONS, params![now.as_millis(), APPLICATIONS_AT_ONCE]).await? {
        due.extend(all::<DueLogout>(conn, DUE, params![application, now.as_millis(), of_each]).await?);
    }
    Ok(due)
}

/// Counts an attempt for each of these, where nobody else did.
pub(crate) async fn take(conn: &mut dyn Connection, taken: &[TakenLogout]) -> Result<Vec<LogoutNumber>, StoreError> {
    let sql = "UPDATE logout_notices SET attempts = attempts + 1, due = $3 WHERE number = $1 AND attempts = $2 AND due IS NOT NULL";
    let mut own = Vec::with_capacity(taken.len());
    for TakenLogout { number, attempts, due_again } in taken {
        if conn.execute(sql, params![number.0, *attempts, due_again.as_millis()]).await? > 0 {
            own.push(*number);
        }
    }
    Ok(own)
}

/// Records how an attempt went.
pub(crate) async fn settle(conn: &mut dyn Connection, settled: &SettledLogout) -> Result<(), StoreError> {
    let SettledLogout { number, problem, given_up, at } = settled;
    let over = (problem.is_none() || given_up.is_some()).then(|| at.as_millis());
    let sql = "UPDATE logout_notices SET problem = $2, settled_at = $3, due = CASE WHEN $3 IS NULL THEN due END
               WHERE number = $1 AND due IS NOT NULL";
    let changed = conn.execute(sql, params![number.0, problem.as_ref(), over]).await?;
    match given_up {
        Some(entry) if changed > 0 => Ok(audit::append(conn, entry).await?),
        _ => Ok(()),
    }
}

const FORGET: &str = concatcp!(
    "DELETE FROM logout_notices WHERE number IN (
         SELECT l.number FROM logout_notices l WHERE l.settled_at <= $1
         UNION
         SELECT l.number FROM logout_notices l WHERE l.due IS NOT NULL AND l.ended_at <= $1
             AND NOT EXISTS (SELECT 1 FROM applications a WHERE a.number = l.application_number AND ",
    TOLD,
    ") ORDER BY 1 LIMIT $2)"
);

/// Forgets what was settled before this, and what nobody can be told of any more.
pub(crate) async fn forget(conn: &mut dyn Connection, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
    Ok(conn.execute(FORGET, params![before.as_millis(), limit as i64]).await? as usize)
}

record! { for LogoutRecord { number, session = "session_uid", user = "user_uid", ended_at, attempts, due, settled_at, problem } }

/// `$2` a status, or none for all.
const WITHIN: &str = "FROM logout_notices WHERE application_number = $1
     AND ($2 IS NULL OR $2 = CASE WHEN due IS NOT NULL THEN 'waiting' WHEN problem IS NULL THEN 'delivered' ELSE 'given_up' END)";
const COUNT: &str = concatcp!("SELECT count(*) ", WITHIN);
const PAGE: &str = concatcp!(LogoutRecord::SELECT, " ", WITHIN, " AND number < $3 ORDER BY number DESC LIMIT $4 OFFSET $5");

/// The notices of an application, the newest first.
pub(crate) async fn page(conn: &mut dyn Connection, list: &ListLogouts) -> Result<ListPage<LogoutRecord, Place>, StoreError> {
    let (application, status) = (list.application.0, list.status.map(LogoutStatus::as_str));
    let total = counted(one::<i64>(conn, COUNT, params![application, status]).await?);
    let rows = Rows::of(&list.page, total);
    let found = match rows.are_any() {
        true => all(conn, PAGE, params![application, status, rows.after.number, rows.limit(), rows.offset()]).await?,
        false => Vec::new(),
    };
    Ok(list.page.filled(found, total, |record: &LogoutRecord| Place::numbered(record.number.0)))
}
