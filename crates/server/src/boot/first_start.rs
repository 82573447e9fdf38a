//! What happens on the first start of an empty store: an administrator, and how to sign in as one.

use std::path::{Path, PathBuf};

use cloakroom_engine::Engine;
use cloakroom_engine::directory::bootstrap::FIRST_ADMINISTRATOR_EMAIL;
use zeroize::Zeroizing;

use super::files;
use crate::failure::Failure;

/// What to print at the first start.
pub struct Welcome {
    password_file: PathBuf,
}

/// Creates the first administrator in an empty store.
///
/// # Errors
/// A password file that cannot be written, or a store that cannot be relied on.
pub async fn first_administrator(engine: &Engine, data_dir: &Path) -> Result<Option<Welcome>, Failure> {
    if !engine.is_empty().await.map_err(Failure::new)? {
        return Ok(None);
    }
    let password_file = data_dir.join("admin-password");
    let password = Zeroizing::new(engine.mint_password().map_err(Failure::new)?);
    // The file comes first: a crash in between leaves a file that the next start replaces, never an administrator without a password.
    files::write_private(&password_file, format!("{}\n", &*password).as_bytes())
        .map_err(|error| Failure::new(format_args!("{} cannot be written: {error}", password_file.display())))?;
    let created = engine.create_first_administrator(password.to_string()).await.map_err(Failure::new)?;
    if created.map_err(Failure::new)? {
        return Ok(Some(Welcome { password_file }));
    }
    // Another process started at the same moment and was first, so its password holds.
    std::fs::remove_file(&password_file)
        .map_err(|error| Failure::new(format_args!("{} cannot be removed: {error}", password_file.display())))?;
    Ok(None)
}

impl Welcome {
    /// The message for standard output; names the file, never the password.
    pub fn message(&self, url: &str) -> String {
        let file = self.password_file.display();
        format!(
            "first start: the administrator is {FIRST_ADMINISTRATOR_EMAIL}, a password for one use stands in {file}\n\
             try: curl -s {url}/usm/session/create -d \"{{\\\"email\\\":\\\"{FIRST_ADMINISTRATOR_EMAIL}\\\",\\\"passcode\\\":\\\"$(cat {file})\\\"}}\""
        )
    }
}
