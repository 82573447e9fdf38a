//! The two cookies: that of the session, and that of a sign-in in progress.

use axum::http::{HeaderMap, HeaderValue, header};
use cloakroom_engine::secret::SessionSecret;

/// Seconds that a sign-in in progress lasts.
pub const FLOW_SECONDS: u32 = 600;

/// What the cookies are called, and to whom browsers send them.
#[derive(Debug)]
pub struct Cookies {
    session: &'static str,
    flow: &'static str,
    is_secure: bool,
    domain: Option<String>,
}

impl Cookies {
    /// `is_secure`: only over TLS. `domain`: to all hosts of it; else to this host alone, which the browser then vouches for by the
    /// prefix `__Host-` (RFC 6265bis section 4.1.3).
    #[must_use]
    pub fn new(is_secure: bool, domain: Option<String>) -> Self {
        let session = match (is_secure, &domain) {
            (true, None) => "__Host-cloakroom",
            (true, Some(_)) => "__Secure-cloakroom",
            (false, _) => "cloakroom",
        };
        Self { session, flow: if is_secure { "__Host-cloakroom-flow" } else { "cloakroom-flow" }, is_secure, domain }
    }

    #[cfg(test)]
    pub const fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// The secret that the cookie of the session holds.
    #[must_use]
    pub fn session(&self, headers: &HeaderMap) -> Option<SessionSecret> {
        SessionSecret::of_cookie(only(headers, self.session)?)
    }

    /// Whether there is a cookie of the session, or several, good or not.
    #[must_use]
    pub fn shows_session(&self, headers: &HeaderMap) -> bool {
        values(headers, self.session).next().is_some()
    }

    /// The sealed sign-in in progress.
    #[must_use]
    pub fn flow<'h>(&self, headers: &'h HeaderMap) -> Option<&'h str> {
        only(headers, self.flow)
    }

    /// Has the browser hold a session, for so many seconds.
    #[must_use]
    pub fn hold(&self, secret: &SessionSecret, seconds: u64) -> Option<HeaderValue> {
        self.set(self.session, &secret.cookie_value(), seconds, self.domain.as_deref())
    }

    /// Has the browser forget its session.
    #[must_use]
    pub fn forget(&self) -> Option<HeaderValue> {
        self.set(self.session, "", 0, self.domain.as_deref())
    }

    /// Has the browser hold a sign-in in progress.
    #[must_use]
    pub fn begin(&self, sealed: &str) -> Option<HeaderValue> {
        self.set(self.flow, sealed, FLOW_SECONDS.into(), None)
    }

    /// Has the browser forget the sign-in that is over.
    #[must_use]
    pub fn finish(&self) -> Option<HeaderValue> {
        self.set(self.flow, "", 0, None)
    }

    fn set(&self, name: &str, value: &str, seconds: u64, domain: Option<&str>) -> Option<HeaderValue> {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let domain = domain.map(|domain| format!("; Domain={domain}")).unwrap_or_default();
        let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}{domain}");
        let mut header = HeaderValue::from_str(&text).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

/// The value of a cookie that is there once. Of two of one name, one was put there by another host of the domain, and nobody knows which: then
/// there is none.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = values(headers, name);
    let value = values.next()?;
    values.next().is_none().then_some(value)
}

fn values<'h>(headers: &'h HeaderMap, name: &str) -> impl Iterator<Item = &'h str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(move |(given, _)| *given == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| (header::COOKIE, HeaderValue::from_str(line).unwrap())).collect()
    }

    #[test]
    fn names_and_attributes_are_those_of_the_place() {
        let secret = SessionSecret::from_bytes([7; 16]);
        let shown = |cookies: &Cookies| {
            let header = cookies.hold(&secret, 60).unwrap();
            header.to_str().unwrap().replace(&*secret.cookie_value(), "…")
        };
        let host = Cookies::new(true, None);
        assert_eq!(shown(&host), "__Host-cloakroom=…; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
        let domain = Cookies::new(true, Some("example.com".into()));
        assert_eq!(shown(&domain), "__Secure-cloakroom=…; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure; Domain=example.com");
        assert!(domain.begin("x").unwrap().to_str().unwrap().ends_with("SameSite=Lax; Secure"), "the flow stays on this host");
        assert_eq!(shown(&Cookies::new(false, None)), "cloakroom=…; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
        assert!(host.hold(&secret, 60).unwrap().is_sensitive());
    }

    #[test]
    fn a_cookie_that_stands_twice_is_none() {
        let headers = |lines: &[&str]| sent(lines);
        assert_eq!(only(&headers(&["b=2; a=1"]), "a"), Some("1"));
        assert_eq!(only(&headers(&["a=1; a=1"]), "a"), None);
        assert_eq!(only(&headers(&["a=1", "a=2"]), "a"), None);
        assert_eq!(only(&headers(&["aa=1; A=1; a"]), "a"), None);
    }
}
