//! Who may manage the machines of an org. The only mint of [`OrgOwner`] and [`OrgWriter`].

use super::basis::{Basis, SessionSource, Source};
use super::end_user::EndUser;
use super::org_standing::{OrgStanding, takes_changes};
use crate::audit::Actor;
use crate::clock::Timestamp;
use crate::cursor::Binding;
use crate::directory::{MembershipRole, TenantStatus};
use crate::ids::{TenantNumber, TenantUid, UserNumber, UserUid};

/// Somebody who showed the credential of a live session and owns an org.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrgOwner {
    user: UserNumber,
    user_uid: UserUid,
    session: SessionSource,
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
    /// There is no such org, or the user does not belong to it: one answer for both.
    NotFound,
    /// The user belongs to it and does not own it.
    NotOwner,
}

/// The org is not verified, and the call would change something in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WriteBlocked;

impl OrgOwner {
    /// `caller` as the owner of the org, if the membership there makes one.
    pub(crate) fn of(caller: &EndUser, standing: OrgStanding) -> Result<Self, OrgRefusal> {
        let OrgStanding { number, uid, code, status, role, is_home } = standing;
        match role {
            Some(MembershipRole::Owner) => {
                let (user, user_uid, session) = (caller.user(), caller.user_uid(), caller.source());
                Ok(Self { user, user_uid, session, org: number, org_uid: uid, code, status })
            }
            Some(MembershipRole::Admin | MembershipRole::Member) => Err(OrgRefusal::NotOwner),
            None if is_home => Err(OrgRefusal::NotOwner),
            None => Err(OrgRefusal::NotFound),
        }
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

    /// Adds what tells this caller from every other to what the places in a list are bound to.
    pub(crate) fn bind(&self, binding: Binding) -> Binding {
        binding.byte(0).number(self.user.0)
    }

    pub(crate) const fn actor(&self) -> Actor {
        Actor::User(self.user, self.user_uid)
    }

    /// What a change rests on: that the user still owns the org, and that it may be changed.
    pub(crate) fn basis(&self, at: Timestamp) -> Basis {
        Basis::new(Source::Session(SessionSource { org: Some(self.code.clone()), ..self.session.clone() }), at)
    }

    /// The same owner, allowed to change what is the org's.
    ///
    /// # Errors
    /// Unless the org is verified.
    pub fn writing(self) -> Result<OrgWriter, WriteBlocked> {
        if takes_changes(self.status) { Ok(OrgWriter(self)) } else { Err(WriteBlocked) }
    }
}

impl OrgWriter {
    pub(super) fn into_owner(self) -> OrgOwner {
        self.0
    }
}

impl std::ops::Deref for OrgWriter {
    type Target = OrgOwner;

    fn deref(&self) -> &OrgOwner {
        &self.0
    }
}
