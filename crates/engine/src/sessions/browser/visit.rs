//! Who comes with a cookie.

use crate::account::store::Account;
use crate::audit::RequestOrigin;
use crate::engine::Engine;
use crate::error::{EngineError, StoreError};
use crate::secret::SessionSecret;
use crate::sessions::authenticate::TouchKind;
use crate::sessions::{Birth, Session};

/// Who a cookie shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Visit {
    /// No live session of a browser has it.
    Nobody,
    SignedIn(Visitor),
    /// Somebody who has to choose a password before anything else.
    PasswordDue(Visitor),
}

/// Somebody who is signed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Visitor {
    pub session: Session,
    pub account: Account,
    /// Whether this visit moved the expiry: the cookie is to follow it.
    pub is_renewed: bool,
}

impl Session {
    /// Whether half of what a renewal gives is over. Until then a cookie and its session keep the expiry that they have.
    fn is_due_for_renewal(&self, now: crate::clock::Timestamp) -> bool {
        self.activity.expires_at.since(now).as_millis() * 2 < self.ttl.as_millis()
    }
}

impl Engine {
    /// Who holds the session of `secret`; the request counts as activity, and moves the expiry where half of the session's life is over.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn visit(&self, secret: &SessionSecret, origin: &RequestOrigin) -> Result<Visit, EngineError> {
        let Ok((found, now)) = self.live_or_due_session(secret, origin).await? else { return Ok(Visit::Nobody) };
        if found.session.birth != Birth::Browser {
            return Ok(Visit::Nobody);
        }
        let before = found.session.activity.expires_at;
        let kind = match found.session.is_due_for_renewal(now) {
            true => TouchKind::Validation(found.standing.tenant_policy),
            false => TouchKind::Activity,
        };
        let session = self.touch(found.session, kind, now).await?;
        let account = self.store.account(session.user).await?;
        // Users are doomed, never removed; a session was just found to be theirs.
        let account = account.ok_or_else(|| StoreError::Corrupt("a session belongs to no user".to_owned()))?;
        let visitor = Visitor { is_renewed: session.activity.expires_at > before, session, account };
        Ok(if found.bearer.password_is_due { Visit::PasswordDue(visitor) } else { Visit::SignedIn(visitor) })
    }
}
