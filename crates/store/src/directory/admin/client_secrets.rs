//! What administrators do to the secrets of an application.

use cloakroom_engine::callers::{Refusal, Warrant};
use cloakroom_engine::directory::records::ClientSecretRecord;
use cloakroom_engine::ids::{ApplicationUid, ClientSecretUid};

use super::ChangeError;
use super::applications::changeable;
use crate::directory::applications::{self, NewSecret};
use crate::directory::read;
use crate::driver::Connection;

/// How many are live at once: the one in use and the one that replaces it.
const LIVE_AT_MOST: usize = 2;

pub(crate) async fn add(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    uid: ApplicationUid,
    secret: &NewSecret,
) -> Result<ClientSecretRecord, ChangeError> {
    let application = changeable(conn, warrant, uid).await?;
    warrant.authority.may_endow(&application)?;
    if application.registration.kind.is_public() {
        return Err(Refusal::PublicApplication.into());
    }
    if read::client_secrets(conn, application.number).await?.len() >= LIVE_AT_MOST {
        return Err(Refusal::SecretsAtLimit.into());
    }
    applications::add_secret(conn, &warrant.deed, &application, secret).await?;
    Ok(ClientSecretRecord { uid: secret.0, created_at: warrant.deed.at })
}

/// Removes a secret of the application; one that is not its own is not there.
pub(crate) async fn remove(
    conn: &mut dyn Connection,
    warrant: &Warrant,
    uid: ApplicationUid,
    secret: ClientSecretUid,
) -> Result<(), ChangeError> {
    let application = changeable(conn, warrant, uid).await?;
    if applications::remove_secret(conn, &warrant.deed, &application, secret).await? { Ok(()) } else { Err(Refusal::OutOfReach.into()) }
}
