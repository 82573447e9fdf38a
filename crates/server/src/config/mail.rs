//! The keys about mails.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::key::{section, settings};
use super::secret::Secret;

settings! {
    Text: MailTls;
}

section! {
    /// The mails that reset passwords and verify addresses.
    Mail as "mail" {
        /// The mail server. Not set: each mail becomes a file of mode 0600 in `outbox/` below `data_dir`.
        smtp_host: Option<String> = None;
        /// Its port. Not set: 587, with `implicit` 465, with `none` 25.
        smtp_port: Option<u64> = None, within 1 ..= 65_535;
        /// How the connection is protected: `starttls`, which is required then, `implicit`, or `none`, for a relay on the same machine.
        smtp_tls: MailTls = MailTls::Starttls;
        /// Name to log in with.
        smtp_username: Option<String> = None;
        /// Password to log in with.
        smtp_password: Option<Secret> = None;
        /// File whose content is `smtp_password`.
        smtp_password_file: Option<PathBuf> = None;
        /// Seconds that handing a mail over may take, from the connection to the last answer.
        smtp_timeout_seconds: u64 = 60, within 1 ..= 300;
        /// What the mail server is told that this machine is called. Not set: its host name.
        ehlo_name: Option<String> = None;
        /// The name of your service, in the subject and the text of mails.
        service_name: String = "Cloakroom".to_owned();
        /// Whom mails are from: an address, or a name and an address in angle brackets.
        from: String = "Cloakroom <cloakroom@localhost>".to_owned();
        /// Where pages of your own are that links in mails lead to: `/reset-password` and `/verify-email` below it. Not set: links lead to the pages of this server, `/password/reset` and `/email/verify`, where `server.public_url` is set; and else mails have a code and no link.
        link_base_url: Option<String> = None;
        /// Seconds that the code of a mail resets a password.
        reset_ttl_seconds: u64 = 1800, within 60 ..= 86_400;
        /// Seconds that the code of a mail verifies an address.
        verification_ttl_seconds: u64 = 86_400, within 60 ..= 2_592_000;
        /// Mails of one kind that a user is sent within `window_seconds`.
        per_account: u64 = 3, within 1 ..= 1000;
        /// Mails that one network (/24, /64) may ask for within `window_seconds`; 0 switches this off.
        per_network: u64 = 20, within 0 ..= 1_000_000;
        /// Seconds within which mails are counted.
        window_seconds: u64 = 3600, within 60 ..= 86_400;
        /// Mails that may wait for delivery; above it asking is refused with `Retry-After`.
        queue: u64 = 10_000, within 1 ..= 1_000_000;
        /// Attempts to hand a mail over, with growing pauses, before it is given up.
        attempts: u64 = 8, within 1 ..= 12;
        /// Files kept in `outbox/`; the oldest go first.
        outbox_files: u64 = 1000, within 1 ..= 1_000_000;
    }
}

/// How the connection to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    /// After the server's greeting; no mail goes to a server that does not offer it.
    Starttls,
    /// From the first byte.
    Implicit,
    /// Not at all.
    None,
}
