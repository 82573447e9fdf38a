//! Judging a caller again inside the transaction that makes a change on the caller's word. The one place for it.

use cloakroom_engine::callers::Basis;
use cloakroom_engine::callers::basis::{ApplicationSource, ClientProof, SessionSource, Source};
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::error::StoreError;
use cloakroom_engine::sessions::touches::PendingTouches;

use crate::doubtful;
use crate::driver::Connection;
use crate::machine::{api_keys, clients, orgs};
use crate::sessions::snapshot;

/// Fails unless what the caller's capability rests on still holds: one read by key, two where it rests on an org or on a secret.
pub(crate) async fn judge(conn: &mut dyn Connection, basis: &Basis, touches: &PendingTouches) -> Result<(), StoreError> {
    match basis.source() {
        Source::Session(source) => session(conn, source, basis.at(), touches).await,
        Source::Application(source) => application(conn, source).await,
        Source::ApiKey(source) => {
            let found = api_keys::find(conn, source.api_key).await?;
            Ok(source.judge(found.as_ref(), basis.at()).map_err(doubtful)??)
        }
    }
}

async fn session(conn: &mut dyn Connection, source: &SessionSource, at: Timestamp, touches: &PendingTouches) -> Result<(), StoreError> {
    let found = snapshot::by_number(conn, source.session, touches).await?;
    let org = match (&source.org, &found) {
        (Some(code), Some(found)) => orgs::standing(conn, found.session.user, code).await?,
        _ => None,
    };
    Ok(source.judge(found.as_ref(), org.as_ref(), at).map_err(doubtful)??)
}

async fn application(conn: &mut dyn Connection, source: &ApplicationSource) -> Result<(), StoreError> {
    let mut found = match source.proof {
        ClientProof::Token(token) => clients::by_token(conn, source.held.uid, &token).await?,
        ClientProof::Secret(_) | ClientProof::Signature | ClientProof::Public => clients::by_number(conn, source.held.number).await?,
    };
    if let (ClientProof::Secret(_), Some(found)) = (source.proof, &mut found) {
        found.secrets = clients::secrets(conn, found.number).await?;
    }
    Ok(source.judge(found.as_ref())?)
}
