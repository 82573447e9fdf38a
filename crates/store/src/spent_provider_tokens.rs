//! Tokens of identity providers that work once.

use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::federation::store::SpentToken;

use crate::driver::{Connection, DriverError};
use crate::params;

/// Tokens that are forgotten with each new one: more than come, so that the table stays as small as what has to be remembered.
const FORGOTTEN_AT_ONCE: i64 = 2;

/// Uses a token up; whether it was new.
pub(crate) async fn spend(conn: &mut dyn Connection, spent: &SpentToken, now: Timestamp) -> Result<bool, DriverError> {
    let sql = "DELETE FROM spent_provider_tokens WHERE token_hash IN
                 (SELECT token_hash FROM spent_provider_tokens WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
    conn.execute(sql, params![now.as_millis(), FORGOTTEN_AT_ONCE]).await?;
    let sql = "INSERT INTO spent_provider_tokens (token_hash, expires_at) VALUES ($1, $2) ON CONFLICT (token_hash) DO NOTHING";
    Ok(conn.execute(sql, params![&spent.hash, spent.expires_at.as_millis()]).await? > 0)
}
