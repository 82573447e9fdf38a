//! What happens on the first start of an empty store: an administrator.

use std::path::{Path, PathBuf};

use cloakroom_engine::Engine;
use cloakroom_engine::directory::bootstrap::FIRST_ADMINISTRATOR_EMAIL;
use zeroize::Zeroizing;

use super::files;
use crate::failure::Failure;

/// Who may sign in after the first start. Names the file of the password, never the password.
pub struct FirstSignIn {
    /// The administrator's mail address.
    pub email: &'static str,
    /// Where the password for one use stands.
    pub password_file: PathBuf,
}

/// Creates the first administrator in an empty store.
///
/// # Errors
/// A password file that cannot be written, or a store that cannot be relied on.
pub async fn first_administrator(engine: &Engine, data_dir: &Path) -> Result<Option<FirstSignIn>, Failure> {
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
        return Ok(Some(FirstSignIn { email: FIRST_ADMINISTRATOR_EMAIL, password_file }));
    }
    // Another process started at the same moment and was first, so its password holds.
    std::fs::remove_file(&password_file)
        .map_err(|error| Failure::new(format_args!("{} cannot be removed: {error}", password_file.display())))?;
    Ok(None)
}
