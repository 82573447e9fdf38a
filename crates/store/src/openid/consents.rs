//! What users have let applications have.

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{ApplicationNumber, UserNumber};
use cloakroom_engine::openid::consents::Consent;
use cloakroom_engine::openid::store::{CodeTerms, WithdrawConsent};
use const_format::concatcp;

use super::codes;
use crate::driver::{Connection, DriverError, Record, all, one, record};
use crate::{audit, params};

record! { for Consent as c { application = "a.uid", name = "a.name", scope, given_at } }

const OF_USER: &str = concatcp!(
    Consent::SELECT,
    " FROM consents c JOIN applications a ON a.number = c.application_number
     WHERE c.user_number = $1 ORDER BY c.given_at DESC, c.application_number DESC"
);

/// What a user has let applications have, the latest first.
pub(crate) async fn of_user(conn: &mut dyn Connection, user: UserNumber) -> Result<Vec<Consent>, DriverError> {
    all(conn, OF_USER, params![user.0]).await
}

/// Whether the user of the session has let the application have all of this.
pub(super) async fn covers(conn: &mut dyn Connection, terms: &CodeTerms) -> Result<bool, StoreError> {
    let consented = codes::authorization(conn, terms.session, terms.application).await?.and_then(|found| found.consented);
    Ok(consented.is_some_and(|consented| terms.scope.iter().all(|word| consented.contains(word))))
}

/// What was let in once more stays let in.
pub(super) async fn give(conn: &mut dyn Connection, terms: &CodeTerms, now: Timestamp) -> Result<(), StoreError> {
    let before = codes::authorization(conn, terms.session, terms.application).await?;
    let mut scope = before.and_then(|before| before.consented).unwrap_or_default();
    for word in &terms.scope {
        if !scope.contains(word) {
            scope.push(word.clone());
        }
    }
    let sql = "INSERT INTO consents (user_number, application_number, scope, given_at)
               VALUES ((SELECT user_number FROM sessions WHERE number = $1), $2, $3, $4)
               ON CONFLICT (user_number, application_number) DO UPDATE SET scope = $3, given_at = $4";
    conn.execute(sql, params![terms.session.0, terms.application.0, &scope.join(" "), now.as_millis()]).await?;
    Ok(())
}

/// The rows of an application within the open sessions of a user. What is within those that ended is dead already.
const WITHIN_OPEN_SESSIONS: &str =
    " WHERE application_number = $2 AND session_number IN (SELECT number FROM sessions WHERE user_number = $1 AND state = 0)";

/// Takes a consent back: with it go the codes that the application could still redeem, and the grants that it has.
pub(crate) async fn withdraw(conn: &mut dyn Connection, withdraw: &WithdrawConsent) -> Result<bool, StoreError> {
    let sql = "SELECT a.number FROM consents c JOIN applications a ON a.number = c.application_number
               WHERE c.user_number = $1 AND a.uid = $2";
    let found = one::<ApplicationNumber>(conn, sql, params![withdraw.user.0, withdraw.application.as_bytes()]).await?;
    let Some(ApplicationNumber(application)) = found else { return Ok(false) };
    let of_both = params![withdraw.user.0, application];
    conn.change("DELETE FROM consents WHERE user_number = $1 AND application_number = $2", of_both).await?;
    conn.change(concatcp!("DELETE FROM authorization_codes", WITHIN_OPEN_SESSIONS), of_both).await?;
    let ended = conn.execute(concatcp!("DELETE FROM session_grants", WITHIN_OPEN_SESSIONS), of_both).await?;
    audit::append(conn, &withdraw.audit.clone().with("grants_ended", ended.to_string())).await?;
    Ok(true)
}
