//! Why somebody is not let in, as proxies are told: they understand 401, 403 and 503, and fail on anything else.

use axum::http::StatusCode;
use cloakroom_engine::forward_auth::demand::DemandKind;
use cloakroom_engine::forward_auth::verify::NotAdmitted;

use super::super::error::PageError;
use crate::http::fault::PASSWORD_DUE;

/// Why somebody is not let in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    NoCredential,
    /// What was shown opens nothing, or nothing any more.
    BadCredential,
    /// At a browser, which can be sent to where one is chosen.
    PasswordDueAtBrowser,
    PasswordDue,
    Delegate,
    Application,
    OrgClosed,
    Lacks(DemandKind),
    /// What the proxy asks for in its query cannot be meant so.
    BadQuery,
    HeadTooLarge,
    /// Nobody can tell now.
    Unavailable,
}

impl Refusal {
    /// `by_cookie`: whether it is a browser that is refused.
    #[must_use]
    pub const fn of(why: NotAdmitted, by_cookie: bool) -> Self {
        match why {
            NotAdmitted::Unknown => Self::BadCredential,
            NotAdmitted::PasswordDue if by_cookie => Self::PasswordDueAtBrowser,
            NotAdmitted::PasswordDue => Self::PasswordDue,
            NotAdmitted::Delegate => Self::Delegate,
            NotAdmitted::Application => Self::Application,
            NotAdmitted::OrgClosed => Self::OrgClosed,
            NotAdmitted::Lacks(kind) => Self::Lacks(kind),
        }
    }

    /// What the kit refuses in the words of pages. Only a head that is too large will be so the next time, too.
    #[must_use]
    pub fn of_kit(error: PageError) -> Self {
        if error.status == StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE { Self::HeadTooLarge } else { Self::Unavailable }
    }

    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::NoCredential | Self::BadCredential | Self::PasswordDueAtBrowser => StatusCode::UNAUTHORIZED,
            Self::PasswordDue
            | Self::Delegate
            | Self::Application
            | Self::OrgClosed
            | Self::Lacks(_)
            | Self::BadQuery
            | Self::HeadTooLarge => StatusCode::FORBIDDEN,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Whether whoever signs in may be let in.
    #[must_use]
    pub fn is_mended_by_sign_in(self) -> bool {
        self.status() == StatusCode::UNAUTHORIZED
    }

    /// The word of the header `X-Auth-Refusal`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoCredential => "no-credential",
            Self::BadCredential => "bad-credential",
            Self::PasswordDueAtBrowser | Self::PasswordDue => "password-due",
            Self::Delegate => "application-within-session",
            Self::Application => "application",
            Self::OrgClosed => "org-closed",
            Self::Lacks(DemandKind::Tenant) => "tenant",
            Self::Lacks(DemandKind::Role) => "role",
            Self::Lacks(DemandKind::Scope) => "scope",
            Self::BadQuery => "bad-query",
            Self::HeadTooLarge => "head-too-large",
            Self::Unavailable => "unavailable",
        }
    }

    /// For whoever looks at the answer.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::NoCredential => "Nobody is signed in.",
            Self::BadCredential => "What was shown opens nothing, or nothing any more.",
            Self::PasswordDueAtBrowser | Self::PasswordDue => PASSWORD_DUE,
            Self::Delegate => "An application within a session is not its user.",
            Self::Application => "An application is let in only where a scope is demanded.",
            Self::OrgClosed => "The org of this service account is closed.",
            Self::Lacks(DemandKind::Tenant) => "Only people of another tenant are let in here.",
            Self::Lacks(DemandKind::Role) => "Only people with another role are let in here.",
            Self::Lacks(DemandKind::Scope) => "Only applications with another scope are let in here.",
            Self::BadQuery => {
                "The proxy asks for what nobody can be. The query takes tenant=CODE or an id, role=CODE:ROLE or a role across tenants, \
                 scope=SCOPE, and redirect=1."
            }
            Self::HeadTooLarge => "The head of the request is too large.",
            Self::Unavailable => "Nobody can tell now. Try again shortly.",
        }
    }
}
