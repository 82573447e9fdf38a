//! Who may manage the machines of an org, and the only mint of [`OrgOwner`] and [`OrgWriter`].

use crate::audit::Actor;
use crate::directory::{MembershipRole, TenantStatus, canonical_org_code};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::ids::{TenantNumber, TenantUid, UserNumber, UserUid};
use crate::sessions::authenticate::EndUser;

/// An org, and what one user is in it, as one store read returned them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrgStanding {
    pub number: TenantNumber,
    pub uid: TenantUid,
    pub code: String,
    pub status: TenantStatus,
    /// The user's membership, where there is one.
    pub role: Option<MembershipRole>,
    /// Whether the user is at home there; that alone makes nobody an owner.
    pub is_home: bool,
}

/// Somebody who showed the credential of a live session and owns an org.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrgOwner {
    user: UserNumber,
    user_uid: UserUid,
    org: TenantNumber,
    org_uid: TenantUid,
    code: String,
    status: TenantStatus,
}

/// An [`OrgOwner`] whose org may be changed: it is verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrgWriter(OrgOwner);

/// Why somebody may not manage an org.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrgRefusal {
    /// There is no such org, or the user has nothing to do with it: nobody may tell which.
    NotFound,
    /// The user belongs to it and does not own it.
    NotOwner,
}

/// The org is not verified, and the call would change something in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WriteBlocked;

impl OrgOwner {
    pub const fn user(&self) -> UserNumber {
        self.user
    }

    pub const fn org(&self) -> TenantNumber {
        self.org
    }

    pub const fn org_uid(&self) -> TenantUid {
        self.org_uid
    }

    /// The org's code as it is kept.
    pub fn code(&self) -> &str {
        &self.code
    }

    pub(crate) const fn actor(&self) -> Actor {
        Actor::User(self.user, self.user_uid)
    }

    /// The same owner, allowed to change what is the org's.
    ///
    /// # Errors
    /// Unless the org is verified.
    pub fn writing(self) -> Result<OrgWriter, WriteBlocked> {
        if self.status == TenantStatus::Verified { Ok(OrgWriter(self)) } else { Err(WriteBlocked) }
    }
}

impl std::ops::Deref for OrgWriter {
    type Target = OrgOwner;

    fn deref(&self) -> &OrgOwner {
        &self.0
    }
}

impl Engine {
    /// Whether `caller` owns the org of this code, in any case and with blanks around it.
    ///
    /// # Errors
    /// When the store cannot be relied on.
    pub async fn org_owner(&self, caller: &EndUser, code: &str) -> Result<Result<OrgOwner, OrgRefusal>, EngineError> {
        // What cannot be a code is looked up as well: it is no org's, and takes as long to say so.
        let code = canonical_org_code(code).unwrap_or_default();
        let Some(standing) = self.store.org_standing(caller.user(), &code).await? else {
            return Ok(Err(OrgRefusal::NotFound));
        };
        let OrgStanding { number, uid, code, status, role, is_home } = standing;
        Ok(match role {
            Some(MembershipRole::Owner) => {
                Ok(OrgOwner { user: caller.user(), user_uid: caller.user_uid(), org: number, org_uid: uid, code, status })
            }
            Some(MembershipRole::Admin | MembershipRole::Member) => Err(OrgRefusal::NotOwner),
            None if is_home => Err(OrgRefusal::NotOwner),
            None => Err(OrgRefusal::NotFound),
        })
    }
}
