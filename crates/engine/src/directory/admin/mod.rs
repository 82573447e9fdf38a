//! Seeing and changing the directory from outside.

mod applications;
mod authority;
mod caller;
mod client_secrets;
mod emails;
mod list;
mod partners;
mod passwords;
mod tenants;
mod users;

use super::deed::Deed;
use super::reach::OutOfReach;
use crate::audit::RequestOrigin;
use crate::engine::Engine;
use crate::error::EngineError;

pub use authority::Authority;
pub use caller::{DirectoryAdmin, DirectoryReader};
pub use client_secrets::MintedSecret;
pub use list::{DirectoryFilter, NamedOrganisation};
pub use passwords::PasswordReset;

/// Leave to make one change: how far it may go, and who makes it.
#[derive(Clone, Debug)]
pub struct Warrant {
    pub authority: Authority,
    pub deed: Deed,
}

/// Why something was not done. What is out of reach and what does not exist are one (P4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    OutOfReach,
    /// Nobody of this role does that, whatever it is done to.
    RoleTooLow,
    /// The scope is none that the application has itself.
    ScopeLacking,
    /// It stands above the caller.
    AboveCaller,
    /// The name is taken, by whomever.
    Taken(&'static str),
    /// Doomed, and stays so.
    Doomed,
    /// Not a step of the state machine.
    NoSuchStep,
    /// One's own role, status and home are for others to change.
    OwnStanding,
    /// No super administrator would be left who can sign in.
    LastSuperAdministrator,
    /// Tenants belong to it that are not doomed.
    HasTenants,
    /// Two secrets are live already.
    SecretsAtLimit,
    /// The address cannot be primary, or must stay so.
    PrimaryEmail,
}

impl From<OutOfReach> for Refusal {
    fn from(_: OutOfReach) -> Self {
        Self::OutOfReach
    }
}

/// What a use case answers: the thing, or why not.
///
/// The outer error: the store, the clock or the machine cannot be relied on; whether a change was made may then be unknown.
pub type Outcome<T> = Result<Result<T, Refusal>, EngineError>;

impl Engine {
    /// Leave for `admin` to make one change now.
    fn warrant(&self, admin: &DirectoryAdmin, origin: &RequestOrigin) -> Warrant {
        let authority = *admin.authority();
        let deed = Deed { at: self.now(), actor: admin.actor(), by: authority.user, origin: origin.clone() };
        Warrant { authority, deed }
    }
}
