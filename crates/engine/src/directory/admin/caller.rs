//! Who sees and who changes the directory. The only mint of [`DirectoryReader`] and [`DirectoryAdmin`].

use super::{Authority, Refusal};
use crate::audit::Actor;
use crate::directory::reach::Reach;
use crate::machine::client_application::ClientApplication;
use crate::sessions::admin::AdminRefusal;
use crate::sessions::authenticate::EndUser;
use crate::tokens::authenticate::TokenCaller;

/// Somebody who may see the directory, as far as the role or the application's tenant reaches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DirectoryReader {
    caller: Administrator,
    authority: Authority,
}

/// Somebody who may see it and change it, too.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DirectoryAdmin(DirectoryReader);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Administrator {
    User(EndUser),
    Machine(ClientApplication),
}

impl DirectoryReader {
    pub const fn reach(&self) -> Reach {
        self.authority.reach
    }

    pub(super) const fn authority(&self) -> &Authority {
        &self.authority
    }
}

impl DirectoryAdmin {
    pub const fn reach(&self) -> Reach {
        self.0.reach()
    }

    pub(super) const fn authority(&self) -> &Authority {
        self.0.authority()
    }

    pub(super) const fn actor(&self) -> Actor {
        match &self.0.caller {
            Administrator::User(user) => user.actor(),
            Administrator::Machine(application) => application.actor(),
        }
    }

    /// Whether the caller may give these scopes. Administrators may give any within their reach, an application only its own.
    pub(super) fn may_give(&self, scopes: &[String]) -> Result<(), Refusal> {
        match &self.0.caller {
            Administrator::User(_) => Ok(()),
            Administrator::Machine(application) if scopes.iter().all(|scope| application.has_scope(scope)) => Ok(()),
            Administrator::Machine(_) => Err(Refusal::ScopeLacking),
        }
    }
}

impl TokenCaller {
    /// The caller as somebody who sees the directory, if role or scope make one.
    ///
    /// # Errors
    /// Why not.
    pub fn directory_reader(&self) -> Result<DirectoryReader, AdminRefusal> {
        self.administrator(&["admin:read", "admin:write"])
    }

    /// The caller as somebody who changes the directory, if role or scope make one.
    ///
    /// # Errors
    /// Why not.
    pub fn directory_admin(&self) -> Result<DirectoryAdmin, AdminRefusal> {
        self.administrator(&["admin:write"]).map(DirectoryAdmin)
    }

    /// Roles see and change alike; an application needs one of `scopes`.
    fn administrator(&self, scopes: &[&str]) -> Result<DirectoryReader, AdminRefusal> {
        match self {
            Self::User(user) => {
                let authority = Authority::of(user).ok_or(AdminRefusal::Role)?;
                Ok(DirectoryReader { caller: Administrator::User(user.clone()), authority })
            }
            Self::Machine(application) => {
                if !scopes.iter().any(|scope| application.has_scope(scope)) {
                    return Err(AdminRefusal::Scope);
                }
                let authority = Authority::of_application(application).ok_or(AdminRefusal::Role)?;
                Ok(DirectoryReader { caller: Administrator::Machine(application.clone()), authority })
            }
            Self::Delegate => Err(AdminRefusal::Delegate),
        }
    }
}
