//! Ending what was born from a provider's sessions.

use cloakroom_engine::error::StoreError;
use cloakroom_engine::federation::store::EndProviderSessions;
use cloakroom_engine::ids::SessionNumber;
use cloakroom_engine::sessions::store::{EndCause, EndOutcome};
use cloakroom_engine::sessions::touches::PendingTouches;

use super::end;
use crate::driver::{Connection, DriverError, all};
use crate::{params, spent_provider_tokens};

/// Those of a subject: in that session of the provider, where one is named, or in one that it did not name.
const OF_SUBJECT: &str = "SELECT p.session_number FROM identities i
    JOIN provider_sessions p ON p.identity_number = i.number
    JOIN sessions s ON s.number = p.session_number
    WHERE i.issuer = $1 AND i.subject = $2 AND p.provider_number = $3 AND s.state = 0
      AND ($4 IS NULL OR p.provider_session IS NULL OR p.provider_session = $4)
    ORDER BY p.session_number";

const OF_PROVIDER_SESSION: &str = "SELECT p.session_number FROM provider_sessions p
    JOIN identities i ON i.number = p.identity_number
    JOIN sessions s ON s.number = p.session_number
    WHERE i.issuer = $1 AND p.provider_session = $2 AND p.provider_number = $3 AND s.state = 0
    ORDER BY p.session_number";

/// How many it ended; `None` where the logout token was used before.
pub(crate) async fn end(
    conn: &mut dyn Connection,
    meant: &EndProviderSessions,
    touches: &PendingTouches,
) -> Result<Option<usize>, StoreError> {
    let now = meant.end.at;
    if !spent_provider_tokens::spend(conn, &meant.spent, now).await? {
        return Ok(None);
    }
    let mut ended = 0;
    for session in sessions(conn, meant).await? {
        let outcome = end::end_one(conn, session, EndCause::Deliberate(meant.end), now, &meant.audit, touches).await?;
        ended += usize::from(matches!(outcome, EndOutcome::Ended(_)));
    }
    Ok(Some(ended))
}

async fn sessions(conn: &mut dyn Connection, meant: &EndProviderSessions) -> Result<Vec<SessionNumber>, DriverError> {
    let (issuer, provider, sid) = (&meant.issuer, meant.provider.0, meant.logout.provider_session.as_deref());
    match &meant.logout.subject {
        Some(subject) => all(conn, OF_SUBJECT, params![issuer, subject, provider, sid]).await,
        None => all(conn, OF_PROVIDER_SESSION, params![issuer, sid, provider]).await,
    }
}

/// Forgets from what a session was born whose row goes.
pub(crate) async fn forget(conn: &mut dyn Connection, session: i64) -> Result<(), DriverError> {
    conn.change("DELETE FROM provider_sessions WHERE session_number = $1", params![session]).await
}
