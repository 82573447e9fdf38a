//! Every key, with its default, its bounds and its meaning. `cloakroom config reference` prints what is written here.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use cloakroom_engine::hex::unhex;
use serde::{Deserialize, Serialize};

use super::key::{section, settings};
use super::key_file::is_placeholder;
use super::listen_address::ListenAddress;
use super::network::Network;
use super::secret::Secret;

const LOOPBACK: ListenAddress = ListenAddress(SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080));

settings! {
    Text: CapPolicy, LogFormat;
}

section! {
    /// The listeners and the limits that hold before any surface sees a request.
    Server as "server" {
        /// Address and port to listen on; port 0 picks a free one.
        listen: ListenAddress = LOOPBACK;
        /// Where clients reach this server, `https://host[:port][/path]`; the issuer of tokens. Not set: `http://` and the listen address.
        public_url: Option<String> = None;
        /// What `public_url` was before, at most 8: tokens that name one as their issuer are still taken. Keep each for `tokens.refresh_ttl_seconds` after the change.
        previous_public_urls: Vec<String> = Vec::new();
        /// A listener of its own for `/metrics`, which then is not served on the main one.
        metrics_listen: Option<ListenAddress> = None;
        /// PEM file with the certificate chain; with `tls_key_file` it turns TLS on.
        tls_certificate_file: Option<PathBuf> = None;
        /// PEM file with the private key of the certificate.
        tls_key_file: Option<PathBuf> = None;
        /// Networks (CIDR) or addresses of the reverse proxies whose `X-Forwarded-For`, or else `Forwarded`, is believed.
        trusted_proxies: Vec<Network> = Vec::new();
        /// Seconds that answering a request may take.
        request_timeout_seconds: u64 = 30, within 1 ..= 3600;
        /// Seconds in which a connection must have sent the head of a request; also closes idle connections.
        header_timeout_seconds: u64 = 10, within 1 ..= 3600;
        /// Bytes that the head of a request may have.
        max_header_bytes: u64 = 32_768, within 8192 ..= 1_048_576;
        /// Bytes that the body of a request may have.
        max_body_bytes: u64 = 65_536, within 1024 ..= 67_108_864;
        /// Bytes of request bodies held at the same time; above it requests are refused with `Retry-After`.
        max_held_body_bytes: u64 = 134_217_728, within 1024 ..= 1_099_511_627_776;
        /// Seconds in which a request's body must have arrived, and longer only as long as it comes with `body_bytes_per_second`.
        body_timeout_seconds: u64 = 10, within 1 ..= 3600;
        /// Bytes per second that a body must come with which takes longer than `body_timeout_seconds`.
        body_bytes_per_second: u64 = 1024, within 1 ..= 1_048_576;
        /// Seconds in which a client must have taken each 16 KiB of an answer; above it its connection is closed.
        answer_timeout_seconds: u64 = 10, within 1 ..= 3600;
        /// Requests answered at the same time; above it they are refused with `Retry-After`.
        max_in_flight: u64 = 1024, within 8 ..= 1_000_000;
        /// Exports answered at the same time, in places of their own, half of them for one address; one more is refused with `Retry-After`.
        max_streams: u64 = 32, within 1 ..= 100_000;
        /// Seconds after which the answer of an export is broken off; a further call goes on behind its last line.
        stream_timeout_seconds: u64 = 3600, within 1 ..= 604_800;
        /// Seconds between the request to stop and the stop, in which `/readyz` says no and everything is still answered: longer than a load balancer takes to notice.
        drain_delay_seconds: u64 = 0, within 0 ..= 600;
        /// Seconds that requests under way are given when the server stops.
        shutdown_grace_seconds: u64 = 20, within 0 ..= 3600;
        /// Whether `/docs` shows the guides, and the OpenAPI documents as a page. The documents themselves are served in any case.
        docs: bool = true;
        /// Connections open at the same time; one more is closed at once. Not set: as many as there are descriptors for (`ulimit -n`), less those that the server needs itself.
        max_connections: Option<u64> = None, within 1 ..= 10_000_000;
    }
}

section! {
    /// The key that encrypts signing keys at rest and from which pepper, cursor and permutation keys are derived.
    Keys as "keys" {
        /// The master key: 32 bytes as 64 hex digits or base64. Not set: a 0600 file in `data_dir`, made on first start; with PostgreSQL it has to be set, the same for every process.
        master: Option<Secret> = None;
        /// File whose content is `master`.
        master_file: Option<PathBuf> = None;
    }
}

