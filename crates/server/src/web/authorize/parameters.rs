//! What an application asks with, as it stands there.

use utoipa::openapi::path::{Parameter as Described, ParameterIn};
use zeroize::Zeroizing;

use crate::http::declared::About;
use crate::http::declared::many::Many;
use crate::http::declared::parameters::{Given, Parameter, described, parameters};
use crate::http::declared::types::string;

/// One value, or none: an empty one counts as absent (RFC 6749 section 3.1).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Once {
    Absent,
    Given(Zeroizing<String>),
    /// It stands there more than once, which it must not.
    Often,
}

impl Once {
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Given(text) => Some(text),
            Self::Absent | Self::Often => None,
        }
    }

    pub fn owned(&self) -> Option<String> {
        self.text().map(str::to_owned)
    }
}

/// A parameter of an authorization request. What is wrong with it is told to the application, once it is known which that is.
pub struct Asked;

impl Parameter for Asked {
    type Value = Once;

    fn take(given: &mut Given, name: &'static str) -> Option<Once> {
        let mut values = given.all(name);
        let first = values.next().filter(|value| !value.is_empty()).map(|value| Zeroizing::new(value.to_owned()));
        Some(if values.next().is_some() { Once::Often } else { first.map_or(Once::Absent, Once::Given) })
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        described(name, place, false, string(|_| {}), about)
    }
}

parameters! {
    /// An authorization request.
    in Query pub struct AuthorizationParameters {
        /// `code`, and nothing else.
        response_type: Asked = "code",
        /// Which application asks.
        client_id: Asked = "web-shop",
        /// Where the answer goes: one of the application's, to the letter.
        redirect_uri: Asked = "https://shop.example.com/callback",
        /// Words separated by spaces: `openid`, `profile`, `email`, `offline_access`, and what the directory gives the application.
        scope: Asked = "openid profile",
        /// Resource servers that the tokens are to be for, of those that the directory gives the application (RFC 8707); may stand there
        /// several times.
        resource: Many = "https://api.example.com",
        /// Comes back with the answer.
        state: Asked = "af0ifjsldkj",
        /// Comes back in the ID token.
        nonce: Asked,
        /// Of the code verifier, by S256 (RFC 7636).
        code_challenge: Asked = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        /// `S256`, and nothing else.
        code_challenge_method: Asked = "S256",
        /// `query`, which it is without this.
        response_mode: Asked,
        /// `none`, or some of `login`, `consent`, `select_account`.
        prompt: Asked,
        /// Seconds since somebody last proved who they are.
        max_age: Asked,
        /// The name to sign in with.
        login_hint: Asked,
        /// Ours: the sign-in that `prompt` asked for has to be after this, in milliseconds since 1970.
        authenticated_since: Asked,
        /// Not taken (OpenID Connect Core 1.0 section 6).
        request: Asked,
        /// Not taken.
        request_uri: Asked,
    }
}
