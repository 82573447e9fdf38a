//! Who a client application is: `client_secret_basic` and `client_secret_post` (RFC 6749 section 2.3.1).

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cloakroom_engine::audit::RequestOrigin;
use cloakroom_engine::machine::client_application::ClientApplication;
use cloakroom_engine::secret::ClientSecret;
use zeroize::Zeroizing;

use super::Oauth;
use super::error::OauthError;
use crate::http::body;
use crate::http::client_address::origin;

/// A request of a client application that proved to be itself: its form, where it came from.
pub struct ClientCall {
    pub client: ClientApplication,
    pub form: Form,
    pub origin: RequestOrigin,
}

/// The parameters of a request (RFC 6749 appendix B).
pub struct Form(Vec<(String, Zeroizing<String>)>);

impl Form {
    fn parse(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned()))).collect())
    }

    /// The one value of a parameter; an empty one counts as absent.
    ///
    /// # Errors
    /// When it stands there twice (RFC 6749 section 3.2).
    pub fn one(&self, name: &str) -> Result<Option<&str>, OauthError> {
        let mut values = self.0.iter().filter(|(given, _)| given == name).map(|(_, value)| value.as_str());
        let value = values.next().filter(|value| !value.is_empty());
        if values.next().is_some() { Err(OauthError::invalid_request("a parameter stands twice")) } else { Ok(value) }
    }

    /// The one value of a parameter that has to be there.
    ///
    /// # Errors
    /// When it is not there, or twice.
    pub fn required(&self, name: &str) -> Result<&str, OauthError> {
        self.one(name)?.ok_or(OauthError::invalid_request("a required parameter is missing"))
    }
}

impl FromRequest<Oauth> for ClientCall {
    type Rejection = OauthError;

    async fn from_request(request: Request, oauth: &Oauth) -> Result<Self, OauthError> {
        let (mut parts, body) = request.into_parts();
        let origin = origin(&mut parts).await;
        let is_form = content_type(&parts.headers).is_some_and(|kind| kind.eq_ignore_ascii_case("application/x-www-form-urlencoded"));
        let body = body::read(body, oauth.body_limits.max_bytes, oauth.body_limits.timeout).await?;
        let form = if is_form { Form::parse(&body) } else { Form(Vec::new()) };
        let (client_id, secret) = credentials(&parts.headers, &form)?.ok_or_else(|| OauthError::invalid_client(&parts.headers))?;
        let authenticated = oauth.engine.authenticate_client(&client_id, &ClientSecret::new(secret.to_string())).await?;
        let client = authenticated.map_err(|_| OauthError::invalid_client(&parts.headers))?;
        // Who it is comes first; only then is the content type judged.
        if !is_form {
            return Err(OauthError::invalid_request("the body must be application/x-www-form-urlencoded"));
        }
        Ok(Self { client, form, origin })
    }
}

fn content_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or(value).trim())
}

/// Id and secret, from the header or the body, never from both.
fn credentials(headers: &HeaderMap, form: &Form) -> Result<Option<(String, Zeroizing<String>)>, OauthError> {
    let (id, secret) = (form.one("client_id")?, form.one("client_secret")?);
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(id.zip(secret).map(|(id, secret)| (id.to_owned(), Zeroizing::new(secret.to_owned()))));
    };
    if secret.is_some() {
        return Err(OauthError::invalid_request("credentials stand in the header and in the body"));
    }
    Ok(value.to_str().ok().and_then(basic).filter(|(named, _)| id.is_none_or(|id| id == named)))
}

/// `Basic`, both parts form-encoded before they were joined (RFC 6749 section 2.3.1).
fn basic(value: &str) -> Option<(String, Zeroizing<String>)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = Zeroizing::new(String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?);
    let (id, secret) = text.split_once(':')?;
    Some((decoded(id), Zeroizing::new(decoded(secret))))
}

fn decoded(text: &str) -> String {
    // A pair without a value: the name alone, decoded. `=` and `&` only stand here unescaped when a client did not encode.
    if text.contains(['=', '&']) {
        return text.to_owned();
    }
    form_urlencoded::parse(text.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_decoded_twice() {
        let header = format!("bASIC {}", STANDARD.encode("web%20shop:s%3Acr%2Bt"));
        let (id, secret) = basic(&header).unwrap();
        assert_eq!((id.as_str(), secret.as_str()), ("web shop", "s:cr+t"));
        assert!(basic("Bearer abc").is_none() && basic("Basic ***").is_none());
    }

    #[test]
    fn two_ways_at_once_are_refused() {
        let form = Form::parse(b"client_id=a&client_secret=b");
        let headers: HeaderMap = [(header::AUTHORIZATION, "Basic YTpi".parse().unwrap())].into_iter().collect();
        assert!(credentials(&headers, &form).is_err());
        assert!(credentials(&HeaderMap::new(), &Form::parse(b"client_id=a&client_id=b")).is_err());
        assert_eq!(credentials(&HeaderMap::new(), &form).unwrap().unwrap().0, "a");
    }
}
