//! Who sees and ends sessions of others. The only mint of [`SessionAdmin`] and [`SessionEnder`].

use super::Reach;
use crate::audit::Actor;
use crate::ids::{SessionNumber, UserNumber};
use crate::machine::client_application::ClientApplication;
use crate::sessions::authenticate::EndUser;
use crate::tokens::authenticate::TokenCaller;

/// Somebody who may see sessions of others, as far as `reach` goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionAdmin {
    caller: AdminCaller,
    reach: Reach,
}

/// Somebody who may see them and end them, too.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionEnder(SessionAdmin);

#[derive(Clone, PartialEq, Eq, Debug)]
enum AdminCaller {
    User(EndUser),
    Machine(ClientApplication),
}

/// Why a caller reaches no sessions of others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AdminRefusal {
    /// A user without a role that reaches that far, or an application of no tenant.
    Role,
    /// An application's token without the scope for it.
    Scope,
    /// An application within a user's session: it is not the user.
    Delegate,
}

/// The scopes by which an application sees the sessions of others, and ends them.
const READING: &str = "admin:read";
const WRITING: &str = "admin:write";

impl SessionAdmin {
    /// The session that was shown; an application has none.
    pub const fn session(&self) -> Option<SessionNumber> {
        match &self.caller {
            AdminCaller::User(user) => Some(user.session()),
            AdminCaller::Machine(_) => None,
        }
    }

    pub const fn reach(&self) -> Reach {
        self.reach
    }

    pub(crate) const fn actor(&self) -> Actor {
        match &self.caller {
            AdminCaller::User(user) => user.actor(),
            AdminCaller::Machine(application) => application.actor(),
        }
    }

    /// The user who acts, where one does.
    pub(crate) const fn user(&self) -> Option<UserNumber> {
        match &self.caller {
            AdminCaller::User(user) => Some(user.user()),
            AdminCaller::Machine(_) => None,
        }
    }
}

impl SessionEnder {
    pub const fn admin(&self) -> &SessionAdmin {
        &self.0
    }
}

impl TokenCaller {
    /// The caller as somebody who sees sessions of others, if role or scope make one.
    ///
    /// # Errors
    /// Why not.
    pub fn session_admin(&self) -> Result<SessionAdmin, AdminRefusal> {
        self.holding(&[READING, WRITING])
    }

    /// The caller as somebody who ends sessions of others, if role or scope make one.
    ///
    /// # Errors
    /// Why not.
    pub fn session_ender(&self) -> Result<SessionEnder, AdminRefusal> {
        self.holding(&[WRITING]).map(SessionEnder)
    }

    /// Roles see and end alike; an application needs one of `scopes`.
    fn holding(&self, scopes: &[&str]) -> Result<SessionAdmin, AdminRefusal> {
        match self {
            Self::User(user) => {
                let reach = Reach::of(user.bearer()).ok_or(AdminRefusal::Role)?;
                Ok(SessionAdmin { caller: AdminCaller::User(user.clone()), reach })
            }
            Self::Machine(application) => {
                if !scopes.iter().any(|scope| application.has_scope(scope)) {
                    return Err(AdminRefusal::Scope);
                }
                let reach = Reach::of_application(application).ok_or(AdminRefusal::Role)?;
                Ok(SessionAdmin { caller: AdminCaller::Machine(application.clone()), reach })
            }
            Self::Delegate => Err(AdminRefusal::Delegate),
        }
    }
}
