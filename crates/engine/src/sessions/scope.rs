//! Selects sessions: by the ids that a caller gives, and by the numbers that these stand for.

use crate::ids::{PartnerNumber, PartnerUid, TenantNumber, TenantUid, UserNumber, UserUid};

/// What a caller names. Fields that are `None` do not filter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct NamedScope {
    pub tenant: Option<TenantUid>,
    pub partner: Option<PartnerUid>,
    pub user: Option<UserUid>,
}

/// Selects the sessions that match every given condition. A session's tenant is the one that it was created under.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SessionScope {
    pub tenant: Option<TenantNumber>,
    pub partner: Option<PartnerNumber>,
    pub user: Option<UserNumber>,
}
