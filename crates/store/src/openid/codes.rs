//! Authorization codes, and what stands between a session and an application.

use cloakroom_engine::audit::AuditEntry;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{ApplicationNumber, SessionNumber};
use cloakroom_engine::openid::code::AuthorizationCodeHash;
use cloakroom_engine::openid::store::{CodeTerms, NewCode, StoredAuthorization, StoredCode};
use cloakroom_engine::tokens::GrantNumber;
use const_format::concatcp;

use super::consents;
use crate::driver::{Connection, DriverError, Record, one, record};
use crate::{audit, machine, params};

record! {
    for StoredAuthorization as s {
        is_member = "EXISTS (SELECT 1 FROM memberships m JOIN applications a ON a.tenant_number = m.tenant_number
                WHERE m.user_number = s.user_number AND a.number = $2) AS is_member",
        authentication = "s.authenticated_at, s.authentication_methods",
        consented = "c.scope AS consented",
    }
}

const AUTHORIZATION: &str = concatcp!(
    StoredAuthorization::SELECT,
    " FROM sessions s LEFT JOIN consents c ON c.user_number = s.user_number AND c.application_number = $2 WHERE s.number = $1"
);

/// What a session and an application are to each other.
pub(crate) async fn authorization(
    conn: &mut dyn Connection,
    session: SessionNumber,
    application: ApplicationNumber,
) -> Result<Option<StoredAuthorization>, StoreError> {
    Ok(one(conn, AUTHORIZATION, params![session.0, application.0]).await?)
}

/// How long a code that nobody can redeem any more is kept: whoever shows it again is found to.
const KEPT_MILLIS: i64 = 10 * 60 * 1000;

/// Codes that are forgotten with each new one: more than come, so that the table stays as small as what is kept.
const FORGOTTEN_AT_ONCE: i64 = 2;

/// Keeps a code, if the application still stands under its epochs, has the address, and the consent that it needs.
pub(crate) async fn keep(conn: &mut dyn Connection, new: &NewCode) -> Result<bool, StoreError> {
    let terms = &new.terms;
    let client = machine::by_number(conn, terms.application).await?;
    let client = client.filter(|client| client.stands_by(&terms.epochs) && client.redirects_to(&terms.redirect_uri));
    let Some(client) = client else { return Ok(false) };
    if new.is_consent {
        consents::give(conn, terms, new.now).await?;
    } else if !client.is_first_party && !consents::covers(conn, terms).await? {
        // It was taken back since it was looked at.
        return Ok(false);
    }
    forget(conn, new.now).await?;
    let sql = "INSERT INTO authorization_codes (code_hash, session_number, application_number, application_epoch, tenant_epoch,
                   partner_epoch, server_epoch, redirect_uri, challenge, nonce, scope, authenticated_at, authentication_methods,
                   expires_at, audience)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    let (scope, methods, audience) = (terms.scope.join(" "), terms.authentication.methods.to_string(), terms.audience.kept());
    let params = params![
        new.code.as_bytes(),
        terms.session.0,
        terms.application.0,
        terms.epochs.application,
        terms.epochs.tenant,
        terms.epochs.partner,
        terms.epochs.server,
        &terms.redirect_uri,
        terms.challenge.as_bytes(),
        terms.nonce.as_ref(),
        &scope,
        terms.authentication.at.as_millis(),
        &methods,
        terms.expires_at.as_millis(),
        audience.as_deref(),
    ];
    conn.execute(sql, params).await?;
    audit::append(conn, &new.audit).await?;
    Ok(true)
}

async fn forget(conn: &mut dyn Connection, now: Timestamp) -> Result<(), DriverError> {
    let sql = "DELETE FROM authorization_codes WHERE code_hash IN
                 (SELECT code_hash FROM authorization_codes WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)";
    conn.execute(sql, params![now.as_millis() - KEPT_MILLIS, FORGOTTEN_AT_ONCE]).await?;
    Ok(())
}

record! {
    for CodeTerms {
        session = "session_number", application = "application_number",
        epochs = "application_epoch, tenant_epoch, partner_epoch, server_epoch", redirect_uri, challenge, nonce, scope,
        audience = "coalesce(audience, '-') AS audience",
        authentication = "authenticated_at, authentication_methods", expires_at,
    }
}

record! { for StoredCode { terms = CodeTerms::COLUMNS, grant = "grant_number" } }

const CODE: &str = concatcp!(StoredCode::SELECT, " FROM authorization_codes WHERE code_hash = $1");

/// A code, redeemed or not.
pub(crate) async fn code(conn: &mut dyn Connection, code: &AuthorizationCodeHash) -> Result<Option<StoredCode>, DriverError> {
    one(conn, CODE, params![code.as_bytes()]).await
}

/// Whether a code can be redeemed at `now`.
pub(crate) async fn is_fresh(conn: &mut dyn Connection, shown: &AuthorizationCodeHash, now: Timestamp) -> Result<bool, DriverError> {
    Ok(code(conn, shown).await?.is_some_and(|code| code.grant.is_none() && now < code.terms.expires_at))
}

/// Uses a code up.
pub(crate) async fn redeem(conn: &mut dyn Connection, code: &AuthorizationCodeHash, grant: GrantNumber) -> Result<(), DriverError> {
    let sql = "UPDATE authorization_codes SET grant_number = $2 WHERE code_hash = $1";
    conn.execute(sql, params![code.as_bytes(), grant.0]).await?;
    Ok(())
}

/// Ends the grant that a code was redeemed for, unless it ended before.
pub(crate) async fn end_grant(conn: &mut dyn Connection, code: &AuthorizationCodeHash, entry: &AuditEntry) -> Result<(), StoreError> {
    let sql = "DELETE FROM session_grants
               WHERE number IN (SELECT grant_number FROM authorization_codes WHERE code_hash = $1)";
    if conn.execute(sql, params![code.as_bytes()]).await? > 0 {
        audit::append(conn, entry).await?;
    }
    Ok(())
}

/// Forgets the codes of a session whose row goes.
pub(crate) async fn forget_those_of(conn: &mut dyn Connection, session: i64) -> Result<(), DriverError> {
    conn.change("DELETE FROM authorization_codes WHERE session_number = $1", params![session]).await
}
