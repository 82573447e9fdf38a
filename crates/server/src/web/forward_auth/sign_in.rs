//! Where a browser signs in that a proxy asks about, and where it goes afterwards.

use axum::http::HeaderMap;

use super::super::door::{Door, with_query};
use crate::http::header::Given;

/// Where the sign-in is. `is_vouched_for`: whether one of our proxies asks; what anybody else says of a request leads nowhere. Nobody is sent back
/// to a host that does not get the cookie: the proxy would send them here again, without end.
pub fn address(door: &Door, headers: &HeaderMap, is_vouched_for: bool) -> String {
    let login = door.absolute("/login");
    let Some(asked) = is_vouched_for.then(|| Forwarded::read(headers, door)).flatten() else { return login };
    match asked.allowed(door) {
        Some(address) => with_query(&login, [("return_to", address)]),
        None => door.absolute("/login/elsewhere"),
    }
}

/// The request as the proxy got it.
struct Forwarded<'h> {
    scheme: &'h str,
    host: &'h str,
    uri: &'h str,
}

impl<'h> Forwarded<'h> {
    /// `None` where the proxy does not say it, or nothing that can be told from something else.
    fn read(headers: &'h HeaderMap, door: &'h Door) -> Option<Self> {
        let said = |name: &str| Given::of(headers, name).text();
        let is_host = |host: &&str| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
        let host = said("x-forwarded-host").filter(is_host)?;
        let is_scheme = |scheme: &&str| matches!(*scheme, "http" | "https");
        let scheme = said("x-forwarded-proto").filter(is_scheme).unwrap_or_else(|| door.destinations.own.scheme());
        let uri = said("x-forwarded-uri").filter(|uri| uri.starts_with('/')).unwrap_or("/");
        Some(Self { scheme, host, uri })
    }

    /// The address to go back to, if people may be sent to its host: if not to this page of it, to its first one.
    fn allowed(&self, door: &Door) -> Option<String> {
        let Self { scheme, host, uri } = self;
        let allowed = |uri: &str| door.destinations.allowed(&format!("{scheme}://{host}{uri}"));
        allowed(uri).or_else(|| allowed("/"))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::super::super::door::DoorSettings;
    use super::*;

    fn led(sent: &[(&str, &str)], is_vouched_for: bool) -> String {
        let settings = DoorSettings { return_to_hosts: vec!["app.example.com".into()], ..DoorSettings::default() };
        let door = Door::new("https://auth.example.com/below", &settings).unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            let name = HeaderName::try_from(format!("x-forwarded-{name}")).unwrap();
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let address = address(&door, &headers, is_vouched_for);
        address.strip_prefix("https://auth.example.com/below/login").unwrap_or_else(|| panic!("{address}")).to_owned()
    }

    #[test]
    fn only_a_proxy_of_ours_says_where_to_go_back_to() {
        let sent = [("proto", "https"), ("host", "app.example.com"), ("uri", "/a?b=c&d=%2F")];
        assert_eq!(led(&sent, true), "?return_to=https%3A%2F%2Fapp.example.com%2Fa%3Fb%3Dc%26d%3D%252F");
        assert_eq!(led(&sent, false), "");
        assert_eq!(led(&sent[1..2], true), "?return_to=https%3A%2F%2Fapp.example.com%2F");
        assert_eq!(led(&sent[..1], true), "");
        assert_eq!(led(&[("host", "app.example.com:443")], true), "?return_to=https%3A%2F%2Fapp.example.com%2F");
        assert_eq!(led(&[("host", "auth.example.com"), ("uri", "/x")], true), "?return_to=%2Fx");
    }

    #[test]
    fn whoever_cannot_be_sent_back_is_told_so() {
        for sent in [
            &[("host", "evil.test")][..],
            &[("proto", "http"), ("host", "app.example.com")],
            &[("host", "app.example.com.evil.test"), ("uri", "/")],
            &[("host", "app.example.com:8443")],
            &[("host", "app.example.com"), ("proto", "http"), ("uri", "/a")],
        ] {
            assert_eq!(led(sent, true), "/elsewhere", "{sent:?}");
        }
    }

    #[test]
    fn what_is_no_host_leads_to_none() {
        let long = format!("/{}", "a".repeat(3000));
        for (sent, led_to) in [
            (&[("host", "app.example.com@evil.test")][..], ""),
            (&[("host", "app.example.com/x?")], ""),
            (&[("host", "app.example.com, evil.test")], ""),
            (&[("host", "app.example.com"), ("host", "app.example.com")], ""),
            (&[("host", "app.example.com"), ("uri", ".evil.test/")], "?return_to=https%3A%2F%2Fapp.example.com%2F"),
            (&[("host", "app.example.com"), ("uri", "@evil.test/")], "?return_to=https%3A%2F%2Fapp.example.com%2F"),
            (&[("host", "app.example.com"), ("uri", "/\\evil.test")], "?return_to=https%3A%2F%2Fapp.example.com%2F"),
            (&[("host", "app.example.com"), ("uri", &long)], "?return_to=https%3A%2F%2Fapp.example.com%2F"),
            (&[("host", "app.example.com"), ("proto", "javascript")], "?return_to=https%3A%2F%2Fapp.example.com%2F"),
        ] {
            assert_eq!(led(sent, true), led_to, "{sent:?}");
        }
    }
}
