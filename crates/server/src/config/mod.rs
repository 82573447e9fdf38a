//! The configuration: defaults < TOML file < environment < flags. Only this module and boot read files and environment.

mod audit;
mod key;
mod key_file;
mod layers;
mod listen_address;
mod load;
mod mail;
mod network;
mod origin;
mod problem;
pub mod profiles;
mod rate_limits;
mod reference;
mod secret;
mod sections;
mod store;
#[cfg(test)]
mod tests;
mod tls;
mod tokens;
mod validate;
mod web;

pub use audit::{Audit, RetentionAction};
pub use key::{ConfigKey, Kind, PREFIX};
pub use key_file::{is_placeholder, refuse_shared};
pub use layers::Sources;
pub use listen_address::ListenAddress;
pub use load::{Loaded, load, read_secret};
pub use mail::{Mail, MailTls};
pub use network::Network;
pub use origin::Origin;
pub use problem::{Problem, Problems};
pub use rate_limits::RateLimits;
pub use reference::{markdown, show};
pub use secret::{REDACTED, Secret};
pub use sections::{CapPolicy, Geoip, Keys, Live, Lockout, Log, LogFormat, Outbound, Passwords, Server, Sessions, Tasks};
pub use store::{Database, Postgres, Store, carries_password};
pub use tls::{TlsMaterial, tls_material};
pub use tokens::{Algorithm, Tokens};
pub use web::Web;

macro_rules! config {
    ($($field:ident: $section:ident;)+) => {
        /// Everything that can be configured, valid once [`load`] returned it.
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
        pub struct Config {
            $(#[doc = concat!("Section `[", stringify!($field), "]`.")] pub $field: $section,)+
        }

        impl Config {
            /// Every key, section by section.
            #[must_use]
            pub fn keys() -> Vec<ConfigKey> {
                [$($section::KEYS),+].concat()
            }

            fn about(section: &str) -> &'static str {
                match section {
                    $(stringify!($field) => $section::ABOUT,)+
                    _ => "",
                }
            }

            fn extract(layers: &layers::Layers, problems: &mut Vec<Problem>) -> Self {
                Self { $($field: $section::extract(layers, problems),)+ }
            }
        }
    };
}

config! {
    server: Server;
    store: Store;
    postgres: Postgres;
    keys: Keys;
    sessions: Sessions;
    tokens: Tokens;
    live: Live;
    geoip: Geoip;
    lockout: Lockout;
    rate_limits: RateLimits;
    audit: Audit;
    mail: Mail;
    outbound: Outbound;
    web: Web;
    passwords: Passwords;
    tasks: Tasks;
    log: Log;
}

impl Config {
    /// The value of a key as JSON, secrets redacted, `null` when it is not set.
    #[must_use]
    pub fn shown(&self, key: &ConfigKey) -> serde_json::Value {
        let tree = serde_json::to_value(self).unwrap_or_default();
        tree.get(key.section).and_then(|section| section.get(key.name)).cloned().unwrap_or_default()
    }
}
