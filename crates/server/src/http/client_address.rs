//! The client as the network shows it: its address and user agent.

use std::{
    borrow::Cow,
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, header, request::Parts},
};
use cloakroom_engine::audit::RequestOrigin;
use ipnet::IpNet;

use super::arrival::Arrival;
use super::shares::Counted;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const MAX_USER_AGENT_BYTES: usize = 512;

/// The networks of our own proxies.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    /// Forwarded addresses count only from these networks.
    #[must_use]
    pub fn new(networks: impl IntoIterator<Item = IpNet>) -> Self {
        Self(networks.into_iter().collect())
    }

    /// Whether this is one of them.
    #[must_use]
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// The client of a request; an extractor that never fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClientAddress {
    /// Its address, an IPv4 one never in IPv6 dress; `None` when the server was not reached over IP.
    pub address: Option<IpAddr>,
    /// Whom limits per address count; `None` for one of our proxies, behind which there are many.
    pub counted: Option<Counted>,
    /// Whether one of our proxies passes the request on: what it says of it counts.
    pub by_proxy: bool,
}

impl ClientAddress {
    /// Finds the client of a request that came from `peer`.
    #[must_use]
    pub fn find(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &TrustedProxies) -> Self {
        let address = peer.map(|peer| address(peer, headers, trusted));
        let counted = address.filter(|address| !trusted.contain(*address)).map(Counted::of);
        Self { address, counted, by_proxy: peer.is_some_and(|peer| trusted.contain(peer.to_canonical())) }
    }
}

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Arrival::of(&parts.extensions).map(Arrival::client).unwrap_or_default())
    }
}

/// Where a request came from, as the engine wants to know it.
#[must_use]
pub fn origin(parts: &Parts) -> RequestOrigin {
    let arrival = Arrival::of(&parts.extensions);
    RequestOrigin {
        address: arrival.and_then(|arrival| arrival.client().address),
        user_agent: parts.headers.get(header::USER_AGENT).and_then(|value| user_agent(value.as_bytes())),
        request_id: arrival.map(|arrival| arrival.id().as_str().to_owned()),
    }
}

/// The peer, or, when that is one of our proxies, the nearest hop that is not.
///
/// `X-Forwarded-For` wins over `Forwarded` (RFC 7239): nearly every proxy sets the former and passes on the latter as the client
/// wrote it. A hop that cannot be read ends the walk, since nothing to the left of it is vouched for.
fn address(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> IpAddr {
    let mut found = peer.to_canonical();
    if !trusted.contain(found) {
        return found;
    }
    let hops = if headers.contains_key(X_FORWARDED_FOR) { x_forwarded_for(headers) } else { forwarded(headers) };
    for hop in hops.into_iter().rev() {
        let Some(hop) = hop else { break };
        found = hop;
        if !trusted.contain(found) {
            break;
        }
    }
    found
}

/// Empty elements of a list count for nothing (RFC 9110 section 5.6.1).
fn x_forwarded_for(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let lines = headers.get_all(X_FORWARDED_FOR).iter();
    let hops = lines.flat_map(|line| line.as_bytes().split(|b| *b == b',')).filter(|hop| !hop.trim_ascii().is_empty());
    hops.map(|hop| parse_hop(std::str::from_utf8(hop).ok()?)).collect()
}

fn forwarded(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let lines = headers.get_all(header::FORWARDED).iter();
    let elements = |line| split(line, ',').into_iter().filter(|text: &&str| !text.trim().is_empty()).map(element).collect();
    lines.flat_map(|line| line.to_str().map_or_else(|_| vec![None], elements)).collect()
}

/// The `for` of one element of `Forwarded`.
fn element(text: &str) -> Option<IpAddr> {
    split(text, ';')
        .into_iter()
        .find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            name.trim().eq_ignore_ascii_case("for").then(|| value.trim().trim_matches('"'))
        })
        .and_then(parse_hop)
}

/// Splits where the separator is not within quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(|c| {
        quoted ^= c == '"';
        c == separator && !quoted
    })
    .collect()
}

/// An address, with or without a port: `1.2.3.4`, `1.2.3.4:5`, `::1`, `[::1]`, `[::1]:5`. Not `unknown`, not `_hidden`.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let text = &*without_zone(text.trim());
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6);
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(with_port).or_else(bracketed).map(|address: IpAddr| address.to_canonical())
}

