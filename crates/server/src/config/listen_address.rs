//! Where a server listens, as an operator writes it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// An address of this machine and a port; port 0 picks a free one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ListenAddress(pub SocketAddr);

/// The port that an example has.
const USUAL_PORT: u16 = 8080;

impl FromStr for ListenAddress {
    type Err = String;

    /// `ADDRESS:PORT`, or `localhost:PORT`, which can mean only one thing. What leaves open which addresses are meant is refused with the
    /// ways to write it.
    fn from_str(text: &str) -> Result<Self, String> {
        let given = text.trim();
        let (host, port) = match given.rsplit_once(':') {
            Some((host, port)) => (host, port.parse::<u16>().ok()),
            None => ("", given.parse().ok()),
        };
        match (given.parse(), host, port) {
            (Ok(address), _, _) => Ok(Self(address)),
            (Err(_), "localhost", Some(port)) => Ok(Self(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))),
            (Err(_), host, port) => Err(format!("`{text}` {}", how_to_write(given, host, port))),
        }
    }
}

/// What is missing and how it is written.
fn how_to_write(given: &str, host: &str, port: Option<u16>) -> String {
    if let Some((_, rest)) = given.split_once("://") {
        let rest = rest.split('/').next().unwrap_or_default();
        return match rest.parse::<ListenAddress>() {
            Ok(address) => format!("is a URL: write `{address}`"),
            Err(_) => "is a URL: write an address of this machine and a port, such as `127.0.0.1:8080`".to_owned(),
        };
    }
    if let Ok(address) = given.trim_matches(['[', ']']).parse::<IpAddr>() {
        return match (host.parse::<Ipv6Addr>(), port) {
            (Ok(host), Some(port)) => format!("can be read in two ways: write `[{host}]:{port}`"),
            _ => format!("has no port: write `{}`", SocketAddr::new(address, USUAL_PORT)),
        };
    }
    match (host, port) {
        ("" | "*", Some(port)) => {
            format!(
                "does not say which addresses: write `127.0.0.1:{port}` for this machine alone, `0.0.0.0:{port}` or `[::]:{port}` for all"
            )
        }
        (_, Some(port)) => format!(
            "names no address of this machine: write `127.0.0.1:{port}` or `0.0.0.0:{port}`; the name that clients use is `server.public_url`"
        ),
        _ if given == "localhost" => format!("has no port: write `localhost:{USUAL_PORT}`"),
        _ => "is no address and port, such as `127.0.0.1:8080`".to_owned(),
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for ListenAddress {
    /// # Errors
    /// What is no address and port, with the right spelling.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_clear_is_taken() {
        for (text, address) in
            [("127.0.0.1:0", "127.0.0.1:0"), ("[::1]:80", "[::1]:80"), ("localhost:8080", "127.0.0.1:8080"), (" 0.0.0.0:1 ", "0.0.0.0:1")]
        {
            assert_eq!(text.parse::<ListenAddress>().unwrap().to_string(), address);
        }
    }

    #[test]
    fn what_is_not_is_refused_with_the_way_to_write_it() {
        for (text, right) in [
            (":8080", "`127.0.0.1:8080`"),
            ("8080", "`0.0.0.0:8080`"),
            ("*:80", "`[::]:80`"),
            ("127.0.0.1", "`127.0.0.1:8080`"),
            ("localhost", "`localhost:8080`"),
            ("::1", "`[::1]:8080`"),
            ("::1:80", "`[::1]:80`"),
            ("http://localhost:80/", "`127.0.0.1:80`"),
            ("http://sessions.example.com", "is a URL"),
            ("sessions.example.com:443", "`server.public_url`"),
            ("127.0.0.1:99999", "such as `127.0.0.1:8080`"),
            ("nowhere", "such as `127.0.0.1:8080`"),
            ("", "such as `127.0.0.1:8080`"),
        ] {
            let refused = text.parse::<ListenAddress>().unwrap_err();
            assert!(refused.contains(right), "{text}: {refused}");
        }
    }
}
