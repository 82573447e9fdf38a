//! What can go wrong below a use case. Refusals that a caller is entitled to know are outcomes of that use case, not errors.

use crate::entropy::EntropyUnavailable;

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
    Mail(#[from] Undelivered),
    /// Old entries of the trail stay in it.
    #[error(transparent)]
    Archive(#[from] NotArchived),
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

/// The store could not do it. Texts name no value of any row.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StoreError {
    /// Too much is queued; nothing was done.
    #[error("the store has too much to do")]
    Overloaded,
    /// The store is away or refuses to write; nothing was done.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// Whether it was done is not known.
    #[error("whether the change was stored is not known: {0}")]
    OutcomeUnknown(String),
    /// What was read cannot be right, or a statement failed in a way that trying again does not mend.
    #[error("the store holds what it cannot hold: {0}")]
    Corrupt(String),
    /// The caller is no longer who may ask for it; nothing was done.
    #[error(transparent)]
    Lapsed(#[from] Lapsed),
}

/// What a caller's capability rests on is no longer so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Lapsed {
    /// The session, token or application that was shown authenticates nobody any more.
    #[error("the caller is no longer authenticated")]
    Unauthenticated,
    /// Role, reach, scopes or membership are no longer those that the request was let in with.
    #[error("the caller may no longer do this")]
    Narrowed,
}

/// Too many sign-ins are waiting for a hash already; try again in a second.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("too many passwords are waiting to be checked")]
pub struct HashingOverloaded;

/// The clock cannot be right, so nothing may be called valid (P6).
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the clock is behind what is already recorded")]
pub struct Doubt;

/// The cryptography of tokens failed: a key that cannot be opened, or no active one.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the signing keys cannot be used: {0}")]
pub struct SigningUnavailable(pub &'static str);

/// Old entries of the trail were not taken over.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("old entries of the audit trail could not be exported: {problem}")]
pub struct NotArchived {
    pub problem: String,
}

/// A mail was not taken over. The text names neither the token nor the address.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a mail was not delivered: {problem}")]
pub struct Undelivered {
    pub problem: String,
    /// Whether trying again is of no use.
    pub is_final: bool,
}
