//! Client applications, as they are read to authenticate them.

use cloakroom_engine::directory::{ApplicationStatus, TenantStatus};
use cloakroom_engine::error::StoreError;
use cloakroom_engine::ids::{ApplicationNumber, ApplicationUid, UserNumber};
use cloakroom_engine::machine::application::{ApplicationEpochs, ApplicationOwner, ClientRecord};
use cloakroom_engine::machine::store::{ClientLookup, SpentAssertion};
use cloakroom_engine::secret::ClientSecretHash;

use crate::driver::{Connection, DriverError, Row, query_all, query_one};
use crate::params;
use crate::sessions::snapshot::{bytes, label, place};

/// An application and what it stands on, followed by the given condition.
macro_rules! select_client {
    ($condition:literal) => {
        concat!(
            "SELECT a.number, a.uid, a.client_id, a.status, a.scopes, a.is_platform, a.jwks, n.number, n.uid, n.partner_number,
                 n.status, v.epoch, p.epoch, n.epoch, a.epoch, o.number, o.username
             FROM applications a
             JOIN server v ON v.only_row = 1
             LEFT JOIN tenants n ON n.number = a.tenant_number
             LEFT JOIN partners p ON p.number = n.partner_number
             LEFT JOIN users o ON o.number = a.owner_number
             WHERE ",
            $condition
        )
    };
}

/// The client application of this name, with its live secrets.
pub(crate) async fn client(conn: &mut dyn Connection, lookup: &ClientLookup) -> Result<Option<ClientRecord>, StoreError> {
    let found = match lookup {
        ClientLookup::ClientId(client_id) => query_one(conn, select_client!("a.client_id = $1"), params![client_id], record).await?,
        ClientLookup::Uid(uid) => query_one(conn, select_client!("a.uid = $1"), params![uid.as_bytes()], record).await?,
    };
    let Some(mut client) = found else { return Ok(None) };
    let sql = "SELECT hash FROM client_secrets WHERE application_number = $1 ORDER BY number DESC LIMIT 2";
    client.secrets = query_all(conn, sql, params![client.number.0], |row| Ok(ClientSecretHash::from_bytes(bytes(row.blob(0)?)?))).await?;
    Ok(Some(client))
}

/// The application of this number, without its secrets.
pub(crate) async fn by_number(conn: &mut dyn Connection, number: ApplicationNumber) -> Result<Option<ClientRecord>, DriverError> {
    query_one(conn, select_client!("a.number = $1"), params![number.0], record).await
}

fn record(row: &dyn Row) -> Result<ClientRecord, DriverError> {
    let owner = match row.opt_int(15)? {
        Some(number) => Some(ApplicationOwner { number: UserNumber(number), username: row.text(16)?.to_owned() }),
        None => None,
    };
    Ok(ClientRecord {
        number: ApplicationNumber(row.int(0)?),
        uid: ApplicationUid::from_bytes(bytes(row.blob(1)?)?),
        client_id: row.text(2)?.to_owned(),
        status: label(row.text(3)?, ApplicationStatus::parse)?,
        scopes: row.text(4)?.split_whitespace().map(str::to_owned).collect(),
        is_platform: row.bool(5)?,
        jwks: row.opt_text(6)?.map(str::to_owned),
        owner,
        tenant: place(row, 7)?,
        tenant_status: row.opt_text(10)?.map(|status| label(status, TenantStatus::parse)).transpose()?,
        epochs: ApplicationEpochs { server: row.int(11)?, partner: row.opt_int(12)?, tenant: row.opt_int(13)?, application: row.int(14)? },
        secrets: Vec::new(),
    })
}

/// Expired assertions that are forgotten with each new one: more than come, so that the table stays as small as what is in force.
const FORGOTTEN_AT_ONCE: i64 = 16;

/// Remembers an assertion; whether it is new.
pub(crate) async fn spend_assertion(conn: &mut dyn Connection, spent: &SpentAssertion) -> Result<bool, StoreError> {
    let sql = "SELECT application_number, id_hash FROM spent_assertions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2";
    let over = query_all(conn, sql, params![spent.now.as_millis(), FORGOTTEN_AT_ONCE], |row| Ok((row.int(0)?, bytes::<32>(row.blob(1)?)?)))
        .await?;
    for (application, id_hash) in over {
        let sql = "DELETE FROM spent_assertions WHERE application_number = $1 AND id_hash = $2";
        conn.execute(sql, params![application, &id_hash]).await?;
    }
    let sql = "INSERT INTO spent_assertions (application_number, id_hash, expires_at) VALUES ($1, $2, $3)
               ON CONFLICT (application_number, id_hash) DO NOTHING";
    let new = conn.execute(sql, params![spent.application.0, &spent.id_hash, spent.expires_at.as_millis()]).await?;
    Ok(new > 0)
}
