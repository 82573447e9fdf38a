//! What users see of their account at a browser: the sessions that they have on every surface, and whom they have let in.

use super::visit::Visitor;
use crate::callers::EndUser;
use crate::cursor::{NotOfThisList, PageAsked};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::openid::consents::Consent;
use crate::page::PageNumber;
use crate::sessions::metadata::KeptMetadata;
use crate::sessions::own::OwnPage;
use crate::sessions::pages::ListScope;
use crate::sessions::scope::SessionScope;

/// A user's devices.
#[derive(Clone, Debug)]
pub struct Devices {
    pub page: OwnPage,
    /// What applications keep with each session of the page, in its order.
    pub kept: Vec<KeptMetadata>,
    /// How many sessions of the user live, on all pages together.
    pub live: u64,
    /// The latest first.
    pub consents: Vec<Consent>,
    /// Whether there is a password to change: whoever signs in through an identity provider alone has none.
    pub has_password: bool,
}

impl Visitor {
    /// As the one who acts: they showed the cookie of a live session.
    pub fn caller(&self) -> EndUser {
        EndUser::new(self.session.clone(), self.bearer.clone())
    }
}

impl Engine {
    /// One page of the caller's live sessions, newest first, with what stands beside them.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn own_devices(&self, caller: &EndUser, page: PageAsked) -> Result<Result<Devices, NotOfThisList>, EngineError> {
        let page = match self.own_sessions(&caller.into(), page).await? {
            Ok(page) => page,
            Err(not) => return Ok(Err(not)),
        };
        let scope = SessionScope { user: Some(caller.user()), ..SessionScope::default() };
        // Of this only the total is looked at.
        let none = PageNumber { page: 1, per_page: 0 };
        let counted = self.store.page_of_scope(ListScope { scope, active_only: true, page: none.into(), now: self.now() }).await?;
        let shown = page.sessions.iter().map(|shown| shown.view.session.number).collect();
        let kept = self.store.session_metadata(shown).await?;
        let credentials = self.store.credentials(caller.user()).await?;
        Ok(Ok(Devices {
            page,
            kept,
            live: counted.total,
            consents: self.own_consents(caller).await?,
            has_password: credentials.is_some_and(|credentials| credentials.password_hash.is_some()),
        }))
    }
}
