//! Forms: reading them, and telling ours from those of other sites.
//!
//! A form carries a token that was made for whoever it was shown to: the holder of a session, or the browser of a sign-in in progress. Another site
//! can read neither the token nor the cookie, and so can make no such form; nor can it have somebody signed in as somebody else.

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cloakroom_engine::keys::Keyring;
use cloakroom_engine::secret::SessionSecret;
use subtle::ConstantTimeEq as _;
use url::Url;
use utoipa::openapi::path::{Parameter as Described, ParameterIn};
use zeroize::Zeroizing;

use super::error::PageError;
use super::flow::Flow;
use super::surface::FrontDesk;
use crate::http::body;
use crate::http::declared::About;
use crate::http::declared::form::Form;
use crate::http::declared::parameters::{Given, Parameter, Parameters, described};
use crate::http::declared::types::string;

/// A field of a form as it was typed; empty where it is missing. Of two of one name the first counts.
pub struct Typed;

impl Parameter for Typed {
    type Value = Zeroizing<String>;

    fn take(given: &mut Given, name: &'static str) -> Option<Self::Value> {
        Some(Zeroizing::new(given.all(name).next().unwrap_or_default().to_owned()))
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        described(name, place, false, string(|_| {}), about)
    }
}

/// A field that may stand in a form several times, as boxes that are chosen do.
pub struct TypedOften;

impl Parameter for TypedOften {
    type Value = Vec<String>;

    fn take(given: &mut Given, name: &'static str) -> Option<Self::Value> {
        Some(given.all(name).map(str::to_owned).collect())
    }

    fn describe(name: &'static str, place: ParameterIn, about: About) -> Vec<Described> {
        described(name, place, false, string(|_| {}), about)
    }
}

/// A form that was sent.
pub struct Filled<P>(pub P);

impl<P: Parameters> FromRequest<FrontDesk> for Filled<P> {
    type Rejection = PageError;

    async fn from_request(request: Request, _: &FrontDesk) -> Result<Self, PageError> {
        let (parts, content) = request.into_parts();
        let sent = body::whole(&parts, content).await?;
        Ok(Self(Form::parse(&sent).read()?))
    }
}

/// The fields of a form of another site, as they stand there.
pub struct Sent(pub Vec<(String, String)>);

impl FromRequest<FrontDesk> for Sent {
    type Rejection = PageError;

    async fn from_request(request: Request, _: &FrontDesk) -> Result<Self, PageError> {
        let (parts, content) = request.into_parts();
        let sent = body::whole(&parts, content).await?;
        Ok(Self(form_urlencoded::parse(&sent).into_owned().collect()))
    }
}

/// For whom a form is made.
#[derive(Clone, Copy)]
pub enum Holder<'a> {
    Session(&'a SessionSecret),
    Flow(&'a Flow),
}

impl Holder<'_> {
    /// The token that the form carries.
    pub fn token(self, keys: &Keyring) -> String {
        let token = match self {
            Self::Session(secret) => keys.form_token("session", secret.expose()),
            Self::Flow(flow) => keys.form_token("flow", &flow.secret),
        };
        URL_SAFE_NO_PAD.encode(token)
    }

    /// Whether a form with this token was made for this holder.
    pub fn made(self, keys: &Keyring, shown: &str) -> bool {
        self.token(keys).as_bytes().ct_eq(shown.as_bytes()).into()
    }
}

/// Whether the browser says that a page of ours sent this. One that says nothing of it is judged by the token alone.
pub fn is_from_us(headers: &HeaderMap, own: &Url) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(from) = headers.get(header::ORIGIN) else { return true };
    let Ok(from) = from.to_str() else { return false };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    // Without a public URL we know the address that we listen at, and people may come by another name of the machine.
    from == own.origin().ascii_serialization() || host.is_some_and(|host| from.split_once("://").is_some_and(|(_, named)| named == host))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use cloakroom_engine::keys::MasterKey;

    use super::*;

    #[test]
    fn a_token_is_good_for_its_holder_alone() {
        let keys = Keyring::derive(&MasterKey::from_bytes([1; 32]));
        let (mine, other) = (SessionSecret::from_bytes([1; 16]), SessionSecret::from_bytes([2; 16]));
        let flow = Flow { secret: [1; 16], return_to: None, attempt: None };
        let token = Holder::Session(&mine).token(&keys);
        assert!(Holder::Session(&mine).made(&keys, &token));
        assert!(!Holder::Session(&other).made(&keys, &token));
        assert!(!Holder::Flow(&flow).made(&keys, &token), "the same bytes for another purpose");
        assert!(!Holder::Session(&mine).made(&keys, "") && !Holder::Session(&mine).made(&keys, &token[1..]));
    }

    #[test]
    fn the_browser_tells_where_a_form_comes_from() {
        let own = Url::parse("https://auth.example.com").unwrap();
        for (sent, is_ours) in [
            (&[][..], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://auth.example.com")], false),
            (&[("origin", "https://auth.example.com")], true),
            (&[("origin", "https://evil.test")], false),
            (&[("origin", "null")], false),
            (&[("origin", "http://auth.example.com")], false),
            (&[("origin", "http://localhost:8080"), ("host", "localhost:8080")], true),
            (&[("origin", "http://localhost:8081"), ("host", "localhost:8080")], false),
        ] {
            let headers: HeaderMap =
                sent.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(value).unwrap())).collect();
            let headers: HeaderMap =
                headers.into_iter().filter_map(|(name, value): (Option<axum::http::HeaderName>, _)| Some((name?, value))).collect();
            assert_eq!(is_from_us(&headers, &own), is_ours, "{sent:?}");
        }
    }
}
