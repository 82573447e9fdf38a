//! A server that the command line talks to, and the file that says who calls it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use figment::Figment;
use figment::providers::{Format as _, Toml};
use serde::Deserialize;

use super::super::secret::Secret;
use super::private::read_private;
use super::secrets::{SecretKind, read_secret, variable};

/// A server and who calls it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Where the server is.
    pub base_url: String,
    /// Certificates to trust beside the machine's, a PEM file.
    pub root_certificates: Option<PathBuf>,
    /// The org that is meant where a command names none.
    pub orgcode: Option<String>,
    session_guid: Option<Secret>,
    session_guid_file: Option<PathBuf>,
    /// The application that calls.
    pub client_id: Option<String>,
    client_secret: Option<Secret>,
    client_secret_file: Option<PathBuf>,
    api_key: Option<Secret>,
    api_key_file: Option<PathBuf>,
}

/// Where profiles and logins are kept.
#[derive(Clone, Debug)]
pub struct ProfileStore {
    pub(super) file: PathBuf,
}

impl ProfileStore {
    /// The file that is named, else that of `CLOAKROOM_PROFILES`, else `cloakroom/profiles.toml` where programs of this user keep such.
    ///
    /// # Errors
    /// When neither says where that is.
    pub fn of_process(file: Option<PathBuf>) -> Result<Self, String> {
        let named = file.or_else(|| variable("CLOAKROOM_PROFILES").map(PathBuf::from));
        let home = || variable("HOME").map(|home| PathBuf::from(home).join(".config"));
        let usual = || variable("XDG_CONFIG_HOME").map(PathBuf::from).or_else(home).map(|folder| folder.join("cloakroom/profiles.toml"));
        let file = named.or_else(usual).ok_or("neither HOME nor CLOAKROOM_PROFILES is set, and --profiles names no file")?;
        Ok(Self { file })
    }

    /// The profile of this name.
    ///
    /// # Errors
    /// A file that cannot be read, that others may read, or that is malformed; a name that is not in it. Never contains a secret.
    pub fn profile(&self, name: &str) -> Result<Profile, String> {
        let text = read_private(&self.file)?;
        let read = Figment::from(Toml::string(text.reveal())).extract::<BTreeMap<String, Profile>>();
        let mut profiles = read.map_err(|error| format!("{}: {error}", self.file.display()))?;
        let known = profiles.keys().cloned().collect::<Vec<_>>().join(", ");
        profiles.remove(name).ok_or_else(|| format!("{} has no profile {name:?}, but {known}", self.file.display()))
    }

    /// Whether a file of profiles is there at all.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<usize, String> {
        let text = read_private(&self.file)?;
        let read = Figment::from(Toml::string(text.reveal())).extract::<BTreeMap<String, Profile>>();
        read.map(|profiles| profiles.len()).map_err(|error| format!("{}: {error}", self.file.display()))
    }
}

impl Profile {
    /// The profile's secret of this kind.
    ///
    /// # Errors
    /// A file that cannot be read, or that others may read.
    pub fn secret(&self, kind: SecretKind) -> Result<Option<Secret>, String> {
        let (secret, file) = match kind {
            SecretKind::SessionGuid => (&self.session_guid, &self.session_guid_file),
            SecretKind::ApiKey => (&self.api_key, &self.api_key_file),
            SecretKind::ClientSecret => (&self.client_secret, &self.client_secret_file),
            SecretKind::Passcode | SecretKind::NewPassword => return Ok(None),
        };
        match (secret, file) {
            (Some(_), Some(_)) => Err(format!("the profile has the {} twice", kind.name())),
            (Some(secret), None) => Ok(Some(secret.clone())),
            (None, Some(file)) => read_secret(file).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// The PEM of the certificates to trust.
    ///
    /// # Errors
    /// A file that cannot be read.
    #[expect(clippy::disallowed_methods, reason = "only config and boot read files")]
    pub fn root_certificates_pem(&self) -> Result<Option<Vec<u8>>, String> {
        let read = |file: &PathBuf| std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()));
        self.root_certificates.as_ref().map(read).transpose()
    }
}
