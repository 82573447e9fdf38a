//! Work in a folder that is there for a moment.

use std::path::{Path, PathBuf};

use tokio::runtime::Builder;

use crate::boot::ThrowAwayFolder;
use crate::failure::Failure;

/// Works in a folder of its own below the system's for temporary files, which is removed afterwards, after an interrupt from the
/// keyboard as well.
///
/// # Errors
/// That there is no such folder; the work's own.
pub fn within<T>(work: impl FnOnce(&Path) -> Result<T, super::Failure>) -> Result<T, Failure> {
    let folder = ThrowAwayFolder::make("bench")?;
    let watching = Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(Failure::new)?;
    watching.spawn(remove_on_interrupt(folder.path().to_owned()));
    work(folder.path()).map_err(Failure::new)
}

async fn remove_on_interrupt(folder: PathBuf) {
    if tokio::signal::ctrl_c().await.is_ok() {
        // What cannot be removed is in the system's temporary directory all the same.
        let _ = std::fs::remove_dir_all(folder);
        std::process::exit(130);
    }
}
