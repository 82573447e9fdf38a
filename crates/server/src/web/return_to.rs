//! Where somebody may be sent on to: this origin, and the hosts that the configuration lists. Everything else is ignored.

use std::fmt;

use url::{Host, Position, Url};

/// Bytes that an address to go back to may have: it has to fit into a cookie.
const LONGEST: usize = 2048;

/// A host, and its port where it is not that of the scheme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HostAndPort {
    pub host: Host<String>,
    pub port: Option<u16>,
}

impl HostAndPort {
    /// Reads `host` or `host:port`.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, String> {
        let shape = || format!("`{text}` is no host, such as `app.example.com` or `app.example.com:8443`");
        let url = Url::parse(&format!("https://{text}")).map_err(|_| shape())?;
        let host = url.host().ok_or_else(shape)?.to_owned();
        // A URL may have a star there, and it would stand for no other host.
        if matches!(&host, Host::Domain(name) if name.contains('*')) {
            return Err(shape());
        }
        let read = Self { host, port: url.port() };
        if read.to_string() == text.to_ascii_lowercase() { Ok(read) } else { Err(shape()) }
    }
}

impl fmt::Display for HostAndPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.host),
            None => write!(f, "{}", self.host),
        }
    }
}

/// Where people may be sent on to.
#[derive(Debug)]
pub struct Destinations {
    /// Where clients reach us.
    pub own: Url,
    pub hosts: Vec<HostAndPort>,
}

impl Destinations {
    /// The address to go to, if `asked` names one that is allowed. It is read as browsers read it (the URL standard), and what leaves here is what
    /// was read, written anew: on our own origin without the origin.
    #[must_use]
    pub fn allowed(&self, asked: &str) -> Option<String> {
        let is_plain = asked.len() <= LONGEST && !asked.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\');
        if asked.is_empty() || !is_plain {
            return None;
        }
        let url = self.own.join(asked).ok()?;
        if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        if url.origin() == self.own.origin() {
            let path = &url[Position::BeforePath..];
            // Two slashes would name a host.
            return (!path.starts_with("//")).then(|| path.to_owned());
        }
        let named = HostAndPort { host: url.host()?.to_owned(), port: url.port() };
        let is_listed = url.scheme() == self.own.scheme() && self.hosts.contains(&named);
        is_listed.then(|| url.to_string()).filter(|address| address.len() <= LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn destinations() -> Destinations {
        let hosts = ["app.example.com", "other.example.com:8443"].map(|text| HostAndPort::parse(text).unwrap());
        Destinations { own: Url::parse("https://auth.example.com").unwrap(), hosts: hosts.into() }
    }

    #[test]
    fn this_origin_and_listed_hosts_are_allowed() {
        for (asked, allowed) in [
            ("/", "/"),
            ("/console?a=b#c", "/console?a=b#c"),
            ("console", "/console"),
            ("https://auth.example.com/x", "/x"),
            ("https://AUTH.example.com:443/x", "/x"),
            ("https://app.example.com", "https://app.example.com/"),
            ("https://app.example.com/a?b=%0a", "https://app.example.com/a?b=%0a"),
            ("https://other.example.com:8443/", "https://other.example.com:8443/"),
            ("//app.example.com/x", "https://app.example.com/x"),
            // Browsers take this for a path of ours.
            ("https:evil.test", "/evil.test"),
            ("/a/../../b", "/b"),
            ("?next=https://evil.test", "/?next=https://evil.test"),
            ("%2f%2fevil.test", "/%2f%2fevil.test"),
        ] {
            assert_eq!(destinations().allowed(asked).as_deref(), Some(allowed), "{asked}");
        }
    }

    #[test]
    fn what_is_hostile_is_ignored() {
        let long = format!("/{}", "a".repeat(LONGEST));
        for asked in [
            "",
            "//evil.test",
            "///evil.test",
            "////evil.test",
            "/\\evil.test",
            "\\\\evil.test",
            "https:\\\\evil.test",
            "https://evil.test",
            "https:///evil.test",
            "http:evil.test",
            "http://auth.example.com/",
            "http://app.example.com/",
            "https://auth.example.com:8443/",
            "https://app.example.com:8443/",
            "https://other.example.com/",
            "https://auth.example.com@evil.test/",
            "https://user@app.example.com/",
            "https://user:pw@auth.example.com/",
            "https://app.example.com.evil.test/",
            "https://app.example.com%2eevil.test/",
            "https://evilapp.example.com/",
            "https://sub.app.example.com/",
            "https://app.example.com%00.evil.test/",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
            "blob:https://auth.example.com/x",
            "/\t/evil.test",
            "/\n/evil.test",
            "/%0d%0aSet-Cookie:x\r\nSet-Cookie: a=b",
            " https://evil.test",
            "\u{a0}//evil.test",
            "/.//evil.test",
            "/a/..//evil.test",
            "https://аpp.example.com/",
            long.as_str(),
        ] {
            assert_eq!(destinations().allowed(asked), None, "{asked:?}");
        }
    }

    #[test]
    fn a_host_is_a_host_and_nothing_more() {
        for text in ["app.example.com", "app.example.com:8443", "127.0.0.1:9000", "[::1]:9000", "localhost"] {
            assert_eq!(HostAndPort::parse(text).unwrap().to_string(), text);
        }
        for text in
            ["", "https://app.example.com", "app.example.com/", "a b", "*.example.com", "u@app.example.com", "a.example.com:443", "a:b"]
        {
            assert!(HostAndPort::parse(text).is_err(), "{text}");
        }
    }
}
