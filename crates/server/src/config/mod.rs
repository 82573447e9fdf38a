//! The configuration: defaults < TOML file < environment < flags. Only this module and boot read files and environment.

mod key;
mod layers;
mod reference;
mod secret;
mod sections;
#[cfg(test)]
mod tests;
mod validate;

use std::{collections::BTreeMap, fmt, path::Path};

pub use key::{ConfigKey, Kind};
pub use layers::{Origin, PREFIX, Sources};
pub use reference::{markdown, show};
pub use secret::{REDACTED, Secret};
pub use sections::{Algorithm, CapPolicy, Database, Keys, Lockout, Log, LogFormat, Passwords, Server, Sessions, Store, Tasks, Tokens};

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
    keys: Keys;
    sessions: Sessions;
    tokens: Tokens;
    lockout: Lockout;
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

/// One thing that is wrong with a configuration. Never holds the value of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// `section.name`, or empty when a whole source is at fault.
    pub key: String,
    /// Where it was set, for people; empty for a default.
    pub origin: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Problem {
    fn new(key: &str, origin: &Origin, message: String) -> Self {
        let origin = if *origin == Origin::Default { String::new() } else { origin.to_string() };
        Self { key: key.to_owned(), origin, message }
    }

    fn file(origin: &Origin, message: String) -> Self {
        Self { key: String::new(), origin: origin.to_string(), message }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.key.is_empty(), self.origin.is_empty()) {
            (true, _) => write!(f, "{} {}", self.origin, self.message),
            (false, true) => write!(f, "`{}` {}", self.key, self.message),
            (false, false) => write!(f, "`{}` (from {}) {}", self.key, self.origin, self.message),
        }
    }
}

/// Everything that is wrong with a configuration, one line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration cannot be used:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

impl std::error::Error for Problems {}

/// A valid configuration and where its values came from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The effective values.
    pub config: Config,
    origins: BTreeMap<String, Origin>,
}

impl Loaded {
    /// Where the value of `section.name` came from.
    #[must_use]
    pub fn origin(&self, key: &str) -> Origin {
        self.origins.get(key).cloned().unwrap_or(Origin::Default)
    }
}

/// Reads, merges and checks.
///
/// # Errors
/// All problems at once: unreadable files, unknown keys, wrong types, values out of bounds, contradictions.
pub fn load(sources: &Sources) -> Result<Loaded, Problems> {
    let keys = Config::keys();
    let mut problems = Vec::new();
    let layers = layers::Layers::read(sources, &keys, &mut problems);
    let mut config = Config::extract(&layers, &mut problems);
    let Config { store, keys: master, tokens, .. } = &mut config;
    for (key, secret, file) in [
        ("store.database_url", &mut store.database_url, &store.database_url_file),
        ("keys.master", &mut master.master, &master.master_file),
        ("tokens.encryption_key", &mut tokens.encryption_key, &tokens.encryption_key_file),
    ] {
        resolve_secret(key, secret, file.as_deref(), &layers, &mut problems);
    }
    validate::check(&config, &layers, &keys, &mut problems);
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    let origins = keys.iter().map(|key| (key.path(), layers.origin(&key.path()))).collect();
    Ok(Loaded { config, origins })
}

fn resolve_secret(key: &str, secret: &mut Option<Secret>, file: Option<&Path>, layers: &layers::Layers, problems: &mut Vec<Problem>) {
    let Some(file) = file else { return };
    let file_key = format!("{key}_file");
    let mut refuse = |message| problems.push(Problem::new(&file_key, &layers.origin(&file_key), message));
    if secret.is_some() {
        return refuse(format!("and `{key}` (from {}) are both given: keep one", layers.origin(key)));
    }
    match std::fs::read_to_string(file) {
        Ok(text) => *secret = Some(Secret::new(without_newline(text))),
        Err(error) => refuse(format!("cannot be read: {error}")),
    }
}

fn without_newline(mut text: String) -> String {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    text
}

/// Certificate chain and private key, both PEM.
pub type TlsMaterial = (Vec<u8>, zeroize::Zeroizing<Vec<u8>>);

/// What TLS needs, read from the configured files; `None` when it is off.
///
/// # Errors
/// Which file cannot be read.
pub fn tls_material(server: &Server) -> Result<Option<TlsMaterial>, String> {
    let Some((certificate, key)) = server.tls_files() else { return Ok(None) };
    let read = |path: &Path| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    Ok(Some((read(certificate)?, zeroize::Zeroizing::new(read(key)?))))
}
