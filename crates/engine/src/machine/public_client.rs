//! Public client applications, which prove nothing (`none`, RFC 7591 section 2): native ones and pages alone in a browser.

use super::store::ClientLookup;
use crate::audit::RequestOrigin;
use crate::callers::{ClientApplication, ClientProof, ClientRefusal};
use crate::engine::Engine;
use crate::error::EngineError;

impl Engine {
    /// The public client application of this id. Unknown, confidential and disabled are refused alike, after the same look-up.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn identify_public_client(
        &self,
        client_id: &str,
        origin: &RequestOrigin,
    ) -> Result<Result<ClientApplication, ClientRefusal>, EngineError> {
        if let Err(limited) = self.client_limit(client_id, origin) {
            return Ok(Err(limited));
        }
        let found = self.store.client(ClientLookup::ClientId(client_id.to_owned())).await?;
        match found {
            Some(record) if record.is_public() => Ok(self.admit_client(record, ClientProof::Public, origin)),
            found => Ok(Err(self.refuse_client(client_id, found.as_deref(), "no proof", origin))),
        }
    }
}
