//! Who there is, as it is stored and shown. No record holds a password, a secret or a hash of one.

use super::registration::Registration;
use super::{
    ApplicationStatus, EmailStatus, MembershipRole, PartnerStatus, PlatformRole, TenantPlace, TenantPolicy, TenantStatus, UserStatus,
};
use crate::clock::Timestamp;
use crate::ids::{
    ApplicationNumber, ApplicationUid, ClientSecretUid, EmailNumber, PartnerNumber, PartnerUid, TenantNumber, TenantUid, UserNumber,
    UserUid,
};

/// A partner.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PartnerRecord {
    pub number: PartnerNumber,
    pub uid: PartnerUid,
    pub code: String,
    pub name: String,
    pub status: PartnerStatus,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A tenant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TenantRecord {
    pub number: TenantNumber,
    pub uid: TenantUid,
    pub code: String,
    pub name: String,
    pub partner: Option<(PartnerNumber, PartnerUid)>,
    pub status: TenantStatus,
    pub status_since: Timestamp,
    pub policy: TenantPolicy,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl TenantRecord {
    pub fn place(&self) -> TenantPlace {
        TenantPlace { number: self.number, uid: self.uid, partner: self.partner.map(|(number, _)| number) }
    }
}

/// A user with emails and memberships.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserRecord {
    pub number: UserNumber,
    pub uid: UserUid,
    pub username: String,
    pub display_name: Option<String>,
    pub status: UserStatus,
    pub status_since: Timestamp,
    pub home: Option<TenantPlace>,
    pub role: PlatformRole,
    pub is_operator: bool,
    pub session_cap: Option<i64>,
    pub has_password: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// The primary one first, then by address.
    pub emails: Vec<EmailRecord>,
    /// By number of the tenant.
    pub memberships: Vec<(TenantPlace, MembershipRole)>,
}

impl UserRecord {
    pub fn home_number(&self) -> Option<TenantNumber> {
        self.home.map(|home| home.number)
    }

    /// What its user is called and written to.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let addresses = self.emails.iter().map(|email| email.address.as_str());
        std::iter::once(self.username.as_str()).chain(self.display_name.as_deref()).chain(addresses)
    }
}

/// An address of a user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EmailRecord {
    pub number: EmailNumber,
    pub address: String,
    pub status: EmailStatus,
    pub status_since: Timestamp,
    pub is_primary: bool,
}

/// A client application.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApplicationRecord {
    pub number: ApplicationNumber,
    pub uid: ApplicationUid,
    pub client_id: String,
    pub name: String,
    pub tenant: Option<TenantPlace>,
    pub owner: Option<OwnerRecord>,
    pub registration: Registration,
    pub scopes: Vec<String>,
    /// The public keys that it signs assertions with: a JSON Web Key Set (RFC 7517 section 5).
    pub jwks: Option<String>,
    pub is_platform: bool,
    pub status: ApplicationStatus,
    pub status_since: Timestamp,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// The user who answers for an application.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OwnerRecord {
    pub number: UserNumber,
    pub uid: UserUid,
    pub home: Option<TenantPlace>,
    pub role: PlatformRole,
    pub is_operator: bool,
}

impl From<&UserRecord> for OwnerRecord {
    fn from(user: &UserRecord) -> Self {
        Self { number: user.number, uid: user.uid, home: user.home, role: user.role, is_operator: user.is_operator }
    }
}

impl ApplicationRecord {
    pub fn tenant_number(&self) -> Option<TenantNumber> {
        self.tenant.map(|tenant| tenant.number)
    }
}

/// One live secret of an application: that there is one, never what it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClientSecretRecord {
    pub uid: ClientSecretUid,
    pub created_at: Timestamp,
}
