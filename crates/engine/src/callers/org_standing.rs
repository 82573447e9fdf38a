//! What a user is in an org.

use crate::directory::{MembershipRole, TenantStatus};
use crate::ids::{TenantNumber, TenantUid};

/// An org, and what one user is in it, as one store read returned them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrgStanding {
    pub number: TenantNumber,
    pub uid: TenantUid,
    pub code: String,
    pub status: TenantStatus,
    /// The user's membership, where there is one.
    pub role: Option<MembershipRole>,
    /// Whether it is the user's home; that alone does not make an owner.
    pub is_home: bool,
}

impl OrgStanding {
    /// Whether the user may change what is the org's.
    pub(super) fn is_writers(&self) -> bool {
        self.role == Some(MembershipRole::Owner) && takes_changes(self.status)
    }
}

/// Whether the owners of an org of this status may change something in it.
pub(super) fn takes_changes(status: TenantStatus) -> bool {
    status == TenantStatus::Verified
}
