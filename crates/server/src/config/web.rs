//! The keys about what browsers see.

use url::{Host, Url};

use super::Server;
use super::key::section;
use crate::web::{Door, DoorSettings};

/// Bytes that a name of the service may have.
pub(super) const LONGEST_NAME: usize = 100;

section! {
    /// What browsers see: the sign-in pages, their cookie, and where people are sent on to.
    Web as "web" {
        /// What the pages call the service.
        name: String = DoorSettings::default().name;
        /// Colour of buttons and of the icon, `#rrggbb`; labels on it are black or white, whichever can be read better.
        accent: String = DoorSettings::default().accent;
        /// Domain whose hosts all get the session's cookie, such as `example.com` for `auth.example.com` and `app.example.com`: each of them can act as whoever is signed in. Not set: only the host of `server.public_url` gets it.
        cookie_domain: Option<String> = None;
        /// Seconds that a browser's session lives after its last visit. A tenant's policy may shorten it.
        session_ttl_seconds: u64 = 43_200, within 60 ..= 31_536_000;
        /// Seconds after its creation at which a browser's session ends whatever its visits; at most `sessions.absolute_ttl_seconds`.
        session_absolute_ttl_seconds: u64 = 2_592_000, within 60 ..= 315_360_000;
        /// Hosts, or `host:port`, that people may be sent back to after they signed in; each has to get the cookie. The host of `server.public_url` is always one.
        return_to_hosts: Vec<String> = Vec::new();
    }
}

impl Web {
    /// As the front door wants it.
    #[must_use]
    pub fn settings(&self) -> DoorSettings {
        DoorSettings {
            name: self.name.clone(),
            accent: self.accent.clone(),
            cookie_domain: self.cookie_domain.clone(),
            return_to_hosts: self.return_to_hosts.clone(),
        }
    }
}

pub(super) fn check(web: &Web, server: &Server, refuse: &mut impl FnMut(&str, String)) {
    if web.name.trim().is_empty() || web.name.chars().any(char::is_control) || web.name.len() > LONGEST_NAME {
        refuse("web.name", format!("must be 1 to {LONGEST_NAME} bytes of text on one line"));
    }
    let one = |settings: DoorSettings| Door::new("https://cloakroom.invalid", &settings).err();
    if let Some(problem) = one(DoorSettings { accent: web.accent.clone(), ..DoorSettings::default() }) {
        refuse("web.accent", problem);
    }
    if let Some(problem) = one(DoorSettings { return_to_hosts: web.return_to_hosts.clone(), ..DoorSettings::default() }) {
        return refuse("web.return_to_hosts", problem);
    }
    let own = server.public_url.as_ref().and_then(|url| Url::parse(url).ok());
    let domain = web.cookie_domain.as_deref();
    if let Some(domain) = domain {
        if !is_domain(domain) {
            return refuse("web.cookie_domain", format!("`{domain}` is no domain, such as `example.com`; no dot before it"));
        }
        if !own.as_ref().is_some_and(|own| own.scheme() == "https" && is_within(own.host_str(), domain)) {
            return refuse("web.cookie_domain", "needs a `server.public_url` that is `https://` and a host of this domain".into());
        }
    }
    let own = own.as_ref().and_then(Url::host_str);
    let is_reached = |host: &str| (own.is_some() && own == Some(host)) || domain.is_some_and(|domain| is_within(Some(host), domain));
    for listed in &web.return_to_hosts {
        let host =
            listed.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(listed.as_str(), |(host, _)| host);
        if !is_reached(&host.to_ascii_lowercase()) {
            let why = format!(
                "`{listed}` does not get the session's cookie, so that people would sign in and be nobody there: set `web.cookie_domain`"
            );
            refuse("web.return_to_hosts", why);
        }
    }
}

/// At least two labels: browsers give no host a cookie of a top-level domain. Whether others registered theirs below it, they know.
fn is_domain(text: &str) -> bool {
    let is_written_so = Host::parse(text).is_ok_and(|host| matches!(&host, Host::Domain(name) if name == text));
    is_written_so && text.contains('.') && !text.starts_with('.') && !text.ends_with('.')
}

fn is_within(host: Option<&str>, domain: &str) -> bool {
    host.and_then(|host| host.strip_suffix(domain)).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(public_url: &str, cookie_domain: Option<&str>, hosts: &[&str]) -> Vec<String> {
        let server = Server { public_url: Some(public_url.to_owned()), ..Server::default() };
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        let web = Web { cookie_domain: cookie_domain.map(str::to_owned), return_to_hosts: hosts, ..Web::default() };
        let mut keys = Vec::new();
        check(&web, &server, &mut |key, _| keys.push(key.to_owned()));
        keys
    }

    #[test]
    fn every_listed_host_gets_the_cookie() {
        let auth = "https://auth.example.com";
        assert_eq!(refused(auth, None, &[]), [""; 0]);
        assert_eq!(refused(auth, Some("example.com"), &["app.example.com", "example.com:8443", "AUTH.example.com"]), [""; 0]);
        assert_eq!(refused(auth, None, &["auth.example.com:8443"]), [""; 0]);
        for (domain, host) in
            [(None, "app.example.com"), (Some("example.com"), "app.example.org"), (Some("example.com"), "evilexample.com")]
        {
            assert_eq!(refused(auth, domain, &[host]), ["web.return_to_hosts"], "{domain:?} {host}");
        }
        for host in ["https://app.example.com", "app.example.com/", "*.example.com", ""] {
            assert_eq!(refused(auth, Some("example.com"), &[host]), ["web.return_to_hosts"], "{host}");
        }
    }

    #[test]
    fn a_cookie_domain_is_one_of_ours() {
        for domain in ["com", ".example.com", "example.com.", "example.org", "xample.com", "Example.com", "127.0.0.1", "a b.com", ""] {
            assert_eq!(refused("https://auth.example.com", Some(domain), &[]), ["web.cookie_domain"], "{domain}");
        }
        assert_eq!(refused("http://auth.example.com", Some("example.com"), &[]), ["web.cookie_domain"], "in clear");
    }
}
