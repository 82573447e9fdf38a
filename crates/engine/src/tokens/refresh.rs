//! Redeeming a refresh token (P3): one successor, given again within the reuse interval, theft beyond it.

use super::access_token::{AccessTokenClaims, SessionBound, TokenSubject};
use super::audience::{Audience, TargetRefused};
use super::client_credentials::ApplicationTokens;
use super::grant::{GrantSnapshot, GrantTerms};
use super::log_in::{Holder, TokenPair};
use super::refresh_token::RefreshToken;
use super::scope::{ScopeRefused, granted, still_given};
use super::store::Rotation;
use super::verified::TokenDigest;
use super::wish::TokenWish;
use crate::audit::{Action, Actor, AuditEntry, AuditResult, RequestOrigin, ResourceKind};
use crate::callers::{Authorisation, ClientApplication};
use crate::clock::{Span, Timestamp};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::sessions::authenticate::end_entry;
use crate::sessions::store::EndCause;
use crate::sessions::terms::slid_expiry;
use crate::sessions::{Activity, End, EndReason};

/// Why a refresh token is refused. To the caller all are one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefreshRefusal {
    /// Malformed, unknown, of another session than the access token, of another client, or from the future.
    Invalid,
    /// Its session or its grant is over.
    SessionOver,
    /// Its user has to choose a password before anything else.
    PasswordDue,
    /// More is asked for than it was given.
    Scope(ScopeRefused),
    /// It is asked for other resource servers than it was given for.
    Target(TargetRefused),
    /// It had been redeemed before: somebody else has it too, so its session is over now.
    Stolen,
}

/// What a presented token is to its grant.
pub(super) enum TokenStanding {
    Current,
    /// Its child is current and was reached within the interval.
    JustRedeemed,
    /// It leads to the current one, and should be gone.
    Replayed,
    Unknown,
}

/// Tries before a rotation that others keep overtaking is given up: each of them was a success of somebody's.
const TRIES: usize = 8;

/// Who redeems, and what entitles them to.
enum Redeemer<'a> {
    /// The user, with an access token of the same grant, expired or not.
    User(SessionBound),
    /// The application that it was issued to, with the scope and the audience that it wants.
    Application(&'a ClientApplication, (Option<&'a str>, Option<&'a Audience>)),
}

/// What an application gets for a refresh token of this grant.
fn terms_of(
    found: &GrantSnapshot,
    client: &ClientApplication,
    (scope, audience): (Option<&str>, Option<&Audience>),
) -> Result<GrantTerms, RefreshRefusal> {
    let Some(given) = found.holder.as_ref() else { return Err(RefreshRefusal::Invalid) };
    let record = client.record();
    let scope = granted(scope, &given.scope).map_err(RefreshRefusal::Scope)?;
    let audience = given.audience.narrowed(audience.cloned(), &record.resources).map_err(RefreshRefusal::Target)?;
    Ok(GrantTerms { audience, scope: still_given(&scope, &record.scopes), authentication: found.authentication })
}

impl Redeemer<'_> {
    /// The rotation itself verifies the refresh token of a user; an application must still be who it proved to be, too.
    fn authorisation(&self, now: Timestamp) -> Authorisation {
        match self {
            Self::User(_) => Authorisation::Verified,
            Self::Application(client, _) => client.basis(now).into(),
        }
    }

    /// Whether the grant is the redeemer's at all.
    fn owns(&self, found: &GrantSnapshot) -> bool {
        match (self, &found.holder) {
            (Self::User(claimed), None) => found.is_of(claimed),
            (Self::Application(client, _), Some(holder)) => holder.client.number == client.record().number,
            (Self::User(_), Some(_)) | (Self::Application(..), None) => false,
        }
    }

    /// Whether the redeemer may have a successor of what is no replay.
    fn may_have_successor(&self, token: &RefreshToken, found: &GrantSnapshot) -> Result<(), RefreshRefusal> {
        match self {
            // A superseded access token vouches for no refresh token that is newer than itself.
            Self::User(claimed) if claimed.generation < token.generation => Err(RefreshRefusal::Invalid),
            Self::User(_) => Ok(()),
            Self::Application(client, wished) => terms_of(found, client, *wished).map(drop),
        }
    }
}

