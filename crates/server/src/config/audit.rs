//! How long the audit trail is kept, and what of it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::key::{section, settings};

settings! {
    Text: RetentionAction;
}

section! {
    /// The audit trail.
    Audit as "audit" {
        /// Whole days (UTC) after which an entry keeps only the network of its address (/24, /48) and no user agent; 0 keeps both for ever.
        minimise_addresses_after_days: u64 = 90, within 0 ..= 36_500;
        /// Seconds after which an entry leaves the trail, counted from the end of its day (UTC), at least a day; 0 keeps entries for ever.
        retention_seconds: u64 = 0, within 0 ..= 3_153_600_000;
        /// What happens to entries that leave the trail: `export` writes them to files first, `drop` does not.
        retention_action: RetentionAction = RetentionAction::Export;
        /// The folder for these files. Not set: `trail` in `data_dir`.
        retention_folder: Option<PathBuf> = None;
    }
}

/// What happens to entries that leave the trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetentionAction {
    /// They are written to files first.
    Export,
    /// They are gone.
    Drop,
}

impl Audit {
    /// Where entries that leave the trail are kept.
    #[must_use]
    pub fn folder(&self, data_dir: &Path) -> PathBuf {
        self.retention_folder.clone().unwrap_or_else(|| data_dir.join("trail"))
    }
}
