//! Where a browser may be sent with what is meant for an application: the one place that compares such addresses (RFC 9700 section 4.1).

use super::ApplicationKind;

/// The loopback interface by its addresses. A name for it may lead elsewhere (RFC 8252 section 8.3).
const LOOPBACK: [&str; 2] = ["127.0.0.1", "[::1]"];

impl ApplicationKind {
    /// Whether it cannot keep a secret (RFC 6749 section 2.1): it authenticates by its client id alone.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Native | Self::Spa)
    }

    /// Whether an application of this kind may have people sent to this address at all.
    pub fn may_be_sent_to(self, address: &str) -> bool {
        let by_web = is_protected(address);
        match self {
            Self::Web | Self::Spa => by_web,
            Self::Native => by_web || is_private_use(address),
            Self::Service => false,
        }
    }

    /// What is said of an address that it may not.
    pub(super) const fn addresses_wanted(self) -> &'static str {
        match self {
            Self::Native => {
                "must begin with https://, http:// on loopback, or a scheme of one's own with a dot, such as com.example.app:/, and have no fragment"
            }
            Self::Web | Self::Spa | Self::Service => "must begin with https://, or http:// on loopback, and have no fragment",
        }
    }

    /// Whether `asked` is one of the addresses that are registered: to the letter; for native applications at whatever port of loopback
    /// (RFC 8252 section 7.3). One that could not be registered today leads nowhere.
    pub fn admits(self, registered: &[String], asked: &str) -> bool {
        let is_it = |known: &String| {
            known == asked
                || (self == Self::Native
                    && on_loopback(known).is_some_and(|known| on_loopback(asked).is_some_and(|asked| known.is_beside(&asked))))
        };
        self.may_be_sent_to(asked) && registered.iter().any(is_it)
    }
}

/// An address on loopback, its port set apart.
struct OnLoopback<'a> {
    host: &'a str,
    rest: &'a str,
}

impl OnLoopback<'_> {
    fn is_beside(&self, other: &Self) -> bool {
        self.host == other.host && self.rest == other.rest
    }
}

fn on_loopback(address: &str) -> Option<OnLoopback<'_>> {
    let (host, rest) = split_authority(address.strip_prefix("http://")?);
    let (host, port) = host_and_port(host)?;
    let is_port = |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0);
    (LOOPBACK.contains(&host) && port.is_none_or(is_port)).then_some(OnLoopback { host, rest })
}

/// What stands before the path or query, and the rest.
fn split_authority(text: &str) -> (&str, &str) {
    text.split_at(text.find(['/', '?', '#']).unwrap_or(text.len()))
}

fn host_and_port(authority: &str) -> Option<(&str, Option<&str>)> {
    let end_of_host = if authority.starts_with('[') { authority.find(']')? + 1 } else { authority.find(':').unwrap_or(authority.len()) };
    let (host, port) = authority.split_at(end_of_host);
    match port.strip_prefix(':') {
        Some(port) => Some((host, Some(port))),
        None if port.is_empty() => Some((host, None)),
        None => None,
    }
}

/// Characters of an address, as everybody reads them alike: no fragment, and nothing that a browser drops or turns into a slash.
fn is_plain(address: &str) -> bool {
    address.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'#' | b'\\' | b'"' | b'<' | b'>' | b'`' | b'{' | b'}' | b'|' | b'^'))
}

/// Host and port of an address with one of these schemes, without anybody's name before it.
fn authority<'a>(address: &'a str, scheme: &str) -> Option<(&'a str, Option<&'a str>)> {
    let (authority, _) = split_authority(address.strip_prefix(scheme)?);
    host_and_port(authority).filter(|(host, _)| !authority.contains('@') && !host.is_empty())
}

/// An address that this server or a browser may call without others reading along: by TLS, or on the machine itself.
pub(super) fn is_protected(address: &str) -> bool {
    let is_local = |(host, _): (&str, Option<&str>)| host == "localhost" || LOOPBACK.contains(&host);
    is_plain(address) && (authority(address, "https://").is_some() || authority(address, "http://").is_some_and(is_local))
}

/// A scheme that its owner made of a domain name turned round (RFC 8252 section 7.1), and a path.
fn is_private_use(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once(':') else { return false };
    let is_scheme = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+');
    is_plain(address)
        && !rest.is_empty()
        && scheme.contains('.')
        && scheme.bytes().all(is_scheme)
        && scheme.split('.').all(|label| label.starts_with(|first: char| first.is_ascii_lowercase()))
}

/// An absolute URI without a fragment (RFC 8707 section 2): a scheme of RFC 3986 section 3.1, and something behind it.
pub(crate) fn is_resource(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    is_plain(text) && !rest.is_empty() && scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(is_scheme)
}

