//! What is done to the secrets of an application.

use cloakroom_engine::audit::{Action, ResourceKind};
use cloakroom_engine::callers::{Refusal, Warrant};
use cloakroom_engine::directory::records::{ApplicationRecord, ClientSecretRecord};
use cloakroom_engine::ids::{ApplicationUid, ClientSecretUid};
use cloakroom_engine::secret::ClientSecretHash;

use super::applications::changeable;
use super::{ChangeError, read};
use crate::directory::applications;
use crate::driver::Connection;
use crate::{audit, params};

/// How many are live at once: the one in use and the one that replaces it.
const LIVE_AT_MOST: usize = 2;

pub(crate) async fn add(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    uid: ApplicationUid,
    secret: &(ClientSecretUid, ClientSecretHash),
) -> Result<ClientSecretRecord, ChangeError> {
    let application = changeable(conn, warrant, uid).await?;
    if read::client_secrets(conn, application.number).await?.len() >= LIVE_AT_MOST {
        return Err(Refusal::SecretsAtLimit.into());
    }
    applications::add_secret(conn, application.number.0, secret, warrant.deed.at.as_millis()).await?;
    let told = warrant.deed.entry(Action::ApplicationSecretAdded, ResourceKind::Application, uid);
    audit::append(conn, &told.within(application.tenant_number()).with("secret_id", secret.0.to_string())).await?;
    Ok(ClientSecretRecord { uid: secret.0, created_at: warrant.deed.at })
}

pub(crate) async fn remove(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    uid: ApplicationUid,
    secret: ClientSecretUid,
) -> Result<(), ChangeError> {
    let application = changeable(conn, warrant, uid).await?;
    remove_one(conn, warrant, &application, secret).await
}

/// Removes a secret of the application; one that is not its own is not there.
pub(crate) async fn remove_one(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    application: &ApplicationRecord,
    secret: ClientSecretUid,
) -> Result<(), ChangeError> {
    let sql = "DELETE FROM client_secrets WHERE application_number = $1 AND uid = $2";
    if conn.execute(sql, params![application.number.0, secret.as_bytes()]).await? == 0 {
        return Err(Refusal::OutOfReach.into());
    }
    let told = warrant.deed.entry(Action::ApplicationSecretRemoved, ResourceKind::Application, application.uid);
    audit::append(conn, &told.within(application.tenant_number()).with("secret_id", secret.to_string())).await?;
    Ok(())
}
