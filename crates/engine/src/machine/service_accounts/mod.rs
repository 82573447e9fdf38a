//! Service accounts: the machines of an org. What they may do stands in their roles; what they prove it with are API keys.

pub mod create;
pub mod doom;
pub mod list;

use crate::clock::Timestamp;
use crate::ids::{ServiceAccountNumber, ServiceAccountUid};
use crate::label::labelled;

labelled! {
    /// The state of a service account. `doomed` is terminal.
    ServiceAccountStatus { Active = "active", Doomed = "doomed" }
}

/// A role that lets a machine manage the org itself; external connectors have no need of it.
pub const OWNER_ROLE: &str = "owner";

/// A service account as it is recorded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ServiceAccount {
    pub number: ServiceAccountNumber,
    pub uid: ServiceAccountUid,
    pub caption: String,
    pub roles: Vec<String>,
    pub status: ServiceAccountStatus,
    pub status_since: Timestamp,
    pub created_at: Timestamp,
}

/// The org has no such service account, whether or not another one has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoSuchAccount;
