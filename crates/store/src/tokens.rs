//! Chains of refresh tokens, and the keys that sign tokens.

use std::sync::Arc;

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::SessionNumber;
use cloakroom_engine::sessions::Authentication;
use cloakroom_engine::sessions::store::NewSession;
use cloakroom_engine::sessions::touches::{PendingTouches, Touch};
use cloakroom_engine::tokens::access_token::SigningKeyRecord;
use cloakroom_engine::tokens::grant::GrantSnapshot;
use cloakroom_engine::tokens::refresh_token::RefreshSecretHash;
use cloakroom_engine::tokens::store::{RevokedToken, Rotation, SigningKeyChange};
use cloakroom_engine::tokens::{Generation, GrantNumber, SigningPurpose, TokenAlgorithm};
use const_format::concatcp;

use crate::driver::{Connection, DriverError, Record, all, inserted, one, record};
use crate::grants::HolderRow;
use crate::sessions::snapshot::{self, FROM_GRANTS, SnapshotRow, Ties};
use crate::sessions::upkeep;
use crate::{audit, doubtful, params};

/// Begins the chain of a new session.
pub(crate) async fn begin_grant(
    conn: &mut dyn Connection,
    session: SessionNumber,
    hash: &RefreshSecretHash,
    new: &NewSession,
) -> Result<GrantNumber, DriverError> {
    let sql = "INSERT INTO session_grants (session_number, refresh_hash, generation, reached_at, authenticated_at, authentication_methods)
               VALUES ($1, $2, 0, $3, $4, $5) RETURNING number";
    let proven = new.authentication;
    let methods = proven.map(|proven| proven.methods.to_string());
    let params =
        params![session.0, hash.as_bytes(), new.created_at.as_millis(), proven.map(|proven| proven.at.as_millis()), methods.as_deref(),];
    inserted(conn, sql, params).await.map(GrantNumber)
}

record! {
    /// A grant with its session.
    pub(crate) struct GrantRow as g {
        session: SnapshotRow = SnapshotRow::COLUMNS,
        hash: RefreshSecretHash = "g.refresh_hash",
        generation: Generation,
        reached_at: Timestamp,
        holder: Option<HolderRow> = HolderRow::COLUMNS,
        authentication: Option<Authentication> = "g.authenticated_at, g.authentication_methods",
    }
}

pub(crate) const GRANT: &str = concatcp!(GrantRow::SELECT, FROM_GRANTS, "WHERE g.number = $1");

pub(crate) const ROTATE: &str = "UPDATE session_grants SET refresh_hash = $3, generation = generation + 1, reached_at = $4
    WHERE number = $1 AND generation = $2 AND refresh_hash = $5";

/// A grant with its session.
pub(crate) async fn grant(
    conn: &mut dyn Connection,
    grant: GrantNumber,
    touches: &PendingTouches,
) -> Result<Option<GrantSnapshot>, StoreError> {
    Ok(tied_grant(conn, grant, touches).await?.map(|(found, _)| found))
}

/// As [`grant`], with what its session is tied to.
pub(crate) async fn tied_grant(
    conn: &mut dyn Connection,
    grant: GrantNumber,
    touches: &PendingTouches,
) -> Result<Option<(GrantSnapshot, Ties)>, StoreError> {
    let Some(row) = one::<GrantRow>(conn, GRANT, params![grant.0]).await? else { return Ok(None) };
    let ties = row.session.ties();
    let GrantRow { session, hash, generation, reached_at, holder, authentication } = row;
    let holder = match holder {
        Some(holder) => Some(Arc::new(holder.complete(conn).await?)),
        None => None,
    };
    let session = snapshot::complete_one(conn, Some(session.load(touches))).await?;
    Ok(session.map(|session| (GrantSnapshot { grant, hash, generation, reached_at, holder, authentication, session }, ties)))
}

/// Rotates if the grant is still where the rotation starts from and its session lives. One conditional update decides.
pub(crate) async fn rotate(conn: &mut dyn Connection, rotation: &Rotation, touches: &PendingTouches) -> Result<bool, StoreError> {
    let Some(found) = grant(conn, rotation.grant, touches).await? else { return Ok(false) };
    if !found.lives(rotation.now).map_err(doubtful)? {
        return Ok(false);
    }
    let from = (rotation.from.0, rotation.from_hash.as_bytes());
    let params = params![rotation.grant.0, from.0, rotation.to_hash.as_bytes(), rotation.now.as_millis(), from.1];
    if conn.execute(ROTATE, params).await? == 0 {
        return Ok(false);
    }
    upkeep::save_touches(conn, &[Touch { session: found.session.session.number, activity: rotation.activity }]).await?;
    audit::append(conn, &rotation.audit).await?;
    Ok(true)
}

