//! What a token is worth, for a client application that asks (RFC 7662), and ending what it stands for (RFC 7009).

use super::access_token::AccessTokenClaims;
use super::refresh::{GrantSnapshot, TokenStanding};
use super::refresh_token::RefreshToken;
use crate::audit::RequestOrigin;
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::machine::client_application::ClientApplication;
use crate::sessions::authenticate::end_entry;
use crate::sessions::verdict::{SessionSnapshot, Verdict, verdict};
use crate::sessions::{End, EndReason};
use crate::store::{EndCause, SessionLookup};

/// A token that is worth something now.
#[derive(Clone, Debug)]
pub enum ActiveToken {
    Access(Box<AccessTokenClaims>),
    Refresh {
        /// When its session ends unless it is redeemed.
        expires_at: Timestamp,
        session: Box<SessionSnapshot>,
    },
}

/// The scope that lets a client application revoke the tokens of others.
pub const REVOKING_SCOPE: &str = "admin:write";

impl Engine {
    /// What `token` is worth now; `None` for whatever is not active or lies outside the client's reach.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn inspect_token(&self, client: &ClientApplication, token: &str) -> Result<Option<ActiveToken>, EngineError> {
        let now = self.now();
        if let Some(refresh) = RefreshToken::parse(token) {
            let found = self.reached_grant(client, &refresh).await?;
            let Some(found) = found else { return Ok(None) };
            let current = matches!(self.standing(&refresh, &found, now), TokenStanding::Current);
            if !current || verdict(&found.session, now)? != Verdict::Live {
                return Ok(None);
            }
            let session = &found.session.session;
            let expires_at = session.activity.expires_at.min(session.absolute_expires_at);
            return Ok(Some(ActiveToken::Refresh { expires_at, session: Box::new(found.session) }));
        }
        let Some(claims) = self.verified_tokens.verify(token, &*self.crypto) else { return Ok(None) };
        let live = self.live_claims(&claims, now).await?;
        Ok(live.ok().filter(|live| client.reaches(&live.session)).map(|_| ActiveToken::Access(Box::new(claims))))
    }

    /// Ends the session of `token`, if the client may: what it may not, and what is no token, changes nothing and is not told
    /// apart (RFC 7009 section 2.2).
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; whether it ended may then be unknown.
    pub async fn revoke_token(&self, client: &ClientApplication, token: &str, origin: &RequestOrigin) -> Result<(), EngineError> {
        if !client.has_scope(REVOKING_SCOPE) {
            return Ok(());
        }
        let now = self.now();
        let session = match RefreshToken::parse(token) {
            Some(refresh) => {
                let found = self.reached_grant(client, &refresh).await?;
                // Any token that ever belonged to the chain ends it; one that was made up ends nothing.
                let ours = found.filter(|found| !matches!(self.standing(&refresh, found, now), TokenStanding::Unknown));
                ours.map(|found| found.session)
            }
            None => self.claimed_session(token).await?.filter(|found| client.reaches(&found.session)),
        };
        let Some(SessionSnapshot { session, .. }) = session else { return Ok(()) };
        let end = End { at: now, reason: EndReason::Revoked, by: None };
        let audit = end_entry(now, client.actor(), &session, origin);
        self.store.end_session(session.number, EndCause::Deliberate(end), now, audit).await?;
        Ok(())
    }

    async fn reached_grant(&self, client: &ClientApplication, refresh: &RefreshToken) -> Result<Option<GrantSnapshot>, EngineError> {
        let found = self.store.grant(refresh.grant).await?;
        Ok(found.filter(|found| client.reaches(&found.session.session)))
    }

    /// The session that a token of ours names, expired or not.
    async fn claimed_session(&self, token: &str) -> Result<Option<SessionSnapshot>, EngineError> {
        let Some(claims) = self.verified_tokens.verify(token, &*self.crypto) else { return Ok(None) };
        Ok(self.store.session(SessionLookup::Uid(claims.session)).await?)
    }
}
