//! What a request shows that a proxy asks about.
//!
//! Of several kinds the first counts, in the order of the contract. One that is bad is not passed over for a later one: whoever shows it means
//! to be somebody by it, and two who look at the same request must not take it for two people's.

use axum::http::{HeaderMap, header};
use cloakroom_engine::forward_auth::verify::Shown;
use cloakroom_engine::ids::parse_guid;
use cloakroom_engine::machine::api_keys::text::ShownApiKey;
use cloakroom_engine::secret::SessionSecret;

use super::super::cookies::Cookies;
use crate::http::header::Given;

/// A credential that opens nothing by its form alone, or one of two of one kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Malformed {
    Cookie,
    Other,
}

/// What is shown; none where nothing is.
pub fn shown<'h>(headers: &'h HeaderMap, cookies: &Cookies) -> Result<Option<Shown<'h>>, Malformed> {
    let authorization = authorization(headers)?;
    if let Some(shown @ Shown::AccessToken(_)) = authorization {
        return Ok(Some(shown));
    }
    match Given::of(headers, "x-api-key") {
        Given::Never => {}
        given => return given.text().and_then(ShownApiKey::parse).map(|key| Some(Shown::ApiKey(key))).ok_or(Malformed::Other),
    }
    if cookies.shows_session(headers) {
        return cookies.session(headers).map(|secret| Some(Shown::Cookie(secret))).ok_or(Malformed::Cookie);
    }
    Ok(authorization)
}

/// By `Authorization`. Another scheme is not for us: what stands behind the proxy may want it.
fn authorization(headers: &HeaderMap) -> Result<Option<Shown<'_>>, Malformed> {
    let value = match Given::of(headers, header::AUTHORIZATION) {
        Given::Never => return Ok(None),
        given => given.text().ok_or(Malformed::Other)?,
    };
    let (scheme, credential) = value.split_once(' ').unwrap_or((value, ""));
    let credential = credential.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return if credential.is_empty() { Err(Malformed::Other) } else { Ok(Some(Shown::AccessToken(credential))) };
    }
    if scheme.eq_ignore_ascii_case("session") {
        let secret = parse_guid(credential).map(SessionSecret::from_bytes).ok_or(Malformed::Other)?;
        return Ok(Some(Shown::SessionGuid(secret)));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    const GUID: &str = "Session 0b6f6a9e-5c1d-4e0f-9d3a-7c2b1a4e8f60";

    /// What these headers show, in a word.
    fn told(sent: &[(&str, &str)]) -> &'static str {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(HeaderName::try_from(*name).unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        match shown(&headers, &Cookies::new(true, None)) {
            Ok(None) => "nothing",
            Ok(Some(Shown::AccessToken(_))) => "token",
            Ok(Some(Shown::ApiKey(_))) => "key",
            Ok(Some(Shown::Cookie(_))) => "cookie",
            Ok(Some(Shown::SessionGuid(_))) => "guid",
            Err(Malformed::Cookie) => "bad cookie",
            Err(Malformed::Other) => "bad",
        }
    }

    #[test]
    fn the_first_kind_counts_whether_it_is_good_or_not() {
        let cookie = format!("__Host-cloakroom={}", &*SessionSecret::from_bytes([7; 16]).cookie_value());
        let cookie = ("cookie", cookie.as_str());
        assert_eq!(told(&[]), "nothing");
        assert_eq!(told(&[("authorization", "bearer  x "), ("x-api-key", "x"), cookie]), "token");
        assert_eq!(told(&[("x-api-key", "x"), cookie]), "bad");
        assert_eq!(told(&[cookie, ("authorization", GUID)]), "cookie");
        assert_eq!(told(&[("cookie", "__Host-cloakroom=x"), ("authorization", GUID)]), "bad cookie");
        assert_eq!(told(&[("cookie", "cloakroom=x; theme=dark"), ("authorization", GUID)]), "guid");
        assert_eq!(told(&[("authorization", "Basic YTpi"), cookie]), "cookie");
        assert_eq!(told(&[("authorization", "Basic YTpi")]), "nothing");
    }

    #[test]
    fn what_has_no_form_or_stands_twice_is_bad() {
        let cookie = format!("__Host-cloakroom={}", &*SessionSecret::from_bytes([7; 16]).cookie_value());
        let cookie = ("cookie", cookie.as_str());
        for value in ["Bearer", "Bearer ", "Session", "Session x", "Session {0b6f6a9e-5c1d-4e0f-9d3a-7c2b1a4e8f60}"] {
            assert_eq!(told(&[("authorization", value), cookie]), "bad", "{value}");
        }
        assert_eq!(told(&[("authorization", "Bearer a"), ("authorization", "Bearer a")]), "bad");
        assert_eq!(told(&[("authorization", "Basic a"), ("authorization", "Bearer a"), cookie]), "bad");
        assert_eq!(told(&[cookie, cookie]), "bad cookie");
        assert_eq!(told(&[("x-api-key", ""), cookie]), "bad");
    }
}
