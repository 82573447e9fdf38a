//! Accounts as they are remembered.

use cloakroom_engine::account::store::{Account, Membership, OwnEmail, OwnTenant};

use super::asked_by::allocated;
use super::fact::{Fact, FactKind};

/// Every row that an account was made of: its addresses and memberships tell of their user.
pub(super) fn rests_on(account: &Account) -> impl Iterator<Item = Fact> + '_ {
    let tenants = account.tenant.iter().chain(account.memberships.iter().map(|membership| &membership.tenant));
    let tenants = tenants.map(|tenant| FactKind::Tenant.numbered(tenant.number.0));
    [FactKind::User.numbered(account.number.0)].into_iter().chain(tenants)
}

pub(super) fn bytes(account: &Account) -> usize {
    let code = |tenant: &OwnTenant| allocated(tenant.code.len());
    let emails: usize = account.emails.iter().map(|email| size_of::<OwnEmail>() + allocated(email.address.len())).sum();
    let memberships: usize = account.memberships.iter().map(|member| size_of::<Membership>() + code(&member.tenant)).sum();
    let names = allocated(account.username.len()) + account.display_name.as_ref().map_or(0, |name| allocated(name.len()));
    allocated(size_of::<Account>()) + names + account.tenant.as_ref().map_or(0, code) + allocated(emails) + allocated(memberships)
}
