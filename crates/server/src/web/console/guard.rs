//! Who may be at the console, and what they have to prove there once more.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use cloakroom_engine::callers::{DirectoryAdmin, EndUser, Operator, Reach, SessionAdmin, SessionEnder, TokenCaller};
use cloakroom_engine::directory::PlatformRole;
use cloakroom_engine::error::{EngineError, Lapsed, StoreError};
use cloakroom_engine::secret::SessionSecret;
use cloakroom_engine::sessions::browser::visit::{Visit, Visitor};

use super::paths::{CONFIRM, CONSOLE};
use crate::web::door::{Door, with_query};
use crate::web::error::PageError;
use crate::web::form::Holder;
use crate::web::surface::FrontDesk;
use crate::web::visitor::{Coming, renewed, sent_on};

/// A request of somebody who may be at the console: an operator or an administrator. Everybody else is led to signing in, or refused.
pub struct AtConsole {
    pub coming: Coming,
    pub visitor: Visitor,
    /// Capable of what operators are, which every administrator is, too.
    pub operator: Operator,
    /// By what the browser holds the session.
    pub secret: SessionSecret,
    /// The address that was asked for, as browsers ask for it.
    pub asked: String,
    /// Whether the script asks, for a part of a page.
    pub is_partial: bool,
}

impl FromRequestParts<FrontDesk> for AtConsole {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, desk: &FrontDesk) -> Result<Self, Response> {
        let (door, is_partial) = (&desk.surface.0, parts.headers.contains_key("hx-request"));
        let path = parts.uri.path_and_query().map_or(CONSOLE, |asked| asked.as_str());
        // Nobody comes back to a form that was sent.
        let asked = door.at(if parts.method == Method::GET { path } else { CONSOLE });
        let coming = Coming::from_request_parts(parts, desk).await.map_err(IntoResponse::into_response)?;
        let visit = coming.visit(desk).await.map_err(IntoResponse::into_response)?;
        match (visit, coming.secret.clone()) {
            // A script that follows would put the page for signing in where a part of another belongs.
            (Visit::Nobody | Visit::PasswordDue(_), _) if is_partial => Err(reloaded()),
            (Visit::SignedIn(visitor), Some(secret)) => {
                let operator = visitor.caller().operator().ok_or_else(|| forbidden().into_response())?;
                Ok(Self { coming, visitor, operator, secret, asked, is_partial })
            }
            (Visit::PasswordDue(_), _) => {
                let (_, begun) = coming.begun(desk, Some(asked)).map_err(IntoResponse::into_response)?;
                Err(sent_on(&door.at("/login/password"), [begun]))
            }
            (Visit::SignedIn(_) | Visit::Nobody, _) => Err(to_login(door, &asked)),
        }
    }
}

/// Where a browser goes that nobody is signed in at.
fn to_login(door: &Door, asked: &str) -> Response {
    sent_on(&with_query(&door.at("/login"), [("return_to", asked)]), [])
}

/// The page is for others.
pub const fn forbidden() -> PageError {
    PageError::new(StatusCode::FORBIDDEN, "problem-console")
}

/// Has the script load the whole page anew, which then leads to where the browser has to go.
fn reloaded() -> Response {
    (StatusCode::OK, [(HeaderName::from_static("hx-refresh"), HeaderValue::from_static("true"))]).into_response()
}

impl AtConsole {
    pub fn caller(&self) -> EndUser {
        self.visitor.caller()
    }

    /// Seeing and ending sessions, which everybody here does, as far as they reach.
    pub fn sessions(&self) -> SessionEnder {
        self.operator.session_ender()
    }

    /// Seeing and changing the directory: administrators alone.
    pub fn directory(&self) -> Option<DirectoryAdmin> {
        TokenCaller::User(self.caller()).directory_admin().ok()
    }

    /// Reading the trail: administrators alone.
    pub fn trail(&self) -> Option<SessionAdmin> {
        TokenCaller::User(self.caller()).session_admin().ok()
    }

    /// Whether this is an operator or an administrator of everything.
    pub fn reaches_everything(&self) -> bool {
        self.operator.reach() == Reach::Everything
    }

    /// Whether this is an administrator of the whole platform.
    pub fn is_of_platform(&self) -> bool {
        self.visitor.bearer.role == PlatformRole::SuperAdmin
    }

    /// The token of this browser's forms.
    pub fn form_token(&self, desk: &FrontDesk) -> String {
        Holder::Session(&self.secret).token(desk.engine.keys())
    }

    /// Refuses a form that no page of ours made for this browser.
    ///
    /// # Errors
    /// [`PageError::FORGED`].
    pub fn sent(&self, desk: &FrontDesk, form_token: &str) -> Result<(), PageError> {
        if self.coming.is_ours(desk, Holder::Session(&self.secret), form_token) { Ok(()) } else { Err(PageError::FORGED) }
    }

    /// Where somebody goes first who proved too long ago who they are: to proving it anew, which leads on to `then`, a page of the console.
    pub fn to_prove(&self, desk: &FrontDesk, then: &str) -> Option<Response> {
        if self.visitor.session.is_freshly_proven(desk.clock.now()) {
            return None;
        }
        let to = with_query(&desk.surface.0.at(CONFIRM), [("return_to", then)]);
        Some(sent_on(&to, [self.cookie(desk)]))
    }

    /// What became of a change that was made on the visitor's word; where they are signed out by now, where the browser goes first.
    ///
    /// # Errors
    /// When the visitor may not any more, or nobody can tell.
    pub fn settled<T>(&self, desk: &FrontDesk, outcome: Result<T, EngineError>) -> Result<Result<T, Response>, PageError> {
        match outcome {
            Ok(done) => Ok(Ok(done)),
            Err(EngineError::Store(StoreError::Lapsed(Lapsed::Unauthenticated))) => Ok(Err(to_login(&desk.surface.0, &self.asked))),
            Err(EngineError::Store(StoreError::Lapsed(Lapsed::Narrowed))) => Err(forbidden()),
            Err(error) => Err(error.into()),
        }
    }

    /// The cookie of a session that this request renewed.
    pub fn cookie(&self, desk: &FrontDesk) -> Option<HeaderValue> {
        renewed(desk, Some(&self.secret), &self.visitor)
    }

    /// Sends the browser on, by GET, to a path of ours.
    pub fn led_to(&self, desk: &FrontDesk, to: &str) -> Response {
        sent_on(to, [self.cookie(desk)])
    }
}
