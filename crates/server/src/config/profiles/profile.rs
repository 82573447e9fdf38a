//! A server that the command line talks to, and the file that says who calls it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use figment::Figment;
use figment::error::Kind;
use figment::providers::{Format as _, Toml};
use figment::value::Value;
use serde::Deserialize;

use super::super::secret::Secret;
use super::private::read_private;
use super::secrets::{SecretKind, read_secret, variable};
use crate::nearest::nearest;

/// A server and who calls it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Where the server is.
    pub base_url: String,
    /// Certificates to trust beside the machine's, a PEM file.
    pub root_certificates: Option<PathBuf>,
    /// The proxy that every call goes through; without one those of the environment, though never to this machine's loopback.
    pub proxy: Option<Secret>,
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

/// What the file of profiles says.
#[derive(Debug, Default)]
pub struct Profiles {
    /// The profile that is meant where a command names none.
    pub default_profile: Option<String>,
    /// By name.
    pub profiles: BTreeMap<String, Profile>,
}

/// The key of the file that names the default, and therefore no name of a profile.
pub(super) const DEFAULT: &str = "default_profile";

impl Profiles {
    /// The default, where it is one of the profiles.
    #[must_use]
    pub fn default_name(&self) -> Option<&str> {
        self.default_profile.as_deref().filter(|name| self.profiles.contains_key(*name))
    }

    /// The names of all, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.profiles.keys().map(String::as_str)
    }
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

    /// Where the file is, for people.
    #[must_use]
    pub fn place(&self) -> String {
        self.file.display().to_string()
    }

    /// All profiles; none where there is no file.
    ///
    /// # Errors
    /// A file that cannot be read, that others may read, or that is malformed. Never contains a secret.
    pub fn all(&self) -> Result<Profiles, String> {
        if !self.file.exists() {
            return Ok(Profiles::default());
        }
        let text = read_private(&self.file)?;
        let wrong = |name: &str, error: &figment::Error| format!("{}: {name}{}", self.place(), without_values(&error.kind));
        let read = Figment::from(Toml::string(text.reveal())).extract::<BTreeMap<String, Value>>();
        let mut all = Profiles::default();
        for (name, entry) in read.map_err(|error| wrong("", &error))? {
            if name == DEFAULT {
                all.default_profile = Some(entry.deserialize().map_err(|error| wrong(&format!("`{DEFAULT}` "), &error))?);
            } else {
                let profile = entry.deserialize().map_err(|error| wrong(&format!("profile `{name}`: "), &error))?;
                all.profiles.insert(name, profile);
            }
        }
        Ok(all)
    }

    /// The profile that is named, else that of `CLOAKROOM_PROFILE`, else the default; with its name.
    ///
    /// # Errors
    /// A file that cannot be used, as [`all`](Self::all) says; a name that is not in it; no name at all. Never contains a secret.
    pub fn chosen(&self, named: Option<&str>) -> Result<(String, Profile), Unchosen> {
        let mut all = self.all().map_err(Unchosen::Unreadable)?;
        let name = named.map(str::to_owned).or_else(|| variable("CLOAKROOM_PROFILE")).or_else(|| all.default_profile.clone());
        match name.as_ref().and_then(|name| all.profiles.remove(name)) {
            Some(profile) => Ok((name.unwrap_or_default(), profile)),
            None => Err(Unchosen::Missing { name, known: all.names().map(str::to_owned).collect() }),
        }
    }
}

/// What is wrong, without what stands there: it may be a secret.
fn without_values(problem: &Kind) -> String {
    match problem {
        Kind::UnknownField(name, known) => match nearest(name, known.iter().copied()) {
            Some(meant) => format!("unknown key `{name}`; did you mean `{meant}`?"),
            None => format!("unknown key `{name}`; there are {}", known.join(", ")),
        },
        Kind::MissingField(name) => format!("`{name}` is missing"),
        Kind::InvalidType(_, expected) => format!("a value is of the wrong type: it must be {expected}"),
        _ => "what stands there cannot be read: docs/cli.md shows how it looks".to_owned(),
    }
}

/// Why no profile is meant.
#[derive(Debug)]
pub enum Unchosen {
    /// The file cannot be used.
    Unreadable(String),
    /// There is none of this name, or none was named; these there are.
    Missing {
        /// What was named.
        name: Option<String>,
        /// All there are.
        known: Vec<String>,
    },
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
