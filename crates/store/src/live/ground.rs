//! What many sessions stand on together.

use cloakroom_engine::directory::{TenantPlace, TenantPolicy, TenantStatus};
use cloakroom_engine::ids::{ApplicationNumber, PartnerNumber, TenantNumber};
use cloakroom_engine::sessions::verdict::Since;

/// What the sessions of one tenant's people share.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Ground {
    pub(super) tenant: Option<Since<TenantStatus>>,
    pub(super) tenant_policy: TenantPolicy,
    /// The home tenant of the users.
    pub(super) home: Option<TenantPlace>,
    pub(super) partner: Option<PartnerNumber>,
    pub(super) application: Option<ApplicationNumber>,
}

/// Which sessions share one: their tenant, their users' home, their application.
pub(super) type GroundKey = (Option<TenantNumber>, Option<TenantNumber>, Option<ApplicationNumber>);
