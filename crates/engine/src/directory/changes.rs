//! What somebody wants of the directory: an administrator, who names what exists by its uid, or a file, which names it by its code or
//! username. Names in it are canonical, values within their bounds.

pub use super::identity_provider::{IdentityProviderChange, NewIdentityProvider};
pub use super::patch::Patch;

use super::password::PasswordHash;
use super::records::{ApplicationRecord, OwnerRecord, TenantRecord, UserRecord};
use super::registration::{Registration, RegistrationChange};
use super::{
    ApplicationStatus, EmailStatus, MembershipRole, PlatformRole, SoughtEmail, TenantPlace, TenantPolicy, TenantPolicyChange, TenantStatus,
    UserStatus,
};
use crate::ids::{PartnerNumber, PartnerUid, TenantUid, UserUid};

/// A partner to be created.
#[derive(Clone, Debug)]
pub struct NewPartner {
    pub code: String,
    pub name: Option<String>,
}

/// A tenant to be created.
#[derive(Clone, Debug)]
pub struct NewTenant<Partner = PartnerUid> {
    pub code: String,
    pub name: Option<String>,
    pub partner: Option<Partner>,
    pub status: TenantStatus,
    pub policy: TenantPolicy,
}

/// What is to change of a tenant.
#[derive(Clone, Debug)]
pub struct TenantChange<Partner = PartnerUid> {
    pub name: Option<String>,
    pub partner: Patch<Partner>,
    pub status: Option<TenantStatus>,
    pub policy: TenantPolicyChange,
}

impl<Partner> TenantChange<Partner> {
    /// What it makes of `tenant`, under the partner that it then has. A status is another change.
    pub fn over(&self, tenant: &TenantRecord, partner: Option<(PartnerNumber, PartnerUid)>) -> TenantRecord {
        let policy = self.policy.over(tenant.policy);
        TenantRecord { name: self.name.clone().unwrap_or_else(|| tenant.name.clone()), partner, policy, ..tenant.clone() }
    }
}

impl TenantRecord {
    /// The names of what `after` has otherwise, in the words of the trail; `None` where nothing differs.
    pub fn changed(&self, after: &Self) -> Option<String> {
        let own = [("name", self.name != after.name), ("partner_id", self.partner != after.partner)];
        named(own.into_iter().chain(self.policy.differences(after.policy)))
    }
}

pub(super) fn named(fields: impl IntoIterator<Item = (&'static str, bool)>) -> Option<String> {
    let changed: Vec<_> = fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect();
    (!changed.is_empty()).then(|| changed.join(" "))
}

/// A user to be created.
#[derive(Clone, Debug)]
pub struct NewUser<Tenant = TenantUid> {
    pub username: String,
    /// Becomes the primary address.
    pub email: Option<(String, EmailStatus)>,
    pub display_name: Option<String>,
    /// `None`: the home tenant of the administrator.
    pub tenant: Option<Tenant>,
    pub memberships: Vec<(Tenant, MembershipRole)>,
    pub role: PlatformRole,
    pub is_operator: bool,
    pub status: UserStatus,
    pub session_cap: Option<i64>,
    pub password: Option<PasswordHash>,
    /// Whether the user has to set another before anything else.
    pub password_is_due: bool,
}

impl<Tenant> NewUser<Tenant> {
    /// What its user will be called and written to.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let address = self.email.as_ref().map(|(address, _)| address.as_str());
        std::iter::once(self.username.as_str()).chain(self.display_name.as_deref()).chain(address)
    }
}

/// What is to change of a user.
#[derive(Clone, Debug)]
pub struct UserChange<Tenant = TenantUid> {
    pub display_name: Patch<String>,
    pub tenant: Patch<Tenant>,
    /// Replaces all memberships within reach.
    pub memberships: Option<Vec<(Tenant, MembershipRole)>>,
    pub role: Option<PlatformRole>,
    pub is_operator: Option<bool>,
    pub session_cap: Patch<i64>,
}

