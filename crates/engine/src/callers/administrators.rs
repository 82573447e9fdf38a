//! Who sees, ends and changes what is others': a user by role, an application by scope. The only mint of [`SessionAdmin`],
//! [`SessionEnder`], [`DirectoryReader`] and [`DirectoryAdmin`].

use super::authority::Authority;
use super::basis::Basis;
use super::client_application::ClientApplication;
use super::end_user::EndUser;
use super::operator::Operator;
use super::reach::Reach;
use super::token_caller::TokenCaller;
use crate::audit::Actor;
use crate::clock::Timestamp;
use crate::cursor::{Binding, ListKind};
use crate::ids::{SessionNumber, UserNumber};

/// Somebody who may see sessions of others, as far as `reach` goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionAdmin {
    caller: Administrator,
    reach: Reach,
}

/// Somebody who may see them and end them, too.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionEnder(SessionAdmin);

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

/// Why a caller reaches nothing of others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AdminRefusal {
    /// A user without a role that reaches that far, or an application of no tenant.
    Role,
    /// An application's token without the scope for it.
    Scope,
    /// An application within a user's session: it is not the user.
    Delegate,
}

impl AdminRefusal {
    /// As the trail puts it.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Scope => "scope",
            Self::Delegate => "not the user",
        }
    }
}

/// The scopes by which an application sees what is others', and ends or changes it.
const READING: &str = "admin:read";
const WRITING: &str = "admin:write";

impl Administrator {
    fn actor(&self) -> Actor {
        match self {
            Self::User(user) => user.actor(),
            Self::Machine(application) => application.actor(),
        }
    }

    fn basis(&self, at: Timestamp) -> Basis {
        match self {
            Self::User(user) => user.basis_of_role(at),
            Self::Machine(application) => application.basis(at),
        }
    }

    /// What the places in a list that it walks are bound to.
    fn binding(&self, list: ListKind, reach: Reach) -> Binding {
        let (kind, number) = match self {
            Self::User(user) => (0, user.user().0),
            Self::Machine(application) => (1, application.record().number.0),
        };
        reach.bind(Binding::of(list).byte(kind).number(number))
    }
}

impl SessionAdmin {
    /// The session that was shown; an application has none.
    pub fn session(&self) -> Option<SessionNumber> {
        match &self.caller {
            Administrator::User(user) => Some(user.session()),
            Administrator::Machine(_) => None,
        }
    }

    pub const fn reach(&self) -> Reach {
        self.reach
    }

    /// What a change or a long read rests on.
    pub(crate) fn basis(&self, at: Timestamp) -> Basis {
        self.caller.basis(at)
    }

    /// What the places in a list that it walks are bound to: who walks it and how far that reaches.
    pub(crate) fn binding(&self, list: ListKind) -> Binding {
        self.caller.binding(list, self.reach)
    }

    pub(crate) fn actor(&self) -> Actor {
        self.caller.actor()
    }

    /// The user who acts, where one does.
    pub(crate) fn user(&self) -> Option<UserNumber> {
        match &self.caller {
            Administrator::User(user) => Some(user.user()),
            Administrator::Machine(_) => None,
        }
    }
}

impl SessionEnder {
    pub const fn admin(&self) -> &SessionAdmin {
        &self.0
    }
}

impl DirectoryReader {
    pub const fn reach(&self) -> Reach {
        self.authority.reach
    }

    pub(crate) const fn authority(&self) -> &Authority {
        &self.authority
    }

    /// As [`SessionAdmin::binding`].
    pub(crate) fn binding(&self, list: ListKind) -> Binding {
        self.caller.binding(list, self.reach())
    }
}

impl DirectoryAdmin {
    pub const fn reach(&self) -> Reach {
        self.0.reach()
    }

    pub(crate) const fn authority(&self) -> &Authority {
        self.0.authority()
    }

    pub(crate) fn actor(&self) -> Actor {
        self.0.caller.actor()
    }

    /// What a change rests on.
    pub(crate) fn basis(&self, at: Timestamp) -> Basis {
        self.0.caller.basis(at)
    }
}

impl Operator {
    /// The same user as somebody who sees and ends sessions of others, as far as operators do.
    #[must_use]
    pub fn session_ender(&self) -> SessionEnder {
        let caller = Administrator::User(self.caller().clone());
        SessionEnder(SessionAdmin { caller, reach: self.reach() })
    }
}

impl TokenCaller {
    /// The caller as somebody who sees sessions of others, if role or scope make one.
    ///
    /// # Errors
    /// Why not.
    pub fn session_admin(&self) -> Result<SessionAdmin, AdminRefusal> {
        let (caller, reach) = self.administrator(&[READING, WRITING], |user| Reach::of(user.bearer()), Reach::of_application)?;
        Ok(SessionAdmin { caller, reach })
    }

    /// The caller as somebody who ends sessions of others, if role or scope make one.
    ///
    /// # Errors
    /// Why not.
    pub fn session_ender(&self) -> Result<SessionEnder, AdminRefusal> {
        let (caller, reach) = self.administrator(&[WRITING], |user| Reach::of(user.bearer()), Reach::of_application)?;
        Ok(SessionEnder(SessionAdmin { caller, reach }))
    }

    /// The caller as somebody who sees the directory, if role or scope make one.
    ///
    /// # Errors
    /// Why not.
    pub fn directory_reader(&self) -> Result<DirectoryReader, AdminRefusal> {
        let (caller, authority) = self.administrator(&[READING, WRITING], Authority::of, Authority::of_application)?;
        Ok(DirectoryReader { caller, authority })
    }

    /// The caller as somebody who changes the directory, if role or scope make one.
    ///
    /// # Errors
    /// Why not.
    pub fn directory_admin(&self) -> Result<DirectoryAdmin, AdminRefusal> {
        let (caller, authority) = self.administrator(&[WRITING], Authority::of, Authority::of_application)?;
        Ok(DirectoryAdmin(DirectoryReader { caller, authority }))
    }

    /// The caller with what the role or the tenant gives. Roles see and change alike; an application needs one of `scopes`.
    fn administrator<P>(
        &self,
        scopes: &[&str],
        of_user: impl Fn(&EndUser) -> Option<P>,
        of_application: impl Fn(&ClientApplication) -> Option<P>,
    ) -> Result<(Administrator, P), AdminRefusal> {
        match self {
            Self::User(user) => {
                let power = of_user(user).ok_or(AdminRefusal::Role)?;
                Ok((Administrator::User(user.clone()), power))
            }
            Self::Machine(application) => {
                if !scopes.iter().any(|scope| application.has_scope(scope)) {
                    return Err(AdminRefusal::Scope);
                }
                let power = of_application(application).ok_or(AdminRefusal::Role)?;
                Ok((Administrator::Machine(application.clone()), power))
            }
            Self::Delegate(_) => Err(AdminRefusal::Delegate),
        }
    }
}
