//! What applications are given within sessions: their chains of refresh tokens.

use std::sync::Arc;

use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{ApplicationNumber, SessionNumber};
use cloakroom_engine::machine::application::ApplicationEpochs;
use cloakroom_engine::sessions::detail::ReachedApplication;
use cloakroom_engine::sessions::touches::PendingTouches;
use cloakroom_engine::sessions::verdict::{SessionSnapshot, Verdict, verdict};
use cloakroom_engine::tokens::GrantNumber;
use cloakroom_engine::tokens::audience::Audience;
use cloakroom_engine::tokens::grant::GrantHolder;
use cloakroom_engine::tokens::store::{GrantSubject, NewGrant};
use const_format::concatcp;

use crate::driver::{Connection, DriverError, Record, all, inserted, record};
use crate::openid::codes;
use crate::sessions::snapshot;
use crate::{audit, doubtful, machine, params, tokens};

record! {
    /// The application of a grant as its row has it; a user's own grant has none.
    pub(crate) struct HolderRow as g {
        application: ApplicationNumber = "g.application_number",
        epochs: ApplicationEpochs = "g.application_epoch, g.tenant_epoch, g.partner_epoch, g.server_epoch",
        scope: Vec<String>,
        audience: Audience = "coalesce(g.audience, '-') AS audience",
        is_member: bool = "EXISTS (SELECT 1 FROM memberships m JOIN applications o ON o.tenant_number = m.tenant_number
                WHERE m.user_number = s.user_number AND o.number = g.application_number)",
    }
}

record! { for ApplicationEpochs { application, tenant, partner, server } }

impl HolderRow {
    /// With the application as it is now.
    pub(crate) async fn complete(self, conn: &mut dyn Connection) -> Result<GrantHolder, DriverError> {
        let client = machine::by_number(conn, self.application).await?;
        let client = client.ok_or_else(|| DriverError::Corrupt("a grant is of an application that is not there".into()))?;
        let Self { epochs, scope, audience, is_member, .. } = self;
        Ok(GrantHolder { client: Arc::new(client), epochs, scope, audience, is_member })
    }
}

/// Begins a chain, if session and application still stand.
pub(crate) async fn begin(conn: &mut dyn Connection, new: &NewGrant, touches: &PendingTouches) -> Result<Option<GrantNumber>, StoreError> {
    let session = subject(conn, new, touches).await?;
    let client = machine::by_number(conn, new.application).await?;
    let (Some(session), Some(client)) = (session, client) else { return Ok(None) };
    let is_member = match &new.subject {
        GrantSubject::Code(_) => codes::authorization(conn, new.session, new.application).await?.is_some_and(|found| found.is_member),
        GrantSubject::Secret | GrantSubject::Grant(_) => false,
    };
    let stands = client.stands_by(&new.epochs) && (is_member || client.reaches(&session.session));
    if !stands || verdict(&session, new.now).map_err(doubtful)? != Verdict::Live {
        return Ok(None);
    }
    make_room(conn, new).await?;
    let sql = "INSERT INTO session_grants (session_number, refresh_hash, generation, reached_at, application_number, application_epoch,
                   tenant_epoch, partner_epoch, server_epoch, scope, authenticated_at, authentication_methods, audience)
               VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING number";
    let methods = new.authentication.map(|proven| proven.methods.to_string());
    let (scope, audience) = (new.scope.join(" "), new.audience.kept());
    let params = params![
        new.session.0,
        new.hash.as_bytes(),
        new.now.as_millis(),
        new.application.0,
        new.epochs.application,
        new.epochs.tenant,
        new.epochs.partner,
        new.epochs.server,
        &scope,
        new.authentication.map(|proven| proven.at.as_millis()),
        methods.as_deref(),
        audience.as_deref(),
    ];
    let number = inserted(conn, sql, params).await?;
    if let GrantSubject::Code(code) = &new.subject {
        codes::redeem(conn, code, GrantNumber(number)).await?;
    }
    audit::append(conn, &new.audit).await?;
    Ok(Some(GrantNumber(number)))
}

/// The session of what is exchanged, if the grant that was shown still lives, or the code can be redeemed.
async fn subject(conn: &mut dyn Connection, new: &NewGrant, touches: &PendingTouches) -> Result<Option<SessionSnapshot>, StoreError> {
    let grant = match &new.subject {
        GrantSubject::Grant(grant) => *grant,
        GrantSubject::Code(code) if !codes::is_fresh(conn, code, new.now).await? => return Ok(None),
        GrantSubject::Secret | GrantSubject::Code(_) => return Ok(snapshot::by_number(conn, new.session, touches).await?),
    };
    let Some(found) = tokens::grant(conn, grant, touches).await? else { return Ok(None) };
    Ok(found.lives(new.now).map_err(doubtful)?.then_some(found.session))
}

/// Removes what of this application rested longest in the session, beyond all but one of the places.
async fn make_room(conn: &mut dyn Connection, new: &NewGrant) -> Result<(), DriverError> {
    let sql = "DELETE FROM session_grants WHERE number IN (
                   SELECT number FROM session_grants WHERE session_number = $1 AND application_number = $2
                   ORDER BY reached_at DESC, number DESC LIMIT $3 OFFSET $4)";
    // Never more than one is too many; the limit only has to be there.
    let kept = i64::from(new.at_most.saturating_sub(1));
    conn.execute(sql, params![new.session.0, new.application.0, i64::from(new.at_most), kept]).await?;
    Ok(())
}

record! { for ReachedApplication as a { uid, name, accessed_at = "max(g.reached_at) AS accessed_at" } }

const APPLICATIONS: &str = concatcp!(
    ReachedApplication::SELECT,
    " FROM session_grants g
     JOIN applications a ON a.number = g.application_number
     WHERE g.session_number = $1
     GROUP BY a.number, a.uid, a.name
     ORDER BY accessed_at DESC, a.number DESC"
);

/// The applications that were given a token within the session, the latest first.
pub(crate) async fn applications(conn: &mut dyn Connection, session: SessionNumber) -> Result<Vec<ReachedApplication>, DriverError> {
    all(conn, APPLICATIONS, params![session.0]).await
}
