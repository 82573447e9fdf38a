//! What can go wrong below a use case. Refusals that a caller is entitled to know are outcomes of that use case, not errors.

use crate::account::mail::Undelivered;
use crate::directory::password::HashingOverloaded;
use crate::entropy::EntropyUnavailable;
use crate::sessions::verdict::Doubt;
use crate::store::StoreError;
use crate::tokens::access_token::SigningUnavailable;

/// The engine cannot answer. Surfaces make 503 of it (500 where nothing suggests that trying again helps); never "valid" (P6).
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Hashing(#[from] HashingOverloaded),
    #[error(transparent)]
    Entropy(#[from] EntropyUnavailable),
    #[error(transparent)]
    Doubt(#[from] Doubt),
    #[error(transparent)]
    Signing(#[from] SigningUnavailable),
    /// A mail stays due, or was given up.
    #[error(transparent)]
    Mail(Undelivered),
    /// The memory for hashing a password could not be had.
    #[error("a password could not be hashed")]
    HashingFailed,
}

impl EngineError {
    /// Whether the same request may well succeed in a second or two.
    pub const fn is_passing(&self) -> bool {
        !matches!(self, Self::Store(StoreError::Corrupt(_)) | Self::Signing(_))
    }
}
