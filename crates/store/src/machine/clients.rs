//! Client applications, as they are read to authenticate them.

use cloakroom_engine::directory::{TenantPlace, TenantPolicy};
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{ApplicationNumber, ApplicationUid};
use cloakroom_engine::machine::application::{ApplicationOwner, ClientRecord};
use cloakroom_engine::machine::store::{ClientLookup, SpentAssertion};
use cloakroom_engine::secret::ClientSecretHash;
use const_format::concatcp;

use crate::driver::{Connection, DriverError, Record, all, one, record};
use crate::params;

record! {
    for ClientRecord as a {
        number, uid, client_id, name, status, scopes, is_platform, jwks, owner = ApplicationOwner::COLUMNS,
        tenant = TenantPlace::COLUMNS, tenant_status = "n.status", tenant_policy = TenantPolicy::COLUMNS,
        epochs = "a.epoch, n.epoch, p.epoch, v.epoch", kind, redirect_uris, post_logout_redirect_uris, backchannel_logout_uri, resources,
        session_claims,
        origins, is_first_party, id_token_algorithm;
        secrets: Vec::new(),
    }
}

record! { for ApplicationOwner as o { number, username, role, is_operator } }

const SELECT: &str = concatcp!(
    ClientRecord::SELECT,
    " FROM applications a
     JOIN server v ON v.only_row = 1
     LEFT JOIN tenants n ON n.number = a.tenant_number
     LEFT JOIN partners p ON p.number = n.partner_number
     LEFT JOIN users o ON o.number = a.owner_number "
);
pub(crate) const BY_CLIENT_ID: &str = concatcp!(SELECT, "WHERE a.client_id = $1");
pub(crate) const BY_UID: &str = concatcp!(SELECT, "WHERE a.uid = $1");
pub(crate) const BY_NUMBER: &str = concatcp!(SELECT, "WHERE a.number = $1");
pub(crate) const BY_TOKEN: &str =
    concatcp!(SELECT, "WHERE a.uid = $1 AND NOT EXISTS (SELECT 1 FROM revoked_tokens r WHERE r.token_uid = $2)");

/// The client application of this name, with its live secrets.
pub(crate) async fn client(conn: &mut dyn Connection, lookup: &ClientLookup) -> Result<Option<ClientRecord>, StoreError> {
    let found = match lookup {
        ClientLookup::ClientId(client_id) => one::<ClientRecord>(conn, BY_CLIENT_ID, params![client_id]).await?,
        ClientLookup::Uid(uid) => one::<ClientRecord>(conn, BY_UID, params![uid.as_bytes()]).await?,
        // A token proves itself, so that nobody looks at the secrets.
        ClientLookup::Token(uid, token) => return Ok(by_token(conn, *uid, token).await?),
    };
    let Some(mut client) = found else { return Ok(None) };
    client.secrets = secrets(conn, client.number).await?;
    Ok(Some(client))
}

pub(crate) const SECRETS: &str = "SELECT hash FROM client_secrets WHERE application_number = $1 ORDER BY number DESC LIMIT 2";

/// The live secrets of an application.
pub(crate) async fn secrets(conn: &mut dyn Connection, application: ApplicationNumber) -> Result<Vec<ClientSecretHash>, DriverError> {
    all(conn, SECRETS, params![application.0]).await
}

/// The application of a token that was not revoked, without its secrets.
pub(crate) async fn by_token(
    conn: &mut dyn Connection,
    application: ApplicationUid,
    token: &[u8; 16],
) -> Result<Option<ClientRecord>, DriverError> {
    one(conn, BY_TOKEN, params![application.as_bytes(), token]).await
}

/// The application of this number, without its secrets.
pub(crate) async fn by_number(conn: &mut dyn Connection, number: ApplicationNumber) -> Result<Option<ClientRecord>, DriverError> {
    one(conn, BY_NUMBER, params![number.0]).await
}

/// Expired assertions that are forgotten with each new one: more than come, so that the table stays as small as what is in force.
const FORGOTTEN_AT_ONCE: i64 = 16;

record! { struct SpentRow { application: i64 = "application_number", id_hash: [u8; 32] } }

const OVER: &str = concatcp!(SpentRow::SELECT, " FROM spent_assertions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2");

/// Remembers an assertion; whether it is new.
pub(crate) async fn spend_assertion(conn: &mut dyn Connection, spent: &SpentAssertion) -> Result<bool, StoreError> {
    let over = all(conn, OVER, params![spent.now.as_millis(), FORGOTTEN_AT_ONCE]).await?;
    for SpentRow { application, id_hash } in over {
        let sql = "DELETE FROM spent_assertions WHERE application_number = $1 AND id_hash = $2";
        conn.execute(sql, params![application, &id_hash]).await?;
    }
    let sql = "INSERT INTO spent_assertions (application_number, id_hash, expires_at) VALUES ($1, $2, $3)
               ON CONFLICT (application_number, id_hash) DO NOTHING";
    let new = conn.execute(sql, params![spent.application.0, &spent.id_hash, spent.expires_at.as_millis()]).await?;
    Ok(new > 0)
}
