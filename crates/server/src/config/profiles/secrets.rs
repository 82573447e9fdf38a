//! Secrets of commands: from files and from the environment.

use std::env;
use std::io;
use std::path::Path;

use super::super::secret::Secret;
use super::private::{self, read_private};

/// Secrets that a command gets from a file, the environment or a profile, and never from an argument, since other users of the machine can
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

/// The variable of the environment that names a proxy for this base URL; never what it says, which may hold a password.
#[must_use]
pub fn proxy_of_environment(base_url: &str) -> Option<&'static str> {
    let of_scheme = if base_url.starts_with("https:") { ["HTTPS_PROXY", "https_proxy"] } else { ["HTTP_PROXY", "http_proxy"] };
    of_scheme.into_iter().chain(["ALL_PROXY", "all_proxy"]).find(|name| variable(name).is_some())
}

/// A variable of the environment. An empty one counts as not set.
#[expect(clippy::disallowed_methods, reason = "the configuration is where the environment comes in")]
pub(super) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
