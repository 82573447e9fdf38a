//! Who shows an access token.

use super::client_application::ClientApplication;
use super::delegate::Delegate;
use super::end_user::EndUser;

/// A caller who shows a valid access token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TokenCaller {
    User(EndUser),
    /// An application for itself, held to the scopes of its token.
    Machine(ClientApplication),
    /// An application within a user's session, held to the scopes of its token.
    Delegate(Delegate),
}
