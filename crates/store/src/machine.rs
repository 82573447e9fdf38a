//! Machine identities as rows.

use cloakroom_engine::directory::ApplicationStatus;
use cloakroom_engine::ids::{ApplicationNumber, ApplicationUid, TenantNumber};
use cloakroom_engine::machine::client_application::ClientRecord;
use cloakroom_engine::secret::ClientSecretHash;
use cloakroom_engine::store::StoreError;

use crate::driver::{Connection, query_all, query_one};
use crate::params;
use crate::sessions::snapshot::{bytes, label};

/// The client application of this id, with its live secrets.
pub(crate) async fn client(conn: &mut dyn Connection, client_id: &str) -> Result<Option<ClientRecord>, StoreError> {
    let sql = "SELECT number, uid, tenant_number, status, scopes, is_platform FROM applications WHERE client_id = $1";
    let found = query_one(conn, sql, params![client_id], |row| {
        Ok(ClientRecord {
            number: ApplicationNumber(row.int(0)?),
            uid: ApplicationUid::from_bytes(bytes(row.blob(1)?)?),
            tenant: row.opt_int(2)?.map(TenantNumber),
            status: label(row.text(3)?, ApplicationStatus::parse)?,
            scopes: row.text(4)?.split_whitespace().map(str::to_owned).collect(),
            is_platform: row.bool(5)?,
            secrets: Vec::new(),
        })
    })
    .await?;
    let Some(mut client) = found else { return Ok(None) };
    let sql = "SELECT hash FROM client_secrets WHERE application_number = $1 ORDER BY number DESC LIMIT 2";
    client.secrets = query_all(conn, sql, params![client.number.0], |row| Ok(ClientSecretHash::from_bytes(bytes(row.blob(0)?)?))).await?;
    Ok(Some(client))
}
