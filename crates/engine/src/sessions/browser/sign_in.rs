//! Signing in on the page for it.

use crate::audit::RequestOrigin;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::secret::Passcode;
use crate::sessions::Birth;
use crate::sessions::credentials::SignInName;
use crate::sessions::open::{OpenedSession, SessionWish};
use crate::sessions::sign_in::SignInRefusal;

impl Engine {
    /// Signs somebody in by username or address, and opens a session for the browser. Unknown, wrong, locked, disabled and unverified take the
    /// same time, and but for a lock give the same refusal; whoever asks tells none of them from another.
    ///
    /// # Errors
    /// When too many passcodes wait to be checked, or the store cannot be relied on.
    pub async fn sign_in_at_browser(
        &self,
        name: String,
        passcode: Passcode,
        origin: RequestOrigin,
    ) -> Result<Result<OpenedSession, SignInRefusal>, EngineError> {
        let wish = SessionWish { birth: Birth::Browser, ttl_seconds: None, slides: None, caption: None, label: None, note: None };
        self.sign_in_as(&SignInName::Either(name), passcode, wish, origin).await
    }
}
