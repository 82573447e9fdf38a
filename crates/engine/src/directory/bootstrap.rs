//! The first administrator of an empty server.

use super::PlatformRole;
use super::document::{DirectoryDocument, EntryError, UserEntry};
use crate::engine::Engine;
use crate::entropy::random;
use crate::error::EngineError;
use crate::secret::Passcode;

/// Username of the first administrator.
pub const FIRST_ADMINISTRATOR: &str = "admin";

/// The address that the first administrator signs in with until somebody gives them a real one.
pub const FIRST_ADMINISTRATOR_EMAIL: &str = "admin@localhost";

impl Engine {
    /// Whether no user exists yet.
    ///
    /// # Errors
    /// The store's.
    pub async fn is_empty(&self) -> Result<bool, EngineError> {
        Ok(self.store.is_empty().await?)
    }

    /// A password with 100 random bits, easy to type: 20 lower-case letters and digits, or as many as a password must have.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn mint_password(&self) -> Result<String, EngineError> {
        const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz123456789";
        let length = usize::try_from(self.policy.passwords.min_length).unwrap_or_default().max(20);
        let mut password = String::with_capacity(length);
        while password.len() < length {
            let [byte]: [u8; 1] = random(&*self.entropy)?;
            password.push(char::from(ALPHABET[usize::from(byte & 31)]));
        }
        Ok(password)
    }

    /// Creates the first administrator, a verified super administrator with `password`; whether it did: another process may have been
    /// first, whose password then holds.
    ///
    /// # Errors
    /// As [`Engine::apply_directory`].
    pub async fn create_first_administrator(&self, password: String) -> Result<Result<bool, EntryError>, EngineError> {
        let user = UserEntry {
            username: FIRST_ADMINISTRATOR.to_owned(),
            email: Some(FIRST_ADMINISTRATOR_EMAIL.to_owned()),
            password: Some(Passcode::new(password.into_bytes())),
            display_name: Some("Administrator".to_owned()),
            // It stands in a file, so it is for one use.
            password_is_due: true,
            role: Some(PlatformRole::SuperAdmin),
            is_operator: Some(true),
            ..UserEntry::default()
        };
        let document = DirectoryDocument { users: vec![user], ..DirectoryDocument::default() };
        Ok(self.apply_directory(document, false, "first start").await?.map(|report| report.created > 0))
    }
}