/// A zone names an interface of the machine that wrote it, with which nobody else can do anything (RFC 4007 section 11).
fn without_zone(text: &str) -> Cow<'_, str> {
    let Some(at) = text.find('%') else { return text.into() };
    let rest = text[at..].find(']').map_or("", |end| &text[at + end..]);
    format!("{}{rest}", &text[..at]).into()
}

/// A `User-Agent`: at most 512 bytes, without control characters.
fn user_agent(bytes: &[u8]) -> Option<String> {
    if bytes.len() <= MAX_USER_AGENT_BYTES && bytes.iter().all(|byte| matches!(byte, b' '..=b'~')) {
        let text = std::str::from_utf8(bytes).unwrap_or_default().trim();
        return (!text.is_empty()).then(|| text.to_owned());
    }
    // Decoding first would let a long header cost more than what is kept of it.
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_USER_AGENT_BYTES + 4)]);
    let mut text: String = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.truncate(text.floor_char_boundary(MAX_USER_AGENT_BYTES));
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn found(peer: &str, headers: &[(&'static str, &str)]) -> String {
        let trusted = TrustedProxies::new(["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()]);
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).unwrap());
        }
        address(peer.parse().unwrap(), &map, &trusted).to_string()
    }

    #[test]
    fn the_rightmost_untrusted_hop() {
        let xff = "x-forwarded-for";
        for (peer, value, expected) in [
            ("203.0.113.9", "1.1.1.1", "203.0.113.9"),
            ("10.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1"),
            ("10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.2", "1.1.1.1"),
            ("::ffff:10.0.0.1", "::ffff:1.1.1.1", "1.1.1.1"),
            ("fd00::1", "[2001:db8::1]:443", "2001:db8::1"),
            ("10.0.0.1", "1.1.1.1:5555", "1.1.1.1"),
            ("10.0.0.1", "6.6.6.6, junk, 10.0.0.3", "10.0.0.3"),
            ("10.0.0.1", "6.6.6.6, unknown", "10.0.0.1"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "10.0.0.9, 10.0.0.8", "10.0.0.9"),
            ("10.0.0.1", "203.0.113.7,", "203.0.113.7"),
            ("10.0.0.1", ",6.6.6.6, , 1.1.1.1,\t,", "1.1.1.1"),
            ("10.0.0.1", "fe80::1%eth0", "fe80::1"),
            ("10.0.0.1", "[fe80::1%25eth0]:443", "fe80::1"),
            ("10.0.0.1", "6.6.6.6, %eth0", "10.0.0.1"),
        ] {
            assert_eq!(found(peer, &[(xff, value)]), expected, "{peer} {value}");
        }
        assert_eq!(found("10.0.0.1", &[(xff, "6.6.6.6"), (xff, "1.1.1.1")]), "1.1.1.1");
    }

    #[test]
    fn forwarded_is_read_when_there_is_no_other() {
        for (value, expected) in [
            ("for=6.6.6.6, for=1.1.1.1;proto=https;by=10.0.0.1", "1.1.1.1"),
            ("For=\"[2001:db8::1]:443\"", "2001:db8::1"),
            ("for=6.6.6.6, for=_hidden", "10.0.0.1"),
            ("for=6.6.6.6, proto=https", "10.0.0.1"),
            ("for=6.6.6.6,, for=1.1.1.1,", "1.1.1.1"),
            ("for=\"[fe80::1%25eth0]:443\"", "fe80::1"),
            ("for=6.6.6.6, host=\"a,b;for=7.7.7.7\";for=1.1.1.1", "1.1.1.1"),
        ] {
            assert_eq!(found("10.0.0.1", &[("forwarded", value)]), expected, "{value}");
        }
        assert_eq!(found("10.0.0.1", &[("forwarded", "for=6.6.6.6"), ("x-forwarded-for", "1.1.1.1")]), "1.1.1.1");
    }

    #[test]
    fn user_agents_are_bounded_and_plain() {
        assert_eq!(user_agent(b" curl/8\t1 "), Some("curl/8 1".into()));
        assert_eq!(user_agent(b""), None);
        let long = "\u{e9}".repeat(400);
        assert_eq!(user_agent(long.as_bytes()).unwrap(), "\u{e9}".repeat(256));
        assert!(user_agent(&[0xff; 2000]).unwrap().len() <= MAX_USER_AGENT_BYTES);
    }
}
