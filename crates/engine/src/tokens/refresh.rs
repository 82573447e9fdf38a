//! Redeeming a refresh token (P3): one successor, given again within the reuse interval, theft beyond it.

use super::access_token::AccessTokenClaims;
use super::log_in::{Holder, TokenPair};
use super::refresh_token::{RefreshSecretHash, RefreshToken};
use super::{Generation, GrantNumber};
use crate::audit::{Action, Actor, AuditEntry, AuditResult, RequestOrigin, ResourceKind};
use crate::clock::{Span, Timestamp};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::sessions::authenticate::end_entry;
use crate::sessions::verdict::{SessionSnapshot, Verdict, verdict};
use crate::sessions::{Activity, End, EndReason};
use crate::store::EndCause;

/// A grant as it stands, with its session.
#[derive(Clone, Debug)]
pub struct GrantSnapshot {
    pub grant: GrantNumber,
    pub hash: RefreshSecretHash,
    pub generation: Generation,
    /// When the current generation was reached.
    pub reached_at: Timestamp,
    pub session: SessionSnapshot,
}

/// One rotation, carried out only if the grant is still at `from` and its session lives.
#[derive(Debug)]
pub struct Rotation {
    pub grant: GrantNumber,
    pub from: Generation,
    pub from_hash: RefreshSecretHash,
    pub to_hash: RefreshSecretHash,
    pub activity: Activity,
    pub now: Timestamp,
    pub audit: AuditEntry,
}

/// Why a refresh token is refused. To the caller all are one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefreshRefusal {
    /// Malformed, unknown, of another session than the access token, or from the future.
    Invalid,
    SessionOver,
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
        let (Some(claims), Some(token)) = (self.verified_tokens.verify(access, &*self.crypto), RefreshToken::parse(refresh)) else {
            return Ok(Err(RefreshRefusal::Invalid));
        };
        for _ in 0..TRIES {
            let Some(found) = self.store.grant(token.grant).await?.filter(|found| belongs(found, &claims)) else {
                return Ok(Err(RefreshRefusal::Invalid));
            };
            let now = self.now();
            let live = verdict(&found.session, now)? == Verdict::Live;
            match self.standing(&token, &found, now) {
                TokenStanding::Unknown => return Ok(Err(RefreshRefusal::Invalid)),
                _ if !live => return Ok(Err(RefreshRefusal::SessionOver)),
                TokenStanding::Replayed => return self.end_stolen(&found, now, origin).await.map(Err),
                // A superseded access token vouches for no refresh token that is newer than itself.
                _ if claims.generation < token.generation => return Ok(Err(RefreshRefusal::Invalid)),
                TokenStanding::JustRedeemed => return self.successor(&token, &found).map(Ok),
                TokenStanding::Current => {}
            }
            let rotation = self.rotation(&token, &found, now, origin);
            let activity = rotation.activity;
            if self.store.rotate_grant(rotation).await? {
                let mut found = found;
                found.session.session.activity = activity;
                return self.successor(&token, &found).map(Ok);
            }
        }
        Ok(Err(RefreshRefusal::Invalid))
    }

    pub(super) fn standing(&self, token: &RefreshToken, found: &GrantSnapshot, now: Timestamp) -> TokenStanding {
        let Some(steps) = found.generation.0.checked_sub(token.generation.0) else {
            return TokenStanding::Unknown;
        };
        let Some(descendant) = token.secret.descendant(steps, &self.keys) else {
            return TokenStanding::Unknown;
        };
        if descendant.hash() != found.hash {
            return TokenStanding::Unknown;
        }
        let interval = Span::from_seconds(self.policy.tokens.reuse_interval_seconds);
        match steps {
            0 => TokenStanding::Current,
            1 if now.since(found.reached_at) <= interval => TokenStanding::JustRedeemed,
            _ => TokenStanding::Replayed,
        }
    }

    fn rotation(&self, token: &RefreshToken, found: &GrantSnapshot, now: Timestamp, origin: &RequestOrigin) -> Rotation {
        let session = &found.session.session;
        let activity = Activity { last_active_at: now, expires_at: session.slid_expiry(now), ..session.activity }.merged(session.activity);
        let actor = Actor::User(session.user, session.user_uid);
        let audit = AuditEntry::success(now, Action::TokensRefreshed, ResourceKind::Session, actor, origin.clone())
            .on(session.uid)
            .within(session.tenant)
            .with("generation", (token.generation.0 + 1).to_string());
        Rotation {
            grant: token.grant,
            from: token.generation,
            from_hash: token.secret.hash(),
            to_hash: token.secret.child(&self.keys).hash(),
            activity,
            now,
            audit,
        }
    }

    /// The one successor of `token`, with a fresh access token.
    fn successor(&self, token: &RefreshToken, found: &GrantSnapshot) -> Result<TokenPair, EngineError> {
        let refresh =
            RefreshToken { grant: token.grant, generation: Generation(token.generation.0 + 1), secret: token.secret.child(&self.keys) };
        let bearer = &found.session.bearer;
        self.pair(&found.session.session, refresh, &Holder { tenant: bearer.tenant.map(|tenant| tenant.uid), role: bearer.role })
    }

    async fn end_stolen(&self, found: &GrantSnapshot, now: Timestamp, origin: &RequestOrigin) -> Result<RefreshRefusal, EngineError> {
        let session = &found.session.session;
        let end = End { at: now, reason: EndReason::RefreshTokenReused, by: None };
        let mut audit = end_entry(now, Actor::Stranger, session, origin).with("cause", "a refresh token was used again");
        audit.result = AuditResult::Refused;
        self.store.end_session(session.number, EndCause::Deliberate(end), now, audit).await?;
        Ok(RefreshRefusal::Stolen)
    }
}

fn belongs(found: &GrantSnapshot, claims: &AccessTokenClaims) -> bool {
    let session = &found.session.session;
    found.grant == claims.grant && session.uid == claims.session && session.user_uid == claims.user
}
