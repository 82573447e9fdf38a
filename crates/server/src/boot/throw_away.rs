//! A folder that is there for a moment.

use std::fs;
use std::path::{Path, PathBuf};

use cloakroom_engine::entropy::Entropy as _;
use cloakroom_engine::hex::hex;

use super::ambient::MachineEntropy;
use super::files;
use crate::failure::Failure;

/// A folder below the system's for temporary files that goes with its owner. Mode 0700.
pub struct ThrowAwayFolder(PathBuf);

impl ThrowAwayFolder {
    /// A new one. Its name is `cloakroom-`, the purpose, and 128 random bits in hex.
    ///
    /// # Errors
    /// That there is no randomness, or no place for it.
    pub fn make(purpose: &str) -> Result<Self, Failure> {
        let mut bytes = [0; 16];
        MachineEntropy.fill(&mut bytes).map_err(Failure::new)?;
        let folder = std::env::temp_dir().join(format!("cloakroom-{purpose}-{}", hex(&bytes)));
        files::data_dir(&folder)?;
        Ok(Self(folder))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for ThrowAwayFolder {
    fn drop(&mut self) {
        // What cannot be removed is among the system's temporary files all the same.
        let _ = fs::remove_dir_all(&self.0);
    }
}
