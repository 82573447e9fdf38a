//! Client applications that prove themselves with a secret.

use super::store::ClientLookup;
use crate::callers::{ClientApplication, ClientRefusal};
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
    ) -> Result<Result<ClientApplication, ClientRefusal>, EngineError> {
        // Checked for every client alike, so it reveals nothing and asks no store.
        if secret.is_malformed() {
            return Ok(Err(ClientRefusal::Invalid));
        }
        let record = self.store.client(ClientLookup::ClientId(client_id.to_owned())).await?;
        let shown = self.keys.client_secret_hash(secret);
        // An unknown client is compared as well; nothing that the pepper makes is all zeros.
        let nobody = [ClientSecretHash::from_bytes([0; 32]); 2];
        let secrets = record.as_ref().map_or(&nobody[..], |record| &record.secrets);
        let matches = secrets.iter().fold(false, |matches, secret| matches | (*secret == shown));
        let Some(record) = record.filter(|_| matches) else {
            return Ok(Err(ClientRefusal::Invalid));
        };
        Ok(ClientApplication::proven(record))
    }
}
