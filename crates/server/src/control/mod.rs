//! Commands to a server that runs: its database belongs to that one process, so what another process wants of it comes through a Unix
//! socket in the data directory, readable by its owner alone. No listener of the network reaches this.
//!
//! A command is a variant of [`Command`] and its lines in [`command::execute`], which also runs it where no server does: what it
//! prints is the same either way.

pub mod client;
pub mod command;
pub mod server;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Bytes that a command may have on its way, a directory document included.
pub const MAX_COMMAND_BYTES: usize = 16 * 1024 * 1024;

/// What a server or a database can be asked for. Not `Debug`: documents hold passwords.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Bring identities to what a directory document says.
    Apply { document: String, overwrite: bool },
    /// List the signing keys.
    ListSigningKeys,
    /// Let the next signing key sign now.
    RotateSigningKeys,
}

/// A command on its way.
#[derive(Serialize, Deserialize)]
pub struct Call<C> {
    /// The database that is meant, its path resolved: a data directory may stand beside a database elsewhere.
    pub database: PathBuf,
    pub command: C,
}

impl Command {
    /// Whether it has a meaning where there is no database yet.
    #[must_use]
    pub const fn may_make_a_database(&self) -> bool {
        matches!(self, Self::Apply { .. })
    }
}
