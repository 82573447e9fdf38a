//! Where the database is, as a URL says it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, LoadBalanceHosts, SslMode, TargetSessionAttrs};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::tls::{self, IdentityFiles, Verification};
use super::{OpenError, Options};

/// A database of PostgreSQL: `postgres://user:password@host:port,host:port/database?sslmode=…`. Its `Debug` and `Display` hold no
/// password.
#[derive(Clone)]
pub struct Address {
    pub(super) config: Config,
    pub(super) tls: MakeRustlsConnect,
    /// Where to, for people.
    shown: String,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Address").field(&self.shown).finish()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// What a URL asks of TLS, by the rules of libpq.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    mode: SslMode,
    verification: Verification,
    roots: Option<PathBuf>,
    /// What the server is shown, should it ask.
    identity: Option<IdentityFiles>,
}

impl Address {
    /// Reads a URL. Understood are the parameters of libpq that tokio-postgres knows, `sslmode` in all its values but `allow`,
    /// `sslrootcert` (a file of certificates, or `system` for those that the machine trusts), `sslcert` and `sslkey` (the client's own).
    ///
    /// # Errors
    /// [`OpenError::Address`] where it is not understood, [`OpenError::Certificates`] where those, or the key, cannot be used. Neither
    /// repeats the URL.
    pub fn parse(url: &str, options: &Options) -> Result<Self, OpenError> {
        let (rest, wanted) = wanted_tls(url)?;
        let mut config: Config =
            rest.parse().map_err(|_| OpenError::Address("it is not a URL of PostgreSQL with parameters known here"))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(OpenError::Address("it names no host"));
        }
        config.ssl_mode(wanted.mode);
        // A process that cannot write is of no use, so of several hosts the one that can is taken, whatever the URL says.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite).load_balance_hosts(LoadBalanceHosts::Disable);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(options.connect_timeout);
        }
        if config.get_application_name().is_none() {
            config.application_name("cloakroom");
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(options.statement_timeout + Duration::from_secs(5));
        }
        config.keepalives_idle(Duration::from_secs(15)).keepalives_interval(Duration::from_secs(5)).keepalives_retries(3);
        let shown = shown(&config);
        let tls = tls::connector(wanted.verification, wanted.roots.as_deref(), wanted.identity.as_ref())?;
        Ok(Self { config, tls, shown })
    }
}

impl Address {
    /// What its connections call themselves, whatever the URL says. Of one name, all are one process's.
    #[must_use]
    pub fn calling_itself(mut self, name: &str) -> Self {
        self.config.application_name(name);
        self
    }

    /// What connecting there failed of.
    pub(super) fn unreachable(&self, problem: &impl fmt::Display) -> OpenError {
        OpenError::Unreachable { address: self.to_string(), problem: problem.to_string() }
    }

    /// Each host by itself, and how long whatever is said until statements can be run may take there, as libpq counts it. Where a name
    /// has several addresses, the first leaves time for another.
    pub(super) fn hosts(&self, options: &Options) -> impl Iterator<Item = (Config, Duration)> {
        let patience = self.config.get_connect_timeout().copied().unwrap_or(options.connect_timeout);
        let many = self.config.get_hosts().len().max(self.config.get_hostaddrs().len());
        (0..many).map(move |place| {
            let mut host = only(&self.config, place);
            host.connect_timeout(patience / 2);
            (host, patience)
        })
    }
}

/// The same connection, to one of its hosts.
fn only(all: &Config, place: usize) -> Config {
    let mut one = Config::new();
    one.ssl_mode(all.get_ssl_mode()).ssl_negotiation(all.get_ssl_negotiation()).channel_binding(all.get_channel_binding());
    one.target_session_attrs(all.get_target_session_attrs()).load_balance_hosts(all.get_load_balance_hosts());
    one.keepalives(all.get_keepalives()).keepalives_idle(all.get_keepalives_idle());
    all.get_keepalives_interval().map(|interval| one.keepalives_interval(interval));
    all.get_keepalives_retries().map(|retries| one.keepalives_retries(retries));
    all.get_tcp_user_timeout().map(|timeout| one.tcp_user_timeout(*timeout));
    all.get_user().map(|user| one.user(user));
    all.get_password().map(|password| one.password(password));
    all.get_dbname().map(|name| one.dbname(name));
    all.get_options().map(|options| one.options(options));
    all.get_application_name().map(|name| one.application_name(name));
    match all.get_hosts().get(place) {
        Some(Host::Tcp(name)) => _ = one.host(name),
        Some(Host::Unix(path)) => _ = one.host_path(path),
        None => {}
    }
    all.get_hostaddrs().get(place).map(|address| one.hostaddr(*address));
    // One port is that of all hosts.
    all.get_ports().get(place).or(all.get_ports().first()).map(|port| one.port(*port));
    one
}

/// The parameters that name files, with what is wrong where one is encoded: tokio-postgres would not decode it.
const FILES: [(&str, &str); 3] = [
    ("sslrootcert", "its sslrootcert is percent-encoded: write the path as it is"),
    ("sslcert", "its sslcert is percent-encoded: write the path as it is"),
    ("sslkey", "its sslkey is percent-encoded: write the path as it is"),
];

