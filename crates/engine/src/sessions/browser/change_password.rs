//! Choosing a new password in a browser. Its session goes on under a new secret: whoever had the old one has nothing.

use crate::account::change_password::PasswordChangeRefusal;
use crate::audit::RequestOrigin;
use crate::callers::EndUser;
use crate::engine::Engine;
use crate::error::{EngineError, StoreError};
use crate::secret::{Passcode, SessionSecret};
use crate::sessions::{Birth, Session};

/// Why a password stays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BrowserPasswordRefusal {
    /// The secret is of no live session of a browser.
    SignedOut,
    Refused(PasswordChangeRefusal),
}

impl Engine {
    /// As [`Engine::change_own_password`], for the holder of `secret`. Returns the session with its new secret.
    ///
    /// # Errors
    /// As there.
    pub async fn change_password_at_browser(
        &self,
        secret: &SessionSecret,
        (current, new): (Passcode, Passcode),
        origin: &RequestOrigin,
    ) -> Result<Result<(Session, SessionSecret), BrowserPasswordRefusal>, EngineError> {
        let found = self.live_or_due_session(secret, origin).await?;
        let Some((found, _)) = found.ok().filter(|(found, _)| found.session.birth == Birth::Browser) else {
            return Ok(Err(BrowserPasswordRefusal::SignedOut));
        };
        let (caller, next) = (EndUser::new(found.session.clone(), found.bearer), SessionSecret::mint(&*self.entropy)?);
        let changed = match self.change_password_held_by(&caller, (current, new), Some(next.hash()), origin).await {
            // It ended meanwhile.
            Err(EngineError::Store(StoreError::Lapsed(_))) => return Ok(Err(BrowserPasswordRefusal::SignedOut)),
            changed => changed?,
        };
        Ok(changed.map(|_| (found.session, next)).map_err(BrowserPasswordRefusal::Refused))
    }
}