impl Engine {
    /// Redeems `refresh`, which must belong to the session of `access` (the current access token, expired or not).
    ///
    /// # Errors
    /// When the store, the clock or the signing keys cannot be relied on.
    pub async fn refresh_tokens(
        &self,
        access: &str,
        refresh: &str,
        origin: &RequestOrigin,
    ) -> Result<Result<TokenPair, RefreshRefusal>, EngineError> {
        let digest = TokenDigest::of(access);
        let claims = self.verified_tokens.verify_digested(access, digest, &*self.crypto);
        let Some(AccessTokenClaims { subject: TokenSubject::User(claimed), .. }) = claims else {
            self.note_refused_token("access token not ours", false, origin);
            return Ok(Err(RefreshRefusal::Invalid));
        };
        match self.redeem(refresh, &Redeemer::User(claimed), origin).await? {
            Ok((refresh, found)) => {
                if claimed.generation < refresh.generation {
                    self.verified_tokens.supersede(&digest);
                }
                let holder = Holder::from(&found.session.bearer);
                Ok(Ok(self.pair(&found.session.session, refresh, &holder, found.authentication)?))
            }
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// Redeems a refresh token that `client` was given (RFC 6749 section 6). `wished` may narrow scope and audience of the access token;
    /// the refresh token keeps what it was given.
    ///
    /// # Errors
    /// When the store, the clock or the signing keys cannot be relied on.
    pub async fn refresh_as_application(
        &self,
        client: &ClientApplication,
        refresh: &str,
        wished: TokenWish<'_>,
        origin: &RequestOrigin,
    ) -> Result<Result<ApplicationTokens, RefreshRefusal>, EngineError> {
        let audience = match self.wished_audience(wished) {
            Ok(audience) => audience,
            Err(refused) => {
                self.note_refused_token("resource", false, origin);
                return Ok(Err(RefreshRefusal::Target(refused)));
            }
        };
        let wished = (wished.scope, audience.as_ref());
        let (refresh, found) = match self.redeem(refresh, &Redeemer::Application(client, wished), origin).await? {
            Ok(redeemed) => redeemed,
            Err(refusal) => return Ok(Err(refusal)),
        };
        match terms_of(&found, client, wished) {
            Ok(terms) => self.application_tokens(client, &found.session, refresh, terms).await.map(Ok),
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    /// The one rule of redeeming, whoever redeems: the successor of `refresh`, and the grant as it then stands.
    async fn redeem(
        &self,
        refresh: &str,
        redeemer: &Redeemer<'_>,
        origin: &RequestOrigin,
    ) -> Result<Result<(RefreshToken, GrantSnapshot), RefreshRefusal>, EngineError> {
        let redeemed = self.try_redeem(refresh, redeemer, origin).await?;
        match &redeemed {
            Err(RefreshRefusal::Invalid) => self.note_refused_token("refresh token not valid", false, origin),
            Err(RefreshRefusal::SessionOver) => self.note_refused_token("refresh token of a session that is over", true, origin),
            Err(RefreshRefusal::PasswordDue) => self.note_refused_token("password due", false, origin),
            Err(RefreshRefusal::Scope(_)) => self.note_refused_token("scope", false, origin),
            Err(RefreshRefusal::Target(_)) => self.note_refused_token("resource", false, origin),
            // A theft has an entry of its own: the end of the session.
            Err(RefreshRefusal::Stolen) | Ok(_) => {}
        }
        Ok(redeemed)
    }

    async fn try_redeem(
        &self,
        refresh: &str,
        redeemer: &Redeemer<'_>,
        origin: &RequestOrigin,
    ) -> Result<Result<(RefreshToken, GrantSnapshot), RefreshRefusal>, EngineError> {
        let Some(token) = RefreshToken::parse(refresh, &self.keys) else { return Ok(Err(RefreshRefusal::Invalid)) };
        for _ in 0..TRIES {
            let Some(found) = self.store.grant(token.grant).await?.filter(|found| redeemer.owns(found)) else {
                return Ok(Err(RefreshRefusal::Invalid));
            };
            let now = self.now();
            let live = found.lives(now)?;
            let standing = self.standing(&token, &found, now);
            match standing {
                TokenStanding::Unknown => return Ok(Err(RefreshRefusal::Invalid)),
                _ if !live => return Ok(Err(RefreshRefusal::SessionOver)),
                TokenStanding::Current | TokenStanding::JustRedeemed if found.session.bearer.password_is_due => {
                    return Ok(Err(RefreshRefusal::PasswordDue));
                }
                TokenStanding::Replayed => return self.end_stolen(&found, now, origin).await.map(Err),
                TokenStanding::Current | TokenStanding::JustRedeemed => {}
            }
            if let Err(refusal) = redeemer.may_have_successor(&token, &found) {
                return Ok(Err(refusal));
            }
            if matches!(standing, TokenStanding::JustRedeemed) {
                return Ok(Ok((token.successor(&self.keys), found)));
            }
            let successor = token.successor(&self.keys);
            let rotation = self.rotation(&token, &successor, &found, now, origin);
            let activity = rotation.activity;
            if self.store.rotate_grant(redeemer.authorisation(now), rotation).await? {
                let mut found = found;
                found.session.session.activity = activity;
                return Ok(Ok((successor, found)));
            }
        }
        Ok(Err(RefreshRefusal::Invalid))
    }

    pub(super) fn standing(&self, token: &RefreshToken, found: &GrantSnapshot, now: Timestamp) -> TokenStanding {
        let Some(steps) = found.generation.0.checked_sub(token.generation.0) else {
            return TokenStanding::Unknown;
        };
        match token.secret.descendant(steps, &self.keys) {
            Some(descendant) if descendant.hash() == found.hash => {}
            // Too far behind to be walked to the current one: its MAC says that it was made here, and it was redeemed long ago.
            None if token.is_vouched_for() => return TokenStanding::Replayed,
            Some(_) | None => return TokenStanding::Unknown,
        }
        let interval = Span::from_seconds(self.policy.tokens.reuse_interval_seconds);
        match steps {
            0 => TokenStanding::Current,
            1 if now.since(found.reached_at) <= interval => TokenStanding::JustRedeemed,
            _ => TokenStanding::Replayed,
        }
    }

    fn rotation(
        &self,
        token: &RefreshToken,
        successor: &RefreshToken,
        found: &GrantSnapshot,
        now: Timestamp,
        origin: &RequestOrigin,
    ) -> Rotation {
        let session = &found.session.session;
        // An application that refreshes is not the user: it keeps no session alive.
        let (actor, expires_at) = match &found.holder {
            Some(holder) => (Actor::Application(holder.client.number, holder.client.uid), session.activity.expires_at),
            None => {
                let tenant = &found.session.standing.tenant_policy;
                (Actor::User(session.user, session.user_uid), slid_expiry(&self.policy.sessions, tenant, session, now))
            }
        };
        let activity = Activity { last_active_at: now, expires_at, ..session.activity }.merged(session.activity);
        let audit = AuditEntry::success(now, Action::TokensRefreshed, ResourceKind::Session, actor, origin.clone())
            .on(session.uid)
            .within(session.tenant)
            .with("generation", successor.generation.0.to_string());
        Rotation {
            grant: token.grant,
            from: token.generation,
            from_hash: token.secret.hash(),
            to_hash: successor.secret.hash(),
            activity,
            now,
            audit,
        }
    }

    async fn end_stolen(&self, found: &GrantSnapshot, now: Timestamp, origin: &RequestOrigin) -> Result<RefreshRefusal, EngineError> {
        let session = &found.session.session;
        let end = End { at: now, reason: EndReason::RefreshTokenReused, by: None };
        let mut audit = end_entry(now, Actor::Stranger, session, origin).with("cause", "a refresh token was used again");
        audit.result = AuditResult::Refused;
        self.store.end_session(Authorisation::Server, session.number, EndCause::Deliberate(end), now, audit).await?;
        Ok(RefreshRefusal::Stolen)
    }
}
