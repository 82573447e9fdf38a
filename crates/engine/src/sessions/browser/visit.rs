//! Who comes with a cookie.

use std::sync::Arc;

use crate::account::store::Account;
use crate::audit::RequestOrigin;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::secret::SessionSecret;
use crate::sessions::authenticate::TouchKind;
use crate::sessions::store::SessionLookup;
use crate::sessions::verdict::Bearer;
use crate::sessions::verdict::SessionSnapshot;
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
    pub account: Arc<Account>,
    /// What the user may do.
    pub bearer: Bearer,
    /// Whether this visit moved the expiry: the cookie is to follow it.
    pub is_renewed: bool,
}

impl Session {
    /// Whether half of what a renewal gives is over. Until then a cookie and its session keep the expiry that they have.
    fn is_due_for_renewal(&self, now: Timestamp) -> bool {
        self.activity.expires_at.since(now).as_millis() * 2 < self.ttl.as_millis()
    }
}

/// A session that was found to live, with its user; nothing of it has moved yet.
pub(crate) struct Coming {
    pub found: SessionSnapshot,
    pub account: Arc<Account>,
    /// When it was found.
    pub now: Timestamp,
}

impl Coming {
    /// Whether a cookie holds it.
    pub(crate) fn is_of_browser(&self) -> bool {
        self.found.session.birth == Birth::Browser
    }
}

impl Engine {
    /// Who holds the session of `secret`; the request counts as activity, and moves the expiry where half of the session's life is over.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn visit(&self, secret: &SessionSecret, origin: &RequestOrigin) -> Result<Visit, EngineError> {
        let Some(coming) = self.coming(secret, origin).await?.filter(Coming::is_of_browser) else { return Ok(Visit::Nobody) };
        let is_due = coming.found.bearer.password_is_due;
        let visitor = self.renew(coming).await?;
        Ok(if is_due { Visit::PasswordDue(visitor) } else { Visit::SignedIn(visitor) })
    }

    /// The live session of `secret`, with its user, who may have a password to choose first.
    pub(crate) async fn coming(&self, secret: &SessionSecret, origin: &RequestOrigin) -> Result<Option<Coming>, EngineError> {
        let lookup = SessionLookup::Secret(secret.hash());
        let Some((found, account)) = self.store.live_session_with_account(lookup, self.now()).await? else { return Ok(None) };
        let live = self.judge_found(found, origin).await?;
        Ok(live.ok().map(|(found, now)| Coming { found, account, now }))
    }

    /// Counts the visit, and moves the expiry where that is due.
    pub(crate) async fn renew(&self, Coming { found, account, now }: Coming) -> Result<Visitor, EngineError> {
        let before = found.session.activity.expires_at;
        let kind = match found.session.is_due_for_renewal(now) {
            true => TouchKind::Validation(found.standing.tenant_policy),
            false => TouchKind::Activity,
        };
        let session = self.touch(found.session, kind, now).await?;
        Ok(Visitor { is_renewed: session.activity.expires_at > before, session, account, bearer: found.bearer })
    }
}
