//! What a token is worth, for a client application that asks (RFC 7662), and ending what it stands for (RFC 7009).

use std::sync::Arc;

use super::access_token::{AccessTokenClaims, TokenSubject};
use super::grant::{GrantHolder, GrantSnapshot};
use super::refresh::TokenStanding;
use super::refresh_token::RefreshToken;
use super::scope::still_given;
use super::store::RevokedToken;
use crate::audit::{Action, AuditEntry, RequestOrigin, ResourceKind};
use crate::callers::ClientApplication;
use crate::clock::{Span, Timestamp};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::ApplicationNumber;
use crate::machine::application::ClientRecord;
use crate::machine::store::ClientLookup;
use crate::sessions::authenticate::end_entry;
use crate::sessions::store::{EndCause, SessionLookup};
use crate::sessions::verdict::SessionSnapshot;
use crate::sessions::{Authentication, End, EndReason};

/// A token that is worth something now.
#[derive(Clone, Debug)]
pub enum ActiveToken {
    Access(Box<AccessTokenClaims>),
    Refresh {
        /// When its session ends unless it is redeemed.
        expires_at: Timestamp,
        session: Box<SessionSnapshot>,
        /// The application that it was issued to.
        holder: Option<Arc<GrantHolder>>,
        authentication: Option<Authentication>,
    },
}

/// The scope that lets a client application revoke the tokens of others.
pub const REVOKING_SCOPE: &str = "admin:write";

/// How long a revoked token is remembered after it expired: no process's clock is that far behind.
const REMEMBERED_AFTER_EXPIRY: Span = Span::from_seconds(3600);

/// What a token that is to be revoked stands for.
enum Revoked {
    /// A session, by a token of the user's or of this application.
    Session(Box<SessionSnapshot>, Option<ApplicationNumber>),
    /// Itself: a token that an application has for itself, which nothing else keeps alive.
    Itself(Box<AccessTokenClaims>, Arc<ClientRecord>),
}

impl Engine {
    /// What `token` is worth now; `None` for whatever is not active or lies outside the client's reach.
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on.
    pub async fn inspect_token(&self, client: &ClientApplication, token: &str) -> Result<Option<ActiveToken>, EngineError> {
        let now = self.now();
        // Who asks has to be somebody (RFC 7662 section 2.1).
        if client.is_public() {
            return Ok(None);
        }
        let Some(refresh) = RefreshToken::parse(token, &self.keys) else { return self.inspect_access_token(client, token, now).await };
        let Some(found) = self.store.grant(refresh.grant).await?.filter(|found| client.reaches(&found.session.session)) else {
            return Ok(None);
        };
        let current = matches!(self.standing(&refresh, &found, now), TokenStanding::Current);
        if !current || found.session.bearer.password_is_due || !found.lives(now)? {
            return Ok(None);
        }
        let session = &found.session.session;
        let expires_at = session.ends_at();
        let GrantSnapshot { session, holder, authentication, .. } = found;
        Ok(Some(ActiveToken::Refresh { expires_at, session: Box::new(session), holder, authentication }))
    }

