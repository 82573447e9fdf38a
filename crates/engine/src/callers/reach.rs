//! How far an administrator's eye and hand reach: the same over sessions and over the directory.

use super::client_application::ClientApplication;
use crate::cursor::Binding;
use crate::directory::records::{ApplicationRecord, UserRecord};
use crate::directory::{PlatformRole, TenantPlace};
use crate::ids::{PartnerNumber, TenantNumber};
use crate::sessions::scope::SessionScope;
use crate::sessions::verdict::Bearer;

/// How far somebody's eye and hand reach.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// What has no tenant included.
    Everything,
    /// The tenants of one partner.
    Partner(PartnerNumber),
    Tenant(TenantNumber),
}

impl Reach {
    /// What the role reaches from the user's home tenant. `None`: only the user's own.
    pub fn of(bearer: &Bearer) -> Option<Self> {
        match bearer.role {
            PlatformRole::SuperAdmin => Some(Self::Everything),
            PlatformRole::PartnerAdmin => bearer.tenant?.partner.map(Self::Partner),
            PlatformRole::TenantAdmin => Some(Self::Tenant(bearer.tenant?.number)),
            PlatformRole::None => None,
        }
    }

    /// What an application reaches: its own tenant, or everything where it is one of the platform (docs/contracts/README.md).
    pub fn of_application(application: &ClientApplication) -> Option<Self> {
        let record = application.record();
        if record.is_platform { Some(Self::Everything) } else { record.tenant.map(|tenant| Self::Tenant(tenant.number)) }
    }

    /// Adds how far it is to what the places in a list are bound to.
    pub(crate) fn bind(self, binding: Binding) -> Binding {
        match self {
            Self::Everything => binding.byte(0).number(0),
            Self::Partner(partner) => binding.byte(1).number(partner.0),
            Self::Tenant(tenant) => binding.byte(2).number(tenant.0),
        }
    }

    /// Whether what belongs to `tenant` is within reach.
    pub fn covers(self, tenant: Option<&TenantPlace>) -> bool {
        match self {
            Self::Everything => true,
            Self::Partner(partner) => tenant.is_some_and(|tenant| tenant.partner == Some(partner)),
            Self::Tenant(own) => tenant.is_some_and(|tenant| tenant.number == own),
        }
    }

    /// Whether all tenants of `partner` are within reach.
    pub fn covers_partner(self, partner: PartnerNumber) -> bool {
        match self {
            Self::Everything => true,
            Self::Partner(own) => own == partner,
            Self::Tenant(_) => false,
        }
    }
}

impl UserRecord {
    /// The record without the memberships that lie out of reach: they would name foreign tenants (P4).
    #[must_use]
    pub fn seen_from(mut self, reach: Reach) -> Self {
        self.memberships.retain(|(tenant, _)| reach.covers(Some(tenant)));
        self
    }
}

impl ApplicationRecord {
    /// The record without an owner who lies out of reach (P4).
    #[must_use]
    pub fn seen_from(mut self, reach: Reach) -> Self {
        self.owner = self.owner.filter(|owner| reach.covers(owner.home.as_ref()));
        self
    }
}

/// It does not exist or is out of the caller's reach: one answer for both (P4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutOfReach;

impl From<Reach> for SessionScope {
    fn from(reach: Reach) -> Self {
        match reach {
            Reach::Everything => Self::default(),
            Reach::Partner(partner) => Self { partner: Some(partner), ..Self::default() },
            Reach::Tenant(tenant) => Self { tenant: Some(tenant), ..Self::default() },
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::callers::reach::*;
    use crate::ids::TenantUid;

    fn place(number: i64, partner: Option<i64>) -> TenantPlace {
        TenantPlace { number: TenantNumber(number), uid: TenantUid::from_bytes([number as u8; 16]), partner: partner.map(PartnerNumber) }
    }

    fn reach(role: PlatformRole, tenant: Option<TenantPlace>) -> Option<Reach> {
        Reach::of(&Bearer { role, is_operator: true, tenant, password_is_due: false })
    }

    #[test]
    fn a_role_reaches_from_its_home_tenant_and_no_further() {
        let home = Some(place(1, Some(7)));
        assert_eq!(reach(PlatformRole::None, home), None);
        assert_eq!(reach(PlatformRole::TenantAdmin, home), Some(Reach::Tenant(TenantNumber(1))));
        assert_eq!(reach(PlatformRole::PartnerAdmin, home), Some(Reach::Partner(PartnerNumber(7))));
        assert_eq!(reach(PlatformRole::SuperAdmin, None), Some(Reach::Everything));
        assert_eq!(reach(PlatformRole::TenantAdmin, None), None);
        assert_eq!(reach(PlatformRole::PartnerAdmin, Some(place(1, None))), None, "no partner is not a partner that others lack too");
    }

    #[test]
    fn what_has_no_tenant_is_the_super_administrators_alone() {
        let (mine, sibling, other) = (place(1, Some(7)), place(2, Some(7)), place(3, None));
        let tenant = Reach::Tenant(TenantNumber(1));
        let partner = Reach::Partner(PartnerNumber(7));
        assert!(tenant.covers(Some(&mine)) && !tenant.covers(Some(&sibling)) && !tenant.covers(None));
        assert!(partner.covers(Some(&mine)) && partner.covers(Some(&sibling)) && !partner.covers(Some(&other)) && !partner.covers(None));
        assert!(Reach::Everything.covers(None) && Reach::Everything.covers_partner(PartnerNumber(9)));
        assert!(partner.covers_partner(PartnerNumber(7)) && !partner.covers_partner(PartnerNumber(8)));
        assert!(!tenant.covers_partner(PartnerNumber(7)));
    }
}
