//! The certificate of the main listener while it is shown: exchanged when its files change or SIGHUP asks for it.

use std::path::Path;
use std::time::{Duration, SystemTime};

use prometheus_client::metrics::gauge::Gauge;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::outside;
use crate::config;
use crate::listen::Tls;
use crate::metrics::Metrics;
use crate::tasks::stop::{Stage, Stop};

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// With less than this left, a certificate should have been renewed: those that live ninety days are, at thirty.
pub const SOON: i64 = 14 * 86_400;

/// When each file was changed last.
type Changed = [Option<SystemTime>; 2];

/// Watches over a certificate.
pub struct Renewal {
    server: config::Server,
    tls: Option<Tls>,
    seen: Changed,
    hangup: Signal,
    expires_at: Gauge,
}

/// What there is to say about a certificate that expires at `expires_at` (seconds since 1970), if there is anything.
pub fn expiring(expires_at: i64, now: i64) -> Option<String> {
    match expires_at - now {
        left if left <= 0 => Some("the certificate has expired".to_owned()),
        left if left < SOON => Some(format!("the certificate expires within {} days", (left + 86_399) / 86_400)),
        _ => None,
    }
}

impl Renewal {
    /// Shows by `metrics` when the certificate expires.
    ///
    /// # Errors
    /// When the handler for SIGHUP cannot be installed.
    pub fn of(server: &config::Server, tls: Option<Tls>, metrics: &Metrics) -> std::io::Result<Self> {
        let expires_at = Gauge::default();
        if let Some(tls) = &tls {
            let name = "tls_certificate_expires_at_seconds";
            metrics.register(|registry| registry.register(name, "When the certificate expires, in seconds since 1970", expires_at.clone()));
            expires_at.set(tls.expires_at);
        }
        let hangup = signal(SignalKind::hangup())?;
        Ok(Self { seen: changed(server), server: server.clone(), tls, hangup, expires_at })
    }

    /// Exchanges the certificate until told to stop. Without one, SIGHUP does nothing; it never ends the process.
    pub async fn run(mut self, stop: Stop) {
        loop {
            let asked = tokio::select! {
                _ = self.hangup.recv() => true,
                () = look_later() => false,
                () = stop.reached(Stage::Draining) => return,
            };
            let now = changed(&self.server);
            if let Some(tls) = self.tls.clone().filter(|_| asked || now != self.seen) {
                self.seen = now;
                self.exchange(&tls);
            } else if asked {
                tracing::info!("SIGHUP: there is no certificate to read again");
            }
        }
    }

    /// Files that cannot be used change nothing: the certificate at hand is still the better one.
    fn exchange(&self, tls: &Tls) {
        match outside::tls(&self.server) {
            Ok(Some(renewed)) => {
                tls.shown.reload_from_config(renewed.shown.get_inner());
                self.expires_at.set(renewed.expires_at);
                tracing::info!(expires_at = renewed.expires_at, "the certificate was read again");
            }
            Ok(None) => {}
            Err(failure) => {
                let (problem, _) = failure.told();
                tracing::error!(problem, "the certificate could not be read again; the one at hand is shown further");
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the rhythm of a background task decides nothing")]
async fn look_later() {
    tokio::time::sleep(LOOK_EVERY).await;
}

fn changed(server: &config::Server) -> Changed {
    let of = |path: &Path| std::fs::metadata(path).and_then(|facts| facts.modified()).ok();
    server.tls_files().map_or([None; 2], |(certificate, key)| [of(certificate), of(key)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_told_two_weeks_before_it_expires() {
        let (now, day) = (1_767_225_600, 86_400);
        assert_eq!(expiring(now + SOON, now), None);
        assert_eq!(expiring(now + SOON - 1, now).as_deref(), Some("the certificate expires within 14 days"));
        assert_eq!(expiring(now + day - 1, now).as_deref(), Some("the certificate expires within 1 days"));
        assert_eq!(expiring(now, now).as_deref(), Some("the certificate has expired"));
    }
}
