//! What an application is answered: at its own address, whether it is let in or refused (RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207).

use axum::response::Response;
use cloakroom_engine::openid::authorize::Asker;
use cloakroom_engine::openid::code::AuthorizationCode;
use url::Url;

use crate::web::error::PageError;
use crate::web::surface::FrontDesk;
use crate::web::visitor::sent_on;

/// Why an application is refused, as the standards name it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    InvalidRequest,
    InvalidScope,
    InvalidTarget,
    AccessDenied,
    UnsupportedResponseType,
    RequestNotSupported,
    RequestUriNotSupported,
    LoginRequired,
    ConsentRequired,
    InteractionRequired,
}

impl Refusal {
    const fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::InteractionRequired => "interaction_required",
        }
    }
}

/// An application that can be answered.
#[derive(Clone, Debug)]
pub struct Answerable {
    pub asker: Asker,
    pub state: Option<String>,
}

impl Answerable {
    /// Sends the browser back with the code.
    pub fn let_in(&self, desk: &FrontDesk, code: &AuthorizationCode) -> Response {
        self.sent_back(desk, &[("code", &code.expose())])
    }

    /// Sends the browser back with a refusal.
    pub fn refused(&self, desk: &FrontDesk, refusal: Refusal, description: &'static str) -> Response {
        self.sent_back(desk, &[("error", refusal.code()), ("error_description", description)])
    }

    fn sent_back(&self, desk: &FrontDesk, pairs: &[(&str, &str)]) -> Response {
        use axum::response::IntoResponse as _;
        let Ok(mut to) = Url::parse(self.asker.redirect_uri()) else { return PageError::INTERNAL.into_response() };
        let iss = ("iss", desk.surface.0.issuer.as_str());
        let state = self.state.as_deref().map(|state| ("state", state));
        to.query_pairs_mut().extend_pairs(pairs.iter().copied().chain(state).chain([iss]));
        sent_on(to.as_str(), [])
    }
}

/// An address beyond this server that a form of the page may lead to by way of ours. Browsers hold that to the page's policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormTarget(String);

impl FormTarget {
    /// Of an application's address: its origin, or the scheme of its own that a native application has.
    pub fn of(asker: &Asker) -> Option<Self> {
        let url = Url::parse(asker.redirect_uri()).ok()?;
        let origin = url.origin();
        Some(Self(if origin.is_tuple() { origin.ascii_serialization() } else { format!("{}:", url.scheme()) }))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}
