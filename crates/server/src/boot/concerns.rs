//! What a server with this configuration works with, and may not for long or not for others: one list that the log at start,
//! `config check` and `doctor` share.

use cloakroom_engine::clock::Clock as _;

use super::ambient::MachineClock;
use super::outside::{CERTIFICATE, Unusable, everything};
use super::renewal::expiring;
use crate::config::{self, Config};
use crate::listen::Tls;

/// Something that works, but.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concern {
    /// The name that `doctor` gives it.
    pub check: &'static str,
    /// What was seen.
    pub seen: String,
    /// What to do.
    pub hint: &'static str,
}

/// Opens all that [`everything`] does and says what there is to worry about.
///
/// # Errors
/// All that cannot be used.
pub fn looked_over(config: &Config) -> Result<Vec<Concern>, Unusable> {
    everything(config).map(|(tls, _)| concerns(config, tls.as_ref(), MachineClock.now().as_millis() / 1000))
}

/// All of them, at `now` in seconds since 1970.
pub fn concerns(config: &Config, tls: Option<&Tls>, now: i64) -> Vec<Concern> {
    let certificate = tls.and_then(|tls| expiring(tls.expires_at, now)).map(|seen| Concern {
        check: CERTIFICATE,
        seen,
        hint: "renew it; the server reads its files again when they change, or on SIGHUP",
    });
    certificate.into_iter().chain(unreachable_issuer(&config.server)).collect()
}

/// Whoever gets a token looks for the keys of its issuer there, and no machine is called 0.0.0.0.
fn unreachable_issuer(server: &config::Server) -> Option<Concern> {
    let address = server.listen.0.ip().to_canonical();
    let is_unreachable = server.public_url.is_none() && address.is_unspecified();
    is_unreachable.then(|| Concern {
        check: "issuer",
        seen: format!("tokens name {} as their issuer, where nobody finds this server", server.listen),
        hint: "set server.public_url to the URL that clients use",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_of_all_interfaces_is_nobodys_issuer() {
        for (listen, public_url, concerned) in [
            ("0.0.0.0:8080", None, true),
            ("[::]:8080", None, true),
            ("[::ffff:0.0.0.0]:8080", None, true),
            ("0.0.0.0:8080", Some("https://id.example.com"), false),
            ("127.0.0.1:8080", None, false),
            ("[2001:db8::1]:8080", None, false),
        ] {
            let public_url = public_url.map(str::to_owned);
            let server = config::Server { listen: listen.parse().unwrap(), public_url, ..config::Server::default() };
            let config = Config { server, ..Config::default() };
            let checks: Vec<_> = concerns(&config, None, 0).into_iter().map(|concern| concern.check).collect();
            assert_eq!(checks, if concerned { vec!["issuer"] } else { Vec::new() }, "{listen}");
        }
    }
}
