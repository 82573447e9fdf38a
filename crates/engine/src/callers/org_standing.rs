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
