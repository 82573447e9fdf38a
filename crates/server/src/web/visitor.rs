//! Whoever asks for a page: what the browser holds, where it is, what it reads.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::clock::Timestamp;
use cloakroom_engine::federation::start::ProviderAttempt;
use cloakroom_engine::secret::SessionSecret;
use cloakroom_engine::sessions::Session;
use cloakroom_engine::sessions::browser::visit::{Visit, Visitor};

use super::error::PageError;
use super::flow::Flow;
use super::form::{self, Holder};
use super::language::{self, Language};
use super::surface::FrontDesk;
use crate::http::client_address::origin;

/// A request of a browser.
pub struct Coming {
    pub language: Language,
    pub origin: RequestOrigin,
    /// The secret that the cookie holds, of a live session or not.
    pub secret: Option<SessionSecret>,
    /// The sign-in that this browser has in progress.
    pub flow: Option<Flow>,
    /// Whether a page of ours sent it, as far as the browser says.
    pub is_from_us: bool,
}

impl FromRequestParts<FrontDesk> for Coming {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, desk: &FrontDesk) -> Result<Self, PageError> {
        let door = &desk.surface.0;
        let flow = door.cookies.flow(&parts.headers).and_then(|sealed| Flow::open(sealed, desk.engine.keys(), desk.clock.now()));
        Ok(Self {
            language: language::of(&parts.headers),
            origin: origin(parts),
            secret: door.cookies.session(&parts.headers),
            flow,
            is_from_us: form::is_from_us(&parts.headers, &door.destinations.own),
        })
    }
}

impl Coming {
    /// Who it is.
    ///
    /// # Errors
    /// When nobody can tell now.
    pub async fn visit(&self, desk: &FrontDesk) -> Result<Visit, PageError> {
        match &self.secret {
            Some(secret) => Ok(desk.engine.visit(secret, &self.origin).await?),
            None => Ok(Visit::Nobody),
        }
    }

    /// Whether a page of ours sent this form, and made it for `holder`.
    pub fn is_ours(&self, desk: &FrontDesk, holder: Holder<'_>, form_token: &str) -> bool {
        self.is_from_us && holder.made(desk.engine.keys(), form_token)
    }

    /// The sign-in that this browser has in progress, or a new one, with its cookie; from now on it leads there. Pages that are open already stay
    /// good, and so does the answer of a provider that it was sent to.
    ///
    /// # Errors
    /// When there is no randomness, or the key cannot be used.
    pub fn begun(&self, desk: &FrontDesk, return_to: Option<String>) -> Result<Begun, PageError> {
        self.with_attempt(desk, return_to, self.flow.as_ref().and_then(|flow| flow.attempt.clone()))
    }

    /// The cookie of a browser that is sent to a provider. Without a place to go to afterwards it goes where it would have.
    ///
    /// # Errors
    /// As [`Self::begun`].
    pub fn sent_to_provider(
        &self,
        desk: &FrontDesk,
        return_to: Option<String>,
        attempt: ProviderAttempt,
    ) -> Result<Option<HeaderValue>, PageError> {
        Ok(self.with_attempt(desk, return_to.or_else(|| self.return_to()), Some(attempt))?.1)
    }

    fn with_attempt(&self, desk: &FrontDesk, return_to: Option<String>, attempt: Option<ProviderAttempt>) -> Result<Begun, PageError> {
        let secret = match &self.flow {
            Some(flow) => flow.secret,
            None => desk.engine.mint_flow_secret()?,
        };
        let flow = Flow { secret, return_to, attempt };
        let sealed = flow.seal(desk.engine.keys(), desk.clock.now()).ok_or(PageError::INTERNAL)?;
        let cookie = desk.surface.0.cookies.begin(&sealed);
        Ok((flow, cookie))
    }

    /// Where the sign-in that is in progress leads.
    pub fn return_to(&self) -> Option<String> {
        self.flow.as_ref().and_then(|flow| flow.return_to.clone())
    }
}

/// A sign-in in progress, and its cookie.
pub type Begun = (Flow, Option<HeaderValue>);

/// Seconds until a session ends, as a cookie that goes with it has them.
pub fn seconds_left(session: &Session, now: Timestamp) -> u64 {
    let ends_at = session.ends_at();
    u64::try_from(ends_at.since(now).as_millis() / 1000).unwrap_or_default()
}

/// The cookie of a visitor whose session was renewed.
pub fn renewed(desk: &FrontDesk, secret: Option<&SessionSecret>, visitor: &Visitor) -> Option<HeaderValue> {
    let seconds = seconds_left(&visitor.session, desk.clock.now());
    desk.surface.0.cookies.hold(secret.filter(|_| visitor.is_renewed)?, seconds)
}

/// Sends a browser on that has just signed in, with the cookie of its session.
pub fn signed_in(desk: &FrontDesk, return_to: Option<String>, (session, secret): &(Session, SessionSecret)) -> Response {
    let door = &desk.surface.0;
    let held = door.cookies.hold(secret, seconds_left(session, desk.clock.now()));
    // Somebody who has to choose a password first comes by here again, with the same sign-in in progress.
    let finished = return_to.is_none().then(|| door.cookies.finish()).flatten();
    sent_on(&return_to.unwrap_or_else(|| door.at("/")), [held, finished])
}

/// Sends a browser on, by GET, with these cookies.
pub fn sent_on(to: &str, cookies: impl IntoIterator<Item = Option<HeaderValue>>) -> Response {
    let Ok(to) = HeaderValue::from_str(to) else { return PageError::INTERNAL.into_response() };
    with_cookies((StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response(), cookies)
}

/// An answer with these cookies.
pub fn with_cookies(mut response: Response, cookies: impl IntoIterator<Item = Option<HeaderValue>>) -> Response {
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