impl<Tenant> UserChange<Tenant> {
    /// What it makes of `user`, with the home and the memberships that it then has.
    pub fn over(&self, user: &UserRecord, home: Option<TenantPlace>, memberships: Vec<(TenantPlace, MembershipRole)>) -> UserRecord {
        UserRecord {
            display_name: self.display_name.clone().over(user.display_name.clone()),
            home,
            memberships,
            role: self.role.unwrap_or(user.role),
            is_operator: self.is_operator.unwrap_or(user.is_operator),
            session_cap: self.session_cap.clone().over(user.session_cap),
            ..user.clone()
        }
    }
}

impl UserRecord {
    /// As [`TenantRecord::changed`].
    pub fn changed(&self, after: &Self) -> Option<String> {
        named([
            ("display_name", self.display_name != after.display_name),
            ("tenant_id", self.home_number() != after.home_number()),
            ("role", self.role != after.role),
            ("is_operator", self.is_operator != after.is_operator),
            ("session_cap", self.session_cap != after.session_cap),
            ("memberships", self.memberships != after.memberships),
        ])
    }
}

/// What is to happen to the addresses of a user.
#[derive(Clone, Debug)]
pub enum EmailChange {
    Add { address: String, status: EmailStatus, is_primary: bool },
    Status { address: SoughtEmail, status: EmailStatus },
    MakePrimary { address: SoughtEmail },
}

/// Which sessions of a user outlive a new password.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SparedSessions {
    None,
    All,
}

/// An application to be created.
#[derive(Clone, Debug)]
pub struct NewApplication<Tenant = TenantUid, Owner = UserUid> {
    pub client_id: String,
    pub name: Option<String>,
    /// `None`: the home tenant of the administrator.
    pub tenant: Option<Tenant>,
    pub owner: Option<Owner>,
    pub registration: Registration,
    pub scopes: Vec<String>,
    /// A JSON Web Key Set, checked by whoever read it.
    pub jwks: Option<String>,
    pub is_platform: bool,
    pub status: ApplicationStatus,
}

/// What is to change of an application.
#[derive(Clone, Debug)]
pub struct ApplicationChange<Tenant = TenantUid, Owner = UserUid> {
    pub name: Option<String>,
    pub tenant: Patch<Tenant>,
    pub owner: Patch<Owner>,
    pub registration: RegistrationChange,
    pub scopes: Option<Vec<String>>,
    pub jwks: Patch<String>,
    pub is_platform: Option<bool>,
    pub status: Option<ApplicationStatus>,
}

impl<Tenant, Owner> ApplicationChange<Tenant, Owner> {
    /// What it makes of `application`, with the tenant and the owner that it then has. A status is another change.
    pub fn over(&self, application: &ApplicationRecord, tenant: Option<TenantPlace>, owner: Option<OwnerRecord>) -> ApplicationRecord {
        ApplicationRecord {
            name: self.name.clone().unwrap_or_else(|| application.name.clone()),
            tenant,
            owner,
            registration: self.registration.over(&application.registration),
            scopes: self.scopes.clone().unwrap_or_else(|| application.scopes.clone()),
            jwks: self.jwks.clone().over(application.jwks.clone()),
            is_platform: self.is_platform.unwrap_or(application.is_platform),
            ..application.clone()
        }
    }
}

impl ApplicationRecord {
    /// As [`TenantRecord::changed`].
    pub fn changed(&self, after: &Self) -> Option<String> {
        let own = [
            ("name", self.name != after.name),
            ("tenant_id", self.tenant_number() != after.tenant_number()),
            ("owner_id", self.owner != after.owner),
            ("scopes", self.scopes != after.scopes),
            ("jwks", self.jwks != after.jwks),
            ("platform", self.is_platform != after.is_platform),
        ];
        named(own.into_iter().chain(self.registration.differences(&after.registration)))
    }
}
