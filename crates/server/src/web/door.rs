//! How the front door is set up: what it is called, whose cookies it sets, and where it sends people on to.

use url::{Host, Url};

use super::assets::Assets;
use super::cookies::Cookies;
use super::return_to::{Destinations, HostAndPort};

/// What an operator may say of it.
#[derive(Clone, Debug)]
pub struct DoorSettings {
    /// What the service is called.
    pub name: String,
    /// `#rrggbb`.
    pub accent: String,
    /// The domain whose hosts all get the cookie.
    pub cookie_domain: Option<String>,
    /// `host` or `host:port`, beside our own.
    pub return_to_hosts: Vec<String>,
}

impl Default for DoorSettings {
    fn default() -> Self {
        Self { name: "Cloakroom".to_owned(), accent: "#1d5fc4".to_owned(), cookie_domain: None, return_to_hosts: Vec::new() }
    }
}

/// The front door of a server.
#[derive(Debug)]
pub struct Door {
    pub name: String,
    /// What tokens name as their issuer.
    pub issuer: String,
    pub cookies: Cookies,
    pub destinations: Destinations,
    pub assets: Assets,
    /// The path below which a proxy serves us: empty, or `/path`.
    below: String,
    /// Where forms may lead, as a policy of content has it.
    pub form_targets: String,
}

impl Door {
    /// The door of the server that clients reach at `public_url`, which was checked before.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn new(public_url: &str, settings: &DoorSettings) -> Result<Self, String> {
        let own = Url::parse(public_url).map_err(|problem| format!("{public_url} is no URL: {problem}"))?;
        let hosts: Vec<_> = settings.return_to_hosts.iter().map(|text| HostAndPort::parse(text)).collect::<Result<_, _>>()?;
        let is_secure = own.scheme() == "https" || !own.host().is_some_and(|host| is_loopback(&host));
        let scheme = own.scheme();
        let form_targets = hosts.iter().map(|host| format!(" {scheme}://{host}")).collect();
        Ok(Self {
            name: settings.name.clone(),
            issuer: public_url.to_owned(),
            cookies: Cookies::new(is_secure, settings.cookie_domain.clone()),
            assets: Assets::new(&settings.accent)?,
            below: own.path().trim_end_matches('/').to_owned(),
            destinations: Destinations { own, hosts },
            form_targets,
        })
    }

    /// A path of ours, as browsers ask for it.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.below)
    }

    /// A path of ours, as it is reached from other hosts.
    #[must_use]
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{}", self.destinations.own.origin().ascii_serialization(), self.at(path))
    }
}

/// `address`, which has no query yet, with one that says these pairs.
pub fn with_query(address: &str, pairs: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<str>)>) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("{address}?{query}")
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_on_loopback_is_a_cookie_sent_in_clear() {
        let is_secure = |url: &str| Door::new(url, &DoorSettings::default()).unwrap().cookies.is_secure();
        for (url, secure) in [
            ("https://auth.example.com", true),
            ("https://localhost", true),
            ("http://auth.example.com", true),
            ("http://127.0.0.1:8080", false),
            ("http://[::1]:8080", false),
            ("http://localhost:8080", false),
            ("http://127.0.0.1.example.com", true),
        ] {
            assert_eq!(is_secure(url), secure, "{url}");
        }
    }

    #[test]
    fn paths_are_below_that_of_the_proxy() {
        let at = |url: &str| Door::new(url, &DoorSettings::default()).unwrap().at("/login");
        assert_eq!(at("https://auth.example.com"), "/login");
        assert_eq!(at("https://example.com/auth"), "/auth/login");
    }
}
