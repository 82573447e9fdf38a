//! What must hold between the values, after each of them was read.

use axum::http::Uri;

use super::tokens::MOST_PREVIOUS;
use super::web::LONGEST_NAME;
use super::{Config, Database, MailTls, Problem, key::ConfigKey, layers::Layers, rate_limits, web};
use crate::logging;
use crate::mail::letter::Letters;

/// Adds every error to `problems`, so that an operator can correct all at once.
pub fn check(config: &Config, layers: &Layers, keys: &[ConfigKey], problems: &mut Vec<Problem>) {
    let mut refuse = |key: &str, message: String| problems.push(Problem::new(key, &layers.origin(key), message));
    bounds(config, keys, &mut refuse);
    server(config, &mut refuse);
    sessions(config, &mut refuse);
    match config.store.database() {
        Err(message) => refuse("store.database_url", message),
        Ok(Database::Postgres(_)) if config.keys.master.is_none() => {
            refuse("keys.master", "is needed with PostgreSQL: what is sealed there, every process must be able to open".into());
        }
        Ok(_) => {}
    }
    if config.postgres.lock_timeout_seconds <= config.postgres.idle_timeout_seconds {
        refuse("postgres.lock_timeout_seconds", "must be longer than `postgres.idle_timeout_seconds`".into());
    }
    if let Err((key, message)) = config.tokens.encryption() {
        refuse(key, message);
    }
    previous(config, &mut refuse);
    if let Err(message) = config.keys.master_key() {
        refuse("keys.master", message);
    }
    if (1..86_400).contains(&config.audit.retention_seconds) {
        refuse("audit.retention_seconds", "must be at least a day (86400), or 0 to keep entries for ever".into());
    }
    mail(config, &mut refuse);
    web::check(&config.web, &config.server, &mut refuse);
    rate_limits::check(&config.rate_limits, &config.server, &mut refuse);
    let lockout = &config.lockout;
    if lockout.failures_everywhere > 0 && lockout.failures > lockout.failures_everywhere {
        refuse("lockout.failures", "must not exceed `lockout.failures_everywhere`".into());
    }
    if let Err(message) = logging::levels(&config.log.level) {
        refuse("log.level", message);
    }
}

/// Values that settings had before.
fn previous(config: &Config, refuse: &mut impl FnMut(&str, String)) {
    let (urls, audiences) = (&config.server.previous_public_urls, &config.tokens.previous_audiences);
    if urls.len() > MOST_PREVIOUS || !urls.iter().all(|url| is_public_url(url)) {
        refuse("server.previous_public_urls", format!("must be at most {MOST_PREVIOUS} URLs, each as `server.public_url` has them"));
    }
    if audiences.len() > MOST_PREVIOUS || audiences.iter().any(String::is_empty) {
        refuse("tokens.previous_audiences", format!("must be at most {MOST_PREVIOUS} audiences, none of them empty"));
    }
}

fn bounds(config: &Config, keys: &[ConfigKey], refuse: &mut impl FnMut(&str, String)) {
    for key in keys {
        let Some((low, high)) = key.bounds else { continue };
        if let Some(value) = config.shown(key).as_u64()
            && !(low..=high).contains(&value)
        {
            refuse(&key.path(), format!("is {value}, must be from {low} to {high}"));
        }
    }
}

fn server(config: &Config, refuse: &mut impl FnMut(&str, String)) {
    let server = &config.server;
    match (&server.tls_certificate_file, &server.tls_key_file) {
        (Some(_), None) => refuse("server.tls_certificate_file", "needs `server.tls_key_file` too".into()),
        (None, Some(_)) => refuse("server.tls_key_file", "needs `server.tls_certificate_file` too".into()),
        _ => {}
    }
    if server.metrics_listen == Some(server.listen) && server.listen.0.port() != 0 {
        refuse("server.metrics_listen", "must differ from `server.listen`".into());
    }
    if let Some(url) = &server.public_url
        && !is_public_url(url)
    {
        let expected = "must be `http://` or `https://`, a host, and nothing after the path; no `/` at its end";
        refuse("server.public_url", expected.into());
    }
}

fn is_public_url(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else { return false };
    let named = uri.authority().is_some_and(|authority| !authority.as_str().contains('@'));
    matches!(uri.scheme_str(), Some("http" | "https")) && named && !url.contains(['?', '#']) && !url.ends_with('/')
}

fn mail(config: &Config, refuse: &mut impl FnMut(&str, String)) {
    let mail = &config.mail;
    if let Err(message) = Letters::new(&mail.from, &mail.service_name, None) {
        refuse("mail.from", message);
    }
    if mail.service_name.trim().is_empty() || mail.service_name.chars().any(char::is_control) || mail.service_name.len() > LONGEST_NAME {
        refuse("mail.service_name", format!("must be 1 to {LONGEST_NAME} bytes of text on one line"));
    }
    if mail.ehlo_name.as_ref().is_some_and(|name| !is_host_name(name)) {
        refuse("mail.ehlo_name", "must be the name of a host, such as `mail.example.com`, or an address in brackets".into());
    }
    if mail.link_base_url.as_ref().is_some_and(|url| !is_public_url(url)) {
        refuse("mail.link_base_url", "must be `http://` or `https://`, a host, and nothing after the path; no `/` at its end".into());
    }
    match (&mail.smtp_username, &mail.smtp_password) {
        (Some(_), None) => refuse("mail.smtp_username", "needs `mail.smtp_password` too".into()),
        (None, Some(_)) => refuse("mail.smtp_password", "needs `mail.smtp_username` too".into()),
        (Some(_), Some(_)) if mail.smtp_tls == MailTls::None => {
            refuse("mail.smtp_tls", "must not be `none` with a password: anybody on the way would read it".into());
        }
        _ => {}
    }
}

/// RFC 5321 section 4.1.3: a domain, or an address literal.
fn is_host_name(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.len() <= 63 && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && !label.starts_with('-')
    };
    let literal = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    let address = literal.map(|literal| literal.strip_prefix("IPv6:").unwrap_or(literal).parse::<std::net::IpAddr>().is_ok());
    address.unwrap_or_else(|| name.len() <= 253 && name.split('.').all(label))
}

fn sessions(config: &Config, refuse: &mut impl FnMut(&str, String)) {
    let sessions = &config.sessions;
    let ordered = [
        ("ttl_min_seconds", sessions.ttl_min_seconds, "ttl_seconds", sessions.ttl_seconds),
        ("ttl_seconds", sessions.ttl_seconds, "ttl_max_seconds", sessions.ttl_max_seconds),
        ("ttl_max_seconds", sessions.ttl_max_seconds, "absolute_ttl_seconds", sessions.absolute_ttl_seconds),
    ];
    for (lesser, low, greater, high) in ordered {
        if low > high {
            refuse(&format!("sessions.{lesser}"), format!("is {low}, must not exceed `sessions.{greater}`, which is {high}"));
        }
    }
}