/// Scheme, host and port, as browsers name an origin (RFC 6454 section 6.2) but for the port of the scheme, which whoever read it left out.
pub(super) fn is_origin(text: &str) -> bool {
    let bare = |scheme: &str| authority(text, scheme).is_some() && text.strip_prefix(scheme).is_some_and(|rest| !rest.contains(['/', '?']));
    is_plain(text) && !text.bytes().any(|b| b.is_ascii_uppercase()) && (bare("https://") || bare("http://"))
}

/// An issuer as its own documents name it: scheme, host, perhaps a port and a path, nothing else (OpenID Connect Discovery 1.0 section
/// 3). Whether it may be called in clear, or at an address within, is judged where it is called.
pub(super) fn is_issuer(text: &str) -> bool {
    let has_host = authority(text, "https://").is_some() || authority(text, "http://").is_some();
    is_plain(text) && has_host && !text.contains('?')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(kind: ApplicationKind, registered: &str, asked: &str) -> bool {
        kind.admits(&[registered.to_owned()], asked)
    }

    #[test]
    fn addresses_are_compared_to_the_letter() {
        let registered = "https://shop.example.com/callback";
        for kind in [ApplicationKind::Web, ApplicationKind::Native, ApplicationKind::Spa] {
            assert!(admits(kind, registered, registered));
            for other in [
                "https://shop.example.com/callback/",
                "https://shop.example.com/callback?x=1",
                "https://shop.example.com:443/callback",
                "https://SHOP.example.com/callback",
                "https://shop.example.com/callback#",
                "https://shop.example.com/call",
                "https://evil.example/callback",
                "http://shop.example.com/callback",
                "",
            ] {
                assert!(!admits(kind, registered, other), "{other}");
            }
        }
    }

    #[test]
    fn native_applications_have_whatever_port_of_loopback_by_address_alone() {
        for (registered, asked, any_port) in [
            ("http://127.0.0.1/callback", "http://127.0.0.1:51004/callback", true),
            ("http://127.0.0.1:80/callback", "http://127.0.0.1/callback", true),
            ("http://[::1]/callback", "http://[::1]:51004/callback", true),
            ("http://[::1]:1?a=b", "http://[::1]:2?a=b", true),
            ("http://127.0.0.1", "http://127.0.0.1:9", true),
            ("http://127.0.0.1/callback", "http://127.0.0.1:51004/other", false),
            ("http://127.0.0.1/callback", "http://[::1]:51004/callback", false),
            ("http://127.0.0.1/callback", "http://127.0.0.1:/callback", false),
            ("http://127.0.0.1/callback", "http://127.0.0.1:0/callback", false),
            ("http://127.0.0.1/callback", "http://127.0.0.1:65536/callback", false),
            ("http://127.0.0.1/callback", "http://127.0.0.1:+80/callback", false),
            ("http://127.0.0.1/callback", "http://127.0.0.1:80@evil.example/callback", false),
            ("http://127.0.0.1/callback", "http://127.0.0.1.evil.example/callback", false),
            ("http://127.0.0.1/callback", "http://127.0.0.1:51004/callback#", false),
            ("http://127.0.0.1/callback", "https://127.0.0.1:51004/callback", false),
            ("http://localhost/callback", "http://localhost:51004/callback", false),
            ("https://127.0.0.1/callback", "https://127.0.0.1:51004/callback", false),
        ] {
            assert_eq!(admits(ApplicationKind::Native, registered, asked), any_port, "{asked}");
            assert!(!admits(ApplicationKind::Web, registered, asked) && !admits(ApplicationKind::Spa, registered, asked), "{asked}");
        }
    }

    #[test]
    fn what_could_not_be_registered_leads_nowhere() {
        for registered in ["http://shop.example.com/", "https://shop.example.com/#x", "com.example.shop:/", "javascript:x"] {
            assert!(!admits(ApplicationKind::Web, registered, registered), "{registered}");
        }
        assert!(admits(ApplicationKind::Native, "com.example.shop:/", "com.example.shop:/"));
        assert!(!admits(ApplicationKind::Service, "https://shop.example.com/", "https://shop.example.com/"));
    }

    #[test]
    fn nobody_reads_an_address_otherwise() {
        for odd in [
            "https:shop.example.com",
            "https:///callback",
            "https://",
            "https://user@shop.example.com/",
            "https://shop.example.com\\@evil.example/",
            "https://shop example.com/",
            "https://shop.example.com/\u{e9}",
            "https://[::1/",
            "https://[::1]x/",
            "HTTPS://shop.example.com/",
            "//shop.example.com/",
            ".com:/x",
            "com.:/x",
            "com.example.shop:",
            "data.x,:/",
        ] {
            assert!(!ApplicationKind::Native.may_be_sent_to(odd), "{odd}");
        }
    }
}