section! {
    /// How long sessions live and how many a user may have.
    Sessions as "sessions" {
        /// Seconds that a session lives without activity when its creator does not say.
        ttl_seconds: u64 = 3600, within 1 ..= 31_536_000;
        /// Least seconds that a creator may ask for.
        ttl_min_seconds: u64 = 60, within 1 ..= 31_536_000;
        /// Most seconds that a creator may ask for.
        ttl_max_seconds: u64 = 86_400, within 1 ..= 31_536_000;
        /// Seconds after its creation at which a session ends whatever its activity.
        absolute_ttl_seconds: u64 = 7_776_000, within 1 ..= 315_360_000;
        /// Seconds that a session of session storage lives when the application does not say.
        storage_ttl_seconds: u64 = 2_592_000, within 1 ..= 31_536_000;
        /// Active sessions that a user may have.
        cap: u64 = 1024, within 1 ..= 65_536;
        /// Sessions that applications may keep for a user, counted apart from the user's own. Not set: as many as `cap`.
        storage_cap: Option<u64> = None, within 1 ..= 65_536;
        /// At the cap: `refuse` the new session, or `evict_oldest`, which ends the least recently used one.
        cap_policy: CapPolicy = CapPolicy::Refuse;
        /// Seconds after its end at which a session is archived.
        archive_after_seconds: u64 = 604_800, within 0 ..= 3_153_600_000;
        /// Seconds after its archiving at which a session is purged.
        retention_seconds: u64 = 31_536_000, within 0 ..= 3_153_600_000;
    }
}

section! {
    /// What is kept in memory in front of the database: the facts that say whether a session, a token or an API key lives.
    Live as "live" {
        /// Bytes of memory for it, beside all else; 0 keeps nothing. Not set: a quarter of the machine's memory, at most 1 GiB. A session counts for about 600.
        max_bytes: Option<u64> = None, within 0 ..= 1_099_511_627_776;
    }
}

section! {
    /// What this server asks of servers of others, at addresses of the directory: it tells applications of logouts.
    Outbound as "outbound" {
        /// Networks (CIDR) or addresses that are not public and may be asked nonetheless. No other such address is, since whoever writes the directory could have this server ask its own neighbours.
        allowed_networks: Vec<Network> = Vec::new();
        /// Seconds that an answer may take, from the connection to its last byte.
        timeout_seconds: u64 = 5, within 1 ..= 60;
        /// Bytes that the body of an answer may have.
        max_body_bytes: u64 = 262_144, within 1024 ..= 16_777_216;
        /// Requests under way at the same time.
        max_requests: u64 = 64, within 1 ..= 65_536;
        /// How often it is tried to tell an application that a session is over: five seconds after the first time, then twice as long each time; 12 are some three hours.
        logout_attempts: u64 = 12, within 1 ..= 20;
    }
}

section! {
    /// Where sessions come from.
    Geoip as "geoip" {
        /// Database of places in MaxMind's format (GeoLite2 or GeoIP2, City or Country, and their like), read at start and held in memory
        /// as a whole. Not set: no session has a location.
        database: Option<PathBuf> = None;
    }
}

section! {
    /// When repeated failures to sign in lock a name.
    Lockout as "lockout" {
        /// Failures from one network (/24, /64) that lock a name for it; 0 switches this lock off.
        failures: u64 = 3, within 0 ..= 1_000_000;
        /// Failures from everywhere that lock a name for everybody; 0 switches this lock off.
        failures_everywhere: u64 = 30, within 0 ..= 1_000_000;
        /// Seconds within which failures are counted.
        window_seconds: u64 = 600, within 1 ..= 86_400;
        /// Seconds that a lock lasts.
        lock_seconds: u64 = 600, within 1 ..= 86_400;
    }
}

section! {
    /// What passwords must be, and the threads that hash them.
    Passwords as "passwords" {
        /// Characters that a new password has at least. NIST SP 800-63B wants 15 where the password is the only factor.
        min_length: u64 = 8, within 8 ..= 128;
        /// KiB of memory that a password hash from elsewhere may cost (`password_hash` in a directory file). Every refused sign-in costs as much as the dearest hash of the directory.
        import_memory_kib: u64 = 65_536, within 19_456 ..= 262_144;
        /// Passes that a password hash from elsewhere may cost.
        import_passes: u64 = 4, within 2 ..= 16;
        /// Hashes that may wait; above it sign-ins are refused with `Retry-After`.
        queue: u64 = 256, within 1 ..= 65_536;
        /// Threads that hash, about 19 MiB each while they do, or what the dearest hash of the directory takes. Not set: one per core.
        threads: Option<u64> = None, within 1 ..= 1024;
    }
}

section! {
    /// The background tasks: expiry, archiving, purging, stamping after mass ends.
    Tasks as "tasks" {
        /// Seconds between two runs.
        tick_seconds: u64 = 1, within 1 ..= 3600;
        /// Rows that one transaction of a task touches at most.
        batch: u64 = 500, within 1 ..= 10_000;
    }
}

