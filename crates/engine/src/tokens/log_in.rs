//! Logging in with a username and a password: a session that is held by a pair of tokens.

use super::access_token::{AccessTokenClaims, SessionBound, TokenSubject};
use super::audience::Audience;
use super::refresh_token::RefreshToken;
use crate::audit::RequestOrigin;
use crate::clock::{Span, Timestamp};
use crate::directory::PlatformRole;
use crate::engine::Engine;
use crate::entropy::random;
use crate::error::EngineError;
use crate::ids::TenantUid;
use crate::secret::Passcode;
use crate::sessions::credentials::SignInName;
use crate::sessions::metadata::SessionMetadata;
use crate::sessions::open::{OpenRefusal, SessionWish};
use crate::sessions::sign_in::{LOOKS, SignInRefusal};
use crate::sessions::verdict::Bearer;
use crate::sessions::{Authentication, Birth, Session};

/// An access token and the refresh token that replaces both.
#[derive(Debug)]
pub struct TokenPair {
    pub access: AccessToken,
    pub refresh: RefreshToken,
}

/// A signed access token. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct AccessToken {
    pub text: zeroize::Zeroizing<String>,
    pub expires_at: Timestamp,
    /// From its issue to its expiry.
    pub lifetime: Span,
}

impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessToken(redacted)")
    }
}

/// What an access token says of its user beyond the session.
pub(super) struct Holder {
    pub tenant: Option<TenantUid>,
    pub role: PlatformRole,
}

/// An access token to sign.
pub(super) struct NewAccessToken<'a> {
    pub subject: TokenSubject,
    /// The session that it is issued within, if any.
    pub within: Option<&'a Session>,
    pub audience: Audience,
    pub scope: Vec<String>,
    pub authentication: Option<Authentication>,
    /// What goes into it of what is kept with the session.
    pub session_metadata: Option<SessionMetadata>,
}

impl From<&Bearer> for Holder {
    fn from(bearer: &Bearer) -> Self {
        Self { tenant: bearer.tenant.map(|tenant| tenant.uid), role: bearer.role }
    }
}

impl Engine {
    /// Logs somebody in.
    ///
    /// # Errors
    /// When too many passwords wait to be checked, or the store or the signing keys cannot be relied on.
    pub async fn log_in(
        &self,
        username: &str,
        password: Passcode,
        origin: RequestOrigin,
    ) -> Result<Result<TokenPair, SignInRefusal>, EngineError> {
        let name = SignInName::Username(username.to_owned());
        let wish = SessionWish {
            birth: Birth::Login,
            ttl_seconds: Some(self.policy.tokens.refresh_ttl_seconds),
            slides: Some(true),
            caption: None,
            label: None,
            note: None,
            metadata: Default::default(),
        };
        let mut account = None;
        for _ in 0..LOOKS {
            let proven = match self.prove_user(&name, password.clone(), &origin).await? {
                Ok(proven) => proven,
                Err(refusal) => return Ok(Err(refusal)),
            };
            account = Some(proven.credentials.account());
            let holder = Holder { tenant: proven.credentials.tenant.map(|tenant| tenant.uid), role: proven.credentials.role };
            match self.open_with_tokens(proven, wish.clone(), origin.clone()).await? {
                Ok((session, refresh)) => {
                    return Ok(Ok(self.pair(&session, refresh, &holder, session.authentication)?));
                }
                Err(OpenRefusal::CredentialsChanged) => {}
                Err(refusal) => return Ok(Err(refusal.into())),
            }
        }
        self.refuse_changed(&name, account, &origin).await.map(Err)
    }

    pub(super) fn pair(
        &self,
        session: &Session,
        refresh: RefreshToken,
        holder: &Holder,
        authentication: Option<Authentication>,
    ) -> Result<TokenPair, EngineError> {
        let subject = TokenSubject::User(bound(session, &refresh, holder));
        let (audience, scope) = (Audience::default(), Vec::new());
        let new = NewAccessToken { subject, within: Some(session), audience, scope, authentication, session_metadata: None };
        let access = self.issue_access_token(new)?;
        Ok(TokenPair { access, refresh })
    }

    /// Signs an access token; it never outlives the session that it is issued within.
    pub(super) fn issue_access_token(&self, new: NewAccessToken<'_>) -> Result<AccessToken, EngineError> {
        let NewAccessToken { subject, within, audience, scope, authentication, session_metadata } = new;
        let issued_at = whole_second(self.now());
        let latest = issued_at.plus(Span::from_seconds(self.policy.tokens.access_ttl_seconds));
        let session_ends_at = within.map(Session::ends_at);
        let expires_at = session_ends_at.map_or(latest, |end| latest.min(whole_second(end)));
        let authentication = authentication.map(in_whole_seconds);
        let token_uid = random(&*self.entropy)?;
        let claims = AccessTokenClaims { subject, audience, scope, authentication, session_metadata, token_uid, issued_at, expires_at };
        let text = self.verified_tokens.sign(&claims, &*self.crypto)?;
        Ok(AccessToken { text, expires_at, lifetime: expires_at.since(issued_at) })
    }
}

/// What a token of `session` lives by that is issued together with `refresh`.
pub(super) fn bound(session: &Session, refresh: &RefreshToken, holder: &Holder) -> SessionBound {
    SessionBound {
        user: session.user_uid,
        session: session.uid,
        grant: refresh.grant,
        generation: refresh.generation,
        tenant: holder.tenant,
        role: holder.role,
    }
}

/// As a JWT says it.
fn in_whole_seconds(authentication: Authentication) -> Authentication {
    Authentication { at: whole_second(authentication.at), ..authentication }
}

/// JWT times are whole seconds (RFC 7519 section 2, NumericDate).
pub(crate) fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_millis(at.as_millis().div_euclid(1000) * 1000)
}
