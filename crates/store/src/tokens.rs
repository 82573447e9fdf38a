//! Chains of refresh tokens, and the keys that sign access tokens.

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::SessionNumber;
use cloakroom_engine::sessions::touches::{PendingTouches, Touch};
use cloakroom_engine::tokens::access_token::SigningKeyRecord;
use cloakroom_engine::tokens::grant::GrantSnapshot;
use cloakroom_engine::tokens::refresh_token::RefreshSecretHash;
use cloakroom_engine::tokens::store::{Rotation, SigningKeyChange};
use cloakroom_engine::tokens::{Generation, GrantNumber, SigningKeyState, TokenAlgorithm};

use crate::driver::{Connection, DriverError, query_all, query_one};
use crate::grants::HolderRow;
use crate::sessions::snapshot::{self, bytes, from_sessions, label, select_columns};
use crate::sessions::upkeep;
use crate::{audit, doubtful, params};

/// Begins the chain of a new session.
pub(crate) async fn begin_grant(
    conn: &mut dyn Connection,
    session: SessionNumber,
    hash: &RefreshSecretHash,
    now: Timestamp,
) -> Result<GrantNumber, DriverError> {
    let sql = "INSERT INTO session_grants (session_number, refresh_hash, generation, reached_at) VALUES ($1, $2, 0, $3) RETURNING number";
    let number = query_one(conn, sql, params![session.0, hash.as_bytes(), now.as_millis()], |row| row.int(0)).await?;
    number.map(GrantNumber).ok_or_else(|| DriverError::Sql("an insert returned no number".into()))
}

/// How far the user's own grant of a session has come; `None` when it is none of that session.
pub(crate) async fn generation(
    conn: &mut dyn Connection,
    grant: GrantNumber,
    session: SessionNumber,
) -> Result<Option<Generation>, StoreError> {
    let sql = "SELECT generation FROM session_grants WHERE number = $1 AND session_number = $2 AND application_number IS NULL";
    let generation = query_one(conn, sql, params![grant.0, session.0], |row| row.int(0)).await?;
    Ok(generation.map(counted).transpose()?)
}

fn counted(generation: i64) -> Result<Generation, DriverError> {
    let generation = u32::try_from(generation);
    generation.map(Generation).map_err(|_| DriverError::Corrupt("a generation is out of bounds".into()))
}

/// A grant with its session.
pub(crate) async fn grant(
    conn: &mut dyn Connection,
    grant: GrantNumber,
    touches: &PendingTouches,
) -> Result<Option<GrantSnapshot>, StoreError> {
    let sql = concat!(
        select_columns!(),
        ", g.refresh_hash, g.generation, g.reached_at, g.application_number, g.application_epoch, g.tenant_epoch, g.partner_epoch,
             g.server_epoch, g.scope",
        from_sessions!("session_grants g JOIN sessions s ON s.number = g.session_number"),
        "WHERE g.number = $1"
    );
    let found = query_one(conn, sql, params![grant.0], |row| {
        let hash = RefreshSecretHash::from_bytes(bytes(row.blob(45)?)?);
        let reached = (counted(row.int(46)?)?, Timestamp::from_millis(row.int(47)?));
        Ok((snapshot::decode(row, touches)?, hash, reached, HolderRow::decode(row, 48)?))
    })
    .await?;
    let Some((session, hash, (generation, reached_at), holder)) = found else { return Ok(None) };
    let holder = match holder {
        Some(holder) => Some(holder.complete(conn).await?),
        None => None,
    };
    let session = snapshot::complete_one(conn, Some(session)).await?;
    Ok(session.map(|session| GrantSnapshot { grant, hash, generation, reached_at, holder, session }))
}

/// Rotates if the grant is still where the rotation starts from and its session lives. One conditional update decides.
pub(crate) async fn rotate(conn: &mut dyn Connection, rotation: &Rotation, touches: &PendingTouches) -> Result<bool, StoreError> {
    let Some(found) = grant(conn, rotation.grant, touches).await? else { return Ok(false) };
    if !found.lives(rotation.now).map_err(doubtful)? {
        return Ok(false);
    }
    let sql = "UPDATE session_grants SET refresh_hash = $3, generation = generation + 1, reached_at = $4
               WHERE number = $1 AND generation = $2 AND refresh_hash = $5";
    let params =
        params![rotation.grant.0, rotation.from.0, rotation.to_hash.as_bytes(), rotation.now.as_millis(), rotation.from_hash.as_bytes(),];
    if conn.execute(sql, params).await? == 0 {
        return Ok(false);
    }
    upkeep::save_touches(conn, &[Touch { session: found.session.session.number, activity: rotation.activity }]).await?;
    audit::append(conn, &rotation.audit).await?;
    Ok(true)
}

/// Every signing key, oldest first.
pub(crate) async fn signing_keys(conn: &mut dyn Connection) -> Result<Vec<SigningKeyRecord>, StoreError> {
    let sql = "SELECT kid, algorithm, state, public_jwk, sealed_private, created_at, state_since FROM signing_keys ORDER BY number";
    let keys = query_all(conn, sql, params![], |row| {
        Ok(SigningKeyRecord {
            kid: row.text(0)?.to_owned(),
            algorithm: label(row.text(1)?, TokenAlgorithm::parse)?,
            state: label(row.text(2)?, SigningKeyState::parse)?,
            public_jwk: row.text(3)?.to_owned(),
            sealed_private: row.blob(4)?.to_vec(),
            created_at: Timestamp::from_millis(row.int(5)?),
            state_since: Timestamp::from_millis(row.int(6)?),
        })
    })
    .await?;
    Ok(keys)
}

/// Carries a change out, if the keys are still those that it was made from.
pub(crate) async fn change_signing_keys(conn: &mut dyn Connection, change: &SigningKeyChange) -> Result<(), StoreError> {
    let current = signing_keys(conn).await?;
    if !current.iter().map(|key| (&key.kid, key.state)).eq(change.from.iter().map(|(kid, state)| (kid, *state))) {
        return Ok(());
    }
    for gone in current.iter().filter(|key| !change.to.iter().any(|kept| kept.kid == key.kid)) {
        conn.execute("DELETE FROM signing_keys WHERE kid = $1", params![&gone.kid]).await?;
    }
    for key in &change.to {
        let sql = "INSERT INTO signing_keys (kid, algorithm, state, public_jwk, sealed_private, created_at, state_since)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)
                   ON CONFLICT (kid) DO UPDATE SET state = $3, state_since = $7";
        let params = params![
            &key.kid,
            key.algorithm.as_str(),
            key.state.as_str(),
            &key.public_jwk,
            &key.sealed_private,
            key.created_at.as_millis(),
            key.state_since.as_millis(),
        ];
        conn.execute(sql, params).await?;
    }
    for entry in &change.audit {
        audit::append(conn, entry).await?;
    }
    Ok(())
}