section! {
    /// What is written to standard error.
    Log as "log" {
        /// `json`, one object per line, `text`, for people, or `auto`: text at a terminal, JSON elsewhere.
        format: LogFormat = LogFormat::Auto;
        /// `error`, `warn`, `info`, `debug`, `trace`, or directives such as `info,cloakroom_server=debug`. Libraries never go above `info`.
        level: String = "info".to_owned();
    }
}

/// What happens to a new session at the cap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapPolicy {
    /// The new session is refused.
    Refuse,
    /// The least recently used session ends and makes room.
    EvictOldest,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Text at a terminal, JSON elsewhere.
    Auto,
    /// One JSON object per line.
    Json,
    /// For people.
    Text,
}

impl Server {
    /// How long answering a request may take.
    #[must_use]
    pub fn request_timeout(&self) -> Duration {
        Duration::from_secs(self.request_timeout_seconds)
    }

    /// How long the head of a request may take to arrive.
    #[must_use]
    pub fn header_timeout(&self) -> Duration {
        Duration::from_secs(self.header_timeout_seconds)
    }

    /// How long a body may take however small it is.
    #[must_use]
    pub fn body_timeout(&self) -> Duration {
        Duration::from_secs(self.body_timeout_seconds)
    }

    /// How long a client may leave a piece of an answer.
    #[must_use]
    pub fn answer_timeout(&self) -> Duration {
        Duration::from_secs(self.answer_timeout_seconds)
    }

    /// How long everything is still answered after the request to stop.
    #[must_use]
    pub fn drain_delay(&self) -> Duration {
        Duration::from_secs(self.drain_delay_seconds)
    }

    /// How long requests under way are given when the server stops.
    #[must_use]
    pub fn shutdown_grace(&self) -> Duration {
        Duration::from_secs(self.shutdown_grace_seconds)
    }

    /// The greatest body in bytes, as what the body reader takes.
    #[must_use]
    pub fn body_limit(&self) -> usize {
        usize::try_from(self.max_body_bytes).unwrap_or(usize::MAX)
    }

    /// Both files that TLS needs, or `None` when it is off.
    #[must_use]
    pub fn tls_files(&self) -> Option<(&std::path::Path, &std::path::Path)> {
        self.tls_certificate_file.as_deref().zip(self.tls_key_file.as_deref())
    }
}

impl Keys {
    /// The bytes of the configured master key, or `None` when none is configured.
    ///
    /// # Errors
    /// When the text is not 32 bytes in hex or base64, or all of them are one; the message does not repeat it.
    pub fn master_key(&self) -> Result<Option<zeroize::Zeroizing<[u8; 32]>>, String> {
        self.master.as_ref().map(|text| usable_key(text.reveal())).transpose()
    }
}

/// 32 bytes that somebody chose as a key.
///
/// # Errors
/// What is wrong with the text, which the message does not repeat.
pub(super) fn usable_key(text: &str) -> Result<zeroize::Zeroizing<[u8; 32]>, String> {
    let key = decode_key(text)?;
    if is_placeholder(&key) { Err("is one byte over and over, which is no key: take `openssl rand -hex 32`".into()) } else { Ok(key) }
}

fn decode_key(text: &str) -> Result<zeroize::Zeroizing<[u8; 32]>, String> {
    use base64::{
        Engine as _,
        engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
    };
    if let Some(bytes) = unhex(text) {
        return Ok(bytes.into());
    }
    let plain = text.trim_end_matches('=');
    let decoded = STANDARD_NO_PAD.decode(plain).or_else(|_| URL_SAFE_NO_PAD.decode(plain)).map(zeroize::Zeroizing::new);
    match decoded {
        Ok(decoded) if decoded.len() == 32 => {
            let mut bytes = zeroize::Zeroizing::new([0_u8; 32]);
            bytes.copy_from_slice(&decoded);
            Ok(bytes)
        }
        _ => Err("must be 32 bytes, written as 64 hex digits or as base64".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn master_keys_in_hex_and_base64() {
        assert_eq!(decode_key(&"0aF1".repeat(16)).unwrap()[..2], [0x0a, 0xf1]);
        assert_eq!(*decode_key("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=").unwrap(), [1; 32]);
        assert_eq!(*decode_key("__________________________________________8").unwrap(), [255; 32]);
        for bad in ["", "00", &"0".repeat(63), &"g".repeat(64)] {
            assert!(decode_key(bad).is_err());
        }
    }

    #[test]
    fn a_placeholder_is_no_key() {
        for placeholder in ["0".repeat(64), "f".repeat(64), "7a".repeat(32)] {
            let keys = Keys { master: Some(Secret::new(placeholder.clone())), ..Keys::default() };
            assert!(keys.master_key().is_err_and(|told| !told.contains(&placeholder)));
        }
        let keys = Keys { master: Some(Secret::new("0123456789abcdef".repeat(4))), ..Keys::default() };
        assert!(keys.master_key().is_ok());
    }
}
