//! Client applications that prove themselves with a secret.

use super::store::ClientLookup;
use crate::audit::RequestOrigin;
use crate::callers::{ClientApplication, ClientProof, ClientRefusal};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::secret::{ClientSecret, ClientSecretHash};

impl Engine {
    /// Which client application shows this id and secret. Unknown and wrong take the same time: one read, one keyed hash, one
    /// comparison that does not stop early.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn authenticate_client(
        &self,
        client_id: &str,
        secret: &ClientSecret,
        origin: &RequestOrigin,
    ) -> Result<Result<ClientApplication, ClientRefusal>, EngineError> {
        if let Err(limited) = self.client_limit(client_id, origin) {
            return Ok(Err(limited));
        }
        let record = self.store.client(ClientLookup::ClientId(client_id.to_owned())).await?;
        let shown = self.keys.client_secret_hash(secret);
        // An unknown client is compared as well; nothing that the pepper makes is all zeros.
        let nobody = [ClientSecretHash::from_bytes([0; 32]); 2];
        let secrets = record.as_ref().map_or(&nobody[..], |record| &record.secrets);
        let matches = secrets.iter().fold(false, |matches, secret| matches | (*secret == shown));
        let is_malformed = secret.is_malformed();
        match record {
            Some(record) if matches && !is_malformed => Ok(self.admit_client(record, ClientProof::Secret(shown), origin)),
            found => {
                let why = if is_malformed { "malformed secret" } else { "wrong secret" };
                Ok(Err(self.refuse_client(client_id, found.as_deref(), why, origin)))
            }
        }
    }
}
