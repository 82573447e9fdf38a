//! Servers that the command line talks to, and the credentials for them: a file of profiles, secrets in files and in the environment,
//! tokens that a login left. What holds a secret must be readable by its owner alone.

mod logins;
mod private;

use std::collections::BTreeMap;
use std::env;
use std::io;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Format as _, Toml};
use serde::Deserialize;

pub use logins::KeptLogin;
use private::read_private;

use super::Secret;

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

/// What a command may be told by a file, by the environment or by a profile, and never by an argument: other users of the machine can
/// read those.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// A user's password.
    Passcode,
    /// A password to be set.
    NewPassword,
    /// The bearer guid of a session of USM.
    SessionGuid,
    /// An API key.
    ApiKey,
    /// The secret of an application.
    ClientSecret,
}

impl SecretKind {
    /// The environment variable.
    #[must_use]
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Passcode => "CLOAKROOM_PASSCODE",
            Self::NewPassword => "CLOAKROOM_NEW_PASSWORD",
            Self::SessionGuid => "CLOAKROOM_SESSION_GUID",
            Self::ApiKey => "CLOAKROOM_API_KEY",
            Self::ClientSecret => "CLOAKROOM_CLIENT_SECRET",
        }
    }

    /// For people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passcode => "password",
            Self::NewPassword => "new password",
            Self::SessionGuid => "session guid",
            Self::ApiKey => "API key",
            Self::ClientSecret => "client secret",
        }
    }
}

/// Where profiles and logins are kept.
#[derive(Clone, Debug)]
pub struct ProfileStore {
    file: PathBuf,
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
    /// A file that cannot be read, that others may read, or that is none; a name that is not in it. Never what a secret is.
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

/// A secret from a file of mode 0600, without its last line break.
///
/// # Errors
/// A file that cannot be read, that others may read, or that is empty.
pub fn read_secret(file: &Path) -> Result<Secret, String> {
    let text = read_private(file)?;
    let secret = text.reveal().trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        return Err(format!("{} is empty", file.display()));
    }
    Ok(Secret::new(secret.to_owned()))
}

/// Puts a secret into a new file of mode 0600.
///
/// # Errors
/// A file that is there already, or cannot be written.
pub fn write_secret(file: &Path, secret: &str) -> Result<(), String> {
    private::create_private(file, secret).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => format!("{} is there already", file.display()),
        _ => format!("{}: {error}", file.display()),
    })
}

/// The secret that the environment has.
#[must_use]
pub fn secret_of_environment(kind: SecretKind) -> Option<Secret> {
    variable(kind.variable()).map(Secret::new)
}

/// One that is set to nothing is not set.
#[expect(clippy::disallowed_methods, reason = "the configuration is where the environment comes in")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
