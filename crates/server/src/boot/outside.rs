//! What serving needs of the machine and of others beside its database. It is opened before anything is changed, by one list that
//! `serve`, `config check` and `doctor` share.

use std::sync::Arc;
use std::time::Duration;

use cloakroom_engine::account::mail::MailDelivery;

use super::assemble::postgres;
use super::geoip;
use super::outbox::Outbox;
use crate::config::{self, Config};
use crate::failure::Failure;
use crate::http::geolocation::Places;
use crate::jose::token_encryption::EncryptionKeys;
use crate::listen::Tls;
use crate::mail::letter::{Letters, Links};
use crate::mail::smtp::{SmtpDelivery, SmtpServer};
use crate::outbound::{Limits, Outbound, Reachable};

/// What the engine needs of it.
pub struct Outside {
    pub places: Option<Places>,
    pub encryption: EncryptionKeys,
    pub mail: Arc<dyn MailDelivery>,
    /// How servers of others are asked.
    pub outbound: Arc<Outbound>,
}

/// What could not be used, each under the name that `doctor` gives it.
pub type Unusable = Vec<(&'static str, Failure)>;

/// The name of the certificate and its key.
pub const CERTIFICATE: &str = "certificate";

/// Everything that [`everything`] looks at, by the names that `doctor` gives it.
pub const LOOKED_AT: [&str; 5] = [CERTIFICATE, "places", "token key", "mail", "database URL"];

/// Opens all of it, and goes on when something fails, so that an operator can correct everything at once.
///
/// # Errors
/// All that cannot be used.
pub fn everything(config: &Config) -> Result<(Option<Tls>, Outside), Unusable> {
    match (tls(&config.server), outside(config)) {
        (Ok(tls), Ok(outside)) => Ok((tls, outside)),
        (tls, outside) => {
            let of_tls = tls.err().map(|failure| (CERTIFICATE, failure));
            Err(of_tls.into_iter().chain(outside.err().into_iter().flatten()).collect())
        }
    }
}

/// As [`everything`], without what only a listener needs.
///
/// # Errors
/// All that cannot be used.
pub fn outside(config: &Config) -> Result<Outside, Unusable> {
    let mut unusable = Unusable::new();
    let [_, of_places, of_tokens, of_mail, of_url] = LOOKED_AT;
    let places = noted(of_places, config.geoip.database.as_deref().map(geoip::places).transpose(), &mut unusable);
    let encryption =
        noted(of_tokens, config.tokens.encryption().map_err(|(key, problem)| Failure::new(format_args!("{key} {problem}"))), &mut unusable);
    let mail = noted(of_mail, mail(config), &mut unusable);
    noted(of_url, database_url(config), &mut unusable);
    match (places, encryption, mail) {
        (Some(places), Some(encryption), Some(mail)) if unusable.is_empty() => {
            Ok(Outside { places, encryption, mail, outbound: Arc::new(outbound(&config.outbound)) })
        }
        _ => Err(unusable),
    }
}

/// All of it as one failure.
pub fn as_failure(unusable: Unusable) -> Failure {
    let (messages, hints): (Vec<_>, Vec<_>) = unusable.into_iter().map(|(_, failure)| failure.told()).unzip();
    let failure = Failure::new(messages.join("; "));
    match hints.into_iter().flatten().next() {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

fn noted<T>(what: &'static str, opened: Result<T, Failure>, unusable: &mut Unusable) -> Option<T> {
    opened.map_err(|failure| unusable.push((what, failure))).ok()
}

/// What the main listener shows; `None` when TLS is off.
///
/// # Errors
/// Which file cannot be used, and why.
pub fn tls(server: &config::Server) -> Result<Option<Tls>, Failure> {
    let Some((certificate, key)) = server.tls_files() else { return Ok(None) };
    let Some(material) = config::tls_material(server).map_err(Failure::new)? else { return Ok(None) };
    Tls::new(&material).map(Some).map_err(|problem| {
        let file = if problem.of_certificate { certificate } else { key };
        Failure::new(format_args!("{} {}", file.display(), problem.why))
            .hint("server.tls_certificate_file names the chain in PEM, server.tls_key_file the key of its first certificate")
    })
}

/// To the mail server where one is named, else to files.
fn mail(config: &Config) -> Result<Arc<dyn MailDelivery>, Failure> {
    let mail = &config.mail;
    let own = config.server.public_url.clone().map(Links::Here);
    let links = mail.link_base_url.clone().map(Links::Elsewhere).or(own);
    let letters = Letters::new(&mail.from, &mail.service_name, links).map_err(Failure::new)?;
    let Some(host) = &mail.smtp_host else {
        let keep = usize::try_from(mail.outbox_files).unwrap_or(usize::MAX);
        return Ok(Arc::new(Outbox::new(letters, config.store.data_dir.join("outbox"), keep)));
    };
    let server = SmtpServer {
        host,
        port: mail.smtp_port.and_then(|port| u16::try_from(port).ok()),
        tls: mail.smtp_tls,
        login: mail.smtp_username.as_deref().zip(mail.smtp_password.as_ref()),
        ehlo_name: mail.ehlo_name.as_deref(),
        timeout: Duration::from_secs(mail.smtp_timeout_seconds),
    };
    Ok(Arc::new(SmtpDelivery::new(letters, &server).map_err(Failure::new)?))
}

fn outbound(set: &config::Outbound) -> Outbound {
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let limits = Limits {
        timeout: Duration::from_secs(set.timeout_seconds),
        max_body_bytes: count(set.max_body_bytes),
        at_a_time: count(set.max_requests),
    };
    Outbound::new(Reachable::with(set.allowed_networks.iter().map(|network| network.0).collect()), limits)
}

fn database_url(config: &Config) -> Result<(), Failure> {
    match config.store.database().map_err(Failure::new)? {
        config::Database::Postgres(url) => postgres(config, &url).map(|_| ()),
        config::Database::Sqlite(_) => Ok(()),
    }
}