/// Records that an access token is dead by itself, unless it was before.
pub(crate) async fn revoke(conn: &mut dyn Connection, revoked: &RevokedToken) -> Result<(), StoreError> {
    let sql = "INSERT INTO revoked_tokens (token_uid, expires_at) VALUES ($1, $2) ON CONFLICT (token_uid) DO NOTHING";
    if conn.execute(sql, params![&revoked.token_uid, revoked.expires_at.as_millis()]).await? > 0 {
        audit::append(conn, &revoked.audit).await?;
    }
    Ok(())
}

/// Forgets revoked tokens that expired before this.
pub(crate) async fn forget_revoked(conn: &mut dyn Connection, expired_before: Timestamp, limit: usize) -> Result<usize, StoreError> {
    let sql = "DELETE FROM revoked_tokens WHERE token_uid IN
                 (SELECT token_uid FROM revoked_tokens WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)";
    Ok(conn.execute(sql, params![expired_before.as_millis(), limit as i64]).await? as usize)
}

record! {
    for SigningKeyRecord {
        kid, algorithm, state, public_jwk, sealed_private, created_at, state_since;
        purpose: SigningPurpose::AccessTokens,
    }
}

/// The statements about the keys of one table.
struct OfKeys {
    all: &'static str,
    remove: &'static str,
    put: &'static str,
}

macro_rules! of_keys {
    ($table:literal) => {
        OfKeys {
            all: concatcp!(SigningKeyRecord::SELECT, " FROM ", $table, " ORDER BY number"),
            remove: concat!("DELETE FROM ", $table, " WHERE kid = $1"),
            put: concat!(
                "INSERT INTO ",
                $table,
                " (kid, algorithm, state, public_jwk, sealed_private, created_at, state_since) VALUES ($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT (kid) DO UPDATE SET state = $3, state_since = $7"
            ),
        }
    };
}

static OF_ACCESS_TOKENS: OfKeys = of_keys!("signing_keys");
static OF_ID_TOKENS: OfKeys = of_keys!("id_token_keys");

const fn of_keys(purpose: SigningPurpose) -> &'static OfKeys {
    match purpose {
        SigningPurpose::AccessTokens => &OF_ACCESS_TOKENS,
        SigningPurpose::IdTokens => &OF_ID_TOKENS,
    }
}

/// Every signing key, those of access tokens first, the oldest first.
pub(crate) async fn signing_keys(conn: &mut dyn Connection) -> Result<Vec<SigningKeyRecord>, StoreError> {
    let mut keys = all::<SigningKeyRecord>(conn, of_keys(SigningPurpose::AccessTokens).all, params![]).await?;
    for key in all::<SigningKeyRecord>(conn, of_keys(SigningPurpose::IdTokens).all, params![]).await? {
        keys.push(SigningKeyRecord { purpose: SigningPurpose::IdTokens, ..key });
    }
    Ok(keys)
}

/// As the index of the applications that get ID or logout tokens has them.
const ID_TOKEN_ALGORITHMS: &str =
    "SELECT DISTINCT id_token_algorithm FROM applications WHERE redirect_uris <> '' OR backchannel_logout_uri IS NOT NULL";

/// How ID and logout tokens are signed for the applications that get some.
pub(crate) async fn id_token_algorithms(conn: &mut dyn Connection) -> Result<Vec<TokenAlgorithm>, StoreError> {
    Ok(all(conn, ID_TOKEN_ALGORITHMS, params![]).await?)
}

/// Carries a change out, if the keys are still those that it was made from.
pub(crate) async fn change_signing_keys(conn: &mut dyn Connection, change: &SigningKeyChange) -> Result<(), StoreError> {
    let current = signing_keys(conn).await?;
    if !current.iter().map(|key| (&key.kid, key.state)).eq(change.from.iter().map(|(kid, state)| (kid, *state))) {
        return Ok(());
    }
    for gone in current.iter().filter(|key| !change.to.iter().any(|kept| kept.kid == key.kid)) {
        conn.execute(of_keys(gone.purpose).remove, params![&gone.kid]).await?;
    }
    for key in &change.to {
        let params = params![
            &key.kid,
            key.algorithm.as_str(),
            key.state.as_str(),
            &key.public_jwk,
            &key.sealed_private,
            key.created_at.as_millis(),
            key.state_since.as_millis(),
        ];
        conn.execute(of_keys(key.purpose).put, params).await?;
    }
    for entry in &change.audit {
        audit::append(conn, entry).await?;
    }
    Ok(())
}
