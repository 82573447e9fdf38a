//! Seeing and changing the directory from outside.

mod applications;
pub mod client_secrets;
mod emails;
mod identity_providers;
pub mod list;
mod locks;
mod partners;
pub mod passwords;
mod tenants;
mod users;

use crate::audit::RequestOrigin;
use crate::callers::{Deed, DirectoryAdmin, Refusal, Warrant};
use crate::engine::Engine;
use crate::error::EngineError;

/// What a use case answers: the thing, or why not.
///
/// The outer error: the store, the clock or the machine cannot be relied on; whether a change was made may then be unknown.
pub type Outcome<T> = Result<Result<T, Refusal>, EngineError>;

impl Engine {
    /// Leave for `admin` to make one change now.
    fn warrant(&self, admin: &DirectoryAdmin, origin: &RequestOrigin) -> Warrant {
        let authority = admin.authority().clone();
        let deed = Deed { at: self.now(), actor: admin.actor(), by: authority.user, origin: origin.clone() };
        let basis = admin.basis(deed.at);
        Warrant { authority, deed, basis }
    }
}