/// Takes from the query what tokio-postgres does not know, or knows less of.
fn wanted_tls(url: &str) -> Result<(String, Wanted), OpenError> {
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    if !base.starts_with("postgres://") && !base.starts_with("postgresql://") {
        return Err(OpenError::Address("it does not begin with postgres://"));
    }
    let (mut mode, mut files, mut kept) = ("prefer", [None; 3], Vec::new());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        match FILES.iter().position(|(file, _)| *file == name) {
            Some(place) if value.contains('%') => return Err(OpenError::Address(FILES[place].1)),
            Some(place) => files[place] = Some(value),
            None if name == "sslmode" => mode = value,
            None => kept.push(pair),
        }
    }
    let [roots, certificate, key] = files;
    // As in libpq: `system` asks for no less than everything, and whoever names roots with `require` wants them used.
    let (mode, verification) = match (mode, roots) {
        ("disable", _) => (SslMode::Disable, Verification::None),
        ("prefer", None) => (SslMode::Prefer, Verification::None),
        ("require", None) => (SslMode::Require, Verification::None),
        ("verify-full", _) | ("require" | "verify-ca" | "prefer", Some("system")) => (SslMode::Require, Verification::Full),
        ("require" | "verify-ca", _) => (SslMode::Require, Verification::Authority),
        ("prefer", Some(_)) => (SslMode::Prefer, Verification::Authority),
        _ => return Err(OpenError::Address("its sslmode is none of disable, prefer, require, verify-ca and verify-full")),
    };
    let roots = roots.filter(|roots| *roots != "system").map(PathBuf::from);
    let identity = match (certificate, key) {
        (Some(certificate), Some(key)) => Some(IdentityFiles { certificate: certificate.into(), key: key.into() }),
        (None, None) => None,
        (Some(_), None) => return Err(OpenError::Address("it has an sslcert and no sslkey")),
        (None, Some(_)) => return Err(OpenError::Address("it has an sslkey and no sslcert")),
    };
    // Without TLS no certificate is needed.
    let identity = identity.filter(|_| mode != SslMode::Disable);
    let rest = if kept.is_empty() { base.to_owned() } else { format!("{base}?{}", kept.join("&")) };
    Ok((rest, Wanted { mode, verification, roots, identity }))
}

fn shown(config: &Config) -> String {
    let hosts = config.get_hosts().iter().map(|host| match host {
        Host::Tcp(name) => name.clone(),
        Host::Unix(path) => Path::display(path).to_string(),
    });
    let hosts: Vec<String> = hosts.collect();
    format!("database {} on {}", config.get_dbname().or_else(|| config.get_user()).unwrap_or("of the user"), hosts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> Result<Address, OpenError> {
        Address::parse(url, &Options::default())
    }

    #[test]
    fn a_mode_of_tls_means_what_it_means_to_libpq() {
        let asked = |query: &str| wanted_tls(&format!("postgres://h/d{query}")).map(|(_, wanted)| (wanted.mode, wanted.verification)).ok();
        assert_eq!(asked(""), Some((SslMode::Prefer, Verification::None)));
        assert_eq!(asked("?sslmode=disable"), Some((SslMode::Disable, Verification::None)));
        assert_eq!(asked("?sslmode=require"), Some((SslMode::Require, Verification::None)));
        assert_eq!(asked("?sslmode=require&sslrootcert=/ca.pem"), Some((SslMode::Require, Verification::Authority)));
        assert_eq!(asked("?sslmode=verify-ca"), Some((SslMode::Require, Verification::Authority)));
        assert_eq!(asked("?sslmode=verify-full&sslrootcert=/ca.pem"), Some((SslMode::Require, Verification::Full)));
        assert_eq!(asked("?sslmode=require&sslrootcert=system"), Some((SslMode::Require, Verification::Full)));
        assert_eq!(asked("?sslmode=allow"), None);
        assert_eq!(asked("?sslmode=verify-ful"), None);
    }

    #[test]
    fn a_certificate_comes_with_its_key() {
        let asked = |query: &str| wanted_tls(&format!("postgres://h/d?{query}")).map(|(_, wanted)| wanted.identity);
        let files = IdentityFiles { certificate: "/own.pem".into(), key: "/own.key".into() };
        assert_eq!(asked("sslcert=/own.pem&sslkey=/own.key").unwrap(), Some(files));
        assert_eq!(asked("sslmode=require").unwrap(), None);
        assert_eq!(asked("sslmode=disable&sslcert=/own.pem&sslkey=/own.key").unwrap(), None);
        for (query, word) in [
            ("sslcert=/own.pem", "no sslkey"),
            ("sslmode=disable&sslkey=/own.key", "no sslcert"),
            ("sslcert=/own.pem&sslkey=%2Fown.key", "its sslkey is percent-encoded"),
            ("sslcert=%2Fown.pem&sslkey=/own.key", "its sslcert is percent-encoded"),
        ] {
            let refused = asked(query).unwrap_err().to_string();
            assert!(refused.contains(word) && !refused.contains("own"), "{query}: {refused}");
        }
    }

    #[test]
    fn what_else_the_url_says_is_kept() {
        let address = parsed("postgres://ada:sesame@one:5433,two/wardrobe?sslmode=disable&application_name=mine").unwrap();
        assert_eq!(address.config.get_ports(), [5433, 5432]);
        assert_eq!(address.config.get_application_name(), Some("mine"));
        assert_eq!(address.config.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
        assert_eq!(address.to_string(), "database wardrobe on one, two");
    }

    #[test]
    fn no_password_is_shown() {
        let address = parsed("postgres://ada:sesame@one/wardrobe").unwrap();
        assert!(!format!("{address:?} {address}").contains("sesame"));
        for wrong in ["postgres://ada:sesame@one:port/d", "mysql://ada:sesame@one/d", "postgres://ada:sesame@one/d?sesame=1"] {
            let refused = parsed(wrong).unwrap_err();
            assert!(!format!("{refused} {refused:?}").contains("sesame"), "{wrong}");
        }
    }
}
