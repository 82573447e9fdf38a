//! Reading, merging and checking a configuration.

use std::{collections::BTreeMap, path::Path};

use super::key_file::refuse_shared;
use super::{Config, Origin, Problem, Problems, Secret, Sources, layers, validate};

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
    let Config { store, keys: master, tokens, mail, .. } = &mut config;
    for (key, secret, file) in [
        ("store.database_url", &mut store.database_url, &store.database_url_file),
        ("keys.master", &mut master.master, &master.master_file),
        ("tokens.encryption_key", &mut tokens.encryption_key, &tokens.encryption_key_file),
        ("tokens.previous_encryption_keys", &mut tokens.previous_encryption_keys, &tokens.previous_encryption_keys_file),
        ("mail.smtp_password", &mut mail.smtp_password, &mail.smtp_password_file),
    ] {
        resolve_secret(key, secret, file.as_deref(), &layers, &mut problems);
    }
    let key_files = [
        ("keys.master_file", &config.keys.master_file),
        ("tokens.encryption_key_file", &config.tokens.encryption_key_file),
        ("tokens.previous_encryption_keys_file", &config.tokens.previous_encryption_keys_file),
        ("server.tls_key_file", &config.server.tls_key_file),
    ];
    for (key, file) in key_files {
        if let Some(Err(message)) = file.as_deref().map(refuse_shared) {
            problems.push(Problem::new(key, &layers.origin(key), message));
        }
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
    match read_secret(file) {
        Ok(read) => *secret = Some(read),
        Err(message) => refuse(message),
    }
}

/// What a file holds, without the newline at its end.
///
/// # Errors
/// What the system says.
#[expect(clippy::disallowed_methods, reason = "the configuration reads the files that hold secrets")]
pub fn read_secret(file: &Path) -> Result<Secret, String> {
    std::fs::read_to_string(file).map(|text| Secret::new(without_newline(text))).map_err(|error| format!("cannot be read: {error}"))
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
