//! Where a command gets a secret from: a file, the environment, the profile, a question at a terminal. Never an argument.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use clap::Args;
use cloakroom_client::Secret;

use super::{Connected, usage};
use crate::cli::Failure;
use crate::config::profiles::{Profile, SecretKind, read_secret, secret_of_environment};

/// The bearer guid of a session.
#[derive(Debug, Args)]
pub(in crate::cli) struct GuidSource {
    /// File of mode 0600 with the bearer guid of the session that asks [default: CLOAKROOM_SESSION_GUID, the profile, or a question].
    #[arg(long, value_name = "FILE")]
    session_guid_file: Option<PathBuf>,
}

/// An API key.
#[derive(Debug, Args)]
pub(in crate::cli) struct KeySource {
    /// File of mode 0600 with the API key [default: CLOAKROOM_API_KEY, the profile, or a question].
    #[arg(long, value_name = "FILE")]
    api_key_file: Option<PathBuf>,
}

/// A password.
#[derive(Debug, Args)]
pub(in crate::cli) struct PasscodeSource {
    /// File of mode 0600 with the password [default: CLOAKROOM_PASSCODE, or a question].
    #[arg(long, value_name = "FILE")]
    passcode_file: Option<PathBuf>,
}

/// A password to be set.
#[derive(Debug, Args)]
pub(in crate::cli) struct NewPasswordSource {
    /// File of mode 0600 with the new password [default: CLOAKROOM_NEW_PASSWORD, or a question].
    #[arg(long, value_name = "FILE")]
    new_password_file: Option<PathBuf>,
}

impl NewPasswordSource {
    pub(in crate::cli) fn secret(&self, connected: &Connected) -> Result<Secret, Failure> {
        needed(SecretKind::NewPassword, self.new_password_file.as_deref(), &connected.profile)
    }
}

impl GuidSource {
    pub(in crate::cli) fn secret(&self, connected: &Connected) -> Result<Secret, Failure> {
        needed(SecretKind::SessionGuid, self.session_guid_file.as_deref(), &connected.profile)
    }
}

impl KeySource {
    pub(in crate::cli) fn secret(&self, connected: &Connected) -> Result<Secret, Failure> {
        needed(SecretKind::ApiKey, self.api_key_file.as_deref(), &connected.profile)
    }
}

impl PasscodeSource {
    pub(in crate::cli) fn secret(&self, connected: &Connected) -> Result<Secret, Failure> {
        needed(SecretKind::Passcode, self.passcode_file.as_deref(), &connected.profile)
    }
}

/// From the file that is named, else from the environment, else from the profile.
pub(super) fn found(kind: SecretKind, file: Option<&Path>, profile: &Profile) -> Result<Option<Secret>, Failure> {
    let found = match file {
        Some(file) => Some(read_secret(file).map_err(usage)?),
        None => match secret_of_environment(kind) {
            Some(secret) => Some(secret),
            None => profile.secret(kind).map_err(usage)?,
        },
    };
    Ok(found.map(|secret| Secret::new(secret.reveal())))
}

/// The same, else by a question at the terminal.
fn needed(kind: SecretKind, file: Option<&Path>, profile: &Profile) -> Result<Secret, Failure> {
    if let Some(secret) = found(kind, file, profile)? {
        return Ok(secret);
    }
    if !std::io::stdin().is_terminal() {
        let hint = format!("put it into a file of mode 0600, or into {}", kind.variable());
        return Err(usage(format_args!("there is no {}", kind.name())).hint(hint));
    }
    let typed =
        rpassword::prompt_password(format!("{}: ", kind.name())).map_err(|error| usage(format_args!("nothing was typed: {error}")))?;
    Ok(Secret::new(typed))
}
