//! The access token that a request shows in its `Authorization` header (RFC 6750 section 2.1).

use axum::http::{HeaderMap, header};

use super::header::Given;

/// The token behind `Bearer`, the scheme in any case.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = Given::of(headers, header::AUTHORIZATION).text()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// The token behind `Bearer`, or the whole header where it names no scheme.
#[must_use]
pub fn raw_or_bearer(headers: &HeaderMap) -> Option<&str> {
    let value = Given::of(headers, header::AUTHORIZATION).text()?.trim();
    if value.contains(' ') { bearer(headers) } else { Some(value).filter(|value| !value.is_empty()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (header::AUTHORIZATION, value.parse().unwrap())).collect()
    }

    #[test]
    fn schemes_are_told_apart() {
        assert_eq!(bearer(&headers(&["bearer  abc "])), Some("abc"));
        assert_eq!(bearer(&headers(&["abc"])), None);
        assert_eq!(raw_or_bearer(&headers(&["abc"])), Some("abc"));
        assert_eq!(raw_or_bearer(&headers(&["Bearer abc"])), Some("abc"));
        assert_eq!(raw_or_bearer(&headers(&["Basic abc"])), None);
        assert_eq!(raw_or_bearer(&headers(&["Bearer a", "Bearer b"])), None);
        assert_eq!(raw_or_bearer(&headers(&[""])), None);
    }
}
