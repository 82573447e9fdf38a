//! Who runs the place: operators and platform administrators. The only mint of [`Operator`].

use super::basis::Basis;
use super::end_user::EndUser;
use super::reach::Reach;
use crate::clock::Timestamp;
use crate::cursor::{Binding, ListKind};
use crate::sessions::verdict::Bearer;

/// Somebody who runs the place, as far as `reach` goes: an operator, or a platform administrator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Operator {
    caller: EndUser,
    reach: Reach,
}

impl Operator {
    pub const fn caller(&self) -> &EndUser {
        &self.caller
    }

    pub const fn reach(&self) -> Reach {
        self.reach
    }

    /// What the places in a list that the operator walks are bound to: who walks it and how far that reaches.
    pub(crate) fn binding(&self, list: ListKind) -> Binding {
        self.reach.bind(Binding::of(list).number(self.caller.user().0))
    }

    /// What a change rests on.
    pub(crate) fn basis(&self, at: Timestamp) -> Basis {
        self.caller.basis_of_role(at)
    }
}

impl EndUser {
    /// The same user as an operator, if the user is one or has a role that reaches others
    /// (docs/contracts/authenticated_sessions.md).
    pub fn operator(&self) -> Option<Operator> {
        let reach = reach(self.bearer())?;
        Some(Operator { caller: self.clone(), reach })
    }
}

/// An operator reaches the home tenant, and everything without one; a role reaches what it reaches elsewhere. Both start from the
/// home tenant, so that of somebody who is both the role never reaches less.
fn reach(bearer: &Bearer) -> Option<Reach> {
    let as_operator = || bearer.tenant.map_or(Reach::Everything, |home| Reach::Tenant(home.number));
    Reach::of(bearer).or_else(|| bearer.is_operator.then(as_operator))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{PlatformRole, TenantPlace};
    use crate::ids::{PartnerNumber, TenantNumber, TenantUid};

    #[test]
    fn an_operator_reaches_the_home_tenant_and_a_role_what_it_reaches_elsewhere() {
        let home = |partner: Option<i64>| {
            Some(TenantPlace { number: TenantNumber(1), uid: TenantUid::from_bytes([1; 16]), partner: partner.map(PartnerNumber) })
        };
        let reached = |role, is_operator, tenant| reach(&Bearer { role, is_operator, tenant, password_is_due: false });
        assert_eq!(reached(PlatformRole::None, false, home(None)), None);
        assert_eq!(reached(PlatformRole::None, true, home(Some(7))), Some(Reach::Tenant(TenantNumber(1))));
        assert_eq!(reached(PlatformRole::None, true, None), Some(Reach::Everything));
        for is_operator in [false, true] {
            assert_eq!(reached(PlatformRole::TenantAdmin, is_operator, home(Some(7))), Some(Reach::Tenant(TenantNumber(1))));
            assert_eq!(reached(PlatformRole::PartnerAdmin, is_operator, home(Some(7))), Some(Reach::Partner(PartnerNumber(7))));
            assert_eq!(reached(PlatformRole::SuperAdmin, is_operator, home(Some(7))), Some(Reach::Everything));
        }
        assert_eq!(reached(PlatformRole::PartnerAdmin, false, home(None)), None);
        assert_eq!(reached(PlatformRole::PartnerAdmin, true, home(None)), Some(Reach::Tenant(TenantNumber(1))));
    }
}
