//! Somebody who has a session proves once more who they are. What was proven is looked at again inside the transaction, as when a session
//! begins.

use cloakroom_engine::callers::Deed;
use cloakroom_engine::directory::UserStatus;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::openid::store::{Reauthentication, ReauthenticationOutcome};
use cloakroom_engine::sessions::touches::PendingTouches;
use const_format::concatcp;

use crate::directory::identities;
use crate::driver::{Connection, Record, one, record};
use crate::{audit, params, sign_ins};

record! {
    struct Proven as u {
        status: UserStatus,
        password: Option<String> = "u.password_hash",
    }
}

const PROVEN: &str = concatcp!(Proven::SELECT, " FROM users u WHERE u.number = $1");

pub(crate) async fn settle(
    conn: &mut dyn Connection,
    proof: &Reauthentication,
    touches: &PendingTouches,
) -> Result<ReauthenticationOutcome, StoreError> {
    if let Some(subject) = &proof.subject
        && let Some(until) = sign_ins::locked_until(conn, subject, proof.at).await?
    {
        return Ok(ReauthenticationOutcome::Locked { until });
    }
    let found = one::<Proven>(conn, PROVEN, params![proof.user.0]).await?;
    let matches = |found: &Proven| proof.proven.as_ref().is_none_or(|proven| found.password.as_deref() == Some(proven.as_phc()));
    if !found.is_some_and(|found| found.status == UserStatus::Verified && matches(&found)) {
        return Ok(ReauthenticationOutcome::CredentialsChanged);
    }
    let proven = match &proof.provider {
        Some(provider) => match identities::proven(conn, proof.user, provider).await? {
            Some(proven) => Some((proven, provider)),
            None => return Ok(ReauthenticationOutcome::CredentialsChanged),
        },
        None => None,
    };
    let sql =
        "UPDATE sessions SET secret_lookup = $2, secret_hash = $3, authenticated_at = $4, authentication_methods = $5 WHERE number = $1";
    let (at, methods) = (proof.authentication.at.as_millis(), proof.authentication.methods.to_string());
    conn.execute(sql, params![proof.session.0, proof.secret.lookup(), proof.secret.as_bytes(), at, &methods]).await?;
    if let Some(subject) = &proof.subject {
        sign_ins::forget_failures(conn, subject).await?;
    }
    audit::append(conn, &proof.audit).await?;
    if let Some(proven) = proven {
        identities::take_effect(conn, proof.session.0, proven, Deed::behind(&proof.audit), touches).await?;
    }
    Ok(ReauthenticationOutcome::Done)
}
