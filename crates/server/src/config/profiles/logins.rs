//! The pair of tokens that a login left, one file per profile beside the file of profiles.

use std::path::PathBuf;

use cloakroom_client::TokenPair;
use serde::Deserialize;
use serde_json::json;

use super::super::secret::Secret;
use super::private::{read_private, remove, replace_private};
use super::profile::ProfileStore;

/// A pair and the server that it is good for: it is never shown to another one.
#[derive(Clone, Debug, Deserialize)]
pub struct KeptLogin {
    /// Where it was given.
    pub base_url: String,
    /// A JWT.
    pub access_token: Secret,
    /// Opaque.
    pub refresh_token: Secret,
}

impl KeptLogin {
    /// A pair that this server gave.
    #[must_use]
    pub fn of(base_url: &str, pair: &TokenPair) -> Self {
        let secret = |secret: &cloakroom_client::Secret| Secret::new(secret.expose().to_owned());
        Self { base_url: base_url.to_owned(), access_token: secret(&pair.access_token), refresh_token: secret(&pair.refresh_token) }
    }
}

impl ProfileStore {
    /// The login of a profile; `None` where there is none.
    ///
    /// # Errors
    /// A file that others may read, or that is malformed.
    pub fn login(&self, profile: &str) -> Result<Option<KeptLogin>, String> {
        let file = self.login_file(profile)?;
        if !file.exists() {
            return Ok(None);
        }
        let text = read_private(&file)?;
        // Without the reader's message, which would quote the secret.
        serde_json::from_str(text.reveal()).map(Some).map_err(|_| format!("{} holds no login: remove it", file.display()))
    }

    /// Keeps a login in place of an older one.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn keep_login(&self, profile: &str, login: &KeptLogin) -> Result<(), String> {
        let (access, refresh) = (login.access_token.reveal(), login.refresh_token.reveal());
        let text = json!({ "base_url": login.base_url, "access_token": access, "refresh_token": refresh });
        let file = self.login_file(profile)?;
        replace_private(&file, &text.to_string()).map_err(|error| format!("{}: {error}", file.display()))
    }

    /// Removes the login of a profile.
    ///
    /// # Errors
    /// A file that cannot be removed.
    pub fn forget_login(&self, profile: &str) -> Result<(), String> {
        let file = self.login_file(profile)?;
        remove(&file).map_err(|error| format!("{}: {error}", file.display()))
    }

    pub(super) fn login_file(&self, profile: &str) -> Result<PathBuf, String> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if profile.is_empty() || profile.starts_with('.') || !profile.chars().all(is_plain) {
            return Err("a profile's name has letters, digits, `-`, `_` and `.`, and does not begin with a dot".to_owned());
        }
        Ok(self.file.with_file_name("logins").join(format!("{profile}.json")))
    }
}