    async fn inspect_access_token(
        &self,
        client: &ClientApplication,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<ActiveToken>, EngineError> {
        let Some(mut claims) = self.verified_tokens.verify_for_anybody(token, &*self.crypto) else { return Ok(None) };
        let active = match &claims.subject {
            TokenSubject::User(bound) => {
                let live = self.live_user_token(&claims, bound, now).await?;
                live.is_ok_and(|live| client.reaches(&live.session))
            }
            TokenSubject::Delegate(bound, client_id) => {
                let live = self.live_delegate_token(&claims, (bound, client_id), now).await?;
                let live = live.ok().filter(|live| client.reaches(&live.session.session));
                let given = live.as_ref().map(|live| &live.holder.client.scopes);
                claims.scope = given.map_or_else(Vec::new, |given| still_given(&claims.scope, given));
                live.is_some_and(|live| claims.keeps_audience(&live.holder.client))
            }
            TokenSubject::Application(bound) => {
                let live = self.live_application(&claims, bound).await?;
                let live = live.ok().filter(|live| client.oversees(live.record()));
                claims.scope = live.as_ref().map_or_else(Vec::new, |live| live.record().scopes.clone());
                live.is_some_and(|live| claims.keeps_audience(live.record()))
            }
            TokenSubject::Storage(bound) => {
                let live = self.live_storage_token(&claims, bound, now).await?;
                live.is_some_and(|live| client.is_called(&bound.client_id) || client.reaches(&live.session))
            }
        };
        Ok(active.then(|| ActiveToken::Access(Box::new(claims))))
    }

    /// Ends the session that `token` was issued within, and a token that an application has for itself alone, if the client may: by a
    /// token of its own, or by any within its reach where it has the scope (docs/contracts/README.md). What it may not, and what is no
    /// token, changes nothing and is not told apart (RFC 7009 section 2.2).
    ///
    /// # Errors
    /// When the store or the clock cannot be relied on; whether it ended may then be unknown.
    pub async fn revoke_token(&self, client: &ClientApplication, token: &str, origin: &RequestOrigin) -> Result<(), EngineError> {
        let now = self.now();
        let may_end = |found: &SessionSnapshot, holder: Option<ApplicationNumber>| {
            holder == Some(client.record().number) || (may_end_of_others(client) && client.reaches(&found.session))
        };
        match self.to_revoke(token, now).await? {
            Some(Revoked::Session(found, holder)) if may_end(&found, holder) => {
                let end = End { at: now, reason: EndReason::Revoked, by: None };
                let audit = end_entry(now, client.actor(), &found.session, origin);
                self.store.end_session(client.basis(now).into(), found.session.number, EndCause::Deliberate(end), now, audit).await?;
            }
            Some(Revoked::Itself(claims, holder)) if may_end_of(client, &holder) => {
                let audit = AuditEntry::success(now, Action::TokenRevoked, ResourceKind::Application, client.actor(), origin.clone());
                let audit = audit.on(holder.uid).within(holder.tenant_number()).with("client_id", holder.client_id.as_str());
                let revoked = RevokedToken { token_uid: claims.token_uid, expires_at: claims.expires_at, audit };
                self.store.revoke_token(client.basis(now), revoked).await?;
            }
            Some(_) | None => {}
        }
        Ok(())
    }

    /// Forgets at most `limit` revoked tokens that have expired. Returns how many.
    ///
    /// # Errors
    /// The store's.
    pub async fn forget_revoked_tokens(&self, limit: usize) -> Result<usize, EngineError> {
        Ok(self.store.forget_revoked_tokens(self.now().minus(REMEMBERED_AFTER_EXPIRY), limit).await?)
    }

    /// What a token of ours names, expired or not.
    async fn to_revoke(&self, token: &str, now: Timestamp) -> Result<Option<Revoked>, EngineError> {
        if let Some(refresh) = RefreshToken::parse(token, &self.keys) {
            // Any token that ever belonged to the chain ends it; one that was made up ends nothing.
            let found = self.store.grant(refresh.grant).await?;
            return Ok(found.filter(|found| !matches!(self.standing(&refresh, found, now), TokenStanding::Unknown)).map(to_end));
        }
        let Some(claims) = self.verified_tokens.verify_for_anybody(token, &*self.crypto) else { return Ok(None) };
        Ok(match &claims.subject {
            TokenSubject::User(bound) => {
                let session = self.store.session(SessionLookup::Uid(bound.session)).await?;
                session.map(|session| Revoked::Session(Box::new(session), None))
            }
            TokenSubject::Delegate(bound, _) => self.store.grant(bound.grant).await?.filter(|found| found.is_of(bound)).map(to_end),
            TokenSubject::Application(bound) => {
                let holder = self.store.client(ClientLookup::Uid(bound.application)).await?;
                holder.map(|holder| Revoked::Itself(Box::new(claims), holder))
            }
            TokenSubject::Storage(bound) => {
                let session = self.store.session(SessionLookup::Uid(bound.session)).await?;
                let holder = self.store.client(ClientLookup::ClientId(bound.client_id.clone())).await?;
                session.map(|session| Revoked::Session(Box::new(session), holder.map(|holder| holder.number)))
            }
        })
    }
}

fn to_end(found: GrantSnapshot) -> Revoked {
    Revoked::Session(Box::new(found.session), found.holder.map(|holder| holder.client.number))
}

impl AccessTokenClaims {
    /// Leaves out the resource servers that the directory has taken away from its holder; whether anybody is left.
    fn keeps_audience(&mut self, holder: &ClientRecord) -> bool {
        let left = self.audience.still_given(&holder.resources);
        let is_for_somebody = left.is_some();
        self.audience = left.unwrap_or_default();
        is_for_somebody
    }
}

/// Whether the client may end a token that this application has for itself.
fn may_end_of(client: &ClientApplication, holder: &ClientRecord) -> bool {
    holder.number == client.record().number || (may_end_of_others(client) && client.oversees(holder))
}

/// Whether the client may end more than what it was issued. One that is public proved nothing.
fn may_end_of_others(client: &ClientApplication) -> bool {
    !client.is_public() && client.has_scope(REVOKING_SCOPE)
}
