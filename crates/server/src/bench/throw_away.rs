//! A folder that is there for a moment.

use std::fs;
use std::path::{Path, PathBuf};

use cloakroom_engine::entropy::Entropy as _;
use cloakroom_engine::hex::hex;
use tokio::runtime::Builder;

use crate::boot::ambient::MachineEntropy;
use crate::boot::private_data_dir;
use crate::failure::Failure;

/// A folder that goes with its owner.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// 128 random bits in hex.
fn random() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    MachineEntropy.fill(&mut bytes).map_err(Failure::new)?;
    Ok(hex(&bytes))
}

/// Works in a folder of its own below the system's for temporary files, which is removed afterwards, after an interrupt from the
/// keyboard as well.
///
/// # Errors
/// That there is no such folder; the work's own.
pub fn within<T>(work: impl FnOnce(&Path) -> Result<T, super::Failure>) -> Result<T, Failure> {
    let folder = Folder(std::env::temp_dir().join(format!("cloakroom-bench-{}", random()?)));
    private_data_dir(&folder.0)?;
    let watching = Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(Failure::new)?;
    watching.spawn(remove_on_interrupt(folder.0.clone()));
    work(&folder.0).map_err(Failure::new)
}

async fn remove_on_interrupt(folder: PathBuf) {
    if tokio::signal::ctrl_c().await.is_ok() {
        // What cannot be removed is in the system's temporary directory all the same.
        let _ = fs::remove_dir_all(folder);
        std::process::exit(130);
    }
}
