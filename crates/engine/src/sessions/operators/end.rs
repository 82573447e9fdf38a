//! Ending one session by its number.

use crate::audit::RequestOrigin;
use crate::callers::{Operator, OutOfReach};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::SessionNumber;
use crate::sessions::store::SessionLookup;
use crate::sessions::{End, EndReason};

impl Engine {
    /// Ends one live session. Unknown, ended, expired and out of reach get one answer.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; whether it ended may then be unknown.
    pub async fn end_session_by_number(
        &self,
        operator: &Operator,
        session: SessionNumber,
        origin: &RequestOrigin,
    ) -> Result<Result<(), OutOfReach>, EngineError> {
        let found = self.store.session_detail(SessionLookup::Number(session)).await?;
        match found.filter(|found| operator.reach().covers(found.surroundings.tenant.as_ref())) {
            Some(found) => {
                let end = End { at: self.now(), reason: EndReason::Revoked, by: Some(operator.caller().user()) };
                self.revoke_found(operator.basis(end.at), (end, operator.caller().actor()), &found.snapshot.session, origin).await
            }
            None => Ok(Err(OutOfReach)),
        }
    }
}
